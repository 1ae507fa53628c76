/** A member can no longer sit: which seat, the ground from the closed list, the reason. For centres and oversight alike. */

import { html, useState } from "../shared/ui.js";
import { Step } from "./step.js";
import { d } from "./text.js";

/** @typedef {import("./store.js").Store} Store */

const GROUNDS = /** @type {const} */ ({ conflict: "groundConflict", "left-post": "groundLeft", health: "groundHealth", misconduct: "groundMisconduct" });

/** @param {{store: Store, seats: string[]}} props */
export function RemoveMember({ store, seats }) {
  const [chosen, choose] = useState(seats[0] ?? "");
  const [ground, settle] = useState("health");
  const seat = seats.includes(chosen) ? chosen : (seats[0] ?? "");
  return html`<div class="row choice-step">
    <label class="field"><span>${d("removeSeat")}</span>
      <select value=${seat} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>${seats.map((one) => html`<option value=${one}>${one}</option>`)}</select></label>
    <label class="field"><span>${d("removeGround")}</span>
      <select value=${ground} onChange=${(/** @type {any} */ event) => settle(event.target.value)}>${Object.entries(GROUNDS).map(([code, text]) => html`<option value=${code}>${d(text)}</option>`)}</select></label>
    <${Step} store=${store} action="remove-member" label=${d("removeMember")} consequence=${d("removeAsk", { seat })} reason danger params=${() => ({ seat, ground })} /></div>`;
}
