/** The supervisors' page: every session live; of one session its rooms, clocks, witness state, alerts, and the orders. */

import { loadRefusals } from "../shared/i18n.js";
import { loadSettings, onSettings } from "../shared/settings.js";
import { html, Mark, Panel, render } from "../shared/ui.js";
import { get } from "../desk/api.js";
import { address, Frame, Heading, Sessions, Tabs, useStore } from "../desk/frame.js";
import { Draws, Floor, Pairing, Progress, Results } from "../desk/parts.js";
import { Clarifications } from "../desk/clarify.js";
import { Step } from "../desk/step.js";
import { Store } from "../desk/store.js";
import { d } from "../desk/text.js";
import { Alerts } from "./alerts.js";
import { Orders } from "./orders.js";
import { said, v } from "./text.js";

/** @typedef {import("../desk/types.js").Page} Page */

const store = new Store(async (session) => ({
  alerts: (await get(`/api/sessions/${encodeURIComponent(session)}/alerts`)).alerts,
}));

const TABS = /** @type {const} */ ({ live: "tabLive", pairing: "tabPairing", draw: "tabDraw", result: "tabResult" });

function App() {
  useStore(store);
  const { session, tab } = address();
  const page = store.page;
  const at = tab in TABS ? tab : "live";
  const tabs = [["", v("back")], ...Object.entries(TABS).map(([key, text]) => [key, v(text)])];
  const nav = session && page ? html`<${Tabs} label=${v("parts")} session=${session} at=${at} tabs=${tabs} />` : null;
  return html`<${Frame} store=${store} title=${v("title")} nav=${nav}>
    ${!session && html`<${Sessions} store=${store} />`}
    ${session && (page ? html`<${Session} page=${page} at=${at} />` : html`<p role="status">${d("loading")}</p>`)}
  <//>`;
}

/** @param {{page: Page, at: string}} props */
function Session({ page, at }) {
  const { board } = page;
  return html`
    <${Heading} store=${store} />
    <${Now} page=${page} />
    ${at === "live" && html`<div class="columns">
      <div><${Floor} board=${board} /><${Progress} board=${board} now=${store.clock.now()} /><${Clarifications} store=${store} page=${page} /></div>
      <div><${Alerts} store=${store} page=${page} /><${Witness} page=${page} /><${Orders} store=${store} page=${page} /></div></div>`}
    ${at === "pairing" && html`<${Pairing} board=${board} />`}
    ${at === "draw" && html`<${Draws} board=${board} />`}
    ${at === "result" && html`<${Results} board=${board} />`}`;
}

/** @param {{page: Page}} props */
function Now({ page }) {
  const next = page.board.next;
  const idle = !next || next === "watch";
  return html`<section class=${`now ${idle ? "wait" : ""}`} aria-labelledby="now" tabindex="-1" data-next=${next}>
    <h2 id="now">${d("nowTitle")}</h2><p aria-live="polite">${next ? said(`do-${next}`) : d("nowNothing")}</p>
    <div class="row">
    ${next === "approve-start" && html`
      <${Step} store=${store} action="approve-start" label=${v("approve")} consequence=${v("approveAsk")} primary />
      <${Step} store=${store} action="refuse-start" label=${v("refuse")} consequence=${v("refuseAsk")} reason danger />`}
    ${next === "resume" && html`<${Step} store=${store} action="resume" label=${v("resume")} consequence=${v("resumeAsk")} reason primary />`}
    ${next === "order-draw" && html`<${Step} store=${store} action="order-draw" label=${v("orderDraw")} consequence=${v("orderDrawAsk")} reason primary />`}
    ${next === "download-bundle" && html`<a class="button primary" download href=${`/api/sessions/${encodeURIComponent(store.session)}/bundle`}>${d("bundle")}</a>`}
    </div></section>`;
}

/** The ledger here against what the hub last showed. @param {{page: Page}} props */
function Witness({ page: { head } }) {
  const good = head.equal && !head.stopped;
  return html`<${Panel} title=${v("witness")}>
    <p><${Mark} shape=${good ? "tick" : "warn"} tone=${good ? "good" : "bad"}>${good ? v("equal") : v("different")}<//></p>
    ${head.stopped && html`<p class="error">${head.stopped}</p>`}
    <dl class="facts"><dt>${v("mine")}</dt><dd class="mono">${v("entries", { count: head.size, root: head.root.slice(0, 16) })}</dd>
      <dt>${v("theirs")}</dt><dd class="mono">${v("entries", { count: head.checkpoint_size, root: head.checkpoint_root.slice(0, 16) })}</dd>
      <dt>${v("evidence")}</dt><dd>${head.evidence}</dd></dl><//>`;
}

const root = /** @type {HTMLElement} */ (document.getElementById("page"));
const show = () => render(html`<${App} />`, root);
loadSettings();
onSettings(() => (show(), store.tell()));
await loadRefusals("/oversight/static/shared/refusals.json");
show();
