/** From the ticket to the signed declaration. */

import { either, sentence } from "../shared/i18n.js";
import { groups, samePrint } from "../shared/roster.js";
import { Banner, html, Mark, Panel, useEffect, useRef, useState } from "../shared/ui.js";
import { bidderName, readScan, tidyTicket } from "./model.js";
import { selfTest } from "./selftest.js";
import { t } from "./text.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {{app: App}} Props */

const READ_SECONDS = 9;

/** The print that came with a scanned ticket, until it is compared. */
let scanned = "";

/** @param {Props} props */
export function Ticket({ app }) {
  const [parts, setParts] = useState(["", "", ""]);
  const [short, setShort] = useState(false);
  const { refused } = app.link;
  const ticket = parts.join("");
  /** @param {Event} event */
  const send = (event) => {
    event.preventDefault();
    setShort(ticket.length !== 12);
    if (ticket.length === 12) void app.link.present(ticket);
  };
  /** @param {string} text */
  const take = (text) => {
    const scan = readScan(text);
    scanned = scan.print;
    setParts([0, 4, 8].map((at) => scan.ticket.slice(at, at + 4)));
  };
  const offline = app.connection === "broken" || app.connection === "joining";
  return html`<form class="panel narrow" onSubmit=${send} aria-labelledby="ticket-title">
    <h1 id="ticket-title">${t("ticketTitle")}</h1><p>${t("ticketHint")}</p>
    <${TicketBoxes} parts=${parts} set=${setParts} take=${take} wrong=${short || Boolean(refused)} />
    ${short ? html`<p class="error" role="alert">${t("ticketShort", { n: ticket.length })}</p>`
    : refused ? html`<p class="error" role="alert">${refused.code === "ticket-unknown" ? t("ticketUnknown") : sentence(refused.code, refused.detail)}</p>` : null}
    <p class="soft">${t("ticketOnce")}</p>
    <${Readiness} app=${app} />
    <div class="row"><button class="primary push" disabled=${offline}>${t("ticketGo")}</button></div>
  </form>`;
}

/** Three boxes of four; what is too long for one flows into the next; a paste fills them all. @param {{parts: string[], set: (parts: string[]) => void, take: (text: string) => void, wrong: boolean}} props */
function TicketBoxes({ parts, set, take, wrong }) {
  const boxes = useRef(/** @type {HTMLDivElement | null} */ (null));
  /** @param {number} at */
  const focus = (at) => boxes.current?.querySelectorAll("input")[at]?.focus();
  /** @param {number} at @param {InputEvent & {target: HTMLInputElement}} event */
  const typed = (at, event) => {
    if (event.isComposing) return;
    const next = flow(parts, at, tidyTicket(event.target.value));
    event.target.value = String(next[at]);
    set(next);
    if (next[at]?.length === 4 && parts[at]?.length !== 4 && at < 2) focus(at + 1);
  };
  return html`<div class="ticket" ref=${boxes} onPaste=${(/** @type {ClipboardEvent} */ event) => {
    event.preventDefault();
    take(event.clipboardData?.getData("text") ?? "");
    focus(2);
  }}>
    ${parts.map((part, at) => html`<input class="mono" value=${part} autocomplete="off" autocapitalize="characters" spellcheck=${false}
      aria-label=${t("ticketPart", { n: at + 1 })} aria-invalid=${String(wrong)} autofocus=${at === 0}
      onFocus=${(/** @type {any} */ event) => event.target.select()}
      onInput=${(/** @type {any} */ event) => typed(at, event)} onCompositionEnd=${(/** @type {any} */ event) => typed(at, event)}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Backspace" && part === "" && at > 0 && focus(at - 1)} />`)}
  </div>`;
}

/** The groups with `text` typed into one of them. @param {string[]} parts @param {number} at @param {string} text */
function flow(parts, at, text) {
  const next = [...parts];
  for (let box = at, rest = text; box < 3 && (box === at || rest); box++) {
    next[box] = rest.slice(0, 4);
    rest = rest.slice(4);
  }
  return next;
}

/** What is known of this computer before the ticket. @param {Props} props */
const Readiness = ({ app }) => {
  const skew = app.clock.skew();
  return html`<ul class="checks">
    <li><${Mark} shape="tick" tone="good">${t("okBrowser")}<//></li>
    <li>${app.client.complete
      ? html`<${Mark} shape="tick" tone="good">${t("okClient", { print: groups(app.client.digest.slice(0, 16)) })}<//>`
      : html`<${Mark} shape="cross" tone="bad">${t("noClient")}<//>`}</li>
    <li>${skew === null ? html`<${Mark} shape="ring">${t("noClock")}<//>`
      : html`<${Mark} shape="tick" tone="good">${t("okClock", { seconds: (skew / 1000).toFixed(1) })}<//>`}</li></ul>`;
};

/** @param {Props} props */
export function Compare({ app }) {
  const print = app.link.offered?.print ?? "";
  const [places] = useState(twoPlaces);
  const [typed, setTyped] = useState(["", ""]);
  const [wrong, setWrong] = useState(false);
  const all = print.split(" ");
  const right = scanned ? samePrint(scanned, print) : places.every((place, at) => samePrint(typed[at] ?? "", String(all[place])));
  /** @param {Event} event */
  const send = (event) => {
    event.preventDefault();
    setWrong(!right);
    if (right) void app.link.redeem();
  };
  const { seat, title_zh, title_en } = app.memory;
  return html`<form class="panel narrow" onSubmit=${send} aria-labelledby="compare-title">
    <h1 id="compare-title">${t("compareTitle")}</h1>
    <dl class="facts"><dt>${t("project")}</dt><dd>${either({ zh: title_zh, en: title_en })}</dd>
      <dt>${t("yourSeat")}</dt><dd><strong>${seat.split("/")[1]}</strong></dd></dl>
    ${scanned ? null : html`<p>${t("compareHint", { a: places[0] + 1, b: places[1] + 1 })}</p><div class="row">
      ${places.map((place, at) => html`<label class="field"><span>${t("compareGroup", { n: place + 1 })}</span>
        <input class="mono print4" value=${typed[at]} autocomplete="off" spellcheck=${false} autofocus=${at === 0} aria-invalid=${String(wrong)}
          onInput=${(/** @type {any} */ e) => setTyped(typed.map((old, index) => (index === at ? e.target.value : old)))} /></label>`)}</div>`}
    ${wrong ? html`<${Banner} tone="bad" role="alert">${t("compareWrong")}<//>` : null}
    <div class="row"><button type="button" onClick=${() => void app.link.decline()}>${t("compareBack")}</button>
      <button class="primary push">${t("compareGo")}</button></div>
  </form>`;
}

/** Two of the eight groups, by chance, so that nobody knows beforehand which are copied. @returns {[number, number]} */
function twoPlaces() {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
  const first = a % 8;
  const second = (first + 1 + (b % 7)) % 8;
  return first < second ? [first, second] : [second, first];
}

/** @param {Props} props */
export function SelfTest({ app }) {
  const [checks, setChecks] = useState(/** @type {import("./selftest.js").Check[] | null} */ (null));
  const ready = app.clock.now() !== null;
  useEffect(() => {
    if (ready) void selfTest(app).then(setChecks);
  }, [ready]);
  const send = () => void app.say("report_self_test", { checks: checks?.map(({ name, passed, detail }) => ({ name, passed, detail })) });
  return html`<div class="narrow"><${Panel} first title=${t("selftestTitle")}><p>${t("selftestHint")}</p>
    <ul class="checks" aria-live="polite">${checks
      ? checks.map((check) => html`<li><${Mark} shape=${check.passed ? "tick" : "cross"} tone=${check.passed ? "good" : "bad"}>${t(check.text, check.values)}<//></li>`)
      : html`<li><${Mark} shape="ring">${t("selftestRun")}<//></li>`}</ul>
    <div class="row"><button class="primary push" disabled=${!checks || app.ui.busy || app.view?.paused} onClick=${send}>${t("selftestGo")}</button></div><//></div>`;
}

