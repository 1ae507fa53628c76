/** The guest's answer: who could be drawn, which rooms it brings, accept or refuse. */

import { either } from "../shared/i18n.js";
import { Banner, html, Mark, useEffect, useState } from "../shared/ui.js";
import { act } from "../desk/api.js";
import { Table } from "../desk/parts.js";
import { Step } from "../desk/step.js";
import { o } from "./text.js";

/** @typedef {import("../desk/types.js").Stratum} Stratum */
/** @typedef {{plan: string, booths: number, supply: {stratum: Stratum, eligible: number}[]}} Review */

/** @typedef {import("../desk/types.js").Room} Room */

/**
 * Free booths for so many members, as the centre's calendar suggests them: one in each of a few rooms more than needed.
 * @param {number} seats @param {{opens: string, closes: string}} window @returns {Promise<{rooms: Room[], free: number}>}
 */
export const suggest = (seats, window) => act("calendar", "suggest-rooms", { seats, window });

/** The same rooms with one booth more or less. @param {Room[]} chosen @param {string} room @param {string} booth @returns {Room[]} */
function toggled(chosen, room, booth) {
  const booths = chosen.find((one) => one.name === room)?.booths ?? [];
  const fresh = booths.includes(booth) ? booths.filter((one) => one !== booth) : [...booths, booth].sort();
  const others = chosen.filter((one) => one.name !== room);
  return (fresh.length ? [...others, { name: room, booths: fresh }] : others).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How many booths these are. @param {Room[]} rooms */
export const count = (rooms) => rooms.reduce((sum, room) => sum + room.booths.length, 0);

/** The floor plan with a box for each booth. @param {{rooms: import("../desk/types.js").RoomSetup[], chosen: Room[], choose: (rooms: Room[]) => void, again: () => void}} props */
export const Rooms = ({ rooms, chosen, choose, again }) => html`<fieldset><legend>${o("rooms")}</legend>
  <p class="soft">${o("roomsLead", { count: count(chosen) })}</p>
  <ul class="floor">${rooms.map((room) => html`<li class="room"><span class="room-name">${room.name} · ${either(room.title)}</span>
    <div class="row">${room.booths.map((booth) => html`<label class="choice"><input type="checkbox"
      checked=${chosen.some((one) => one.name === room.name && one.booths.includes(booth.name))}
      onChange=${() => choose(toggled(chosen, room.name, booth.name))} /><span>${booth.name}</span></label>`)}</div></li>`)}</ul>
  <button type="button" onClick=${again}>${o("suggest")}</button></fieldset>`;

/** @param {{store: import("../desk/store.js").Store, page: import("../desk/types.js").Page}} props */
export function Accept({ store, page }) {
  const rooms = /** @type {import("../desk/types.js").RoomSetup[]} */ (store.extra["centre"]?.rooms?.rooms ?? []);
  const [review, show] = useState(/** @type {Review | null} */ (null));
  const [chosen, choose] = useState(/** @type {Room[]} */ ([]));
  const [error, fail] = useState("");
  const digest = page.board.plan_digest;
  const plan = /** @type {import("../desk/types.js").Plan} */ (page.board.plan);
  const seats = plan.shares.find((share) => share.centre === page.board.me)?.strata.reduce((sum, row) => sum + row.need, 0) ?? 0;
  const again = () => void suggest(seats, plan.window).then((found) => choose(found.rooms), (problem) => fail(problem.sentence));
  useEffect(() => {
    act(store.session, "review").then(show, (problem) => fail(problem.sentence));
    again();
  }, [digest]);
  if (!review || review.plan !== digest) return error ? html`<${Banner} tone="bad" role="alert">${error}<//>` : null;
  return html`${error && html`<${Banner} tone="bad" role="alert">${error}<//>`}
    <${Table} label=${o("supply")} head=${[o("specialtyCode"), o("wanted"), o("eligible"), o("enoughHead")]}
      rows=${review.supply.map(({ stratum, eligible }) => [stratum.specialty, `${stratum.need}（${stratum.reserves}）`, eligible,
        eligible >= stratum.need ? html`<${Mark} shape="tick" tone="good">${o("enough")}<//>` : html`<${Mark} shape="warn" tone="bad">${o("tooFew")}<//>`])} />
    <${Rooms} rooms=${rooms} chosen=${chosen} choose=${choose} again=${again} />
    <div class="row">
      <${Step} store=${store} action="accept" label=${o("acceptStep")} consequence=${o("acceptAsk", { booths: count(chosen) })} primary
        params=${() => ({ plan: digest, rooms: chosen })} />
      <${Step} store=${store} action="refuse" label=${o("refuseStep")} consequence=${o("refuseAsk")} reason danger
        params=${() => ({ plan: digest })} />
    </div>`;
}
