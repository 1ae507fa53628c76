/** The frame of both pages: top bar, line to the hub, list of sessions, course of a session. */

import { beijing } from "../shared/clock.js";
import { either } from "../shared/i18n.js";
import { settings } from "../shared/settings.js";
import { t } from "../shared/text.js";
import { Banner, Bar, Clock, html, Mark, Steps, useEffect, useState } from "../shared/ui.js";
import { post } from "./api.js";
import { Greeting, Login } from "./login.js";
import { d, word } from "./text.js";

/** @typedef {import("./store.js").Store} Store */

const ROAD = [
  ["void", "draft"], ["requested", "confirmed"], ["drawing", "drawn"], ["checkin", "start_pending"],
  ["starting", "replacing", "rollback", "sealing", "sealed", "opening", "opened", "deliberation"], ["summary", "verification"],
  ["report", "signing"], ["closed", "archived"],
];

/** Where the page's address says we are: `#/session/tab`. */
export function address() {
  const [, session = "", tab = ""] = location.hash.split("/").map(decodeURIComponent);
  return { session, tab };
}

/** @param {string} session @param {string} [tab] */
export const link = (session, tab = "") => `#/${encodeURIComponent(session)}${tab ? `/${tab}` : ""}`;

/** Render again whenever the store or the address changes. @param {Store} store */
export function useStore(store) {
  const [, count] = useState(0);
  useEffect(() => {
    store.watch(() => count((n) => n + 1));
    const moved = () => void store.open(address().session === "new" ? "" : address().session);
    addEventListener("hashchange", moved);
    store.begin().then(moved, (problem) => ((store.lost = problem), store.tell()));
    const beat = setInterval(() => count((n) => n + 1), 1000);
    return () => (removeEventListener("hashchange", moved), clearInterval(beat));
  }, []);
}

/**
 * @param {{store: Store, title: string, nav?: any, children?: any}} props
 */
export function Frame({ store, title, nav, children }) {
  const me = store.me;
  if (!me?.account) return html`<${Login} store=${store} title=${title} />`;
  const leave = async () => {
    await post("/api/logout").catch(() => undefined);
    location.reload();
  };
  const line = !store.reached ? "unreached" : store.hub === "connected" ? "connected" : "broken";
  return html`
    <${Bar} title=${title} place=${either(me.title)}>
      ${store.page?.board.progress.rehearsal && html`<strong class="rehearsal">${t("rehearsal")}</strong>`}
      <span role="status"><${Mark} shape=${line === "connected" ? "dot" : "warn"} tone=${line === "connected" ? "" : "bad"}>${d(line)}<//></span>
      <${Clock} ms=${store.clock.now()} />
      <span>${me.account}</span>
      <button class="plain" onClick=${leave}>${d("logOut")}</button>
    <//>
    ${nav}
    <main id="main">
      <${Greeting} />
      ${store.lost && store.lost.status !== 401 && html`<${Banner} tone="bad">${store.lost.sentence}<//>`}
      ${children}
    </main>`;
}

/** All sessions of this party. @param {{store: Store}} props */
export const Sessions = ({ store }) => html`
  <section class="panel"><h1>${d("sessions")}</h1>
    ${store.sessions.length === 0
      ? html`<p>${d("noSessions")}</p>`
      : html`<div class="scroll" tabindex="0" role="group" aria-label=${d("sessions")}><table><thead><tr><th scope="col">${d("session")}</th><th scope="col">${d("phaseHead")}</th><th scope="col">${d("open")}</th></tr></thead>
        <tbody>${store.sessions.map((row) => html`<tr><th scope="row" class="mono">${row.session}</th><td>${word(row.phase)}</td>
          <td><a class="button" href=${link(row.session)} aria-label=${d("openSession", { session: row.session })}>${d("open")}</a></td></tr>`)}</tbody></table></div>`}
  </section>`;

/** The heading and the course of a session. @param {{store: Store}} props */
export function Heading({ store }) {
  const progress = /** @type {import("./types.js").Page} */ (store.page).board.progress;
  const title = settings.language === "en" ? progress.title_en : progress.title_zh;
  const at = ROAD.findIndex((phases) => phases.includes(progress.phase));
  const over = progress.phase === "archived";
  const steps = ROAD.map((_, index) => d(/** @type {"road1"} */ (`road${index + 1}`)));
  return html`<div class="heading">
    <h1>${title || progress.session} <span class="soft small mono">${progress.session}</span></h1>
    <${Steps} label=${d("road")} steps=${steps} at=${over ? steps.length : at} />
    ${progress.paused && html`<${Banner} tone="warn">${d("pausedNow", { reason: progress.paused })}<//>`}
    ${progress.failure && html`<${Banner} tone="bad">${d("failedBecause", { reason: progress.failure })}<//>`}
  </div>`;
}

/** Buttons between the parts of a page. @param {{label: string, session: string, at: string, tabs: [string, string][]}} props */
export const Tabs = ({ label, session, at, tabs }) => html`
  <nav class="tabs" aria-label=${label}>
    ${tabs.map(([tab, text]) => html`<a href=${link(session, tab)} aria-current=${tab === at ? "page" : undefined}>${text}</a>`)}
  </nav>`;

/** Beijing time of a moment in the record. @param {string} at */
export const moment = (at) => (at ? beijing(Date.parse(at)) : "—");
