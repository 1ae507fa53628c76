/** What the check in this browser found, row by row, beside what this machine's re-execution of the rules found. */

import { Banner, html, Mark, Panel } from "../shared/ui.js";
import { runCheck } from "./checker.js";
import { r, word } from "./text.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Overview} Overview */
/** @typedef {import("./types.js").Outcome} Outcome */
/** @typedef {import("../shared/ui.js").Shape} Shape */

/** @type {Record<string, [Shape, string]>} */
const LOOKS = { good: ["tick", "good"], bad: ["cross", "bad"], unchecked: ["warn", "warn"], skipped: ["ring", ""], open: ["warn", "bad"], pending: ["ring", ""] };

/** @param {{store: Store, overview: Overview}} props */
export function Integrity({ store, overview }) {
  const { early, outcome, done, total, failed } = store.check;
  const seen = outcome ?? early;
  return html`<${Panel} title=${r("integrity")}>
    ${failed && html`<${Banner} tone="bad" role="alert">${r("checkFailed", { reason: failed })}<//>`}
    ${!outcome && !failed && html`<p role="status"><label>${r("checking")} <progress max=${total || 1} value=${done}></progress></label></p>`}
    ${outcome && html`<${Verdict} outcome=${outcome} ms=${store.check.ms} />`}
    ${!outcome && early && html`<${Early} outcome=${early} ms=${store.check.ms} />`}
    ${seen && html`<ul class="checks">${seen.rows.map((row) => html`<li data-check=${row.name} data-state=${row.state}>
        <${Mark} shape=${LOOKS[row.state]?.[0]} tone=${LOOKS[row.state]?.[1]}>${word("row", row.name)} · ${r(row.state)}${row.state === "good" && row.count > 1 ? ` · ${r("count", { count: row.count })}` : ""}<//>
        ${row.reason && html`<span class="small">：${word("why", row.name)} <span class="mono" lang="en">${row.reason}</span></span>`}${row.entry !== null && html` <a href=${`#seq=${row.entry}`}>#${row.entry}</a>`}</li>`)}
      <li><${Mark} shape=${overview.damage ? "cross" : "tick"} tone=${overview.damage ? "bad" : "good"}>${r("refold")} · ${overview.damage ? r("bad") : r("good")}<//></li></ul>
      <p class="small">${r("root")} <span class="mono">${seen.root}</span></p>`}
    <p class="small soft">${r("scope")}</p>
    <button class="no-print" data-again onClick=${() => runCheck(store)} disabled=${!outcome && !failed}>${r("again")}</button>
  <//>`;
}

/** What is known while the signatures of the statements are still being verified: never called whole. @param {{outcome: Outcome, ms: number}} props */
function Early({ outcome, ms }) {
  if (outcome.verdict === "broken") return html`<${Verdict} outcome=${outcome} ms=${ms} />`;
  return html`<${Banner}><b data-early=${outcome.verdict}>${r("early", { size: outcome.size, seconds: (ms / 1000).toFixed(1) })}</b><//>`;
}

/** @param {{outcome: Outcome, ms: number}} props */
function Verdict({ outcome, ms }) {
  const { verdict, first, size, rows } = outcome;
  const seconds = (ms / 1000).toFixed(1);
  if (verdict === "broken") return html`<${Banner} tone="bad" role="alert"><b data-verdict="broken" data-first=${first ?? ""}>${first === null ? r("broken") : r("brokenAt", { entry: first })}</b><//>`;
  if (verdict === "interrupted") return html`<${Banner} tone="bad" role="alert"><b data-verdict="interrupted">${r("interrupted")}</b><//>`;
  if (rows.some((row) => row.state === "unchecked")) return html`<${Banner} tone="warn"><b data-verdict="unchecked">${r("uncheckedNow")}</b><//>`;
  return html`<${Banner} tone="good"><b data-verdict="whole">${r("whole", { size, seconds })}</b><//>`;
}

/** What cannot be replayed, in red above everything. @param {{overview: Overview}} props */
export function Damage({ overview }) {
  const { damage, rows, size, end } = overview;
  return html`
    ${damage && html`<${Banner} tone="bad" role="alert"><p data-damage>${damage.entry === null ? r("damage") : r("damageAt", { entry: damage.entry })} <span class="mono small" lang="en">${damage.reason}</span></p>
      ${rows.length < size && html`<p>${r("gap", { size, told: rows.length })}</p>`}<//>`}
    ${!damage && end === "interrupted" && html`<${Banner} tone="bad" role="note"><p data-interrupted>${r("interrupted")}</p><//>`}`;
}
