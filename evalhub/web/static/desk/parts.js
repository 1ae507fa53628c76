/** What both pages show of a session: floor plan, progress by seat, the draw, the plan, the result. */

import { span } from "../shared/clock.js";
import { either } from "../shared/i18n.js";
import { Glyph, html, Mark, Panel, useState } from "../shared/ui.js";
import { moment } from "./frame.js";
import { d, word } from "./text.js";

/** @typedef {import("./types.js").Board} Board */
/** @typedef {import("./types.js").Seat} Seat */
/** @typedef {import("../shared/ui.js").Shape} Shape */

/** A table that scrolls sideways by itself. @param {{label: string, head: any[], rows: any[], children?: any}} props */
export const Table = ({ label, head, rows }) => html`
  <div class="scroll" tabindex="0" role="group" aria-label=${label}><table>
    <thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
    <tbody>${rows.map((cells) => html`<tr>${cells.map((/** @type {any} */ cell, /** @type {number} */ index) => (index ? html`<td>${cell}</td>` : html`<th scope="row">${cell}</th>`))}</tr>`)}</tbody>
  </table></div>`;

/**
 * State of a seat as shape, tone and word. `online` is undefined where nobody here can know.
 * @param {Board} board @param {Seat} seat @param {boolean} [online] @returns {[Shape, string, string]}
 */
export function stateOf(board, seat, online) {
  const phase = board.progress.phase;
  if (!seat.redeemed) return ["absent", "", d("absent")];
  if (online === false && !["archived", "closed", "failed"].includes(phase)) return ["warn", "bad", d("offline")];
  if (seat.answered) return ["tick", "good", d("answered")];
  if (phase === "sealing") return seat.sealed ? ["sealed", "good", d("sealedSeat")] : ["pen", "act", d("working")];
  if (["sealed", "opening"].includes(phase)) return ["sealed", "good", d("sealedSeat")];
  if (seat.tested && seat.declared) return ["tick", "good", d("ready")];
  return ["present", "warn", d("present")];
}

/**
 * Every room of every centre with its booths.
 * @param {{board: Board, own?: string[]}} props `own`: seats of this centre that are on line
 */
export const Floor = ({ board, own }) => html`
  <${Panel} title=${d("floor")}>
    ${board.parties.filter((party) => party.rooms.length).map((party) => html`
      <h3>${word(party.role)} · ${either(party.title)}</h3>
      <ul class="floor">${party.rooms.map((room) => html`
        <li class="room"><span class="room-name">${d("room", { room: room.name })}</span>
          <ul class="booths">${room.booths.map((booth) => html`<${Booth} board=${board} id=${`${party.name}/${booth}`} booth=${booth} own=${own} />`)}</ul></li>`)}
      </ul>`)}
  <//>`;

/** @param {{board: Board, id: string, booth: string, own?: string[]}} props */
function Booth({ board, id, booth, own }) {
  const seat = board.progress.seats.find((row) => row.seat === id);
  const online = own && id.startsWith(`${board.me}/`) ? own.includes(id) : undefined;
  const [shape, tone, text] = seat ? stateOf(board, seat, online) : [null, "free", d("free")];
  return html`<li class=${`booth ${tone}`} data-seat=${id}>${shape && html`<${Glyph} shape=${shape} />`}<b>${booth}</b><span>${text}</span></li>`;
}

/** @param {{done: boolean}} props */
const Tick = ({ done }) => html`<${Mark} shape=${done ? "tick" : "ring"} tone=${done ? "good" : ""}>${done ? d("yes") : d("notYet")}<//>`;

/** Progress by seat; there is no score in it. @param {{board: Board, own?: string[], now: number | null}} props */
export function Progress({ board, own, now }) {
  const p = board.progress;
  const left = p.deadline && now !== null ? d("timeLeft", { time: span(Date.parse(p.deadline) - now) }) : "";
  const round = { round: p.round, stage: word(p.stage), sealed: p.seats.filter((seat) => seat.sealed).length, all: p.seats.length };
  const head = [d("booth"), d("stateCol"), d("ticketCol"), d("testCol"), d("declareCol"), d("sealCol"), d("answerCol")];
  return html`<${Panel} title=${d("progress")}>
    ${p.round > 0 && p.phase === "sealing" && html`<p>${d("roundNow", round)} <b>${left}</b></p>`}
    <${Table} label=${d("progress")} head=${head} rows=${p.seats.map((seat) => {
      const online = own && seat.seat.startsWith(`${board.me}/`) ? own.includes(seat.seat) : undefined;
      const [shape, tone, text] = stateOf(board, seat, online);
      const room = seat.shared_room ? html` <${Mark} shape="warn" tone="warn">${d("sharedRoom")}<//>` : "";
      return [html`<span class="nowrap">${seat.seat}</span>${room}`, html`<${Mark} shape=${shape} tone=${tone}>${text}<//>`,
        ...[seat.redeemed, seat.tested, seat.declared, seat.sealed, seat.answered].map((done) => html`<${Tick} done=${done} />`)];
    })} /><//>`;
}

