/** Starts the booth page: settings, identity of the page, what this computer kept, the line; then draws. */

import { identify } from "../shared/client.js";
import { loadRefusals } from "../shared/i18n.js";
import { loadSettings, onSettings } from "../shared/settings.js";
import { html, render } from "../shared/ui.js";
import { hold, Vault } from "../shared/vault.js";
import { App } from "./app.js";
import { emptyMemory } from "./model.js";
import { t } from "./text.js";
import { Booth, SecondPage } from "./view.js";

const BASE = "/booth/";
const place = new URLSearchParams(location.search).get("place") ?? "";
const STORE = `evalhub-booth${place ? `-${place}` : ""}`;
const root = /** @type {HTMLElement} */ (document.getElementById("page"));

/** @type {App | null} */
let app = null;
let second = false;
let due = false;

/** Draw soon, and once for many changes: effects may ask for it while a drawing is still under way. */
function draw() {
  if (due) return;
  due = true;
  queueMicrotask(drawNow);
}

function drawNow() {
  due = false;
  document.title = `${app?.memory.seat || place || ""} ${t("title")}`.trim();
  if (second) render(html`<${SecondPage} takeOver=${() => void start(true)} />`, root);
  else if (app) render(html`<${Booth} app=${app} />`, root);
}

/** @param {boolean} steal take the booth over from another page */
async function start(steal) {
  second = !(await hold(STORE, steal, () => app?.stop()));
  if (second) return draw();
  await navigator.storage?.persist?.();
  const vault = await Vault.open(STORE);
  const [client, facts, , memory, drafts, key] = await Promise.all([
    identify(BASE),
    fetch(`${BASE}facts.json`).then((answer) => answer.json()),
    loadRefusals(`${BASE}static/shared/refusals.json`),
    vault.load("memory"),
    vault.load("drafts"),
    vault.signingKey(),
  ]);
  app = new App({
    vault, key, client, facts, draw, memory: memory ?? emptyMemory(), drafts: drafts ?? {}, line: `${BASE}line`,
  });
  if (memory?.redeemed) app.notice("reload");
  watch(app);
  draw();
}

/** @param {App} one */
function watch(one) {
  setInterval(draw, 1000);
  window.addEventListener("blur", () => one.notice("blur"));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) one.notice("hidden");
    else if (one.memory.redeemed) one.show({ away: true });
  });
}

loadSettings();
onSettings(draw);
void start(false);
