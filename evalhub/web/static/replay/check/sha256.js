/**
 * SHA-256 (FIPS 180-4) without waiting. A ledger has a hundred thousand small hashes, and WebCrypto's answer to each one
 * comes later than the work takes; large data still goes to WebCrypto (`digest`).
 */

import { sha256 } from "../../shared/bytes.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */

const LARGE = 4096;
const K = constants(64, 3);
const START = constants(8, 2);
const W = new Int32Array(64);

/** @param {Uint8Array} data @returns {Bytes} 32 bytes. */
export function sha256Now(data) {
  const padded = new Uint8Array((((data.length + 8) >> 6) + 1) << 6);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(data.length / 0x20000000));
  view.setUint32(padded.length - 4, data.length << 3);
  const state = START.slice();
  for (let at = 0; at < padded.length; at += 64) block(state, view, at);
  const out = new Uint8Array(32);
  const words = new DataView(out.buffer);
  for (let index = 0; index < 8; index++) words.setInt32(4 * index, /** @type {number} */ (state[index]));
  return out;
}

/** The same, by whichever way is quicker for this length. @param {Uint8Array} data @returns {Bytes | Promise<Bytes>} */
export const digest = (data) => (data.length < LARGE ? sha256Now(data) : sha256(data));

/** One block of 64 bytes. The arrays have a fixed length, so no element is undefined. @param {Int32Array} state @param {DataView} view @param {number} at */
function block(state, view, at) {
  const w = /** @type {any} */ (W);
  const k = /** @type {any} */ (K);
  for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15];
    const y = w[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
  }
  const words = /** @type {any} */ (state);
  let a = words[0], b = words[1], c = words[2], d = words[3], e = words[4], f = words[5], g = words[6], h = words[7];
  for (let t = 0; t < 64; t++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + s1 + ((e & f) ^ (~e & g)) + k[t] + w[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    h = g; g = f; f = e; e = (d + first) | 0;
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    d = c; c = b; b = a; a = (first + second) | 0;
  }
  words[0] += a; words[1] += b; words[2] += c; words[3] += d;
  words[4] += e; words[5] += f; words[6] += g; words[7] += h;
}

/** First 32 bits of the fractional parts of the `root`-th roots of the first primes (§4.2.2, §5.3.3). @param {number} count @param {2 | 3} root */
function constants(count, root) {
  const found = new Int32Array(count);
  for (let candidate = 2, index = 0; index < count; candidate++) {
    if (prime(candidate)) found[index++] = fraction(BigInt(candidate), BigInt(root));
  }
  return found;
}

/** @param {number} value */
function prime(value) {
  for (let factor = 2; factor * factor <= value; factor++) if (value % factor === 0) return false;
  return true;
}

/** By bisection on whole numbers, because a floating-point root would be a bit short. @param {bigint} value @param {bigint} root */
function fraction(value, root) {
  const scaled = value << (32n * root);
  let low = 0n;
  for (let bit = 1n << 40n; bit; bit >>= 1n) if ((low + bit) ** root <= scaled) low += bit;
  return Number(BigInt.asIntN(32, low));
}
