/**
 * The integrity check, off the page's own thread: fetches every file of the bundle, checks, answers. At most five messages
 * a second on the way.
 *
 * in:  {pack: address}
 * out: {kind: "progress", done, total} · {kind: "early", outcome, ms} once everything but the statements' signatures is
 *      known · {kind: "outcome", outcome, ms} · {kind: "failed", reason}
 */

import { Malformed, text } from "../../shared/bytes.js";
import { check } from "./bundle.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */

const PAUSE = 220;

self.onmessage = async ({ data }) => {
  try {
    const started = performance.now();
    const files = unpack(await fetched(data.pack));
    const say = (/** @type {string} */ kind, /** @type {object} */ outcome) =>
      self.postMessage({ kind, outcome, ms: Math.round(performance.now() - started) });
    say("outcome", await check(files, throttled(), (outcome) => say("early", outcome)));
  } catch (error) {
    self.postMessage({ kind: "failed", reason: String(error) });
  }
};

/** @param {string} address */
async function fetched(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Malformed(`the bundle cannot be fetched (${answer.status})`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** u32be length of path ‖ path ‖ u32be length of file ‖ file, for each file. @param {Bytes} pack */
function unpack(pack) {
  const view = new DataView(pack.buffer);
  /** @type {Map<string, Bytes>} */
  const files = new Map();
  const part = (/** @type {number} */ at) => {
    const length = view.getUint32(at);
    if (at + 4 + length > pack.length) throw new Malformed("the bundle ends early");
    return pack.subarray(at + 4, at + 4 + length);
  };
  for (let at = 0; at < pack.length; ) {
    const path = part(at);
    const data = part(at + 4 + path.length);
    files.set(text(path), data);
    at += 8 + path.length + data.length;
  }
  return files;
}

function throttled() {
  let last = -Infinity;
  return (/** @type {number} */ done, /** @type {number} */ total) => {
    const now = performance.now();
    if (now - last < PAUSE) return;
    last = now;
    self.postMessage({ kind: "progress", done, total });
  };
}
