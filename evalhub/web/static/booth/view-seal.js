/** Review, seal, receipt: three acts, each said in words. Nothing is sealed without a tick and a pause to think again. */

import { beijing } from "../shared/clock.js";
import { hex, sha256 } from "../shared/bytes.js";
import { shown } from "../shared/decimal.js";
import { either } from "../shared/i18n.js";
import { groups } from "../shared/roster.js";
import { t as shared } from "../shared/text.js";
import { Banner, Glyph, html, Mark, useEffect, useState } from "../shared/ui.js";
import { bidderName, receiptCode, unseen } from "./model.js";
import { cell, factorOf, readEntry, sheetBytes, total } from "./sheet.js";
import { t } from "./text.js";
import { goTo, memberName, sheetFaults } from "./view-sheets.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./sheet.js").Form} Form */
/** @typedef {{app: App}} Props */

const CANCEL_SECONDS = 5;
const SHOWN_FAULTS = 12;

/** @param {Props} props */
export function Ceremony({ app }) {
  const form = /** @type {Form} */ (app.form);
  const [ticked, setTicked] = useState(false);
  const [left, setLeft] = useState(/** @type {number | null} */ (null));
  const missing = sheetFaults(app);
  useEffect(() => {
    if (left === null) return undefined;
    if (left === 0) return void app.seal();
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const sealing = left !== null || app.ui.busy;
  return html`<section class="panel wide ceremony" aria-labelledby="seal-title"><h1 id="seal-title">${t("sealTitle")}</h1>
    <p>${t("sealHint")}</p>
    ${missing.length ? html`<${Missing} app=${app} form=${form} missing=${missing} />` : null}
    <${SheetTable} app=${app} form=${form} />
    ${missing.length ? null : html`<${Prints} app=${app} form=${form} />`}
    <div class="dock">${missing.length ? null : html`<label class="choice"><input type="checkbox" checked=${ticked} disabled=${sealing} onChange=${() => setTicked(!ticked)} /><span>${t("sealTick")}</span></label>`}
    <div class="row">
      ${left !== null ? html`<button onClick=${() => setLeft(null)} disabled=${left === 0}>${t("sealStop")}</button>
        <strong class="push" role="timer" aria-live="assertive">${left ? t("sealIn", { seconds: left }) : t("sealOn")}</strong>`
      : html`<button onClick=${() => app.show({ ceremony: false })}>${t("sealBack")}</button>
        ${missing.length ? null : html`<button class="seal push" disabled=${!ticked || app.ui.busy || app.view?.paused} onClick=${() => setLeft(CANCEL_SECONDS)}>${t("sealGo")}</button>`}`}
    </div></div></section>`;
}

/** @param {{app: App, form: Form, missing: import("./sheet.js").Fault[]}} props */
const Missing = ({ app, form, missing }) => html`<${Banner} tone="warn" role="alert"><p>${t("sealMissing", { count: missing.length })}</p>
  <ul class="missing">${missing.slice(0, SHOWN_FAULTS).map(({ key, problem }) => html`<li><button class="plain" onClick=${() => goTo(app, key)}>${cellName(app, form, key)}</button> ${faultText(app, form, key, problem)}</li>`)}
  ${missing.length > SHOWN_FAULTS ? html`<li>…</li>` : null}</ul><//>`;

/** @param {App} app @param {Form} form @param {string} key @param {import("./sheet.js").Fault["problem"]} problem */
function faultText(app, form, key, problem) {
  if (!key) return t("sheetTooLong");
  const [kind, , code = ""] = key.split("/");
  return t(problem, kind === "score" ? { value: cell(app.draft, key), ...factorOf(form, code) } : {});
}

/** @param {App} app @param {Form} form @param {string} key */
function cellName(app, form, key) {
  const [kind, bidder = "", code = ""] = key.split("/");
  if (kind === "choice") return t("voteLabel");
  const row = [...form.items, ...form.factors].find((each) => each.code === code);
  return `${bidderName(app.view, bidder)} · ${row ? either(row.title) : code}`;
}

/** The whole sheet, read-only, as it will be sealed. @param {{app: App, form: Form}} props */
function SheetTable({ app, form }) {
  if (form.stage === "chair") return html`<p class="big">${t("voteChosen")} <strong>${cell(app.draft, "choice") ? memberName(app, cell(app.draft, "choice")) : "—"}</strong></p>`;
  const rows = form.stage === "preliminary" ? form.items : form.factors;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("sheetLabel")}><table class="review">
    <thead><tr><th scope="col">${t("factor")}</th>${form.bidders.map((code) => html`<th scope="col">${bidderName(app.view, code)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row">${row.code} ${either(row.title)}</th>${form.bidders.map((code) => html`<td class="number"><${Shown} app=${app} form=${form} bidder=${code} code=${row.code} /></td>`)}</tr>`)}</tbody>
    ${form.stage === "detailed" ? html`<tfoot><tr><th scope="row">${t("sum")}</th>${form.bidders.map((code) => html`<td class="number"><strong>${shown(total(form, app.draft, code))}</strong></td>`)}</tr></tfoot>` : null}
  </table></div>`;
}

/** @param {{app: App, form: Form, bidder: string, code: string}} props */
function Shown({ app, form, bidder, code }) {
  if (form.stage === "preliminary") {
    const mark = cell(app.draft, `mark/${bidder}/${code}`);
    if (!mark) return html`—`;
    const reason = cell(app.draft, `reason/${bidder}/${code}`);
    return mark === "pass" ? html`<${Mark} shape="tick" tone="good">${t("pass")}<//>` : html`<${Mark} shape="cross" tone="bad">${t("fail")}<//><br /><small>${reason}</small>`;
  }
  const typed = cell(app.draft, `score/${bidder}/${code}`);
  const { value, problem } = readEntry(typed, factorOf(form, code));
  const remark = cell(app.draft, `remark/${bidder}/${code}`);
  return html`${problem ? html`<span class="error">${typed}</span>` : value || "—"}${remark ? html`<br /><small class="soft">${remark}</small>` : null}`;
}

