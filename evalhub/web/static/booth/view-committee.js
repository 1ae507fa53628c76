/** Everybody's scores in verification, by member number, and the form to point one out (87号令 art 64(4)). */

import { either } from "../shared/i18n.js";
import { html, Panel, useState } from "../shared/ui.js";
import { bidderName } from "./model.js";
import { t } from "./text.js";
import { memberName } from "./view-sheets.js";

/** @typedef {import("./app.js").App} App */

/** @param {{app: App}} props */
export function Committee({ app }) {
  const scores = app.view?.scores ?? [];
  const members = [...new Set(scores.map((row) => row.member))];
  const bidders = [...new Set(scores.map((row) => row.bidder))];
  const factors = (app.memory.form?.factors ?? []).filter((each) => each.kind === "subjective");
  const [bidder, chooseBidder] = useState("");
  const shown = bidders.includes(bidder) ? bidder : bidders[0] ?? "";
  if (!scores.length) return null;
  const score = (/** @type {string} */ member, /** @type {string} */ factor) =>
    scores.find((row) => row.member === member && row.bidder === shown && row.factor === factor)?.score ?? "—";
  return html`<${Panel} title=${t("committeeScores")}>
    <label class="field short"><span>${t("bidder")}</span><select value=${shown} onChange=${(/** @type {any} */ e) => chooseBidder(e.target.value)}>
      ${bidders.map((code) => html`<option value=${code}>${bidderName(app.view, code)}</option>`)}</select></label>
    <div class="scroll" tabindex="0" role="region" aria-label=${`${t("committeeScores")} · ${bidderName(app.view, shown)}`}><table><thead><tr><th scope="col">${t("item")}</th>
      ${members.map((member) => html`<th scope="col" class="number">${memberName(app, member)}</th>`)}</tr></thead>
      <tbody>${factors.map((each) => html`<tr><th scope="row">${either(each.title)}</th>${members.map((member) => html`<td class="number">${score(member, each.code)}</td>`)}</tr>`)}</tbody></table></div>
    <${Raise} app=${app} bidder=${shown} members=${members.filter((member) => member !== app.view?.alias)} factors=${factors} /><//>`;
}

/** @param {{app: App, bidder: string, members: string[], factors: {code: string, title: import("../shared/i18n.js").Text2}[]}} props */
function Raise({ app, bidder, members, factors }) {
  const [open, show] = useState(false);
  const [said, say] = useState({ member: "", factor: "", direction: "", reason: "" });
  if (!open) return html`<button onClick=${() => show(true)}>${t("raise")}</button>`;
  const set = (/** @type {Partial<typeof said>} */ change) => say({ ...said, ...change });
  const ready = said.member && said.direction && said.reason.trim();
  const send = () => {
    void app.say("raise_finding", { bidder, ...said, reason: said.reason.trim() });
    show(false);
  };
  return html`<div class="finding-form"><p class="soft">${t("raiseHint", { bidder: bidderName(app.view, bidder) })}</p>
    <label class="field short"><span>${t("raiseMember")}</span><select value=${said.member} onChange=${(/** @type {any} */ e) => set({ member: e.target.value })}>
      <option value=""></option>${members.map((member) => html`<option value=${member}>${memberName(app, member)}</option>`)}</select></label>
    <label class="field short"><span>${t("item")}</span><select value=${said.factor} onChange=${(/** @type {any} */ e) => set({ factor: e.target.value })}>
      <option value="">${t("total")}</option>${factors.map((each) => html`<option value=${each.code}>${either(each.title)}</option>`)}</select></label>
    <label class="field short"><span>${t("raiseDirection")}</span><select value=${said.direction} onChange=${(/** @type {any} */ e) => set({ direction: e.target.value })}>
      <option value=""></option><option value="high">${t("high")}</option><option value="low">${t("low")}</option></select></label>
    <label class="field"><span>${t("explanation")}</span><textarea maxlength="4000" value=${said.reason} onInput=${(/** @type {any} */ e) => set({ reason: e.target.value })}></textarea></label>
    <div class="row"><button onClick=${() => show(false)}>${t("raiseNot")}</button>
      <button class="push" disabled=${!ready || app.ui.busy || app.view?.paused} onClick=${send}>${t("send")}</button></div></div>`;
}
