/** The replay page: one recorded session, from the server beside the bundle. */

import { loadSettings, onSettings, settings } from "../shared/settings.js";
import { Banner, Bar, html, render, useEffect, useState } from "../shared/ui.js";
import { t } from "../shared/text.js";
import { Board } from "./board.js";
import { runCheck } from "./checker.js";
import { Detail } from "./detail.js";
import { Events } from "./events.js";
import { Damage, Integrity } from "./integrity.js";
import { listen } from "./keys.js";
import { Store } from "./store.js";
import { r, word } from "./text.js";
import { parseHash } from "./track.js";
import { Track } from "./view.js";

/** @typedef {import("./types.js").Overview} Overview */

const store = new Store();

function Page() {
  const [, again] = useState(0);
  useEffect(() => {
    store.changed = () => again((count) => count + 1);
    onSettings(store.changed);
    addEventListener("hashchange", () => {
      const seq = store.overview ? parseHash(location.hash) : null; // before that, begin() will read the link itself
      if (seq !== null && seq !== store.cursor) store.go(seq);
    });
    listen(store);
    void store.begin().then(() => runCheck(store));
  }, []);
  const overview = store.overview;
  return html`
    <${Bar} title=${r("title")} place=${overview?.session ?? ""}>
      ${overview?.rehearsal && html`<strong class="rehearsal">${t("rehearsal")}</strong>`}
      ${overview && html`<span>${word("end", overview.damage ? "broken" : overview.end)}</span>`}
    <//>
    <main id="main">
      ${store.error && html`<${Banner} tone="bad" role="alert">${r("failed", { reason: store.error })}<//>`}
      ${overview ? html`<${Whole} overview=${overview} />` : html`<h1>${r("title")}</h1><p role="status">${r("loading")}</p>`}
    </main>`;
}

/** @param {{overview: Overview}} props */
function Whole({ overview }) {
  const title = settings.language === "en" ? overview.title_en : overview.title_zh;
  return html`
    <h1>${title || overview.session || r("title")} ${title && html`<span class="soft small mono">${overview.session}</span>`}</h1>
    <${Damage} overview=${overview} />
    <div class="replay">
      <div>${store.size > 0 && html`<${Track} store=${store} overview=${overview} /><${Events} store=${store} overview=${overview} />`}</div>
      <div>${store.size > 0 && html`<${Board} snapshot=${store.shown} />`}<${Integrity} store=${store} overview=${overview} />
        ${store.size > 0 && html`<${Detail} store=${store} />`}</div>
    </div>`;
}

loadSettings();
render(html`<${Page} />`, /** @type {HTMLElement} */ (document.getElementById("page")));
