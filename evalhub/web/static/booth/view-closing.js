/** Verification, report, the end. */

import { hex, sha256, utf8 } from "../shared/bytes.js";
import { either } from "../shared/i18n.js";
import { groups } from "../shared/roster.js";
import { t as shared } from "../shared/text.js";
import { Banner, html, Mark, Panel, useEffect, useState } from "../shared/ui.js";
import { bidderName, receiptCode } from "./model.js";
import { readScore } from "./sheet.js";
import { t } from "./text.js";
import { Committee } from "./view-committee.js";
import { memberName } from "./view-sheets.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./model.js").Finding} Finding */
/** @typedef {{app: App}} Props */

const KINDS = /** @type {const} */ ({ range: "kindRange", sum: "kindSum", objective: "kindObjective", deviation: "kindDeviation", outlier: "kindOutlier", abnormal: "kindAbnormal" });

/** @param {Props} props */
export function Wait({ app }) {
  const { view } = app;
  const sentence = view?.phase === "replacing" ? "waitReplacing"
    : view?.phase === "rollback" ? "waitRollback"
    : view?.phase === "signing" || view?.phase === "closed" ? (view.countersigned ? "waitCountersigned" : "waitSigned")
    : view?.phase === "verification" || view?.phase === "report" ? "waitVerification"
    : view?.phase === "opened" || view?.phase === "summary" ? "waitRound" : "waitCheckin";
  return html`<section class="panel narrow"><h1>${t("waitTitle")}</h1><p>${t(sentence)}</p>
    ${view?.chair ? html`<p>${t("chairIs", { member: memberName(app, view.chair) })}</p>` : null}
    ${view?.phase === "verification" ? html`<${Committee} app=${app} />` : null}
    ${view?.votes.length && view.phase === "opened" ? html`<ul>${view.votes.map((row) => html`<li>${t("votes", { member: memberName(app, row.member), votes: row.votes })}</li>`)}</ul>` : null}</section>`;
}

// -- verification -----------------------------------------------------------------------------------------------------------

/** @param {Props} props */
export function Findings({ app }) {
  return html`<section class="wide"><h1>${t("findingsTitle")}</h1><p>${t("findingsHint")}</p>
    ${app.view?.findings.map((finding) => html`<${FindingCard} app=${app} finding=${finding} key=${finding.code} />`)}
    <${Committee} app=${app} /></section>`;
}

/** @param {App} app */
const judged = (app) => (app.memory.form?.factors ?? []).filter((each) => each.kind === "subjective");

/** @param {App} app @param {string} bidder @param {string} code */
const ownScore = (app, bidder, code) => app.view?.scores.find((each) => each.member === app.view?.alias && each.bidder === bidder && each.factor === code)?.score ?? "";

/** @param {App} app @param {string} code */
const factor = (app, code) => app.memory.form?.factors.find((each) => each.code === code) ?? null;

