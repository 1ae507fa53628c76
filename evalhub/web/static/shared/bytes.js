/**
 * Bytes and their texts: UTF-8, hexadecimal, base64, base64url, SHA-256. One byte string, one text: a base64 text is
 * accepted only if encoding its bytes again gives the same text.
 */

const utf8Out = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8In = new TextEncoder();

/** Something a peer sent that cannot be right. */
export class Malformed extends Error {}

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** @param {string} text @returns {Bytes} */
export const utf8 = (text) => utf8In.encode(text);

/** @param {Uint8Array} bytes Throws `Malformed`. */
export function text(bytes) {
  try {
    return utf8Out.decode(bytes);
  } catch {
    throw new Malformed("not UTF-8");
  }
}

/** @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} digits @returns {Bytes} Throws `Malformed`. */
export function unhex(digits) {
  if (digits.length % 2 || !/^[0-9a-f]*$/.test(digits)) throw new Malformed("not lower-case hexadecimal");
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16));
}

/** Base64 (RFC 4648 §4). @param {Uint8Array} bytes */
export function b64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

/** @param {string} written @returns {Bytes} Throws `Malformed` unless `b64` gives the same text back. */
export function unb64(written) {
  let binary;
  try {
    binary = atob(written);
  } catch {
    throw new Malformed("not base64");
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  if (b64(bytes) !== written) throw new Malformed("not the one spelling of base64");
  return bytes;
}

/** Base64url without padding (RFC 4648 §5). @param {Uint8Array} bytes */
export const b64u = (bytes) => b64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** @param {string} written @returns {Bytes} Throws `Malformed` unless `b64u` gives the same text back. */
export function unb64u(written) {
  if (!/^[A-Za-z0-9_-]*$/.test(written)) throw new Malformed("not base64url");
  const padded = written.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (written.length % 4)) % 4);
  return unb64(padded); // which refuses stray low bits
}

/** @param {...Uint8Array} parts @returns {Bytes} */
export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {Uint8Array} bytes @returns {Promise<Bytes>} 32 bytes. */
export const sha256 = async (bytes) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (bytes)));

/** @param {number} count @returns {Bytes} Fresh chance. */
export const random = (count) => crypto.getRandomValues(new Uint8Array(count));

/** @param {number} value @param {number} size Big-endian, unsigned, below 2^48. @returns {Bytes} */
export function number(value, size) {
  const bytes = new Uint8Array(size);
  for (let at = size - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}
