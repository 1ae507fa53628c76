/** Alerts, red before amber; each is closed with a note that stays beside it. */

import { html, Mark, Panel } from "../shared/ui.js";
import { moment } from "../desk/frame.js";
import { Step } from "../desk/step.js";
import { said, v } from "./text.js";

/** @typedef {import("../desk/types.js").Alert} Alert */
/** @typedef {import("../desk/types.js").AlertNote} AlertNote */

/** @param {{store: import("../desk/store.js").Store, page: import("../desk/types.js").Page}} props */
export function Alerts({ store, page }) {
  const all = /** @type {Alert[]} */ (store.extra["alerts"] ?? []);
  const noted = new Map(page.notes.map((note) => [note.alert, note]));
  const open = all.filter((alert) => !noted.has(alert.key));
  const closed = all.filter((alert) => noted.has(alert.key));
  return html`<${Panel} title=${`${v("alerts")} ${open.length || ""}`}>
    ${open.length === 0 ? html`<p>${v("noAlerts")}</p>` : html`<ul class="list" aria-live="polite">${open.map((alert) => html`
      <li key=${alert.key} class=${`alert ${alert.level}`}><${Level} alert=${alert} /><span class="alert-text">${said(alert.code, { ...alert })}</span>
        <${Step} store=${store} action="close-alert" label=${v("closeAlert")} describe=${v("closeAlertFor", { alert: said(alert.code, { ...alert }) })}
          consequence=${v("closeAsk")} note params=${() => ({ alert: alert.key })} /></li>`)}</ul>`}
    ${closed.length > 0 && html`<details><summary>${v("closedAlerts", { count: closed.length })}</summary><ul class="list">
      ${closed.map((alert) => html`<${Closed} key=${alert.key} alert=${alert} note=${noted.get(alert.key)} />`)}</ul></details>`}
  <//>`;
}

/** @param {{alert: Alert}} props */
const Level = ({ alert }) => html`<${Mark} shape=${alert.level === "red" ? "cross" : "warn"} tone=${alert.level === "red" ? "bad" : "warn"}>${v(alert.level)}<//>`;

/** @param {{alert: Alert, note: AlertNote}} props */
const Closed = ({ alert, note }) => html`<li><${Level} alert=${alert} /><span>${said(alert.code, { ...alert })}</span>
  <span class="soft">${note.account} ${moment(note.at)}：${note.text}</span></li>`;
