/**
 * The roster: to whom a session seals. The printed ticket carries the first 16 bytes of its digest; a booth refuses any
 * other roster, so that nobody can slip in a key of their own.
 */

import { b64u, hex, Malformed, sha256, utf8 } from "./bytes.js";
import { parse } from "./canonical.js";
import { boxKey } from "./keys.js";

/** @typedef {{name: string, pk: import("./keys.js").PublicJwk}} Trustee */
/** @typedef {{v: 1, session: string, trustees: Trustee[], blind: string[][]}} RosterData */
/** @typedef {{data: RosterData, digest: string, print: string}} Roster */

/**
 * A roster from its canonical text, with its digest and the 16 bytes as printed. Throws `Malformed` unless it is the
 * rule that all trustees but one open together.
 * @param {string} written
 * @returns {Promise<Roster>}
 */
export async function readRoster(written) {
  /** @type {RosterData} */
  const data = parse(written);
  const names = data.trustees.map((trustee) => trustee.name);
  if (data.v !== 1 || names.length < 3 || !ascending(names)) throw new Malformed("trustees are three or more, sorted by name");
  if (new Set(data.trustees.map((trustee) => trustee.pk.x)).size !== names.length) throw new Malformed("one key twice");
  if (JSON.stringify(data.blind) !== JSON.stringify(combinations(names, names.length - 2))) {
    throw new Malformed("not the rule that all but one trustee open");
  }
  for (const trustee of data.trustees) await boxKey(trustee.pk).catch(() => refuse("a point is not on P-256"));
  const digest = await sha256(utf8(written));
  return { data, digest: b64u(digest), print: groups(hex(digest.slice(0, 16))) };
}

/** Groups of four, upper case. @param {string} digits */
export const groups = (digits) => (digits.toUpperCase().match(/.{1,4}/g) ?? []).join(" ");

/** Whether what a person copied from the ticket is this print. @param {string} typed @param {string} print */
export const samePrint = (typed, print) =>
  typed.normalize("NFKC").replace(/[^0-9a-fA-F]/g, "").toUpperCase() === print.replaceAll(" ", "");

/** Indices of the pieces `name` holds: those of the sets it is not in. @param {string} name @param {string[][]} blind */
export const heldBy = (name, blind) => blind.flatMap((set, index) => (set.includes(name) ? [] : [index]));

/** @param {string[]} names */
const ascending = (names) => names.every((name, at) => at === 0 || /** @type {string} */ (names[at - 1]) < name);

/** All subsets of `size`, in lexicographic order. @param {string[]} names @param {number} size @returns {string[][]} */
function combinations(names, size) {
  if (size === 0) return [[]];
  return names.flatMap((name, at) => combinations(names.slice(at + 1), size - 1).map((rest) => [name, ...rest]));
}

/** @param {string} reason @returns {never} */
function refuse(reason) {
  throw new Malformed(reason);
}
