/** Base64url without padding, decoded by table: the shared way is fine for a key, not for a hundred megabytes. */

import { Malformed } from "../../shared/bytes.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */

const VALUES = new Int8Array(128).fill(-1);
[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((char, value) => (VALUES[char.charCodeAt(0)] = value));

/** @param {string} written @returns {Bytes} Throws `Malformed` for any other spelling of the same bytes. */
export function fromBase64url(written) {
  const rest = written.length % 4;
  const out = new Uint8Array(Math.floor((written.length * 3) / 4));
  let bits = 0;
  let have = 0;
  let at = 0;
  for (let index = 0; index < written.length; index++) {
    const code = written.charCodeAt(index);
    const value = code < 128 ? /** @type {number} */ (VALUES[code]) : -1;
    if (value < 0) throw new Malformed("not base64url");
    bits = ((bits & 0x3f) << 6) | value;
    have += 6;
    if (have >= 8) {
      have -= 8;
      out[at++] = (bits >> have) & 0xff;
    }
  }
  if (rest === 1 || bits & ((1 << have) - 1)) throw new Malformed("not the one spelling of base64url");
  return out;
}
