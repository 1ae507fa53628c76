/** The draw room: whom to call next, in the order of the draw, and who stands. Names are masked, and this centre's only. */

import { either } from "../shared/i18n.js";
import { html, Panel, useState } from "../shared/ui.js";
import { Table } from "../desk/parts.js";
import { Step } from "../desk/step.js";
import { o, said } from "./text.js";

/** @typedef {import("../desk/types.js").Hall} Hall */
/** @typedef {import("../desk/types.js").Person} Person */
/** @typedef {import("../desk/store.js").Store} Store */

const LEAVING = ["withdrawn", "late", "recused:declared", "recused:kin", "recused:staff", "recused:other-listed"];

/** Only the first has the primary button. @param {{store: Store}} props */
export const Candidates = ({ store }) => {
  const hall = /** @type {Hall | undefined} */ (store.extra["hall"]);
  return html`<ul class="list" aria-label=${o("candidates")}>
    ${(hall?.candidates ?? []).map((one, index) => html`<${Candidate} key=${one.leaf} store=${store} one=${one} first=${index === 0} />`)}</ul>`;
};

/** @param {{store: Store, one: Person, first: boolean}} props */
function Candidate({ store, one, first }) {
  const outcomes = /** @type {string[]} */ (store.extra["centre"]?.outcomes ?? []).filter((code) => !["late", "withdrawn"].includes(code) && !code.startsWith("removed:"));
  const means = /** @type {string[]} */ (store.extra["centre"]?.means ?? []);
  const [outcome, choose] = useState(one.settled || "accepted");
  const [by, reach] = useState("telephone");
  return html`<li data-leaf=${one.leaf}><b>${one.name}</b><span>${one.title}</span><span class="soft">${one.stratum}</span>
    <span class="soft mono small">${one.leaf.slice(0, 12)}</span>
    ${!one.settled && one.notice && html`<p data-notice>${o("sayOnly")}${either(one.notice)}</p>
      <select aria-label=${o("meansOf", { name: one.name })} value=${by} onChange=${(/** @type {any} */ e) => reach(e.target.value)}>
        ${means.map((code) => html`<option value=${code}>${said(code)}</option>`)}</select>`}
    ${one.settled ? html`<span>${o("settled")}：${said(one.settled)}</span>` : html`
      <select aria-label=${o("outcomeOf", { name: one.name })} value=${outcome} onChange=${(/** @type {any} */ e) => choose(e.target.value)}>
        ${outcomes.map((code) => html`<option value=${code}>${said(code)}</option>`)}</select>`}
    <${Step} store=${store} action="record-outcome" label=${o("record")} describe=${o("recordFor", { name: one.name })} primary=${first}
      consequence=${o("recordAsk", { name: one.name, outcome: said(outcome) })} params=${() => ({ leaf: one.leaf, outcome, means: by })} /></li>`;
}

/** @param {{store: Store, page: import("../desk/types.js").Page}} props */
export function Members({ store, page }) {
  const members = /** @type {Hall | undefined} */ (store.extra["hall"])?.members ?? [];
  const may = page.actions.includes("record-outcome");
  const more = page.board.next !== "record-outcome" && may;
  return html`${more && (/** @type {Hall | undefined} */ (store.extra["hall"])?.candidates ?? []).length > 0 && html`
      <${Panel} title=${o("candidates")}><${Others} store=${store} /><//>`}
    <${Panel} title=${o("ownMembers")}>
    ${members.length === 0 ? html`<p>${o("nobody")}</p>` : html`<${Table} label=${o("ownMembers")}
      head=${[o("person"), o("jobTitle"), o("specialtyCode"), o("seatOf"), o("deed")]}
      rows=${members.map((one) => [one.name, one.title, one.stratum, one.seat || o("notSeated"),
        may ? html`<${Leave} key=${one.leaf} store=${store} one=${one} />` : ""])} />`}<//>`;
}

/** Reserves still to be called while something else is to be done first. @param {{store: Store}} props */
const Others = ({ store }) => html`<ul class="list">${/** @type {Hall} */ (store.extra["hall"]).candidates.map((one) => html`
  <${Candidate} key=${one.leaf} store=${store} one=${one} first=${false} />`)}</ul>`;

/** @param {{store: Store, one: Person}} props */
function Leave({ store, one }) {
  const [outcome, choose] = useState("withdrawn");
  return html`<div class="row"><select aria-label=${o("outcomeOf", { name: one.name })} value=${outcome} onChange=${(/** @type {any} */ e) => choose(e.target.value)}>
      ${LEAVING.map((code) => html`<option value=${code}>${said(code)}</option>`)}</select>
    <${Step} store=${store} action="record-outcome" label=${o("leaves")} describe=${o("leavesFor", { name: one.name })} danger
      consequence=${o("leavesAsk", { name: one.name })} params=${() => ({ leaf: one.leaf, outcome })} /></div>`;
}
