/**
 * Forms, drafts and sheets, as data. A draft is what a person typed, character for character; a sheet is what may be
 * sealed. Nothing is ever rounded; what is wrong is named.
 *
 * Keys of a draft:  choice · mark/<bidder>/<item> (pass, fail) · ground/… · reason/… · evidence/… · page/… ·
 * score/<bidder>/<factor> · remark/…
 */

import { canonical } from "../shared/canonical.js";
import { decimal, plain, sure, tidy } from "../shared/decimal.js";

/** @typedef {import("../shared/i18n.js").Text2} Text2 */
/** @typedef {{code: string, group: "formal" | "qualification" | "responsiveness", title: Text2, ground: Text2}} Item */
/** @typedef {{code: string, article: Text2, title: Text2}} Ground a listed ground of rejection */
/** @typedef {{code: string, part: string, kind: "subjective" | "objective", title: Text2, criterion: Text2, highest: string, lowest: string, step: string, entry: "range" | "deduction" | "options", options: {value: string, title: Text2}[], reason_below: string | null, reason_above: string | null}} Factor */
/** @typedef {{name: string, stage: "chair" | "preliminary" | "detailed", round: number, bidders: string[], items: Item[], factors: Factor[], grounds: Ground[], candidates: string[]}} Form */
/** @typedef {{key: string, before: string, after: string}} Edit */
/** @typedef {{cells: Record<string, string>, past: Edit[], future: Edit[]}} Draft */
/** @typedef {"notNumber" | "outOfRange" | "wrongStep" | "wrongOption" | "remarkMissing" | "reasonMissing" | "groundMissing" | "evidenceMissing" | "tooLong" | "notPage"} Problem */
/** @typedef {{key: string, problem: Problem | "missing"}} Fault */

export const MAX_REMARK = 200;
const MAX_STEPS = 1000;
const REMARK_ROOM = 8192;
const ROW_OVERHEAD = 100;
const PAD_STEP = 4096;

/** @returns {Draft} */
export const emptyDraft = () => ({ cells: {}, past: [], future: [] });

/** What stands in a cell. @param {Draft} draft @param {string} key */
export const cell = (draft, key) => draft.cells[key] ?? "";

/**
 * The draft with one cell changed. `join`: the same stroke of typing goes on, so that undo takes it back as a whole.
 * @param {Draft} draft @param {string} key @param {string} after @param {boolean} [join]
 * @returns {Draft}
 */
export function write(draft, key, after, join = false) {
  const before = cell(draft, key);
  if (before === after) return draft;
  const last = draft.past.at(-1);
  const joined = join && last?.key === key;
  const edit = { key, before: joined ? last.before : before, after };
  const past = [...(joined ? draft.past.slice(0, -1) : draft.past), edit].slice(-MAX_STEPS);
  return { cells: { ...draft.cells, [key]: after }, past, future: [] };
}

/** One step back; the same draft when there is none. @param {Draft} draft @returns {Draft} */
export function undo(draft) {
  const edit = draft.past.at(-1);
  if (!edit) return draft;
  const cells = { ...draft.cells, [edit.key]: edit.before };
  return { cells, past: draft.past.slice(0, -1), future: [...draft.future, edit] };
}

/** One step forth. @param {Draft} draft @returns {Draft} */
export function redo(draft) {
  const edit = draft.future.at(-1);
  if (!edit) return draft;
  const cells = { ...draft.cells, [edit.key]: edit.after };
  return { cells, past: [...draft.past, edit], future: draft.future.slice(0, -1) };
}

/**
 * A score as typed: its plain decimal, empty, or what is wrong with it.
 * @param {string} typed @param {Factor} factor
 * @returns {{value: string, problem: Problem | null}}
 */
