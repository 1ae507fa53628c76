/** The floor plan at the playhead: every booth by shape, word and colour. */

import { settings } from "../shared/settings.js";
import { Banner, Glyph, html, Mark, Panel } from "../shared/ui.js";
import { r, word } from "./text.js";

/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").Seat} Seat */
/** @typedef {import("../shared/ui.js").Shape} Shape */

const AFTER = new Set(["opened", "summary", "verification", "report", "signing", "closed", "archived", "starting"]);

/** @param {Snapshot} snapshot @param {Seat} seat @returns {[Shape, string, string]} shape, tone, word */
export function stateOf({ progress: { phase }, opened }, seat) {
  if (!seat.redeemed) return ["absent", "", r("absent")];
  if (seat.answered) return ["tick", "good", r("answered")];
  if (phase === "sealing") return seat.sealed ? ["sealed", "good", r("sealed")] : ["pen", "act", r("working")];
  if (opened.includes(seat.seat) && (AFTER.has(phase) || phase === "opening")) return ["tick", "good", r("opened")];
  if (seat.sealed) return ["sealed", "good", r("sealed")];
  if (seat.tested && seat.declared) return ["tick", "good", r("ready")];
  return ["present", "warn", r("present")];
}

/** @param {{snapshot: Snapshot | null}} props */
export function Board({ snapshot }) {
  const progress = snapshot?.progress;
  return html`<${Panel} title=${r("board")}>
    ${snapshot && progress && html`<p class="moment" data-size=${snapshot.size}>
      <b>${word("phase", progress.phase)}</b>
      ${progress.round > 0 && html` · ${r("roundNow", { round: progress.round, stage: word("stage", progress.stage) })}`}</p>
      ${progress.paused && html`<${Banner} tone="warn" role="note">${r("pausedNow", { reason: progress.paused })}<//>`}
      ${progress.failure && html`<${Banner} tone="bad" role="note">${r("failedNow", { reason: progress.failure })}<//>`}
      ${progress.gate && html`<p class="soft small">${r("gateNow", { gate: progress.gate })}</p>`}
      ${snapshot.rooms.length === 0 ? html`<p class="soft">${r("noRooms")}</p>` : html`<${Floor} snapshot=${snapshot} />`}
      <${Ranking} snapshot=${snapshot} />`}
  <//>`;
}

/** @param {{snapshot: Snapshot}} props */
function Floor({ snapshot }) {
  const centres = [...new Set(snapshot.rooms.map((room) => room.centre))];
  return html`${centres.map((centre) => html`<h3>${centre}</h3><ul class="floor">
    ${snapshot.rooms.filter((room) => room.centre === centre).map((room) => html`<li class="room"><span class="room-name">${r("room", { room: room.room })}</span>
      <ul class="booths">${room.seats.map((seat) => html`<${Booth} snapshot=${snapshot} name=${seat} />`)}</ul></li>`)}</ul>`)}`;
}

/** @param {{snapshot: Snapshot, name: string}} props */
function Booth({ snapshot, name }) {
  const seat = snapshot.progress.seats.find((row) => row.seat === name);
  const [shape, tone, text] = seat ? stateOf(snapshot, seat) : [/** @type {Shape} */ ("ring"), "free", r("free")];
  const chair = seat && seat.member && seat.member === snapshot.chair;
  return html`<li class=${`booth ${tone}`} data-seat=${name}><${Glyph} shape=${shape} /><b>${name.split("/")[1]}</b><span>${text}${chair ? ` · ${r("chair")}` : ""}</span>
    ${seat?.shared_room && html`<${Mark} shape="warn" tone="bad">${r("sharedRoom")}<//>`}</li>`;
}

/** @param {{snapshot: Snapshot}} props */
const Ranking = ({ snapshot }) =>
  snapshot.progress.ranking.length > 0 && html`<h3>${r("ranking")}</h3>
    <ol class="plain-list" lang=${settings.language}>${snapshot.progress.ranking.map((row) => html`<li>${r(row.evaluated ? "rankLinePrice" : "rankLine", { ...row })}</li>`)}</ol>`;
