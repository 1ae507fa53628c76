/** The three sheets: vote for the chair, preliminary examination, scores. Everything by keyboard. */

import { plain, shown, sure, tidy } from "../shared/decimal.js";
import { either } from "../shared/i18n.js";
import { Glyph, html, Mark, useRef } from "../shared/ui.js";
import { bidderName } from "./model.js";
import { cell, cellFaults, factorOf, faults, filled, readEntry, total, wanted } from "./sheet.js";
import { t } from "./text.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./sheet.js").Form} Form */
/** @typedef {import("./sheet.js").Factor} Factor */
/** @typedef {import("./sheet.js").Item} Item */
/** @typedef {{app: App}} Props */

const GROUPS = /** @type {const} */ (["formal", "qualification", "responsiveness"]);

/** @param {App} app @returns {Form} */
const formOf = (app) => /** @type {Form} */ (app.form);

/** How a member is called: by number only. @param {App} app @param {string} alias */
export function memberName(app, alias) {
  const n = alias.replace(/^member-/, "");
  return t(alias === app.view?.alias ? "memberYou" : "member", { n });
}

// -- what stands below every sheet ---------------------------------------------------------------------------------------

/** Progress, undo, redo, next open item, on to sealing. @param {Props} props */
export function Tools({ app }) {
  const form = formOf(app);
  const [done, all] = [filled(form, app.draft), wanted(form).length];
  return html`<div class="tools" role="group" aria-label=${t("toSeal")}>
    <span class="progress"><progress max=${all} value=${done} aria-hidden="true"></progress><span>${t("done", { done, all })}</span></span>
    <button class="small" disabled=${!app.draft.past.length} onClick=${() => app.undo()} title="Ctrl+Z"><${Glyph} shape="undo" />${t("undo")}</button>
    <button class="small" disabled=${!app.draft.future.length} onClick=${() => app.redo()} title="Ctrl+Y"><${Glyph} shape="redo" />${t("redo")}</button>
    <button class="small" disabled=${done === all} onClick=${() => nextOpen(app)}>${t("nextOpen")}</button>
    <button class="primary" onClick=${() => app.show({ ceremony: true, error: null })}>${t("toSeal")}</button>
  </div>`;
}

/** Go to the first cell with something to do, after the one under the hand. @param {App} app */
export function nextOpen(app) {
  const form = formOf(app);
  const keys = wanted(form);
  const at = keys.indexOf(app.ui.cell) + 1;
  const ordered = [...keys.slice(at), ...keys.slice(0, at)];
  const key = ordered.find((each) => cellFaults(form, app.draft, each).length);
  if (key) goTo(app, key);
}

/** Show a cell and put the hand on it. @param {App} app @param {string} key */
export function goTo(app, key) {
  const bidder = key.split("/")[1] ?? "";
  app.show({ ceremony: false, cell: key, bidder });
  queueMicrotask(() => {
    // After the drawing that `show` asked for, before the next stroke.
    const found = /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(key)}"]`));
    found?.focus();
    found?.scrollIntoView({ block: "nearest" });
  });
}

/** Ctrl+Z and Ctrl+Y take back and repeat across the whole sheet. @param {App} app @param {KeyboardEvent} event */
function history(app, event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return false;
  event.preventDefault();
  if (key === "y" || event.shiftKey) app.redo();
  else app.undo();
  return true;
}

// -- chair ---------------------------------------------------------------------------------------------------------------

/** @param {Props} props */
export function Vote({ app }) {
  const form = formOf(app);
  return html`<section class="panel narrow"><h1>${t("voteTitle")}</h1><p>${t("voteHint")}</p>
    <fieldset class="plainset"><legend class="hidden">${t("voteLabel")}</legend>
      ${form.candidates.map((alias, at) => html`<label class="choice big"><input type="radio" name="choice" data-key=${at ? undefined : "choice"}
        checked=${cell(app.draft, "choice") === alias} onChange=${() => app.edit("choice", alias)} /><span>${memberName(app, alias)}</span></label>`)}
    </fieldset></section>`;
}

// -- preliminary examination -----------------------------------------------------------------------------------------------