/** @param {{app: App, finding: Finding}} props */
function FindingCard({ app, finding }) {
  const [how, setHow] = useState(/** @type {"" | "correct" | "explain"} */ (finding.kind === "range" ? "correct" : finding.kind === "sum" ? "explain" : ""));
  const [score, setScore] = useState("");
  const [reason, setReason] = useState("");
  const total = !finding.factor && finding.kind !== "sum";
  const [chosen, choose] = useState(finding.factor);
  const row = factor(app, chosen);
  const before = total ? ownScore(app, finding.bidder, chosen) : finding.own;
  const read = row ? readScore(score, row) : { value: "", problem: null };
  const fault = !reason.trim() ? t("needReason") : how === "correct" && !read.value && !read.problem ? t("needScore") : "";
  const send = () => void (how === "correct"
    ? app.say("correct_item", { finding: finding.code, ground: finding.ground, bidder: finding.bidder, factor: chosen, before, after: read.value, reason: reason.trim() })
    : app.say("explain_finding", { finding: finding.code, explanation: reason.trim() }));
  const title = `${bidderName(app.view, finding.bidder)} · ${row && !total ? either(row.title) : t("total")}`;
  if (finding.closed) return html`<${Panel} title=${title}><${Mark} shape="tick" tone="good">${t("closed")}<//><//>`;
  return html`<${Panel} title=${title} id=${`finding-${finding.code}`}>
    <p>${t(KINDS[finding.kind])}${finding.direction ? html` <strong>${t(finding.direction === "high" ? "high" : "low")}</strong>` : null}</p>
    ${finding.by ? html`<p>${t("raisedBy", { member: memberName(app, finding.by), reason: finding.detail })}</p>` : null}${row && !total ? html`<p class="soft">${either(row.criterion)}</p>` : null}
    ${finding.own ? html`<p><strong>${t("ownScore", { score: finding.own })}</strong></p>` : null}
    <div class="row" role="group" aria-label=${title}>
      ${finding.kind === "sum" || !(row || total) ? null : html`<button aria-pressed=${String(how === "correct")} onClick=${() => setHow("correct")}>${t("correct")}</button>`}
      ${finding.kind === "range" ? null : html`<button aria-pressed=${String(how === "explain")} onClick=${() => setHow("explain")}>${t("explain")}</button>`}</div>
    ${how ? html`<div class="finding-form">
      ${how === "correct" && total ? html`<label class="field"><span>${t("whichItem")}</span><select value=${chosen} onChange=${(/** @type {any} */ e) => choose(e.target.value)}>
        <option value="">${t("chooseItem")}</option>${judged(app).map((each) => html`<option value=${each.code}>${either(each.title)}（${ownScore(app, finding.bidder, each.code)}）</option>`)}</select></label>` : null}
      ${how === "correct" && row ? html`<label class="field short"><span>${t("newScore")}</span><input class="number" value=${score} inputmode="decimal" aria-invalid=${String(read.problem !== null)} onInput=${(/** @type {any} */ e) => setScore(e.target.value)} />
        ${read.problem ? html`<span class="error" role="alert">${t(read.problem, { value: score, ...row })}</span>` : null}</label>` : null}
      <label class="field"><span>${t("explanation")}</span><textarea maxlength="4000" value=${reason} onInput=${(/** @type {any} */ e) => setReason(e.target.value)}></textarea></label>
      <div class="row"><span class="soft">${fault}</span><button class="primary push" disabled=${Boolean(fault || read.problem) || app.ui.busy || app.view?.paused} onClick=${send}>${t("send")}</button></div></div>` : null}<//>`;
}

// -- report -----------------------------------------------------------------------------------------------------------------

