/**
 * Questions to bidders at a console: the text without its asker, what in it could tell who asked, and the decision of those
 * who vet. The host also hands out the file for the bidders and files their answers.
 */

import { html, Mark, Panel, useEffect, useState } from "../shared/ui.js";
import { act } from "./api.js";
import { moment } from "./frame.js";
import { Step } from "./step.js";
import { d } from "./text.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Page} Page */
/** @typedef {import("./types.js").Question} Question */
/** @typedef {{kind: string, start: number, end: number, text: string}} Sign */
/** @typedef {{question: Question, signs: Sign[]}} Vetted */

const STATES = /** @type {const} */ ({
  asked: "clAsked", returned: "clReturned", sent: "clSent", refused: "clRefused", withdrawn: "clWithdrawn",
  answered: "clAnswered", late: "clLate", lapsed: "clLapsed",
});
const KINDS = /** @type {const} */ ({ question: "clQuestion", "abnormally-low": "clLow", "price-confirmation": "clPrice" });
const SIGNS = /** @type {const} */ ({
  seat: "signSeat", room: "signRoom", member: "signMember", name: "signName", telephone: "signTelephone", "identity-number": "signIdentity",
});

/** @param {{store: Store, page: Page}} props */
export function Clarifications({ store, page }) {
  const rows = page.board.progress.clarifications;
  const [found, show] = useState(/** @type {Vetted[]} */ ([]));
  const state = JSON.stringify(rows);
  useEffect(() => {
    if (rows.length) void act(store.session, "clarifications").then((all) => show(all.questions));
  }, [state]);
  if (!rows.length) return null;
  return html`<${Panel} title=${d("clTitle")} id="clarifications">
    ${page.actions.includes("file-answer") && html`<${HandOut} store=${store} />`}
    ${found.map((one) => html`<${Row} key=${one.question.code} store=${store} page=${page} one=${one} />`)}<//>`;
}

/** @param {{store: Store, page: Page, one: Vetted}} props */
function Row({ store, page, one: { question, signs } }) {
  const may = (/** @type {string} */ action) => page.actions.includes(action);
  const mine = question.status === "asked" && !question.approved.includes(page.board.me);
  const code = { clarification: question.code };
  const held = question.kind === "question";
  return html`<section class="question" aria-label=${question.code} data-question=${question.code}>
    <h3>${d(KINDS[question.kind])} · ${question.bidder} <span class="mono small">${question.code}</span></h3>
    <p><b>${d(STATES[question.status])}</b>${question.needed ? ` · ${d("clNeeded")}` : ""}${question.deadline ? ` · ${d("clDue", { time: moment(question.deadline) })}` : ""}</p>
    ${question.text && html`<p>${question.text}</p>`}
    ${signs.length > 0 && html`<p role="alert"><${Mark} shape="warn" tone="bad">${d("clSigns")}<//> ${signs.map((sign) => html`<mark>${d(SIGNS[/** @type {"seat"} */ (sign.kind)])}：${sign.text}</mark> `)}</p>`}
    ${question.answer && html`<p>${d("clAnswer", { answer: question.answer })}</p>`}
    ${may("vet") && mine && html`<div class="row">
      <${Step} store=${store} action="vet" label=${d("clApprove")} describe=${d("clApproveFor", { code: question.code })} consequence=${d("clApproveAsk", { bidder: question.bidder })} params=${() => ({ ...code, decision: "approve" })} />
      ${held && html`<${Step} store=${store} action="vet" label=${d("clReturn")} describe=${d("clReturnFor", { code: question.code })} consequence=${d("clReturnAsk")} reason params=${() => ({ ...code, decision: "return" })} />
      <${Step} store=${store} action="vet" label=${d("clRefuse")} describe=${d("clRefuseFor", { code: question.code })} consequence=${d("clRefuseAsk")} reason danger params=${() => ({ ...code, decision: "refuse" })} />`}</div>`}
    ${may("file-answer") && question.status === "sent" && html`<${File} store=${store} code=${question.code} />
      <${Step} store=${store} action="close-clarification" label=${d("clLapse")} describe=${d("clLapseFor", { code: question.code })} consequence=${d("clLapseAsk")} params=${() => code} />`}
  </section>`;
}

/** The file for the bidders; made when asked for, so that it has every question that is out. @param {{store: Store}} props */
function HandOut({ store }) {
  const save = async () => {
    const found = await act(store.session, "notices");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(found)], { type: "application/json" }));
    link.download = `questions-${store.session}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return html`<p><button type="button" onClick=${() => void save()}>${d("clHandOut")}</button> <span class="soft">${d("clHandOutHint")}</span></p>`;
}

/** @param {{store: Store, code: string}} props */
function File({ store, code }) {
  const [answer, write] = useState("");
  return html`<label class="field"><span>${d("clFileText")}</span><textarea class="mono" value=${answer} onInput=${(/** @type {any} */ e) => write(e.target.value)}></textarea></label>
    <${Step} store=${store} action="file-answer" label=${d("clFile")} describe=${d("clFileFor", { code })} consequence=${d("clFileAsk")} disabled=${!answer.trim()}
      params=${() => ({ clarification: code, answer: answer.trim() })} />`;
}