/** @param {Props} props */
export function Examine({ app }) {
  const form = formOf(app);
  const bidder = form.bidders.includes(app.ui.bidder) ? app.ui.bidder : String(form.bidders[0]);
  return html`<div class="examine" onKeyDown=${(/** @type {KeyboardEvent} */ event) => history(app, event)}>
    <nav class="bids" aria-label=${t("bids")}>${form.bidders.map((code) => html`<${BidTab} app=${app} form=${form} code=${code} now=${code === bidder} />`)}</nav>
    <section class="items" aria-label=${bidderName(app.view, bidder)}>
      <h1>${t("examineTitle")} · ${bidderName(app.view, bidder)}</h1><p class="soft small">${t("examineKeys")}</p>
      ${GROUPS.map((group) => html`<${ItemGroup} app=${app} form=${form} bidder=${bidder} group=${group} />`)}
    </section></div>`;
}

/** @param {{app: App, form: Form, code: string, now: boolean}} props */
function BidTab({ app, form, code, now }) {
  const keys = form.items.map((item) => `mark/${code}/${item.code}`);
  const done = keys.filter((key) => !cellFaults(form, app.draft, key).length).length;
  const failing = keys.some((key) => cell(app.draft, key) === "fail");
  const shape = failing ? "cross" : done === keys.length ? "tick" : done ? "pen" : "absent";
  return html`<button class="plain bid" aria-current=${now ? "true" : undefined} onClick=${() => app.show({ bidder: code })}>
    <span>${bidderName(app.view, code)}</span><${Mark} shape=${shape} tone=${failing ? "bad" : done === keys.length ? "good" : ""}>${t("bidDone", { done, all: keys.length })}<//></button>`;
}

/** @param {{app: App, form: Form, bidder: string, group: Item["group"]}} props */
function ItemGroup({ app, form, bidder, group }) {
  const items = form.items.filter((item) => item.group === group);
  if (!items.length) return null;
  return html`<h2>${t(group)}</h2>${items.map((item) => html`<${ItemRow} app=${app} form=${form} bidder=${bidder} item=${item} key=${`${bidder}/${item.code}`} />`)}`;
}

/** @param {{app: App, form: Form, bidder: string, item: Item}} props */
function ItemRow({ app, form, bidder, item }) {
  const key = `mark/${bidder}/${item.code}`;
  const value = cell(app.draft, key);
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    const mark = { 1: "pass", 0: "fail" }[event.key.normalize("NFKC")];
    if (!mark && event.key !== "Enter") return;
    event.preventDefault();
    if (mark) app.edit(key, mark);
    if (event.key === "Enter" || mark === "pass") next(app, form, key);
    else goTo(app, `ground/${bidder}/${item.code}`);
  };
  return html`<div class=${`item ${value}`}>
    <div class="item-text"><strong>${item.code}</strong> ${either(item.title)}<br /><small class="soft">${t("ground", { text: either(item.ground) })}</small></div>
    <div class="pair" role="radiogroup" aria-label=${either(item.title)} onKeyDown=${keys}>
      ${/** @type {const} */ (["pass", "fail"]).map((mark) => html`<label class=${`choice ${mark}`}><input type="radio" name=${key} checked=${value === mark}
        data-key=${mark === "pass" ? key : undefined} onFocus=${() => app.show({ cell: key })} onChange=${() => app.edit(key, mark)} /><span>${t(mark)}</span></label>`)}
    </div>
    ${value === "fail" ? html`<${FailReason} app=${app} form=${form} mark=${key} rest=${`${bidder}/${item.code}`} />` : null}
  </div>`;
}

/** @param {App} app @param {Form} form @param {string} key */
function next(app, form, key) {
  const keys = wanted(form);
  const following = keys[keys.indexOf(key) + 1];
  if (following) goTo(app, following);
}

/** @param {{app: App, form: Form, mark: string, rest: string}} props */
function FailReason({ app, form, mark, rest }) {
  const fault = cellFaults(form, app.draft, mark)[0];
  const [ground, reason, evidence, page] = ["ground", "reason", "evidence", "page"].map((part) => `${part}/${rest}`);
  return html`<div class="fail-reason">
    <label class="field"><span>${t("listedGround")}</span><select data-key=${ground} aria-invalid=${String(fault?.key === ground)}
      onChange=${(/** @type {any} */ event) => app.edit(String(ground), event.target.value)}>
      <option value="" selected=${!cell(app.draft, String(ground))}>${t("chooseGround")}</option>
      ${form.grounds.map((each) => html`<option value=${each.code} selected=${cell(app.draft, String(ground)) === each.code}>${either(each.article)} · ${either(each.title)}</option>`)}
    </select></label>
    <label class="field"><span>${t("reason")}</span><${Typed} app=${app} id=${reason} invalid=${fault?.key === reason} max="200" /></label>
    <label class="field"><span>${t("evidence")}</span><${Typed} app=${app} id=${evidence} invalid=${fault?.key === evidence} max="200" /></label>
    <label class="field page"><span>${t("page")}</span><${Typed} app=${app} id=${page} invalid=${fault?.key === page} max="5" /></label>
    ${fault ? html`<p class="error">${t(fault.problem)}</p>` : null}</div>`;
}

