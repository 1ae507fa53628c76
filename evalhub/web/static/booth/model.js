/**
 * What a booth knows and which step comes next, without a page: pure functions over `Memory` (what must survive a
 * crash) and `View` (what the centre shows this seat). The centre's view decides; the memory only fills in what is on
 * its way.
 */

import { hex, unb64u, utf8, sha256 } from "../shared/bytes.js";
import { groups } from "../shared/roster.js";

/** @typedef {import("./sheet.js").Form} Form */
/** @typedef {{code: string, kind: "range" | "sum" | "objective" | "deviation" | "outlier" | "abnormal", ground: string, bidder: string, factor: string, own: string, direction: string, detail: string, by: string, closed: boolean}} Finding */
/** @typedef {{member: string, bidder: string, factor: string, score: string}} MemberScore */
/** @typedef {{test: "mean" | "second" | "ceiling", price: string, base: string, rate: string}} LowBid */
/** @typedef {{code: string, own: boolean, kind: "question" | "abnormally-low" | "price-confirmation", bidder: string, text: string, needed: boolean, status: "asked" | "returned" | "sent" | "refused" | "withdrawn" | "answered" | "late" | "lapsed", reason: string, deadline: string, answer: string, confirmed: boolean | null, signed_by: string, attachments: {name: string}[], price: {price: string} | null, tests: LowBid[]}} Question */
/** @typedef {{bidder: string, total: string, price: string, rank: number, candidate: boolean, evaluated: string}} RankRow */
/** @typedef {import("./sheet.js").Ground} Ground */
/** @typedef {{member: string, answer: "agree" | "disagree" | "look-again", reason: string}} MatterAnswer */
/** @typedef {{member: string, item: string, reason: string, evidence: string, page: number}} Proposal */
/** @typedef {{code: string, kind: string, bidder: string, ground: string, basis: Ground | null, text: string, raised_by: string, proposals: Proposal[], round: number, rounds: MatterAnswer[][], waits: boolean, own: string, look: boolean, outcome: string}} Matter */
/**
 * @typedef {object} View What the centre lets this booth know; see `visibility.BoothView`.
 * @property {string} session
 * @property {boolean} rehearsal
 * @property {string} seat
 * @property {string} alias
 * @property {string} phase
 * @property {string} ended why it ended early, as a code; "" otherwise
 * @property {boolean} paused
 * @property {boolean} declared
 * @property {boolean} tested
 * @property {{code: string, name: string}[]} bidders
 * @property {number} round
 * @property {Form | null} form
 * @property {number} rev
 * @property {string} envelope
 * @property {string} deadline
 * @property {string} chair
 * @property {{member: string, votes: number}[]} votes
 * @property {string[]} valid
 * @property {Question[]} clarifications
 * @property {Matter[]} matters
 * @property {RankRow[]} ranking
 * @property {Finding[]} findings
 * @property {MemberScore[]} scores everybody's, by alias, in verification only
 * @property {string} report
 * @property {string} answer
 * @property {string} sign digest of the PDF that waits for this booth's signature, or empty
 * @property {boolean} countersigned
 */
/** @typedef {{round: number, rev: number, digest: string, receipt: string, verdict: import("../shared/note.js").Verdict, salt: string, sheet: string, at: string, seen: boolean}} Sealed `seen`: its owner has written the receipt down. */
/** @typedef {{jws: string, kind: "statement" | "seal", sealed: Sealed | null}} Outgoing */
/** @typedef {{at: string, kind: "blur" | "hidden" | "second-page" | "reload"}} Notice */
/**
 * @typedef {object} Memory What must not be lost. Stored encrypted after every change, before anything is sent.
 * @property {1} v
 * @property {string} ticket normalised, until it is redeemed
 * @property {boolean} redeeming a redemption was sent; repeat it with the same key
 * @property {boolean} redeemed
 * @property {string} session
 * @property {string} seat
 * @property {string} title_zh
 * @property {string} title_en
 * @property {string} log
 * @property {string} roster
 * @property {string} client the client digest this seat was taken with
 * @property {number} statements accepted statements of this key
 * @property {number} messages messages said on the booth line
 * @property {Record<string, Outgoing>} unanswered by message number
 * @property {Record<string, Sealed>} sealed by round
 * @property {Form | null} form the last detailed form, for verification
 * @property {string} vacated the code by which the seat was lost
 * @property {Notice[]} notices
 */
/** @typedef {"ticket" | "compare" | "joining" | "selftest" | "declare" | "wait" | "vote" | "examine" | "score" | "sealed" | "matters" | "findings" | "report" | "countersign" | "over" | "vacated"} Screen */

const ALPHABET = /^[0-9A-HJKMNP-TV-Z]$/;
const OVER = new Set(["archived", "failed", "cancelled"]);
const WARN_MINUTES = [5, 10, 30];

