/** Runs the integrity check in its worker and puts what it says into the store. */

/** @typedef {import("./store.js").Store} Store */

/** The one Trusted Types policy there is: it makes the address of the worker and of nothing else. */
function workerAddress() {
  const address = new URL("./check/worker.js", import.meta.url).href;
  const types = /** @type {any} */ (globalThis).trustedTypes;
  if (!types) return address;
  policy ??= types.createPolicy("evalhub-worker", {
    createScriptURL: (/** @type {string} */ wanted) => {
      if (wanted !== address) throw new TypeError("not the worker");
      return wanted;
    },
  });
  return policy.createScriptURL(address);
}
/** @type {any} */
let policy = null;

/** @param {Store} store */
export function runCheck(store) {
  const fresh = { done: 0, total: 0, early: null, outcome: null, ms: 0, failed: "" };
  const tell = (/** @type {object} */ news) => {
    Object.assign(store.check, news);
    store.changed();
  };
  tell(fresh);
  const worker = new Worker(workerAddress(), { type: "module" });
  const end = (/** @type {object} */ news) => (worker.terminate(), tell(news));
  worker.onmessage = ({ data }) => {
    if (data.kind === "progress") tell({ done: data.done, total: data.total });
    else if (data.kind === "early") tell({ early: data.outcome, ms: data.ms });
    else if (data.kind === "outcome") end({ outcome: data.outcome, ms: data.ms });
    else end({ failed: data.reason });
  };
  worker.onerror = (event) => end({ failed: event.message || "the worker did not start" });
  worker.postMessage({ pack: new URL("/replay/api/pack", location.href).href });
}