/** An input whose every stroke is kept. @param {{app: App, id: string, invalid: boolean, max: string}} props */
function Typed({ app, id, invalid, max }) {
  const strokes = useRef(0);
  return html`<input data-key=${id} value=${cell(app.draft, id)} maxlength=${max} autocomplete="off" aria-invalid=${String(invalid)}
    onFocus=${() => (strokes.current = 0)} onInput=${(/** @type {any} */ event) => app.edit(id, event.target.value, strokes.current++ > 0)} />`;
}

// -- scores ----------------------------------------------------------------------------------------------------------------

/** @param {Props} props */
export function Score({ app }) {
  const form = formOf(app);
  return html`<div class="score" onKeyDown=${(/** @type {KeyboardEvent} */ event) => history(app, event)}>
    <div class="grid"><table><caption class="hidden">${t("scoreTitle")}</caption>
      <thead><tr><th scope="col">${t("factor")}</th>${form.bidders.map((code) => html`<th scope="col" title=${bidderName(app.view, code)}><span class="clamp">${bidderName(app.view, code)}</span></th>`)}</tr></thead>
      <tbody>${form.factors.map((factor) => html`<tr class=${app.ui.cell.endsWith(`/${factor.code}`) ? "now" : ""}>
        <th scope="row"><span class="factor-title">${factor.code} ${either(factor.title)}</span> <small class="soft nowrap">${t("full", { highest: factor.highest })}${factor.kind === "objective" ? ` · ${t("objective")}` : ""}${factor.entry === "deduction" ? ` · ${t("deduct")}` : ""}</small></th>
        ${form.bidders.map((code) => html`<td><${factor.entry === "options" ? OptionCell : ScoreCell} app=${app} form=${form} bidder=${code} factor=${factor} /></td>`)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">${t("sum")} <small class="soft">${t("sumHint")}</small></th>${form.bidders.map((code) => html`<td class="number"><strong data-total=${code}>${shown(total(form, app.draft, code))}</strong></td>`)}</tr></tfoot>
    </table></div>
    <${Criterion} app=${app} form=${form} /></div>`;
}

/** One of a closed list of values, in words. @param {{app: App, bidder: string, factor: Factor}} props */
function OptionCell({ app, bidder, factor }) {
  const key = `score/${bidder}/${factor.code}`;
  return html`<select class="cell" data-key=${key} value=${cell(app.draft, key)}
    aria-label=${t("scoreCell", { bidder: bidderName(app.view, bidder), factor: either(factor.title), highest: factor.highest })}
    onFocus=${() => app.show({ cell: key })} onChange=${(/** @type {any} */ event) => app.edit(key, event.target.value)}>
    <option value="">${t("chooseOption")}</option>
    ${factor.options.map((option) => html`<option value=${plain(sure(option.value))}>${t("optionText", { value: plain(sure(option.value)), title: either(option.title) })}</option>`)}
  </select>`;
}

/** @param {{app: App, form: Form, bidder: string, factor: Factor}} props */
function ScoreCell({ app, form, bidder, factor }) {
  const key = `score/${bidder}/${factor.code}`;
  const strokes = useRef(0);
  const value = cell(app.draft, key);
  const { problem } = readEntry(value, factor);
  const invalid = problem !== null && (app.ui.cell !== key || strokes.current === 0);
  /** @param {KeyboardEvent & {target: HTMLInputElement}} event */
  const keys = (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const [across = 0, down = 0] = step(event);
    if (!across && !down) return;
    event.preventDefault();
    if (event.key === "Enter" && problem) {
      strokes.current = 0;
      event.target.select();
      app.update();
    } else move(form, bidder, factor, across, down);
  };
  return html`<input class="cell number" inputmode="decimal" autocomplete="off" data-key=${key} value=${value}
    aria-label=${t(factor.entry === "deduction" ? "deductCell" : "scoreCell", { bidder: bidderName(app.view, bidder), factor: either(factor.title), highest: factor.highest })}
    aria-invalid=${String(invalid)} aria-describedby=${invalid && app.ui.cell === key ? "cell-error" : undefined}
    onFocus=${(/** @type {any} */ event) => {
      strokes.current = 0;
      event.target.select();
      app.show({ cell: key });
    }}
    onBlur=${() => {
      strokes.current = 0;
      app.edit(key, tidy(value), true);
    }}
    onInput=${(/** @type {any} */ event) => app.edit(key, event.target.value, strokes.current++ > 0)} onKeyDown=${keys} />`;
}

/** Where a key leads: [across, down]. ← and → leave a cell only at its ends. @param {KeyboardEvent & {target: HTMLInputElement}} event */
function step({ key, target, shiftKey }) {
  const { selectionStart: start, selectionEnd: end, value } = target;
  const whole = start === 0 && end === value.length;
  if (key === "Enter") return [0, shiftKey ? -1 : 1];
  if (key === "ArrowDown") return [0, 1];
  if (key === "ArrowUp") return [0, -1];
  if (key === "ArrowLeft" && (whole || end === 0)) return [-1, 0];
  if (key === "ArrowRight" && (whole || start === value.length)) return [1, 0];
  return [0, 0];
}

/** To the neighbouring cell; from the foot of a column to the head of the next. @param {Form} form @param {string} bidder @param {Factor} factor @param {number} across @param {number} down */
function move(form, bidder, factor, across, down) {
  const rows = form.factors.length;
  const column = form.bidders.indexOf(bidder) + across;
  const at = column * rows + form.factors.indexOf(factor) + down;
  const to = wanted(form)[at];
  if (to && column >= 0 && column < form.bidders.length) {
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(to)}"]`))?.focus();
  }
}

