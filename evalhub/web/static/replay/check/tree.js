/** The Merkle tree of RFC 9162 §2.1, all complete nodes kept level by level. */

import { concat } from "../../shared/bytes.js";
import { digest, sha256Now } from "./sha256.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */

export const EMPTY = sha256Now(new Uint8Array(0));
const ZERO = Uint8Array.of(0);
const ONE = Uint8Array.of(1);

/** SHA-256(0x00 ‖ entry). @param {Uint8Array} entry */
export const leafHash = (entry) => digest(concat(ZERO, entry));

/** SHA-256(0x01 ‖ left ‖ right). @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => sha256Now(concat(ONE, left, right));

/** @param {Uint8Array} left @param {Uint8Array} right */
export const same = (left, right) => left.length === right.length && left.every((byte, at) => byte === right[at]);

export class Tree {
  /** @param {Bytes[]} leaves leaf hashes */
  constructor(leaves) {
    this.size = leaves.length;
    /** `levels[l][i]` covers leaves i·2^l … (i + 1)·2^l − 1. */
    this.levels = [leaves];
    for (let below = leaves; below.length > 1; ) {
      const row = [];
      for (let at = 0; at + 1 < below.length; at += 2) row.push(nodeHash(at_(below, at), at_(below, at + 1)));
      this.levels.push(row);
      below = row;
    }
  }

  /** The root over the first `size` leaves. @param {number} [size] @returns {Bytes} */
  root(size = this.size) {
    if (size === 0) return EMPTY;
    /** @type {Bytes | undefined} */
    let root;
    for (let level = 0, rest = size; rest; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const node = at_(/** @type {Bytes[]} */ (this.levels[level]), rest - 1);
      root = root ? nodeHash(node, root) : node;
    }
    return /** @type {Bytes} */ (root);
  }
}

/**
 * Whether `leaf` is entry `index` of the tree of `size` entries under `root` (RFC 9162 §2.1.3.2).
 * @param {number} index @param {number} size @param {Bytes} leaf @param {Bytes[]} path siblings first @param {Bytes} root
 */
export function included(index, size, leaf, path, root) {
  if (index >= size) return false;
  let here = index;
  let last = size - 1;
  let hash = leaf;
  for (const step of path) {
    if (last === 0 || step.length !== 32) return false;
    if (here % 2 === 1 || here === last) {
      hash = nodeHash(step, hash);
      while (here % 2 === 0 && here !== 0) [here, last] = [half(here), half(last)];
    } else {
      hash = nodeHash(hash, step);
    }
    [here, last] = [half(here), half(last)];
  }
  return last === 0 && same(hash, root);
}

/** @param {number} value */
const half = (value) => Math.floor(value / 2);

/** @template T @param {T[]} list @param {number} at */
const at_ = (list, at) => /** @type {T} */ (list[at]);
