/** One entry as stored with its proof, and what changed between two moments. */

import { hex, text } from "../shared/bytes.js";
import { Banner, html, Mark, Panel, useEffect, useState } from "../shared/ui.js";
import { fromBase64url } from "./check/base64.js";
import { included, leafHash } from "./check/tree.js";
import { get } from "./store.js";
import { r, word } from "./text.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Shown} Shown */
/** @typedef {import("./types.js").Difference} Difference */
/** @typedef {Shown & {hash: string, text: string, holds: boolean}} Proved */

const SETTLED = 150;

/** @param {{store: Store}} props */
export const Detail = ({ store }) => html`<${Panel} title=${r("detail")}>
  <div class="row no-print">
    <button data-detail aria-expanded=${String(store.detail)} onClick=${() => store.set({ detail: !store.detail })}>${store.detail ? r("hide") : r("detailOf", { seq: store.cursor })}</button>
    <button data-compare onClick=${() => store.set({ mark: store.mark === null ? store.cursor : null })}>${store.mark === null ? r("compare") : r("compareStop")}</button>
  </div>
  ${store.detail && html`<${Raw} store=${store} />`}
  ${store.mark !== null && html`<${Changes} store=${store} mark=${store.mark} />`}
<//>`;

/** Ask once the playhead rests. @template T @param {() => Promise<T>} ask @param {unknown[]} on @returns {T | string | null} an error as text */
function useSettled(ask, on) {
  const [answer, set] = useState(/** @type {{on: string, value: T | string} | null} */ (null));
  const name = JSON.stringify(on);
  useEffect(() => {
    let over = false;
    const timer = setTimeout(() => {
      void ask().catch((error) => String(error)).then((value) => over || set({ on: name, value }));
    }, SETTLED);
    return () => (clearTimeout(timer), (over = true), undefined);
  }, [name]);
  return answer?.on === name ? answer.value : null;
}

/** The proof is walked here, from the bytes shown up to the root. @param {number} seq @returns {Promise<Proved>} */
async function proved(seq) {
  const shown = /** @type {Shown} */ (await get(`/entry/${seq}`));
  const raw = fromBase64url(shown.raw);
  const leaf = await leafHash(raw);
  const root = Uint8Array.from(shown.root.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const holds = included(seq, shown.size, leaf, shown.proof.map(fromBase64url), root);
  return { ...shown, hash: hex(leaf), text: readable(raw), holds };
}

/** @param {import("../shared/bytes.js").Bytes} raw */
function readable(raw) {
  try {
    return text(raw);
  } catch {
    return hex(raw);
  }
}

/** @param {{store: Store}} props */
function Raw({ store }) {
  const seq = store.cursor;
  const entry = useSettled(() => proved(seq), [seq]);
  if (typeof entry === "string") return html`<${Banner} tone="bad">${entry}<//>`;
  if (!entry) return html`<p class="soft">${r("loading")}</p>`;
  const right = entry.holds && entry.root === store.overview?.root;
  return html`<dl class="facts under" data-proof=${right ? "good" : "bad"}>
      <dt>${r("leaf")}</dt><dd class="mono small">${entry.hash}</dd>
      <dt>${r("proof")}</dt><dd>${right ? html`<${Mark} shape="tick" tone="good">${r("proofGood", { count: entry.proof.length })}<//>` : html`<${Mark} shape="cross" tone="bad">${r("proofBad")}<//>`}</dd>
      <dt>${r("root")}</dt><dd class="mono small">${entry.root}</dd></dl>
    ${entry.blob && html`<p><a href=${`/replay/bundle/blobs/sha256/${entry.blob}`} download>${r("keepBlob")} ${entry.blob.slice(0, 16)}…</a></p>`}
    <${Source} title=${r("raw")} code=${entry.text} />
    ${entry.payload && html`<${Source} title=${r("payload")} code=${pretty(entry.payload)} />`}`;
}

/** @param {{title: string, code: string}} props */
const Source = ({ title, code }) => html`<h3>${title}</h3><pre class="mono small" tabindex="0" role="region" aria-label=${title}>${code}</pre>`;

/** For reading only; the stored bytes are shown above it. @param {string} payload */
function pretty(payload) {
  try {
    return JSON.stringify(JSON.parse(payload), null, 1);
  } catch {
    return payload;
  }
}

/** @param {{store: Store, mark: number}} props */
function Changes({ store, mark }) {
  const [a, b] = [Math.min(mark, store.cursor), Math.max(mark, store.cursor)];
  const changed = useSettled(() => /** @type {Promise<Difference[]>} */ (get(`/difference/${a + 1}/${b + 1}`)), [a, b]);
  if (typeof changed === "string") return html`<${Banner} tone="bad">${changed}<//>`;
  const rows = changed?.filter(telling) ?? [];
  return html`<h3 class="under">${r("changes", { a, b })}</h3>
    ${!changed ? html`<p class="soft">${r("loading")}</p>` : rows.length === 0 ? html`<p>${r("noChange")}</p>` : html`
      <div class="scroll tall" tabindex="0" role="region" aria-label=${r("changes", { a, b })}><table data-changes><thead><tr><th scope="col">${r("field")}</th><th scope="col">${r("before")}</th><th scope="col">${r("after")}</th></tr></thead>
      <tbody>${rows.map((one) => html`<tr data-path=${one.path}><th scope="row">${fieldOf(one.path)}</th><td>${valueOf(one.path, one.before)}</td><td>${valueOf(one.path, one.after)}</td></tr>`)}</tbody></table></div>`}`;
}

const EMPTY = ["", "False", "0", "—"];
const QUIET = /^(at|size|beijing)$|\.(seat|bidder)$/;

/** Whether a difference tells anything that the heading, or another row, does not. @param {Difference} one */
const telling = (one) => !QUIET.test(one.path) && !(EMPTY.includes(one.before) && EMPTY.includes(one.after));

/** `seats[host/A1-01].sealed` as words. @param {string} path */
function fieldOf(path) {
  const [, head = path, of, tail] = /^(\w+)(?:\[([^\]]*)\])?(?:\.(\w+))?$/.exec(path) ?? [];
  if (tail) return `${of} · ${word("field", tail)}`;
  return word("field", head);
}

/** @param {string} path @param {string} value */
function valueOf(path, value) {
  if (path === "phase" || path === "stage") return value ? word(path, value) : "—";
  if (value === "True" || value === "False") return value === "True" ? r("yes") : r("no");
  return value || "—";
}
