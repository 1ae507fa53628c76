/**
 * Signed notes (c2sp.org/signed-note), checkpoints (c2sp.org/tlog-checkpoint) and cosignatures (cosignature/v1). A
 * browser without Ed25519 cannot check a signature; then the answer is "unchecked", never "right".
 */

import { b64, concat, hex, Malformed, text, unb64, utf8 } from "../../shared/bytes.js";
import { verifyEd25519 } from "../../shared/note.js";
import { sha256Now } from "./sha256.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */
/** @typedef {import("../../shared/note.js").Verdict} Verdict */
/** @typedef {{name: string, type: 1 | 4, id: string, key: Bytes}} Key `id`: 4 bytes as hex */
/** @typedef {{text: string, lines: {name: string, id: string, value: Bytes}[]}} Note */
/** @typedef {{origin: string, size: number, root: Bytes}} Checkpoint */

/** @param {string} vkey `name+hex(id)+b64(type ‖ key)` @returns {Key} Throws `Malformed`. */
export function readVkey(vkey) {
  const [name = "", id, ...rest] = vkey.split("+");
  const bytes = unb64(rest.join("+"));
  const type = bytes[0];
  if (!name || /\s/.test(name) || bytes.length !== 33 || (type !== 1 && type !== 4)) throw new Malformed("not a verifier key");
  if (hex(sha256Now(concat(utf8(`${name}\n`), bytes)).slice(0, 4)) !== id) throw new Malformed("the id of a verifier key is wrong");
  return { name, type, id, key: bytes.slice(1) };
}

/** @param {Uint8Array} data @returns {Note} Throws `Malformed`; verifies nothing. */
export function readNote(data) {
  const written = text(data);
  const cut = written.lastIndexOf("\n\n");
  if (cut < 0 || !written.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(written)) throw new Malformed("not a signed note");
  const lines = written.slice(cut + 2, -1).split("\n").map((line) => {
    const parts = /^— ([^\s+]+) (\S+)$/.exec(line);
    if (!parts) throw new Malformed("not a signature line");
    const value = unb64(/** @type {string} */ (parts[2]));
    if (value.length < 5) throw new Malformed("a signature line is too short");
    return { name: /** @type {string} */ (parts[1]), id: hex(value.slice(0, 4)), value: value.slice(4) };
  });
  return { text: written.slice(0, cut + 1), lines };
}

/** @param {string} written the text of a note @returns {Checkpoint} Throws `Malformed`. */
export function readCheckpoint(written) {
  const [origin = "", size = "", root = "", end, ...more] = written.split("\n");
  if (!origin || !/^(0|[1-9][0-9]{0,14})$/.test(size) || end !== "" || more.length) throw new Malformed("not a checkpoint");
  const bytes = unb64(root);
  if (bytes.length !== 32) throw new Malformed("a root has 32 bytes");
  return { origin, size: Number(size), root: bytes };
}

/** The checkpoint text of a tree. @param {Checkpoint} checkpoint */
export const checkpointText = ({ origin, size, root }) => `${origin}\n${size}\n${b64(root)}\n`;

/**
 * Whether every line of `key` verifies, and there is one.
 * @param {Note} note @param {Key} key @returns {Promise<Verdict>}
 */
export async function signedBy(note, key) {
  const mine = note.lines.filter((line) => line.name === key.name && line.id === key.id);
  if (!mine.length) return "wrong";
  const verdicts = await Promise.all(mine.map((line) => verifyLine(note.text, line.value, key)));
  return verdicts.find((one) => one === "wrong") ?? verdicts.find((one) => one === "unchecked") ?? "right";
}

/** @param {string} written @param {Bytes} value @param {Key} key @returns {Promise<Verdict>} */
async function verifyLine(written, value, key) {
  if (key.type === 1) return verifyEd25519(key.key, value, utf8(written));
  if (value.length !== 72) return "wrong";
  const seconds = new DataView(value.buffer, value.byteOffset).getBigUint64(0);
  if (seconds >= 1n << 63n) return "wrong";
  return verifyEd25519(key.key, value.slice(8), utf8(`cosignature/v1\ntime ${seconds}\n${written}`));
}
