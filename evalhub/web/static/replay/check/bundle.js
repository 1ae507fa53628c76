/**
 * A second verifier of an archive bundle, written from docs/archive-format.md: files, tree, entries, payloads, origin,
 * policy, cosignatures, gates, signatures and tail. It re-executes no rule: steps, draws, seats, sheets, result and report
 * are left to `evalhub verify`, and the rows say no more than what was looked at.
 */

import { hex } from "../../shared/bytes.js";
import { Findings } from "./findings.js";
import { Ledger } from "./ledger.js";
import { readCheckpoint, readNote } from "./notes.js";
import { cut, file, hashTiles, readBundle, tilesOf } from "./tiles.js";
import { leafHash, same, Tree } from "./tree.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */
/** @typedef {import("./findings.js").Outcome} Outcome */
/** @typedef {import("./notes.js").Checkpoint} Checkpoint */
/** @typedef {(done: number, total: number) => void} Tell */

const REQUIRED = ["checkpoint", "policy", "roster.json", "VERIFY.txt"];
const OPTIONAL = ["report.json", "report.txt", "report.pdf", "checkpoint.tsr"];

/**
 * Check everything that `files` (path → bytes) can prove here. Never throws on what a bundle says. `early` hears the
 * outcome of everything but the signatures of the statements, which take most of the time: tree, notes, cosignatures,
 * payloads, order and end are known by then.
 * @param {Map<string, Bytes>} files @param {Tell} [tell] @param {(outcome: Outcome) => void} [early] @returns {Promise<Outcome>}
 */
export async function check(files, tell = () => undefined, early = () => undefined) {
  const found = new Findings();
  const note = found.attempt("form", null, () => readNote(file(files, "checkpoint")));
  const checkpoint = note && found.attempt("form", null, () => readCheckpoint(note.text));
  if (!note || !checkpoint) return found.outcome(0, "");
  form(files, checkpoint.size, found);
  const root = hex(checkpoint.root);
  const entries = readEntries(files, checkpoint, found);
  if (!entries) {
    found.bad("tree", "the entries cannot be read", await firstBad(files, checkpoint.size));
    return found.outcome(checkpoint.size, root);
  }
  const tree = await growTree(entries, (done) => tell(done, 3 * entries.length));
  await compareTree(files, tree, checkpoint, found);
  const ledger = new Ledger(files, entries, found, (done) => tell(entries.length + done, 3 * entries.length));
  await ledger.read();
  await ledger.prove(note, checkpoint, tree);
  found.wait("signatures");
  early(found.outcome(checkpoint.size, root));
  found.go("signatures");
  await ledger.verify();
  return found.outcome(checkpoint.size, root);
}

/** The paths of §1: none missing, none surplus. @param {Map<string, Bytes>} files @param {number} size @param {Findings} found */
function form(files, size, found) {
  const tiles = [...hashTiles(size).flatMap(({ tiles }) => tiles), ...tilesOf("entries", size)].map(({ path }) => path);
  const known = new Set([...REQUIRED, ...OPTIONAL, ...tiles]);
  for (const path of files.keys()) {
    if (!known.has(path) && !/^blobs\/sha256\/[0-9a-f]{64}$/.test(path)) found.bad("form", `${path} is no file of a bundle`);
  }
  for (const path of REQUIRED) if (!files.has(path)) found.bad("form", `${path} is missing`);
  found.good("form", files.size);
}

/** @param {Map<string, Bytes>} files @param {Checkpoint} checkpoint @param {Findings} found */
function readEntries(files, checkpoint, found) {
  return found.attempt("tree", null, () =>
    tilesOf("entries", checkpoint.size).flatMap(({ path, width }) => readBundle(file(files, path), width)));
}

/** @param {Bytes[]} entries @param {(done: number) => void} tell */
async function growTree(entries, tell) {
  /** @type {Bytes[]} */
  const leaves = [];
  for (let at = 0; at < entries.length; at += 512) {
    leaves.push(...(await Promise.all(entries.slice(at, at + 512).map(leafHash))));
    tell(leaves.length);
  }
  return new Tree(leaves);
}

/** @param {Map<string, Bytes>} files @param {Tree} tree @param {Checkpoint} checkpoint @param {Findings} found */
async function compareTree(files, tree, checkpoint, found) {
  found.good("tree", tree.size);
  if (!same(tree.root(), checkpoint.root)) {
    found.bad("tree", "the entries do not have the root that the checkpoint signs", await firstBad(files, tree.size));
  }
  for (const { level, tiles } of hashTiles(tree.size)) {
    const row = /** @type {Bytes[]} */ (tree.levels[8 * level]);
    for (const { path, start, width } of tiles) {
      const data = files.get(path);
      const right = data?.length === 32 * width && row.slice(start, start + width).every((hash, at) => same(hash, data.subarray(32 * at, 32 * at + 32)));
      if (!right) found.bad("tree", `hash tile ${path} does not match the entries`);
    }
  }
}

/** The first entry that its hash tile does not hold, or that is not there. @param {Map<string, Bytes>} files @param {number} size */
async function firstBad(files, size) {
  const hashes = tilesOf("0", size);
  for (const [index, { path, start, width }] of tilesOf("entries", size).entries()) {
    const tile = files.get(/** @type {import("./tiles.js").Tile} */ (hashes[index]).path) ?? new Uint8Array(0);
    const entries = cut(files.get(path) ?? new Uint8Array(0));
    for (let at = 0; at < width; at++) {
      const entry = entries[at];
      if (!entry || !same(await leafHash(entry), tile.subarray(32 * at, 32 * at + 32))) return start + at;
    }
  }
  return null;
}