/** @param {Props} props */
export function Declare({ app }) {
  const bidders = app.view?.bidders ?? [];
  const [answers, setAnswers] = useState(/** @type {Record<string, "none" | "conflict">} */ ({}));
  const [reasons, setReasons] = useState(/** @type {Record<string, string>} */ ({}));
  const [accepted, setAccepted] = useState(false);
  const seconds = useCountdown(READ_SECONDS);
  const missing = bidders.filter(({ code }) => !answers[code] || (answers[code] === "conflict" && !reasons[code]?.trim()));
  const send = () => void app.say("declare_recusal", {
    answers: bidders.map(({ code }) => ({
      bidder: code, conflict: answers[code] === "conflict", reason: answers[code] === "conflict" ? reasons[code]?.trim() : "",
    })),
    discipline: true,
  });
  return html`<div class="panel wide"><h1>${t("declareTitle")}</h1><p>${t("declareHint")}</p>
    ${bidders.map(({ code }) => html`<${BidderAnswer} name=${bidderName(app.view, code)} code=${code} answer=${answers[code]} reason=${reasons[code] ?? ""}
      set=${(/** @type {"none"} */ answer) => setAnswers({ ...answers, [code]: answer })} say=${(/** @type {string} */ text) => setReasons({ ...reasons, [code]: text })} />`)}
    <h2>${t("discipline")}</h2>
    <ol class="discipline">${[1, 2, 3, 4, 5, 6].map((n) => html`<li>${t(/** @type {"discipline1"} */ (`discipline${n}`))}</li>`)}</ol>
    <div class="dock">
    <label class="choice"><input type="checkbox" checked=${accepted} disabled=${seconds > 0} onChange=${() => setAccepted(!accepted)} />
      <span>${t("disciplineAccept")}${seconds > 0 ? html` <span class="soft">${t("readFirst", { seconds })}</span>` : null}</span></label>
    <div class="row">${missing.length ? html`<span class="soft">${t("declareMissing", { count: missing.length })}</span>` : null}
      <button class="primary push" disabled=${!accepted || missing.length > 0 || app.ui.busy || app.view?.paused} onClick=${send}>${t("declareGo")}</button></div>
    </div>
  </div>`;
}

/** @param {{name: string, code: string, answer: string | undefined, reason: string, set: (answer: "none" | "conflict") => void, say: (text: string) => void}} props */
const BidderAnswer = ({ name, code, answer, reason, set, say }) => html`<div class="answer" role="radiogroup" aria-label=${name}>
  <strong>${name}</strong>
  <label class="choice"><input type="radio" name=${`answer-${code}`} checked=${answer === "none"} onChange=${() => set("none")} /><span>${t("noConflict")}</span></label>
  <label class="choice"><input type="radio" name=${`answer-${code}`} checked=${answer === "conflict"} onChange=${() => set("conflict")} /><span>${t("conflict")}</span></label>
  ${answer === "conflict" ? html`<label class="field full"><span>${t("conflictReason")}</span>
    <input value=${reason} maxlength="200" onInput=${(/** @type {any} */ e) => say(e.target.value)} /></label>` : null}
</div>`;

/** Seconds still to wait. @param {number} from */
export function useCountdown(from) {
  const [left, setLeft] = useState(from);
  useEffect(() => {
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000);
    return () => clearInterval(timer);
  }, []);
  return left;
}