export function readScore(typed, factor) {
  const text = tidy(typed);
  if (text === "") return { value: "", problem: null };
  const value = decimal(text);
  if (value === null) return { value: "", problem: "notNumber" };
  const lowest = sure(factor.lowest);
  if (value < lowest || value > sure(factor.highest)) return { value: "", problem: "outOfRange" };
  if (factor.entry === "options" && !factor.options.some((option) => sure(option.value) === value)) return { value: "", problem: "wrongOption" };
  if (factor.entry !== "options" && (value - lowest) % sure(factor.step) !== 0n) return { value: "", problem: "wrongStep" };
  return { value: plain(value), problem: null };
}

/**
 * The score that what was typed stands for: itself, or the full mark less a deduction.
 * @param {string} typed @param {Factor} factor
 * @returns {{value: string, problem: Problem | null}}
 */
export function readEntry(typed, factor) {
  const text = tidy(typed);
  if (factor.entry !== "deduction" || text === "") return readScore(typed, factor);
  const taken = decimal(text);
  if (taken === null) return { value: "", problem: "notNumber" };
  if (taken < 0n) return { value: "", problem: "outOfRange" };
  return readScore(plain(sure(factor.highest) - taken), factor);
}

/** Every deduction, and whatever lies below or above the band that is set, needs a reason. @param {Factor} factor @param {string} score */
export function wantsReason(factor, score) {
  if (score === "") return false;
  const value = sure(score);
  if (factor.entry === "deduction" && value !== sure(factor.highest)) return true;
  const below = factor.reason_below !== null && value < sure(factor.reason_below);
  return below || (factor.reason_above !== null && value > sure(factor.reason_above));
}

/** The cells a form asks for, in reading order. @param {Form} form @returns {string[]} */
export function wanted(form) {
  if (form.stage === "chair") return ["choice"];
  if (form.stage === "preliminary") return form.bidders.flatMap((b) => form.items.map((item) => `mark/${b}/${item.code}`));
  return form.bidders.flatMap((b) => form.factors.map((factor) => `score/${b}/${factor.code}`));
}

/** Everything that keeps a draft from being sealed, in reading order. @param {Form} form @param {Draft} draft @returns {Fault[]} */
export function faults(form, draft) {
  const found = wanted(form).flatMap((key) => cellFaults(form, draft, key));
  if (!found.length && sheetBytes(form, draft).length > pad(form)) found.push({ key: "", problem: "tooLong" });
  return found;
}

/** How many wanted cells are rightly filled. @param {Form} form @param {Draft} draft */
export const filled = (form, draft) => wanted(form).filter((key) => !cellFaults(form, draft, key).length).length;

/** What is wrong with one wanted cell and what belongs to it. @param {Form} form @param {Draft} draft @param {string} key @returns {Fault[]} */
export function cellFaults(form, draft, key) {
  const [kind, bidder, code] = key.split("/");
  const value = cell(draft, key);
  if (value.trim() === "") return [{ key, problem: "missing" }];
  if (kind === "mark") return markFaults(draft, value, `${bidder}/${code}`);
  if (kind !== "score") return [];
  const factor = factorOf(form, String(code));
  const read = readEntry(value, factor);
  const { problem } = read;
  const remark = `remark/${bidder}/${code}`;
  const silent = !problem && wantsReason(factor, read.value) && !cell(draft, remark).trim();
  return [
    ...(problem ? [{ key, problem }] : []),
    ...(silent ? [{ key: remark, problem: /** @type {Problem} */ ("remarkMissing") }] : []),
    ...(length(cell(draft, remark)) > MAX_REMARK ? [{ key: remark, problem: /** @type {Problem} */ ("tooLong") }] : []),
  ];
}

