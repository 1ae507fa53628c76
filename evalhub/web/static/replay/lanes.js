/**
 * The drawing of the whole record: phases, density, a lane for each party and booth, alerts. Ticks are on a canvas, drawn
 * once; the playhead is an element above it. Everything drawn is in the table of entries as well.
 */

import { r, word } from "./text.js";
import { bands } from "./track.js";

/** @typedef {import("./types.js").Overview} Overview */
/** @typedef {{overview: Overview, at: number[], lanes: string[], width: number, unit: number}} Plan `at`: place of each entry, 0…1; `unit`: height of a lane */
/** @typedef {CanvasRenderingContext2D} Pen */

const EDGE = 8;
const BUCKET = 5;

/** Where a place lies on the drawing. @param {number} place @param {number} width */
export const across = (place, width) => EDGE + place * (width - 2 * EDGE);

/** The entry nearest to a point of the drawing. @param {number[]} at @param {number} x @param {number} width */
export function nearest(at, x, width) {
  let best = 0;
  at.forEach((place, index) => {
    if (Math.abs(across(place, width) - x) < Math.abs(across(/** @type {number} */ (at[best]), width) - x)) best = index;
  });
  return best;
}

/** Height of the drawing in lanes: phases, density, the lanes, alerts. @param {string[]} lanes */
export const rowsOf = (lanes) => lanes.length + 3;

/** @param {HTMLCanvasElement} canvas @param {Plan} plan */
export function draw(canvas, plan) {
  const ratio = globalThis.devicePixelRatio || 1;
  const height = rowsOf(plan.lanes) * plan.unit;
  canvas.width = Math.round(plan.width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = /** @type {Pen} */ (canvas.getContext("2d"));
  pen.scale(ratio, ratio);
  const ink = inks();
  pen.fillStyle = ink.paper;
  pen.fillRect(0, 0, plan.width, height);
  phases(pen, plan, ink);
  density(pen, plan, ink);
  rails(pen, plan, ink);
  ticks(pen, plan, ink);
  alerts(pen, plan, ink);
  damage(pen, plan, ink);
}

/** The page's colours, or the system's where a person asked for those. */
function inks() {
  const style = getComputedStyle(document.documentElement);
  const forced = matchMedia("(forced-colors: active)").matches;
  const of = (/** @type {string} */ name, /** @type {string} */ system) => (forced ? system : style.getPropertyValue(name).trim() || system);
  return {
    paper: of("--sheet", "Canvas"), shade: of("--shade", "Canvas"), pale: of("--act-pale", "Canvas"), line: of("--line", "GrayText"),
    ink: of("--ink", "CanvasText"), soft: of("--soft", "CanvasText"), act: of("--act", "LinkText"), good: of("--good", "CanvasText"), bad: of("--bad", "Highlight"),
  };
}
/** @typedef {ReturnType<typeof inks>} Inks */

/** @param {Pen} pen @param {Plan} plan @param {Inks} ink */
function phases(pen, { overview, at, width, unit }, ink) {
  const size = Math.round(unit * 0.5);
  pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  pen.textBaseline = "middle";
  bands(overview.rows).forEach((band, index, all) => {
    const left = across(at[band.from] ?? 0, width);
    const right = index + 1 < all.length ? across(at[band.to] ?? 1, width) : width - EDGE;
    pen.fillStyle = index % 2 ? ink.shade : ink.pale;
    pen.fillRect(left, 2, right - left, unit - 4);
    pen.fillStyle = ink.soft;
    pen.fillRect(left, 2, 1, unit - 4);
    const name = word("phase", band.phase);
    if (pen.measureText(name).width > right - left - 8) return;
    pen.fillStyle = ink.ink;
    pen.fillText(name, left + 5, unit / 2 + 1);
  });
}

/** @param {Pen} pen @param {Plan} plan @param {Inks} ink */
function density(pen, { at, width, unit }, ink) {
  const counts = new Array(Math.ceil(width / BUCKET)).fill(0);
  for (const place of at) counts[Math.floor(across(place, width) / BUCKET)]++;
  const most = Math.sqrt(Math.max(1, ...counts));
  pen.fillStyle = ink.soft;
  counts.forEach((count, index) => {
    const tall = (Math.sqrt(count) / most) * (unit - 6);
    if (count) pen.fillRect(index * BUCKET, 2 * unit - 2 - Math.max(2, tall), BUCKET - 1, Math.max(2, tall));
  });
}

/** @param {Pen} pen @param {Plan} plan @param {Inks} ink */
function rails(pen, { lanes, width, unit }, ink) {
  pen.fillStyle = ink.line;
  for (let lane = 0; lane <= lanes.length; lane++) pen.fillRect(EDGE, Math.round((lane + 2.5) * unit), width - 2 * EDGE, 1);
}

/** @param {Pen} pen @param {Plan} plan @param {Inks} ink */
function ticks(pen, { overview, at, lanes, width, unit }, ink) {
  const places = new Map(lanes.map((lane, index) => [lane, index]));
  overview.rows.forEach((row, index) => {
    const lane = places.get(row.seat || row.site) ?? places.get(row.site);
    if (lane === undefined) return;
    const x = across(/** @type {number} */ (at[index]), width);
    const middle = (lane + 2.5) * unit;
    if (row.type === "sheet_sealed") {
      pen.fillStyle = ink.good;
      pen.fillRect(x - 4, middle - 5, 9, 10);
    } else if (row.type === "gate_countersigned") {
      pen.strokeStyle = ink.act;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(x, middle, 4.5, 0, 7);
      pen.stroke();
    } else {
      pen.fillStyle = row.site === "hub" ? ink.soft : ink.act;
      const tall = row.site === "hub" ? unit * 0.3 : unit * 0.55;
      pen.fillRect(x - 0.75, middle - tall / 2, 1.5, tall);
    }
  });
}

/** @param {Pen} pen @param {Plan} plan @param {Inks} ink */
function alerts(pen, { overview, at, lanes, width, unit }, ink) {
  const middle = (lanes.length + 2.5) * unit;
  for (const alert of overview.alerts) {
    const x = across(at[alert.seq] ?? 0, width);
    pen.fillStyle = ink.bad;
    for (let y = 2 * unit; y < middle - 6; y += 8) pen.fillRect(x - 0.5, y, 1, 4);
    pen.beginPath();
    pen.moveTo(x, middle - 7);
    pen.lineTo(x + 7, middle + 6);
    pen.lineTo(x - 7, middle + 6);
    pen.fill();
  }
}

/** What is missing behind the last entry that holds: a hatched wall at the end. @param {Pen} pen @param {Plan} plan @param {Inks} ink */
function damage(pen, { overview, lanes, width, unit }, ink) {
  if (!overview.damage && overview.end !== "interrupted") return;
  const height = rowsOf(lanes) * unit;
  pen.fillStyle = ink.bad;
  pen.fillRect(width - EDGE + 1, 0, 2, height);
  if (!overview.damage) return;
  for (let y = 0; y < height; y += 6) pen.fillRect(width - EDGE + 3, y, EDGE, 3);
}

/** @param {string} lane */
export const laneName = (lane) => (lane === "" ? r("alerts") : lane);