/** Both fingerprints. @param {{app: App, form: Form}} props */
function Prints({ app, form }) {
  const [print, setPrint] = useState("");
  useEffect(() => void sha256(sheetBytes(form, app.draft)).then((digest) => setPrint(groups(hex(digest).slice(0, 32)))), [app.draft]);
  return html`<dl class="facts"><dt>${t("sheetPrint")}</dt><dd class="mono">${print}</dd>
    <dt>${t("clientPrint")}</dt><dd class="mono">${groups(app.memory.client.slice(0, 32))}</dd></dl>`;
}

/** After sealing: the stamp and the receipt. @param {Props} props */
export function Sealed({ app }) {
  const { view, memory } = app;
  const own = unseen(memory) ?? (view ? memory.sealed[view.round] : undefined);
  const digest = own?.digest ?? view?.envelope ?? "";
  if (!view || !digest) return html`<section class="panel narrow"><h1>${t("sealOn")}</h1><${Banner}>${t("receiptOnWay")}<//></section>`;
  return html`<section class="panel narrow sealed"><h1 class="stamp"><${Glyph} shape="sealed" />${t("sealedStamp")}</h1>
    <p>${own ? t("sealedHint") : t("sealedOther")}</p>
    <p>${t("receiptCode")}</p><p class="receipt mono" data-receipt>${receiptCode(digest)}</p>
    ${own ? html`<${Verdict} verdict=${own.verdict} /><dl class="facts"><dt>${t("sealedAt")}</dt><dd>${shared("time", { time: beijing(Date.parse(own.at)) })}</dd>
      <dt>${t("yourSeat")}</dt><dd>${memory.seat}</dd><dt>${t("project")}</dt><dd>${either({ zh: memory.title_zh, en: memory.title_en })}</dd></dl>` : null}
    <div class="row no-print"><button onClick=${() => window.print()}>${t("print")}</button>
      ${own && !own.seen ? html`<button class="primary push" onClick=${() => app.written(own.round)}>${t("written")}</button>` : html`<span class="push">${t("sealedWait")}</span>`}</div></section>`;
}

/** @param {{verdict: import("../shared/note.js").Verdict}} props */
const Verdict = ({ verdict }) =>
  verdict === "right" ? html`<p><${Mark} shape="tick" tone="good">${t("receiptRight")}<//></p>`
  : verdict === "wrong" ? html`<${Banner} tone="bad" role="alert">${t("receiptWrong")}<//>`
  : html`<${Banner} tone="warn">${t("receiptUnchecked")}<//>`;
