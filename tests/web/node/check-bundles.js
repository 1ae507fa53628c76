// Checks packed bundles (see evalhub/replay/serve.py) with the browser's verifier: one line of JSON for each file named.

import { readFileSync } from "node:fs";

import { check } from "../../../evalhub/web/static/replay/check/bundle.js";

for (const path of process.argv.slice(2)) {
  const pack = new Uint8Array(readFileSync(path));
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength);
  const files = new Map();
  for (let at = 0; at < pack.length; ) {
    const name = view.getUint32(at);
    const data = view.getUint32(at + 4 + name);
    files.set(new TextDecoder().decode(pack.slice(at + 4, at + 4 + name)), pack.slice(at + 8 + name, at + 8 + name + data));
    at += 8 + name + data;
  }
  console.log(JSON.stringify(await check(files)));
}
