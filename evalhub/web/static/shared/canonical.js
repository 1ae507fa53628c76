/**
 * Canonical JSON (RFC 8785) in the profile of the record: ASCII keys, integers within ±(2^53 - 1), decimals as strings,
 * no float, no duplicate key, at most 32 levels. Hashes and signatures are over received bytes; nothing is written
 * again to be verified, except forms, whose digest both sides derive.
 */

import { Malformed, text, utf8 } from "./bytes.js";

const MAX_DEPTH = 32;
const SURROGATE = /[\ud800-\udfff]/; // rare, so looked for before pairs are taken away

/** @typedef {null | boolean | number | string | Json[] | {[key: string]: Json}} Json */

/** The canonical text of plain data. @param {unknown} value Throws `Malformed` outside the profile. */
export function canonicalText(value) {
  return write(value, 0);
}

/** The canonical bytes of plain data. @param {unknown} value */
export const canonical = (value) => utf8(canonicalText(value));

/**
 * Plain data from canonical bytes or text. Throws `Malformed` for any other spelling of the same data.
 * @param {Uint8Array | string} data
 * @returns {any}
 */
export function parse(data) {
  const written = typeof data === "string" ? data : text(data);
  let value;
  try {
    value = JSON.parse(written);
  } catch {
    throw new Malformed("not JSON");
  }
  if (canonicalText(value) !== written) throw new Malformed("not the canonical form (RFC 8785)");
  return value;
}

/** @param {unknown} value @param {number} depth @returns {string} */
function write(value, depth) {
  if (depth > MAX_DEPTH) throw new Malformed(`nested deeper than ${MAX_DEPTH}`);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return string(value);
  if (typeof value === "number") return integer(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(",")}]`;
  if (typeof value === "object") return record(/** @type {Record<string, unknown>} */ (value), depth);
  throw new Malformed(`a ${typeof value} has no JSON`);
}

/** @param {Record<string, unknown>} value @param {number} depth */
function record(value, depth) {
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${written(key)}:${write(value[key], depth + 1)}`).join(",")}}`;
}

/** Keys are few and come again and again. @type {Map<string, string>} */
const KEYS = new Map();
const MANY = 1024;

/** A key as it is written. @param {string} key */
function written(key) {
  let text = KEYS.get(key);
  if (text === undefined) {
    if (!/^[\x00-\x7f]*$/.test(key)) throw new Malformed(`key ${key} is not ASCII`);
    text = string(key);
    if (KEYS.size < MANY) KEYS.set(key, text);
  }
  return text;
}

/** @param {number} value */
function integer(value) {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Malformed(`${value} is not an integer of the profile`);
  return String(value);
}

/** @param {string} value */
function string(value) {
  if (SURROGATE.test(value) && SURROGATE.test(value.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""))) {
    throw new Malformed("half a surrogate pair");
  }
  return JSON.stringify(value);
}
