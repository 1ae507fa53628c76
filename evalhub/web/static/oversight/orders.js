/** The orders a supervisor may give now, as the table allows; none of them is ever the page's primary button. */

import { html, Panel, useState } from "../shared/ui.js";
import { RemoveMember } from "../desk/remove.js";
import { Step } from "../desk/step.js";
import { v } from "./text.js";

/** @typedef {import("../desk/store.js").Store} Store */
/** @typedef {import("../desk/types.js").Page} Page */

/** @param {{store: Store, page: Page}} props */
export function Orders({ store, page }) {
  const { actions, board } = page;
  const may = (/** @type {string} */ action) => actions.includes(action) && board.next !== action;
  const ballot = may("close-stage") && board.progress.stage === "chair";
  const missing = (board.draws.at(-1)?.contributions ?? []).filter((one) => one.escrowed && !one.revealed).map((one) => one.name);
  const silent = board.progress.seats.filter((seat) => !seat.answered).map((seat) => seat.seat);
  const unsigned = board.progress.unsigned;
  const seats = may("remove-member") ? board.progress.seats.map((seat) => seat.seat) : [];
  const none = !seats.length && !may("pause") && !may("stop") && !ballot && !may("release-reserve") && !(may("call-escrow") && missing.length) && !(may("deem-agreed") && silent.length) && !(may("pass-over") && unsigned.length);
  return html`<${Panel} title=${v("orders")}>
    ${none && html`<p>${v("noOrders")}</p>`}
    <div class="row">
      ${may("pause") && html`<${Step} store=${store} action="pause" label=${v("pause")} consequence=${v("pauseAsk")} reason danger />`}
      ${may("stop") && html`<${Step} store=${store} action="stop" label=${v("stop")} consequence=${v("stopAsk")} reason danger />`}
      ${ballot && html`<${Step} store=${store} action="close-stage" label=${v("closeBallot")} consequence=${v("closeBallotAsk")} reason danger />`}
      ${may("release-reserve") && html`<${Step} store=${store} action="release-reserve" label=${v("release")} consequence=${v("releaseAsk")} danger />`}
    </div>
    ${may("call-escrow") && missing.length > 0 && html`<${Choice} store=${store} action="call-escrow" name="missing" label=${v("missing")} choices=${missing}
      step=${v("callEscrow")} ask=${(/** @type {string} */ who) => v("callEscrowAsk", { who })} />`}
    ${may("deem-agreed") && silent.length > 0 && html`<${Choice} store=${store} action="deem-agreed" name="seat" label=${v("whichSeat")} choices=${silent}
      step=${v("deem")} ask=${(/** @type {string} */ seat) => v("deemAsk", { seat })} />`}
    ${may("approve-rollback") && html`<div class="row">
      <${Step} store=${store} action="approve-rollback" label=${v("approveRollback")} consequence=${v("approveRollbackAsk")} reason danger />
      <${Step} store=${store} action="refuse-rollback" label=${v("refuseRollback")} consequence=${v("refuseRollbackAsk")} reason /></div>`}
    ${board.requests.map((one) => html`<div class="row" key=${one.seat}><span>${v("sheet-back", { place: one.seat, detail: one.reason })}</span>
      <${Step} store=${store} action="decide-unsubmit" label=${v("letBack")} consequence=${v("letBackAsk", { seat: one.seat })} reason params=${() => ({ seat: one.seat, approve: true })} />
      <${Step} store=${store} action="decide-unsubmit" label=${v("keepSheet")} consequence=${v("keepSheetAsk", { seat: one.seat })} reason params=${() => ({ seat: one.seat, approve: false })} /></div>`)}
    ${seats.length > 0 && html`<${RemoveMember} store=${store} seats=${seats} />`}
    ${may("pass-over") && unsigned.length > 0 && html`<${Choice} store=${store} action="pass-over" name="seat" label=${v("whichSeat")} choices=${unsigned}
      step=${v("passOver")} ask=${(/** @type {string} */ seat) => v("passOverAsk", { seat })} />`}
  <//>`;
}

/** @param {{store: Store, action: string, name: string, label: string, choices: string[], step: string, ask: (choice: string) => string}} props */
function Choice({ store, action, name, label, choices, step, ask }) {
  const [chosen, choose] = useState(choices[0] ?? "");
  const choice = choices.includes(chosen) ? chosen : (choices[0] ?? "");
  return html`<div class="row choice-step"><label class="field"><span>${label}</span>
    <select value=${choice} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>${choices.map((one) => html`<option value=${one}>${one}</option>`)}</select></label>
    <${Step} store=${store} action=${action} label=${step} consequence=${ask(choice)} reason danger params=${() => ({ [name]: choice })} /></div>`;
}
