/** The operators' page of a centre: what is to be done now on top, the parts of the session below. */

import { loadRefusals } from "../shared/i18n.js";
import { loadSettings, onSettings } from "../shared/settings.js";
import { Banner, html, render } from "../shared/ui.js";
import { get } from "../desk/api.js";
import { address, Frame, Heading, link, Sessions, Tabs, useStore } from "../desk/frame.js";
import { Draws, Floor, Pairing, Progress, Results } from "../desk/parts.js";
import { Clarifications } from "../desk/clarify.js";
import { Step } from "../desk/step.js";
import { Store } from "../desk/store.js";
import { d } from "../desk/text.js";
import { Admit, Tickets } from "./checkin.js";
import { Candidates, Members } from "./draw.js";
import { NewSession } from "./filing.js";
import { RemoveMember } from "../desk/remove.js";
import { Calls } from "./hall.js";
import { Accept } from "./pairing.js";
import { o, said } from "./text.js";

/** @typedef {import("../desk/types.js").Page} Page */

const store = new Store(async (session) => ({
  hall: await get(`/api/sessions/${encodeURIComponent(session)}/hall`),
  centre: store.extra["centre"] ?? (await get("/api/centre")),
}));

const TABS = /** @type {const} */ ({ pairing: "tabPairing", draw: "tabDraw", hall: "tabHall", result: "tabResult" });
const PART = /** @type {Record<string, keyof typeof TABS>} */ ({
  draft: "pairing", requested: "pairing", confirmed: "pairing", drawing: "draw", drawn: "draw", cancelled: "pairing",
  summary: "result", verification: "result", report: "result", signing: "result", closed: "result", archived: "result",
});

/** Steps that need nothing but a confirmation. @type {Record<string, ["freeze" | "openCheckin" | "requestStart" | "conclude" | "issue", "freezeAsk" | "openCheckinAsk" | "requestStartAsk" | "concludeAsk" | "issueAsk"]>} */
const PLAIN = {
  "freeze-pool": ["freeze", "freezeAsk"],
  "open-checkin": ["openCheckin", "openCheckinAsk"],
  "request-start": ["requestStart", "requestStartAsk"],
  "conclude-verification": ["conclude", "concludeAsk"],
  "issue-report": ["issue", "issueAsk"],
};

function App() {
  useStore(store);
  const { session, tab } = address();
  const page = store.page;
  const host = store.me?.role === "host";
  const at = /** @type {keyof typeof TABS} */ (tab in TABS ? tab : (page && PART[page.board.progress.phase]) || "hall");
  const tabs = Object.entries(TABS).map(([key, text]) => /** @type {[string, string]} */ ([key, o(text)]));
  const nav = session && session !== "new"
    ? html`<${Tabs} label=${o("parts")} session=${session} at=${at} tabs=${[["", o("back")], ...tabs].map(([key, text]) => [key, text])} />`
    : null;
  return html`<${Frame} store=${store} title=${o("title")} nav=${page && nav}>
    ${!session && html`<${Sessions} store=${store} />
      ${host && html`<p><a class=${store.sessions.length ? "button" : "button primary"} href=${link("new")}>${o("newSession")}</a></p>`}`}
    ${session === "new" && host && html`<${NewSession} store=${store} />`}
    ${session && session !== "new" && (page ? html`<${Session} page=${page} at=${at} />` : html`<p role="status">${d("loading")}</p>`)}
  <//>`;
}

/** @param {{page: Page, at: string}} props */
function Session({ page, at }) {
  const { board } = page;
  const own = /** @type {import("../desk/types.js").Hall | undefined} */ (store.extra["hall"]);
  return html`
    <${Heading} store=${store} />
    <${Now} page=${page} />
    <${Tickets} store=${store} />
    ${at === "pairing" && html`<${Pairing} board=${board} />
      ${page.actions.includes("cancel") && html`<${Step} store=${store} action="cancel" label=${o("cancel")} consequence=${o("cancelAsk")} reason danger />`}`}
    ${at === "draw" && html`<${Members} store=${store} page=${page} /><${Draws} board=${board} />`}
    ${at === "hall" && page.actions.includes("remove-member") && html`<${RemoveMember} store=${store}
      seats=${board.progress.seats.map((seat) => seat.seat).filter((seat) => seat.startsWith(`${board.me}/`))} />`}
    ${at === "hall" && html`
      <div class="columns"><${Floor} board=${board} own=${own?.online} />
      <div><${Calls} store=${store} /><${Progress} board=${board} own=${own?.online} now=${store.clock.now()} /></div></div>`}
    ${at === "hall" && page.board.role === "host" && html`<${Clarifications} store=${store} page=${page} />`}
    ${at === "result" && html`<${Results} board=${board} />`}`;
}

/** The one thing to do now. @param {{page: Page}} props */
function Now({ page }) {
  const { next, progress } = page.board;
  const waits = next.startsWith("wait");
  const text = !next ? d("nowNothing") : waits ? said(next) : said(`do-${next}`);
  return html`<section class=${`now ${waits || !next ? "wait" : ""}`} aria-labelledby="now" tabindex="-1" data-next=${next}>
    <h2 id="now">${d("nowTitle")}</h2>
    ${progress.gate && html`<${Banner} tone="info">${d("gate", { gate: progress.gate })}<//>`}
    <p aria-live="polite">${text}</p><${Form} page=${page} next=${next} key=${next} /></section>`;
}

/** @param {{page: Page, next: string}} props */
function Form({ page, next }) {
  const plain = PLAIN[next];
  if (plain) return html`<${Step} store=${store} action=${next} label=${o(plain[0])} consequence=${o(plain[1])} primary />`;
  if (next === "propose") return html`<${NewSession} store=${store} page=${page} />`;
  if (next === "accept") return html`<${Accept} store=${store} page=${page} />`;
  if (next === "record-outcome") return html`<${Candidates} store=${store} />`;
  if (next === "admit") return html`<${Admit} store=${store} />`;
  if (next === "download-bundle")
    return html`<a class="button primary" download href=${`/api/sessions/${encodeURIComponent(store.session)}/bundle`}>${d("bundle")}</a>`;
  return null;
}

const root = /** @type {HTMLElement} */ (document.getElementById("page"));
const show = () => render(html`<${App} />`, root);
loadSettings();
onSettings(() => (show(), store.tell()));
await loadRefusals("/operator/static/shared/refusals.json");
show();