/** The draw as everybody may see it. @param {{board: Board}} props */
export const Draws = ({ board }) => html`${[...board.draws].reverse().map((draw) => html`
  <${Panel} title=${d("draw", { number: draw.number })}>
    <h3>${d("contributions")}</h3>
    <ul class="cards">${draw.contributions.map((one) => html`
      <li class="card"><b>${titleOf(board, one.name)}</b>
        ${/** @type {["frozen" | "committed" | "escrowed" | "revealed", boolean][]} */ ([["frozen", one.frozen], ["committed", one.committed], ["escrowed", one.escrowed], ["revealed", one.revealed]])
          .map(([key, done]) => html`<${Mark} shape=${done ? "tick" : "ring"} tone=${done ? "good" : ""}>${d(key)}${done ? "" : ` · ${d("notYet")}`}<//>`)}
      </li>`)}</ul>
    <dl class="facts"><dt>${d("seed")}</dt><dd class="mono">${draw.seed || d("noSeed")}</dd></dl>
    <${Table} label=${d("strata")} head=${[d("centre"), d("specialty"), d("membersCol"), d("reservesCol"), d("calledCol"), d("stateCol")]}
      rows=${draw.strata.map((row) => [titleOf(board, row.centre), `${row.specialty} ${row.title}`, `${row.members}/${row.need}`,
        `${row.reserves}/${row.reserves_wanted}`, row.called,
        row.exhausted ? html`<${Mark} shape="warn" tone="bad">${d("exhausted")}<//>`
          : row.members >= row.need ? html`<${Mark} shape="tick" tone="good">${d("complete")}<//>` : html`<${Mark} shape="dot">${d("goingOn")}<//>`])} />
  <//>`)}`;

/** @param {Board} board @param {string} name */
export function titleOf(board, name) {
  const party = board.parties.find((one) => one.name === name);
  return party ? either(party.title) : name;
}