/** @returns {Memory} */
export const emptyMemory = () => ({
  v: 1, ticket: "", redeeming: false, redeemed: false, session: "", seat: "", title_zh: "", title_en: "", log: "",
  roster: "", client: "", statements: 0, messages: 0, unanswered: {}, sealed: {}, form: null, vacated: "", notices: [],
});

/** Which step a person is at. @param {Memory} memory @param {View | null} view @param {boolean} offered a seat was offered @returns {Screen} */
export function screen(memory, view, offered) {
  if (memory.vacated) return "vacated";
  if (!memory.redeemed) return memory.redeeming ? "joining" : offered ? "compare" : "ticket";
  if (!view) return "joining";
  if (unseen(memory)) return "sealed";
  if (OVER.has(view.phase)) return "over";
  if (view.phase === "checkin" && !view.tested) return "selftest";
  if (view.phase === "checkin" && !view.declared) return "declare";
  if (view.phase === "sealing" && view.form) return sealingScreen(memory, view, view.form);
  if (view.phase === "deliberation") return "matters";
  if (view.phase === "verification" && view.findings.some((finding) => !finding.closed)) return "findings";
  if (view.phase === "signing" && !view.answer) return "report";
  if (view.phase === "signing" && view.sign) return "countersign";
  return "wait";
}

/** @param {Memory} memory @param {View} view @param {Form} form @returns {Screen} */
function sealingScreen(memory, view, form) {
  if (view.rev || memory.sealed[view.round]) return "sealed";
  return /** @type {const} */ ({ chair: "vote", preliminary: "examine", detailed: "score" })[form.stage];
}

/** A receipt its owner has not said to have written down; it stays until then, however far the session is. @param {Memory} memory */
export const unseen = (memory) => Object.values(memory.sealed).find((each) => !each.seen) ?? null;

/** Index of the step under way in the row of steps. @param {Screen} screen @param {View | null} view */
export function stepOf(screen, view) {
  if (screen === "ticket" || screen === "compare" || screen === "joining") return view ? 7 : 0;
  if (screen === "selftest") return 1;
  if (screen === "declare" || view?.phase === "checkin" || view?.phase === "start_pending" || view?.phase === "starting") return 2;
  if (view?.form) return { chair: 3, preliminary: 4, detailed: 5 }[view.form.stage];
  if (view?.phase === "deliberation" || (view?.phase === "opened" && !view.ranking.length)) return 4;
  if (view?.phase === "summary" || view?.phase === "verification") return 6;
  return 7;
}

/** A round sealed with another envelope than this booth made: somebody else spoke for this seat. @param {Memory} memory @param {View} view */
export const foreignSeal = (memory, view) => {
  const own = memory.sealed[view.round];
  return Boolean(view.envelope && own && own.digest !== view.envelope);
};

/** Eight bytes of the envelope's digest in groups of four: what one writes down and finds again. @param {string} digest base64url */
export const receiptCode = (digest) => groups(hex(unb64u(digest)).slice(0, 16));

/** A ticket as typed, as far as it is one: look-alikes are read as what they look like. @param {string} typed */
export const tidyTicket = (typed) =>
  [...typed.normalize("NFKC").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1")].filter((char) => ALPHABET.test(char)).join("");

/** SHA-256 (hex) of a ticket, bound to the centre that issued it. @param {string} site @param {string} ticket */
export const ticketDigest = async (site, ticket) => hex(await sha256(utf8(`evalhub/ticket/v1\0${site}\0${ticket}`)));

/**
 * A pasted or scanned ticket: twelve characters, and the roster's 16 bytes if they came along.
 * @param {string} text
 * @returns {{ticket: string, print: string}}
 */
export function readScan(text) {
  const folded = text.normalize("NFKC");
  const print = /(?:[0-9a-fA-F]{4}[ -]?){8}\s*$/.exec(folded.trim())?.[0] ?? "";
  const before = print ? folded.trim().slice(0, -print.length) : folded;
  const ticket = tidyTicket(before);
  return print && ticket.length === 12 ? { ticket, print } : { ticket: tidyTicket(folded).slice(0, 12), print: "" };
}

/** Milliseconds left, or null without a deadline or a clock. @param {View | null} view @param {number | null} now */
export const timeLeft = (view, now) => (view?.deadline && now !== null ? Date.parse(view.deadline) - now : null);

/** The warning that is due: 30, 10, 5 minutes, 0 when time is up; null before. @param {number | null} left */
export function warning(left) {
  if (left === null) return null;
  if (left <= 0) return 0;
  return WARN_MINUTES.find((minutes) => left <= minutes * 60_000) ?? null;
}

/** Name of a bidder by code. @param {View | null} view @param {string} code */
export const bidderName = (view, code) => view?.bidders.find((bidder) => bidder.code === code)?.name ?? code;