/** @param {Draft} draft @param {string} mark @param {string} rest @returns {Fault[]} */
function markFaults(draft, mark, rest) {
  if (mark !== "fail") return [];
  if (!cell(draft, `ground/${rest}`)) return [{ key: `ground/${rest}`, problem: "groundMissing" }];
  for (const part of ["reason", "evidence"]) {
    const text = cell(draft, `${part}/${rest}`);
    if (!text.trim()) return [{ key: `${part}/${rest}`, problem: part === "reason" ? "reasonMissing" : "evidenceMissing" }];
    if (length(text) > MAX_REMARK) return [{ key: `${part}/${rest}`, problem: "tooLong" }];
  }
  const page = tidy(cell(draft, `page/${rest}`));
  return /^[1-9]\d{0,4}$/.test(page) ? [] : [{ key: `page/${rest}`, problem: "notPage" }];
}

/** @param {Form} form @param {string} code @returns {Factor} */
export function factorOf(form, code) {
  const factor = form.factors.find((each) => each.code === code);
  if (!factor) throw new RangeError(`${code} is not on this form`);
  return factor;
}

/** Sum of what is rightly filled for one bid. @param {Form} form @param {Draft} draft @param {string} bidder */
export const total = (form, draft, bidder) =>
  form.factors.reduce((sum, factor) => {
    const { value } = readEntry(cell(draft, `score/${bidder}/${factor.code}`), factor);
    return value === "" ? sum : sum + sure(value);
  }, 0n);

/** The sheet as data; call only when there are no faults. @param {Form} form @param {Draft} draft */
export function sheet(form, draft) {
  if (form.stage === "chair") return { kind: "ballot", choice: cell(draft, "choice") };
  if (form.stage === "preliminary") return { kind: "examination", marks: form.bidders.flatMap((b) => form.items.map((item) => mark(draft, b, item.code))) };
  return {
    kind: "scores",
    scores: form.bidders.flatMap((bidder) => form.factors.map((factor) => score(draft, bidder, factor))),
    totals: form.bidders.map((bidder) => ({ bidder, total: plain(total(form, draft, bidder)) })),
  };
}

/** @param {Draft} draft @param {string} bidder @param {string} item */
function mark(draft, bidder, item) {
  const rest = `${bidder}/${item}`;
  const passed = cell(draft, `mark/${rest}`) === "pass";
  const failing = (/** @type {string} */ part) => (passed ? "" : cell(draft, `${part}/${rest}`).trim());
  const page = Number(tidy(failing("page")));
  return { bidder, item, passed, ground: failing("ground"), reason: failing("reason"), evidence: failing("evidence"), page };
}

/** @param {Draft} draft @param {string} bidder @param {Factor} factor */
const score = (draft, bidder, factor) => ({
  bidder,
  factor: factor.code,
  score: readEntry(cell(draft, `score/${bidder}/${factor.code}`), factor).value,
  remark: cell(draft, `remark/${bidder}/${factor.code}`).trim(),
});

/** Canonical bytes of the sheet. @param {Form} form @param {Draft} draft */
export const sheetBytes = (form, draft) => canonical(sheet(form, draft));

/** The one sheet length that envelopes of this form show; the same sum as the rules make. @param {Form} form */
export function pad(form) {
  const rows = form.items.length + form.factors.length;
  const codes = [...form.items, ...form.factors].reduce((sum, row) => sum + row.code.length, 0);
  const named = form.bidders.reduce((sum, bidder) => sum + bidder.length * (rows + 1), 0);
  const ballot = Math.max(0, ...form.candidates.map((candidate) => candidate.length));
  const ground = Math.max(0, ...form.grounds.map((each) => each.code.length)) * rows * form.bidders.length;
  const perBid = codes + (rows + 1) * ROW_OVERHEAD;
  const largest = ROW_OVERHEAD + form.bidders.length * perBid + named + ballot + ground + (rows ? REMARK_ROOM : 0);
  return Math.max(1, Math.ceil(largest / PAD_STEP)) * PAD_STEP;
}

/** The form's canonical bytes, whose digest is its name in every envelope. @param {Form} form */
export const formBytes = (form) => canonical(form);

/** Characters as a person counts them. @param {string} text */
const length = (text) => [...text].length;