/** What may be given. @param {Factor} factor */
function rangeText(factor) {
  const [lowest, highest, step] = [sure(factor.lowest), sure(factor.highest), sure(factor.step)];
  if (factor.entry === "deduction") return t("deductFrom", { highest: plain(highest), most: plain(highest - lowest), step: plain(step) });
  if (factor.entry === "options") return factor.options.map((option) => t("optionText", { value: plain(sure(option.value)), title: either(option.title) })).join(" / ");
  return t("range", { lowest: plain(lowest), highest: plain(highest), step: plain(step) });
}

/** The criterion of the cell under the hand, its range, what is wrong, the remark. @param {{app: App, form: Form}} props */
function Criterion({ app, form }) {
  const keys = wanted(form);
  const key = keys.includes(app.ui.cell) ? app.ui.cell : String(keys[0]);
  const [, bidder = "", code = ""] = key.split("/");
  const factor = factorOf(form, code);
  const value = cell(app.draft, key);
  const { problem } = readEntry(value, factor);
  return html`<aside class="criterion" aria-label=${t("criterion")}>
    <h1>${factor.code} ${either(factor.title)}</h1>
    <p class="soft">${bidderName(app.view, bidder)}</p>
    <p class="criterion-text">${either(factor.criterion)}</p>
    <p><strong>${rangeText(factor)}</strong>
      ${factor.reason_below === null ? null : html`<br /><span>${t("reasonBelow", { score: plain(sure(factor.reason_below)) })}</span>`}
      ${factor.reason_above === null ? null : html`<br /><span>${t("reasonAbove", { score: plain(sure(factor.reason_above)) })}</span>`}
      ${factor.kind === "objective" ? html`<br /><span class="soft">${t("objectiveHint")}</span>` : null}</p>
    <p id="cell-error" class="error" role="status">${problem ? html`<${Mark} shape="cross" tone="bad">${t(problem, { value: tidy(value), ...factor })}<//>` : ""}</p>
    <label class="field"><span>${t("remark")}</span><${Remark} app=${app} id=${`remark/${bidder}/${code}`} key=${`${bidder}/${code}`} /></label>
    <p class="soft small">${t("scoreKeys")}</p></aside>`;
}

/** @param {{app: App, id: string}} props */
function Remark({ app, id }) {
  const strokes = useRef(0);
  return html`<textarea data-key=${id} maxlength="200" value=${cell(app.draft, id)} onFocus=${() => (strokes.current = 0)}
    onInput=${(/** @type {any} */ event) => app.edit(id, event.target.value, strokes.current++ > 0)}></textarea>`;
}

/** Whether anything is wrong with the sheet as a whole. @param {App} app */
export const sheetFaults = (app) => faults(formOf(app), app.draft);
