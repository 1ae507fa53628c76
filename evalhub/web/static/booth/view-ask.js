/** Questions to bidders: one's own on their way, those answered for all, and a new one. The form under way is kept meanwhile. */

import { beijingTime } from "../shared/clock.js";
import { html, Mark, Panel, useState } from "../shared/ui.js";
import { bidderName } from "./model.js";
import { t } from "./text.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./model.js").Question} Question */

const STATES = /** @type {const} */ ({
  asked: "askAsked", returned: "askReturned", sent: "askSent", refused: "askRefused", withdrawn: "askWithdrawn",
  answered: "askAnswered", late: "askLate", lapsed: "askLapsed",
});
const KINDS = /** @type {const} */ ({ question: "askKind", "abnormally-low": "askLow", "price-confirmation": "askPrice" });

const TESTS = /** @type {const} */ ({ mean: "askMean", second: "askSecond", ceiling: "askCeiling" });

/** Screens on which a question can be asked or read. @param {App} app */
export const mayAsk = (app) => ["examine", "score", "sealed"].includes(app.screen) || app.view?.phase === "deliberation";

/** @param {{app: App}} props */
export function Questions({ app }) {
  const rows = app.view?.clarifications ?? [];
  return html`<section class="wide"><h1>${t("askTitle")}</h1><p>${t("askHint")}</p>
    <p><button onClick=${() => app.show({ asking: false })}>${t("askBack")}</button></p>
    ${rows.map((row) => html`<${Row} app=${app} row=${row} key=${row.code} />`)}
    ${mayAsk(app) ? html`<${NewQuestion} app=${app} />` : null}</section>`;
}

/** @param {{app: App, row: Question}} props */
function Row({ app, row }) {
  const done = row.status === "answered";
  return html`<${Panel} title=${`${t(KINDS[row.kind])} · ${bidderName(app.view, row.bidder)}`} id=${`question-${row.code}`}>
    <p><${Mark} shape=${done ? "tick" : "dot"} tone=${done ? "good" : ""}>${t(STATES[row.status])}<//> <span class="mono small">${row.code}</span></p>
    ${row.text ? html`<p>${row.text}</p>` : null}
    ${row.tests.map((hit) => html`<p>${t("askTest", { ...hit, test: t(TESTS[hit.test]) })}</p>`)}
    ${row.price ? html`<p>${t("askCorrected", { price: row.price.price })}</p>` : null}
    ${row.reason ? html`<p><strong>${t("askReason", { reason: row.reason })}</strong></p>` : null}
    ${row.status === "sent" && row.deadline ? html`<p class="soft">${t("askDue", { time: beijingTime(Date.parse(row.deadline)) })}</p>` : null}
    ${row.answer ? html`<p><strong>${t("askAnswer", { answer: row.answer })}</strong></p>` : null}
    ${row.confirmed === null ? null : html`<p>${t(row.confirmed ? "askConfirmed" : "askDeclined")}</p>`}
    ${row.attachments.map((file) => html`<p class="soft">${t("askFile", { name: file.name })}</p>`)}
    ${row.own && row.status === "returned" ? html`<${Amend} app=${app} row=${row} />` : null}<//>`;
}

/** @param {{app: App, row: Question}} props */
function Amend({ app, row }) {
  const [text, write] = useState(row.text);
  return html`<label class="field"><span>${t("askText")}</span><textarea maxlength="2000" value=${text} onInput=${(/** @type {any} */ e) => write(e.target.value)}></textarea></label>
    <div class="row"><button class="primary push" disabled=${!text.trim() || app.ui.busy || app.view?.paused}
      onClick=${() => void app.say("amend_clarification", { clarification: row.code, text: text.trim() })}>${t("askAmend")}</button></div>`;
}

/** @param {{app: App}} props */
function NewQuestion({ app }) {
  const known = app.view?.valid.length ? app.view.valid : (app.view?.bidders ?? []).map((each) => each.code);
  const [bidder, choose] = useState("");
  const [text, write] = useState("");
  const [needed, need] = useState(false);
  const send = async () => {
    const outcome = await app.say("ask_clarification", { bidder, text: text.trim(), kind: "question", needed });
    if (!outcome.code) write("");
  };
  return html`<${Panel} title=${t("askNew")}>
    <label class="field"><span>${t("bidder")}</span><select value=${bidder} onChange=${(/** @type {any} */ e) => choose(e.target.value)}>
      <option value="">${t("askChoose")}</option>${known.map((code) => html`<option value=${code}>${bidderName(app.view, code)}</option>`)}</select></label>
    <label class="field"><span>${t("askText")}</span><textarea maxlength="2000" value=${text} onInput=${(/** @type {any} */ e) => write(e.target.value)}></textarea></label>
    <label class="choice"><input type="checkbox" checked=${needed} onChange=${() => need(!needed)} /><span>${t("askNeeded")}</span></label>
    <div class="row"><span class="soft">${t("askCare")}</span><button class="primary push" disabled=${!bidder || !text.trim() || app.ui.busy || app.view?.paused} onClick=${() => void send()}>${t("askSend")}</button></div><//>`;
}
