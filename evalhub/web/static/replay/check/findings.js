/** What a check found: a row for each kind of thing looked at, with the lowest entry that fails. */

import { Malformed } from "../../shared/bytes.js";

/** @typedef {"form" | "tree" | "entries" | "blobs" | "origin" | "policy" | "checkpoint" | "gates" | "signatures" | "tail"} Name */
/** @typedef {"good" | "bad" | "unchecked" | "skipped" | "open" | "pending"} State */
/** @typedef {{name: Name, state: State, count: number, reason: string, entry: number | null}} Row */
/** @typedef {{verdict: "whole" | "broken" | "interrupted", first: number | null, size: number, root: string, rows: Row[]}} Outcome */

export const NAMES = /** @type {Name[]} */ (["form", "tree", "entries", "blobs", "origin", "policy", "checkpoint", "gates", "signatures", "tail"]);

/** What was found so far; of two mistakes in a row the one at the lower entry is kept. */
export class Findings {
  constructor() {
    /** @type {Map<Name, Row>} */
    this.rows = new Map(NAMES.map((name) => [name, { name, state: "skipped", count: 0, reason: "", entry: null }]));
  }

  /** @param {Name} name */
  row(name) {
    return /** @type {Row} */ (this.rows.get(name));
  }

  /** Something of this row was looked at and holds. @param {Name} name @param {number} [count] */
  good(name, count = 1) {
    const row = this.row(name);
    row.count += count;
    if (row.state === "skipped") row.state = "good";
  }

  /** @param {Name} name @param {string} reason @param {number | null} [entry] */
  bad(name, reason, entry = null) {
    const row = this.row(name);
    if (row.state === "bad" && (entry === null || (row.entry !== null && row.entry <= entry))) return;
    Object.assign(row, { state: "bad", reason, entry });
  }

  /** This browser cannot tell, or the ledger has no end. @param {Name} name @param {"unchecked" | "open"} state @param {string} reason */
  short(name, state, reason) {
    const row = this.row(name);
    if (row.state !== "bad") Object.assign(row, { state, reason });
  }

  /** Still to be looked at; what is known to be bad stays so. @param {Name} name */
  wait(name) {
    const row = this.row(name);
    if (row.state === "skipped") row.state = "pending";
  }

  /** Now it is looked at. @param {Name} name */
  go(name) {
    const row = this.row(name);
    if (row.state === "pending") row.state = "skipped";
  }

  /** Run a step; whatever it stumbles over does not hold. @template T @param {Name} name @param {number | null} entry @param {() => T} step @returns {T | undefined} */
  attempt(name, entry, step) {
    try {
      return step();
    } catch (error) {
      this.bad(name, error instanceof Malformed ? error.message : `cannot be read: ${String(error)}`, entry);
      return undefined;
    }
  }

  /** @param {number} size @param {string} root @returns {Outcome} */
  outcome(size, root) {
    const rows = [...this.rows.values()].map((row) => ({ ...row }));
    const broken = rows.filter((row) => row.state === "bad");
    const entries = broken.map((row) => row.entry).filter((entry) => entry !== null);
    const verdict = broken.length ? "broken" : this.row("tail").state === "open" ? "interrupted" : "whole";
    return { verdict, first: entries.length ? Math.min(...entries) : null, size, root, rows };
  }
}
