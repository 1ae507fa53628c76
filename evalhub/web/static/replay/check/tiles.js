/** Where tree and entries lie in the bundle (c2sp.org/tlog-tiles), and reading entry bundles. */

import { Malformed } from "../../shared/bytes.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */
/** @typedef {{path: string, start: number, width: number}} Tile */

export const WIDTH = 256;

/** @param {string} kind "entries", or a tile level @param {number} index @param {number} width */
export function tilePath(kind, index, width) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${kind}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** The files that hold `count` items of one kind, in order. @param {string} kind @param {number} count @returns {Tile[]} */
export function tilesOf(kind, count) {
  const tiles = [];
  for (let start = 0; start < count; start += WIDTH) {
    const width = Math.min(WIDTH, count - start);
    tiles.push({ path: tilePath(kind, start / WIDTH, width), start, width });
  }
  return tiles;
}

/** Hash tiles of every level, for a tree of `size` entries. @param {number} size */
export function hashTiles(size) {
  const levels = [];
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / WIDTH)) {
    levels.push({ level, tiles: tilesOf(String(level), count) });
  }
  return levels;
}

/** The entries of one bundle: `width` times u16be length ‖ bytes. @param {Uint8Array} data @param {number} width */
export function readBundle(data, width) {
  const entries = cut(data);
  const total = entries.reduce((sum, entry) => sum + 2 + entry.length, 0);
  if (entries.length !== width || total !== data.length) throw new Malformed(`not exactly ${width} entries`);
  return entries;
}

/** As many whole entries as there are; what is left over is dropped. @param {Uint8Array} data */
export function cut(data) {
  /** @type {Bytes[]} */
  const entries = [];
  for (let at = 0; at + 2 <= data.length; ) {
    const length = (/** @type {number} */ (data[at]) << 8) | /** @type {number} */ (data[at + 1]);
    if (at + 2 + length > data.length) break;
    entries.push(data.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

/** A file of the bundle. @param {Map<string, Bytes>} files @param {string} path */
export function file(files, path) {
  const data = files.get(path);
  if (!data) throw new Malformed(`${path} is missing`);
  return data;
}
