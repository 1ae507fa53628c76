/** The booth's own test before the start: browser, program, clock, sealing, storage. */

import { utf8 } from "../shared/bytes.js";
import { groups, readRoster } from "../shared/roster.js";
import { SEAL_TYP, seal } from "../shared/envelope.js";
import { verify } from "../shared/jws.js";

/** @typedef {{name: string, passed: boolean, detail: string, text: keyof typeof import("./text.js").table, values: Record<string, unknown>}} Check */

/** @param {import("./app.js").App} app @returns {Promise<Check[]>} */
export async function selfTest(app) {
  return [browser(), program(app), clock(app), await sealing(app), await storage(app)];
}

/** @param {string} name @param {boolean} passed @param {Check["text"]} good @param {Check["text"]} bad @param {Record<string, unknown>} [values] @returns {Check} */
const check = (name, passed, good, bad, values = {}) => ({
  name, passed, detail: Object.values(values).join(" "), text: passed ? good : bad, values,
});

function browser() {
  const parts = { crypto: Boolean(globalThis.crypto?.subtle), indexedDB: "indexedDB" in globalThis, locks: "locks" in navigator };
  const missing = Object.entries(parts).flatMap(([name, there]) => (there ? [] : [name]));
  return check("browser", !missing.length, "okBrowser", "noBrowser", missing.length ? { what: missing.join(", ") } : {});
}

/** @param {import("./app.js").App} app */
const program = (app) => check("client", app.client.complete, "okClient", "noClient", { print: groups(app.client.digest.slice(0, 16)) });

/** @param {import("./app.js").App} app */
function clock(app) {
  const skew = app.clock.skew();
  return check("clock", skew !== null, "okClock", "noClock", skew === null ? {} : { seconds: (skew / 1000).toFixed(1) });
}

/** Seal a sheet that nobody gets, and verify it. @param {import("./app.js").App} app */
async function sealing(app) {
  const { session, seat, roster, client } = app.memory;
  const request = { session, round: 1, form: "self-test", form_hash: "self-test", seat, client, rev: 1, prev: null, pad: 4096 };
  try {
    const { jws } = await seal(request, utf8("{}"), await readRoster(roster), app.link.key);
    await verify(jws, app.link.key.jwk, SEAL_TYP);
    return check("sealing", true, "okSealing", "noSealing");
  } catch {
    return check("sealing", false, "okSealing", "noSealing");
  }
}

/** @param {import("./app.js").App} app */
async function storage(app) {
  await app.vault.save("trial", { v: 1 });
  const passed = (await app.vault.load("trial"))?.v === 1;
  const promised = (await navigator.storage?.persisted?.()) ?? false;
  return check("storage", passed, promised ? "okStorage" : "storageLoose", "noStorage");
}
