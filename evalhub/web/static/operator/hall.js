/** Calls of booths: somebody goes there, then says what was done. */

import { Glyph, html, Panel } from "../shared/ui.js";
import { moment } from "../desk/frame.js";
import { Step } from "../desk/step.js";
import { o } from "./text.js";

/** @param {{store: import("../desk/store.js").Store}} props */
export function Calls({ store }) {
  const calls = (/** @type {import("../desk/types.js").Hall | undefined} */ (store.extra["hall"])?.calls ?? []).filter((call) => !call.answered);
  return html`<${Panel} title=${`${o("calls")} ${calls.length || ""}`}>
    ${calls.length === 0 ? html`<p>${o("noCalls")}</p>` : html`<ul class="list">${calls.map((call) => html`
      <li key=${call.key}><${Glyph} shape="call" /><b>${call.seat}</b><span>${call.text}</span><span class="soft">${moment(call.at)}</span>
        <${Step} store=${store} action="close-alert" label=${o("answerCall")} describe=${o("answerCallFor", { seat: call.seat })}
          consequence=${o("answerAsk", { seat: call.seat })} note params=${() => ({ alert: call.key })} /></li>`)}</ul>`}<//>`;
}