/** @param {Props} props */
export function Report({ app }) {
  const text = app.link.report;
  const [digest, setDigest] = useState("");
  useEffect(() => {
    if (text) void sha256(utf8(text)).then((bytes) => setDigest(hex(bytes)));
  }, [text]);
  if (!text || !digest) return html`<${Panel} first title=${t("reportTitle")}><p>${t("reportWaits")}</p><//>`;
  const matches = digest === app.view?.report;
  return html`<article class="wide report"><h1>${t("reportTitle")}</h1>
    ${matches ? html`<p><${Mark} shape="tick" tone="good">${t("reportMatches")}<//></p>` : html`<${Banner} tone="bad" role="alert">${t("reportDiffers")}<//>`}
    <dl class="facts"><dt>${t("reportPrint")}</dt><dd class="mono">${groups(digest.slice(0, 32))}</dd></dl>
    ${matches ? html`<${ReportBody} app=${app} report=${JSON.parse(text)} /><${Answer} app=${app} />` : null}</article>`;
}

/** @param {{app: App, report: any}} props */
const ReportBody = ({ app, report }) => html`
  <${Panel} title=${either(report.project.title)}><p>${report.project.procuring_entity} · ${report.project.agent}</p><//>
  <${Panel} title=${t("ranking")}><div class="scroll" tabindex="0" role="region" aria-label=${t("perBid")}><table><thead><tr><th scope="col">${t("rank")}</th><th scope="col">${t("bidder")}</th>
    ${partsOf(report).map((part) => html`<th scope="col" class="number">${partName(part)}</th>`)}<th scope="col" class="number">${t("priceScore")}</th><th scope="col" class="number">${report.project.method === "lowest-price" ? t("evaluatedPrice") : t("totalScore")}</th><th scope="col" class="number">${t("price")}</th></tr></thead>
    <tbody>${report.ranking.map((/** @type {any} */ row) => html`<${RankRow} app=${app} report=${report} row=${row} />`)}</tbody></table></div><//>
  <${Panel} title=${t("members")}><ul class="plainlist">${report.members.map((/** @type {any} */ member) => html`<li>${memberName(app, member.alias)}${member.chair ? ` · ${t("chair")}` : ""}</li>`)}</ul><//>
  <${Panel} title=${t("rejected")}>${rejectedOf(report).length ? html`<ul>${rejectedOf(report).map((bid) => html`<li>${t("rejectedFor", { bidder: bidderName(app.view, bid.bidder), items: bid.failed.map((/** @type {string} */ code) => itemTitle(report, code)).join(" / ") })}</li>`)}</ul>` : html`<p>${t("noneRejected")}</p>`}<//>
  <${Panel} title=${t("corrections")}><${Corrections} app=${app} report=${report} /><//>`;

/** @param {any} report @returns {string[]} */
const partsOf = (report) => (report.summary.rows[0]?.parts ?? []).map((/** @type {any} */ part) => part.part);

/** @param {string} part */
const partName = (part) => (part === "technical" ? t("technical") : part === "business" ? t("business") : part);

/** Thousands apart, for reading only. @param {string} amount */
const money = (amount) => amount === "0" ? "—" : amount.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

/** @param {any} report @returns {any[]} */
const rejectedOf = (report) => report.bids.filter((/** @type {any} */ bid) => !bid.valid);

/** @param {any} report @param {string} code */
const itemTitle = (report, code) => either(report.project.examination.find((/** @type {any} */ item) => item.code === code)?.title ?? { zh: code, en: code });

/** @param {{app: App, report: any, row: any}} props */
function RankRow({ app, report, row }) {
  const sums = report.summary.rows.find((/** @type {any} */ each) => each.bidder === row.bidder);
  return html`<tr><td class="number">${row.rank}</td><th scope="row">${bidderName(app.view, row.bidder)}${row.candidate ? html`<br /><${Mark} shape="tick" tone="good">${t("candidate")}<//>` : null}</th>
    ${partsOf(report).map((part) => html`<td class="number">${sums?.parts.find((/** @type {any} */ each) => each.part === part)?.score}</td>`)}
    <td class="number">${sums?.price_score ?? "—"}</td><td class="number"><strong>${row.total}</strong></td><td class="number">${money(row.price)}</td></tr>`;
}

/** @param {{app: App, report: any}} props */
function Corrections({ app, report }) {
  /** @param {string} code */
  const title = (code) => either([...report.project.factors, ...report.project.adjustments].find((/** @type {any} */ each) => each.code === code)?.title ?? { zh: code, en: code });
  const finding = new Map(report.findings.map((/** @type {any} */ each) => [each.code, each]));
  const kept = report.closings.filter((/** @type {any} */ closing) => closing.how === "explained");
  if (!report.corrections.length && !kept.length) return html`<p>${t("noCorrections")}</p>`;
  return html`<ul>
    ${report.corrections.map((/** @type {any} */ c) => html`<li>${t("corrected", { ...c, bidder: bidderName(app.view, c.bidder), factor: title(c.factor) })}</li>`)}
    ${kept.map((/** @type {any} */ c) => html`<li>${t("explained", { bidder: bidderName(app.view, finding.get(c.finding)?.bidder ?? ""), factor: title(finding.get(c.finding)?.factor ?? ""), reason: c.text })}</li>`)}</ul>`;
}

/** One of the answers the law knows; not answering leaves it open. @param {Props} props */
function Answer({ app }) {
  const [answer, setAnswer] = useState(/** @type {"" | "signed" | "dissent" | "refused"} */ (""));
  const [text, setText] = useState("");
  const ready = answer && (answer !== "dissent" || text.trim());
  const send = () => void app.say("sign_report", { report: app.view?.report, answer, text: answer === "dissent" ? text.trim() : "" });
  return html`<${Panel} title=${t("answerTitle")}><fieldset class="plainset"><legend class="hidden">${t("answerTitle")}</legend>
    ${/** @type {const} */ ([["signed", "answerSigned"], ["dissent", "answerDissent"], ["refused", "answerRefused"]]).map(([value, name]) => html`<label class="choice"><input type="radio" name="answer" checked=${answer === value} onChange=${() => setAnswer(value)} /><span>${t(name)}</span></label>`)}</fieldset>
    ${answer === "dissent" ? html`<label class="field"><span>${t("dissentText")}</span><textarea maxlength="4000" value=${text} onInput=${(/** @type {any} */ e) => setText(e.target.value)}></textarea></label>` : null}
    <div class="row"><span class="soft">${t("answerSure")}</span><button class="primary push" disabled=${!ready || app.ui.busy || app.view?.paused} onClick=${send}>${t("answerGo")}</button></div><//>`;
}

/** The report as a PDF, with all answers in it: this booth's key signs it when its turn has come. @param {Props} props */
export function Countersign({ app }) {
  const ready = app.link.maySign && !app.ui.busy && !app.view?.paused;
  return html`<${Panel} first title=${t("countersignTitle")}><p>${t("countersignWhat")}</p>
    <dl class="facts"><dt>${t("pdfPrint")}</dt><dd class="mono">${groups((app.view?.sign ?? "").slice(0, 32))}</dd></dl>
    <div class="row"><span class="soft" role="status">${app.link.maySign ? t("countersignSure") : t("countersignWaits")}</span>
      <button class="primary push" disabled=${!ready} onClick=${() => void app.act(() => app.link.countersign())}>${t("countersignGo")}</button></div><//>`;
}

// -- the end ------------------------------------------------------------------------------------------------------------------

/** @param {Props} props */
export function Over({ app }) {
  const archived = app.view?.phase === "archived" && !app.view.ended;
  return html`<section class="panel narrow"><h1>${t("overTitle")}</h1><p>${t(archived ? "overArchived" : "overFailed")}</p>
    <${Receipts} app=${app} /><${Leave} app=${app} /></section>`;
}

/** @param {Props} props */
export const Vacated = ({ app }) => html`<section class="panel narrow"><h1>${t("vacatedTitle")}</h1><p>${t("vacatedLong")}</p><${Leave} app=${app} /></section>`;

/** @param {Props} props */
function Receipts({ app }) {
  const sealed = Object.values(app.memory.sealed);
  if (!sealed.length) return null;
  return html`<h2>${t("yourReceipts")}</h2><ul class="plainlist">${sealed.map((each) => html`<li class="mono">${receiptCode(each.digest)}</li>`)}</ul>`;
}

/** @param {Props} props */
function Leave({ app }) {
  const [asked, setAsked] = useState(false);
  if (!asked) return html`<button onClick=${() => setAsked(true)}>${t("leave")}</button>`;
  return html`<${Banner} tone="warn"><p>${t("leaveSure")}</p><div class="row"><button onClick=${() => setAsked(false)}>${shared("cancel")}</button>
    <button class="primary" onClick=${() => void app.leave()}>${t("leave")}</button></div><//>`;
}
