/** The booth's frame: bar, steps, banners, the step under way, the call for staff. */

import { span } from "../shared/clock.js";
import { either, sentence } from "../shared/i18n.js";
import { t as shared } from "../shared/text.js";
import { Banner, Bar, Clock, Glyph, html, Mark, Panel, Steps, useState } from "../shared/ui.js";
import { foreignSeal, stepOf, warning } from "./model.js";
import { t } from "./text.js";
import { Compare, Declare, SelfTest, Ticket } from "./view-checkin.js";
import { Countersign, Findings, Over, Report, Vacated, Wait } from "./view-closing.js";
import { mayAsk, Questions } from "./view-ask.js";
import { Deliberation } from "./view-matters.js";
import { Ceremony, Sealed } from "./view-seal.js";
import { Examine, Score, Tools, Vote } from "./view-sheets.js";

/** @typedef {import("./app.js").App} App */

const SCREENS = {
  ticket: Ticket, compare: Compare, joining: Joining, selftest: SelfTest, declare: Declare, wait: Wait, vote: Vote,
  examine: Examine, score: Score, sealed: Sealed, matters: Deliberation, findings: Findings, report: Report, countersign: Countersign, over: Over, vacated: Vacated,
};

/** @param {{app: App}} props */
export function Booth({ app }) {
  const { screen } = app;
  const sealing = app.ui.ceremony && ["vote", "examine", "score"].includes(screen);
  const asking = app.ui.asking && !sealing && Boolean(app.view);
  const Screen = sealing ? Ceremony : asking ? Questions : SCREENS[screen];
  if (app.ui.stopped) return html`<${Top} app=${app} /><main id="main" class="narrow"><${Panel} first title=${t("secondPage")}><p>${t("replaced")}</p><//></main>`;
  return html`
    <${Top} app=${app} />
    <nav class="way"><${Steps} label=${t("steps")} at=${stepOf(screen, app.view)}
      steps=${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => t(/** @type {"step0"} */ (`step${n}`)))} /><${TimeLeft} app=${app} /></nav>
    <main id="main" tabindex="-1" class=${screen === "score" && !sealing && !asking ? "fill" : ""}><${Notices} app=${app} /><${Screen} app=${app} /></main>
    <${Foot} app=${app} />`;
}

/** @param {{app: App}} props */
const Top = ({ app }) => {
  const seat = app.memory.seat.split("/")[1];
  return html`<${Bar} title=${seat ? t("seat", { seat }) : t("title")} place=${either(app.facts.title)}>
    ${app.view?.rehearsal ? html`<span class="rehearsal" title=${shared("rehearsalLong")}>${shared("rehearsal")}</span>` : null}
    <${Connection} app=${app} />
    <${Clock} ms=${app.clock.now()} />
  <//>`;
};

/** @param {{app: App}} props */
const Connection = ({ app }) => {
  const { connection } = app;
  const shape = connection === "connected" ? "dot" : connection === "joining" ? "ring" : "warn";
  return html`<span role="status" class="connection" data-connection=${connection}>
    <${Mark} shape=${shape} tone=${connection === "connected" ? "" : "warn"}>${t(connection)}<//>
    ${app.link.queue ? html`<span class="queue">${t("queue", { count: app.link.queue })}</span>` : null}</span>`;
};

/** @param {{app: App}} props */
function TimeLeft({ app }) {
  if (app.left === null || app.view?.phase !== "sealing") return null;
  return html`<p class="left" title=${t("leftHint")}><strong>${t("left", { span: span(app.left) })}</strong></p>`;
}

/** Whatever has to be said above the step under way. @param {{app: App}} props */
function Notices({ app }) {
  const { view, ui } = app;
  const open = ["vote", "examine", "score"].includes(app.screen);
  const due = open ? warning(app.left) : null;
  return html`
    ${view?.paused ? html`<${Banner} tone="warn">${t("paused")}<//>` : null}
    ${app.connection === "broken" ? html`<${Banner} tone="warn">${t("brokenLong")}<//>` : null}
    ${due !== null ? html`<${Banner} tone=${due > 10 ? "info" : "warn"}>${t(/** @type {"warn5"} */ (`warn${due}`))}<//>` : null}
    ${view && foreignSeal(app.memory, view) ? html`<${Banner} tone="bad" role="alert">${t("foreignSeal")}<//>` : null}
    ${app.saveState === "failed" ? html`<${Banner} tone="bad" role="alert">${t("savedNot")}<//>` : null}
    ${ui.error ? html`<${Banner} tone="bad" role="alert">${sentence(ui.error.code, ui.error.detail)}<//>` : null}
    ${ui.away ? html`<${Banner} tone="info"><div class="row"><span>${t("back")}</span>
      <button class="push" onClick=${() => app.show({ away: false })}>${t("understood")}</button></div><//>` : null}`;
}

/** @param {{app: App}} props */
function Joining({ app }) {
  const { refused } = app.link;
  return html`<div class="narrow"><${Panel} first title=${t("waiting")}>${refused ? html`<p>${sentence(refused.code, refused.detail)}</p>` : null}<//></div>`;
}

/** The call for staff; always at the same place. @param {{app: App}} props */
function Foot({ app }) {
  return html`<footer class="foot no-print">
    ${["vote", "examine", "score"].includes(app.screen) && !app.ui.ceremony ? html`<${Tools} app=${app} />` : null}
    <${SaveState} app=${app} />
    ${mayAsk(app) && !app.ui.ceremony ? html`<button class="push" aria-pressed=${String(app.ui.asking)} onClick=${() => app.show({ asking: !app.ui.asking })}>${t("askTitle")}</button>` : null}
    ${app.ui.help === "open" ? html`<${HelpForm} app=${app} />` : html`
      ${app.ui.help === "sent" ? html`<span role="status" class="small">${t("helpSent")}</span>` : null}
      <button class="push" onClick=${() => app.show({ help: "open" })}><${Glyph} shape="call" />${t("help")}</button>`}
  </footer>`;
}

/** @param {{app: App}} props */
function SaveState({ app }) {
  if (!app.saveState || !app.form) return html`<span class="soft small"></span>`;
  if (app.saveState === "saving") return html`<span class="soft small" data-saved="saving">${t("saving")}</span>`;
  return html`<span class="small" data-saved=${app.saveState}><${Mark} shape="tick" tone="good">${t("saved", { time: app.savedAt })}<//></span>`;
}

/** @param {{app: App}} props */
function HelpForm({ app }) {
  const [text, setText] = useState("");
  const broken = app.lineState !== "open";
  /** @param {Event} event */
  const send = (event) => {
    event.preventDefault();
    app.link.help(text.slice(0, 200));
    app.show({ help: "sent" });
  };
  return html`<form class="help" onSubmit=${send}>
    ${broken ? html`<p class="error">${t("helpBroken")}</p>` : null}
    <label class="field"><span>${t("helpAsk")}</span>
      <input value=${text} maxlength="200" onInput=${(/** @type {any} */ e) => setText(e.target.value)} autofocus /></label>
    <button type="button" onClick=${() => app.show({ help: "" })}>${shared("cancel")}</button>
    <button disabled=${broken}>${t("helpSend")}</button>
  </form>`;
}

/** @param {{takeOver: () => void}} props */
export const SecondPage = ({ takeOver }) => html`
  <${Bar} title=${t("title")} />
  <main id="main" class="narrow"><${Panel} first title=${t("secondPage")}>
    <p>${t("secondPageLong")}</p><button class="primary" onClick=${takeOver}>${t("takeOver")}</button><//></main>`;
