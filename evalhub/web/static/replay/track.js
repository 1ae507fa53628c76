/** The record as a line one moves along: pure, no page. */

/** @typedef {import("./types.js").Overview} Overview */
/** @typedef {import("./types.js").Row} Row */

/** Kinds of entries that one filters by. @type {Record<string, RegExp>} */
const KINDS = {
  gates: /^gate_/,
  orders: /^(session_(?!opened)|start_|stage_closed|draw_ordered|agreement_deemed)/,
  pairing: /^(session_opened|plan_)/,
  keys: /^(trustee_key|roster)_/,
  draw: /^(draw_|pool_|randomness_|escrow_|outcome_|committee_)/,
  seats: /^(checkin_|expert_|seat_|ticket_|self_test_|recusal_)/,
  sealing: /^(round_|sheet_sealed|seal_closed|chair_)/,
  opening: /^(pieces_|sheets_|sheet_revealed)/,
  result: /^(bids_|result_|findings?_|item_|verification_)/,
  report: /^(report_|signing_)/,
};
export const KIND_NAMES = [...Object.keys(KINDS), "alerts"];

/** @param {string} type of an entry */
export const kindOf = (type) => Object.keys(KINDS).find((kind) => /** @type {RegExp} */ (KINDS[kind]).test(type)) ?? "";

/** How many of the sorted `values` are at most `value`. @param {number[]} values @param {number} value */
export function upTo(values, value) {
  let low = 0;
  for (let high = values.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (/** @type {number} */ (values[middle]) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Idle time longer than this, in milliseconds of watching, is cut to it. */
const IDLE = 600;

/**
 * Where the playhead is after watching for `passed` milliseconds.
 * @param {number[]} times of all entries @param {number} now the playhead @param {number} passed @param {number} speed @param {boolean} skip
 */
export function advance(times, now, passed, speed, skip) {
  const moved = now + passed * speed;
  const next = times[upTo(times, now)];
  if (!skip || next === undefined || next - now <= IDLE * speed) return moved;
  return Math.max(moved, next - IDLE * speed);
}

/** A gap is drawn no wider than this part of the whole, if idle time is skipped. */
const WIDEST = 1 / 40;

/**
 * The place of each entry between 0 and 1.
 * @param {Row[]} rows @param {"time" | "entry"} axis @param {boolean} skip idle time
 */
export function places(rows, axis, skip) {
  const even = axis === "entry";
  const gaps = rows.map((row, at) => (at === 0 ? 0 : even ? 1 : row.ms - /** @type {Row} */ (rows[at - 1]).ms));
  const whole = gaps.reduce((sum, gap) => sum + gap, 0);
  const widest = skip ? whole * WIDEST : whole;
  const drawn = gaps.map((gap) => Math.min(gap, even ? 1 : widest));
  const span = drawn.reduce((sum, gap) => sum + gap, 0) || 1;
  let at = 0;
  return drawn.map((gap) => (at += gap) / span);
}

/** @typedef {{phase: string, from: number, to: number}} Band `to` is excluded */

/** Worked out once for each record. @type {WeakMap<Row[], Band[]>} */
const known = new WeakMap();

/** Stretches of one phase each. @param {Row[]} rows */
export function bands(rows) {
  const before = known.get(rows);
  if (before) return before;
  /** @type {Band[]} */
  const found = [];
  known.set(rows, found);
  rows.forEach((row, at) => {
    const last = found.at(-1);
    if (last?.phase === row.phase) last.to = at + 1;
    else found.push({ phase: row.phase, from: at, to: at + 1 });
  });
  return found;
}

/** Numbers of the entries that fit. @param {Overview} overview @param {string} kind @param {string} who */
export function filtered({ rows, alerts }, kind, who) {
  const alerted = new Set(alerts.map((alert) => alert.seq));
  const fits = (/** @type {Row} */ row) => !kind || (kind === "alerts" ? alerted.has(row.seq) : kindOf(row.type) === kind);
  return rows.filter((row) => fits(row) && (!who || row.seat === who || row.site === who)).map((row) => row.seq);
}

/** Kinds of alert by entry, worked out once for each record. @type {WeakMap<object, Map<number, string[]>>} */
const alarms = new WeakMap();

/** What is alarming about an entry. @param {Overview} overview @param {number} seq */
export function alertsAt({ alerts }, seq) {
  let found = alarms.get(alerts);
  if (!found) {
    found = new Map();
    for (const alert of alerts) found.set(alert.seq, [...(found.get(alert.seq) ?? []), alert.kind]);
    alarms.set(alerts, found);
  }
  return found.get(seq) ?? [];
}

/** `#seq=478`, or null. @param {string} hash */
export function parseHash(hash) {
  const found = /^#seq=(\d{1,9})$/.exec(hash);
  return found ? Number(found[1]) : null;
}