/** The plan and who has answered. @param {{board: Board}} props */
export function Pairing({ board }) {
  const plan = board.plan;
  const shares = (/** @type {import("./types.js").Share} */ share) =>
    share.strata.map((stratum) => `${stratum.specialty} × ${stratum.need}`).join("，");
  return html`
    <${Panel} title=${d("parties")}><${Table} label=${d("parties")} head=${[d("centre"), d("stateCol"), d("answer")]}
      rows=${board.parties.map((party) => [either(party.title), word(party.role),
        party.role !== "guest" || !plan ? "—" : party.answer === "accepted" ? html`<${Mark} shape="tick" tone="good">${d("accepted")}<//>`
          : party.answer === "refused" ? html`<${Mark} shape="cross" tone="bad">${d("refused")}：${party.reason}<//>`
            : html`<${Mark} shape="ring">${d("waiting")}<//>`])} /><//>
    ${plan && html`<${Panel} title=${d("project")}><dl class="facts">
      <dt>${d("project")}</dt><dd>${plan.project.code} · ${either(plan.project.title)}</dd>
      <dt>${d("entity")}</dt><dd>${plan.project.procuring_entity}</dd>
      <dt>${d("ceiling")}</dt><dd>${plan.project.ceiling}</dd>
      <dt>${d("committee")}</dt><dd>${d("persons", { count: plan.project.committee.size })} · ${plan.shares.map((share) => `${titleOf(board, share.centre)}：${shares(share)}`).join("；")}</dd>
      <dt>${d("window")}</dt><dd>${moment(plan.window.opens)} — ${moment(plan.window.closes)}</dd>
      <dt>${d("planDigest")}</dt><dd class="mono">${board.plan_digest} · ${d("revision", { number: plan.revision })}</dd></dl><//>`}`;
}

/** Ranking, scores, findings, answers; nothing of it before the declaration. @param {{board: Board}} props */
export function Results({ board }) {
  const p = board.progress;
  const bidders = board.plan?.project.bidders ?? [];
  const name = (/** @type {string} */ code) => `${code} ${bidders.find((one) => one.code === code)?.name ?? ""}`;
  const files = `/api/sessions/${encodeURIComponent(p.session)}/report`;
  const rejected = board.bids.filter((bid) => !bid.valid);
  if (!p.ranking.length)
    return html`<${Panel} title=${d("ranking")}><p>${d("noResult")}</p><//>`;
  return html`
    <${Panel} title=${d("ranking")}>
      <${Table} label=${d("ranking")} head=${[d("rank"), d("bidder"), p.ranking.some((row) => row.evaluated) ? d("evaluated") : d("total"), d("price"), d("candidate")]}
        rows=${p.ranking.map((row) => [row.rank, name(row.bidder), row.total, row.price,
          row.candidate ? html`<${Mark} shape="tick" tone="good">${d("yes")}<//>` : d("no")])} />
      ${rejected.length > 0 && html`<p>${d("rejectedBids", { bids: rejected.map((bid) => `${name(bid.bidder)}（${bid.failed.join(", ")}）`).join("；") })}</p>`}
      <dl class="facts"><dt>${d("resultDigest")}</dt><dd class="mono">${p.result}</dd></dl><//>
    ${p.findings.length > 0 && html`<${Panel} title=${d("findings")}>
      ${p.open_findings > 0 && html`<p>${d("findingsOpen", { count: p.open_findings })}</p>`}
      <${Table} label=${d("findings")} head=${["#", d("bidder"), d("factor"), d("seat")]}
        rows=${p.findings.map((one) => [`${one.code} ${word(`finding-${one.kind}`)}`, name(one.bidder), one.factor, one.seats.join("，")])} /><//>`}
    ${p.report && html`<${Panel} title=${d("reportFiles")}><p class="actions"><a class="button" download href=${`${files}.pdf`}>${d("reportPdf")}</a> <a class="button" download href=${`${files}.pdf?lang=en`}>${d("reportPdfEn")}</a> <a class="button" download href=${`${files}.json`}>${d("reportJson")}</a></p><//>`}
    ${board.anomalies && html`<${Anomalies} report=${board.anomalies} name=${name} />`}
    ${board.answers.length > 0 && html`<${Panel} title=${d("answers")}><${Table} label=${d("answers")} head=${[d("seat"), d("answer"), d("reason")]}
      rows=${board.answers.map((one) => [one.seat, one.answer === "signed" ? d("signed") : one.answer === "dissent" ? d("dissent") : one.answer === "deemed" ? d("deemed") : d("refusedSign"), one.text || "—"])} /><//>`}
    <${Scores} board=${board} name=${name} />`;
}

/** @param {{report: {anomalies: import("./types.js").Anomaly[], silent: string[]}, name: (code: string) => string}} props */
function Anomalies({ report, name }) {
  return html`<${Panel} title=${d("anomalies")}><p class="soft">${d("anomaliesHint")}</p>
    ${report.silent.map((code) => html`<p>${word(`silent-${code}`)}</p>`)}
    ${report.anomalies.length === 0 ? html`<p>${d("noAnomalies")}</p>`
      : html`<${Table} label=${d("anomalies")} head=${[d("kind"), d("bidder"), d("seats"), d("amount"), d("rate")]}
        rows=${report.anomalies.map((one) => [html`<${Mark} shape=${one.level === "red" ? "cross" : "ring"} tone=${one.level === "red" ? "bad" : "warn"}>${word(`anomaly-${one.kind}`)}<//>`,
          one.bidder ? name(one.bidder) : "—", one.seats.join("，"), one.kind === "objective" ? one.factor : one.amount, one.kind === "objective" ? "—" : one.rate])} />`}<//>`;
}

/** @param {{board: Board, name: (code: string) => string}} props */
function Scores({ board, name }) {
  const codes = board.progress.ranking.map((row) => row.bidder);
  const [chosen, choose] = useState(codes[0] ?? "");
  const seats = [...new Set(board.scores.map((row) => row.seat))];
  const factors = [
    ...(board.plan?.project.factors ?? []),
    ...(board.plan?.project.adjustments ?? []).map((each) => ({ ...each, kind: "objective", highest: each.most })),
  ];
  const score = (/** @type {string} */ seat, /** @type {string} */ factor) =>
    board.scores.find((row) => row.seat === seat && row.bidder === chosen && row.factor === factor)?.score ?? "—";
  if (!seats.length) return null;
  return html`<${Panel} title=${d("perExpert", { bidder: name(chosen) })}>
    <label class="field"><span>${d("chooseBidder")}</span>
      <select value=${chosen} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
        ${codes.map((code) => html`<option value=${code}>${name(code)}</option>`)}</select></label>
    <${Table} label=${d("perExpert", { bidder: name(chosen) })} head=${[d("factor"), d("highest"), ...seats]}
      rows=${factors.map((factor) => [`${factor.code} ${either(factor.title)}${factor.kind === "objective" ? `（${d("objective")}）` : ""}`,
        factor.highest, ...seats.map((seat) => html`<span class="number">${score(seat, factor.code)}</span>`)])} />
  <//>`;
}
