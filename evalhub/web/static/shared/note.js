/**
 * Signed notes (c2sp.org/signed-note) as far as a booth needs them: the receipt that the log key signs for one sealed
 * sheet. Browsers without Ed25519 cannot check it; then the answer is "unchecked", never "right".
 */

import { b64, concat, hex, Malformed, sha256, unb64, utf8 } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {"right" | "wrong" | "unchecked"} Verdict */
/** @typedef {{name: string, keyId: Bytes, key: Bytes}} Verifier */

/** A vkey of an Ed25519 log. @param {string} vkey @returns {Promise<Verifier>} Throws `Malformed`. */
export async function parseVkey(vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const bytes = unb64(rest.join("+"));
  if (!name || bytes.length !== 33 || bytes[0] !== 1) throw new Malformed("not a verifier key");
  const keyId = (await sha256(concat(utf8(name), utf8("\n"), bytes))).slice(0, 4);
  if (hex(keyId) !== id) throw new Malformed("the key id does not belong to the key");
  return { name, keyId, key: bytes.slice(1) };
}

/**
 * Whether `log` signed this receipt for exactly this sheet.
 * @param {string} receipt @param {string} vkey
 * @param {{session: string, seat: string, digest: string}} wanted
 * @returns {Promise<Verdict>}
 */
export async function checkReceipt(receipt, vkey, { session, seat, digest }) {
  const log = await parseVkey(vkey);
  const text = `${log.name}/receipt\n${session}\n${seat}\n${digest}\n`;
  const cut = receipt.lastIndexOf("\n\n");
  if (cut < 0 || receipt.slice(0, cut + 1) !== text) return "wrong";
  const prefix = `— ${log.name} `;
  const line = receipt.slice(cut + 2).split("\n").find((each) => each.startsWith(prefix));
  if (line === undefined) return "wrong";
  const value = unb64(line.slice(prefix.length));
  if (b64(value.slice(0, 4)) !== b64(log.keyId)) return "wrong";
  return verifyEd25519(log.key, value.slice(4), utf8(text));
}

/** @param {Bytes} key @param {Bytes} signature @param {Bytes} data @returns {Promise<Verdict>} */
export async function verifyEd25519(key, signature, data) {
  let made;
  try {
    made = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch (error) {
    if (/** @type {Error} */ (error).name === "NotSupportedError") return "unchecked";
    return "wrong";
  }
  return (await crypto.subtle.verify("Ed25519", made, signature, data)) ? "right" : "wrong";
}
