/** Deliberation: what the members decide together. Answers show when everybody has answered. */

import { either } from "../shared/i18n.js";
import { html, Panel, useState } from "../shared/ui.js";
import { bidderName } from "./model.js";
import { t } from "./text.js";
import { memberName } from "./view-sheets.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./model.js").Matter} Matter */

const ANSWERS = /** @type {const} */ ({ agree: "answerAgree", disagree: "answerDisagree", "look-again": "answerLook" });

/** @param {{app: App}} props */
export function Deliberation({ app }) {
  const matters = app.view?.matters ?? [];
  const settled = matters.every((matter) => matter.outcome);
  return html`<section class="wide deliberation"><h1>${t("matterTitle")}</h1><p>${t("matterHint")}</p>
    ${matters.map((matter) => html`<${MatterCard} app=${app} matter=${matter} key=${`${matter.code}/${matter.round}`} />`)}
    ${app.view?.alias === app.view?.chair ? html`<${Chair} app=${app} settled=${settled} />` : settled ? html`<p>${t("matterChairCloses")}</p>` : null}</section>`;
}

/** @param {App} app @param {Matter} matter */
function titleOf(app, matter) {
  const bidder = matter.bidder ? bidderName(app.view, matter.bidder) : "";
  if (matter.kind === "rejection") return t("matterRejection", { bidder });
  return matter.kind === "competition" ? t("matterCompetition") : matter.text || bidder;
}

/** @param {{app: App, matter: Matter}} props */
function MatterCard({ app, matter }) {
  return html`<${Panel} title=${`${matter.code} ${titleOf(app, matter)}`}>
    ${matter.basis ? html`<p>${either(matter.basis.article)} · ${either(matter.basis.title)}</p>` : null}
    ${matter.proposals.length ? html`<ul>${matter.proposals.map((one) => html`<li>${t("matterProposal", { member: memberName(app, one.member), item: one.item, reason: one.reason, evidence: one.evidence, page: one.page })}</li>`)}</ul>` : null}
    ${matter.rounds.map((answers, at) => html`<h3>${t("matterRound", { round: at + 1 })}</h3>
      <ul>${answers.map((one) => html`<li>${memberName(app, one.member)} · ${t(ANSWERS[one.answer])}${one.reason ? ` · ${one.reason}` : ""}</li>`)}</ul>`)}
    ${matter.outcome ? html`<p><strong>${t(matter.outcome === "carried" ? "matterCarried" : "matterNotCarried")}</strong></p>`
      : matter.waits ? html`<${Answer} app=${app} matter=${matter} />` : html`<p>${t("matterAnswered")}</p>`}<//>`;
}

/** @param {{app: App, matter: Matter}} props */
function Answer({ app, matter }) {
  const [answer, choose] = useState("");
  const [reason, setReason] = useState("");
  const wants = answer === "look-again" || (matter.kind !== "question" && answer !== "agree") || matter.kind === "competition" || matter.round > 1;
  const fault = !answer ? t("matterChoose") : wants && !reason.trim() ? t("needReason") : "";
  const send = () => void app.say("answer_matter", { matter: matter.code, round: matter.round, answer, reason });
  const open = /** @type {(keyof typeof ANSWERS)[]} */ (matter.look ? ["agree", "disagree", "look-again"] : ["agree", "disagree"]);
  return html`<fieldset class="plainset"><legend>${t("matterYours", { round: matter.round })}</legend>
    ${open.map((each) => html`<label class="choice"><input type="radio" name=${`answer-${matter.code}`} value=${each} checked=${answer === each} onChange=${() => choose(each)} /><span>${t(ANSWERS[each])}</span></label>`)}</fieldset>
    <label class="field"><span>${t("matterReason")}</span><textarea maxlength="1000" value=${reason} onInput=${(/** @type {any} */ e) => setReason(e.target.value)}></textarea></label>
    <div class="row"><span class="soft">${fault}</span><button class="primary push" disabled=${Boolean(fault) || app.ui.busy || app.view?.paused} onClick=${send}>${t("send")}</button></div>`;
}

/** @param {{app: App, settled: boolean}} props */
function Chair({ app, settled }) {
  const [text, write] = useState("");
  const put = () => {
    void app.say("put_question", { text });
    write("");
  };
  return html`<${Panel} title=${t("matterChair")}>
    <label class="field"><span>${t("matterQuestion")}</span><textarea maxlength="500" value=${text} onInput=${(/** @type {any} */ e) => write(e.target.value)}></textarea></label>
    <div class="row"><button disabled=${!text.trim() || app.ui.busy || app.view?.paused} onClick=${put}>${t("matterPut")}</button>
      <button class="primary push" disabled=${!settled || app.ui.busy || app.view?.paused} onClick=${() => void app.say("close_deliberation", {})}>${t("matterClose")}</button></div><//>`;
}
