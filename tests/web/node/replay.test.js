// The replay page's pure parts: hashing, tree, notes, tiles, and moving along the record.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { fromBase64url } from "../../../evalhub/web/static/replay/check/base64.js";
import { readEntry } from "../../../evalhub/web/static/replay/check/entries.js";
import { readCheckpoint, readNote, readVkey, signedBy } from "../../../evalhub/web/static/replay/check/notes.js";
import { sha256Now } from "../../../evalhub/web/static/replay/check/sha256.js";
import { cut, hashTiles, readBundle, tilePath, tilesOf } from "../../../evalhub/web/static/replay/check/tiles.js";
import { included, leafHash, Tree } from "../../../evalhub/web/static/replay/check/tree.js";
import { advance, bands, filtered, kindOf, parseHash, places, upTo } from "../../../evalhub/web/static/replay/track.js";
import { b64u, hex, Malformed, sha256, unb64u, unhex, utf8 } from "../../../evalhub/web/static/shared/bytes.js";

/** @param {string} name @returns {any} */
const vectors = (name) => JSON.parse(readFileSync(new URL(`../../vectors/ledger/${name}.json`, import.meta.url), "utf8"));

test("SHA-256: the same as WebCrypto's at every length around a block", async () => {
  for (let length = 0; length < 200; length++) {
    const data = Uint8Array.from({ length }, (_, at) => (at * 37 + length) & 255);
    assert.equal(hex(sha256Now(data)), hex(await sha256(data)));
  }
});

test("base64url by table: the same as the shared way, and the same refusals", () => {
  for (let length = 0; length < 70; length++) {
    const data = Uint8Array.from({ length }, (_, at) => (at * 91 + length) & 255);
    assert.deepEqual(fromBase64url(b64u(data)), data);
  }
  for (const wrong of ["A", "AAA=", "AB", "AAB", "A+/A", "é"]) {
    assert.throws(() => unb64u(wrong), Malformed, wrong);
    assert.throws(() => fromBase64url(wrong), Malformed, wrong);
  }
});

test("tree: roots and inclusion proofs of Certificate Transparency", async () => {
  const { leaves, roots, inclusion } = vectors("merkle");
  const hashes = await Promise.all(leaves.map((/** @type {string} */ leaf) => leafHash(unhex(leaf))));
  const tree = new Tree(hashes);
  roots.forEach((/** @type {string} */ root, /** @type {number} */ size) => assert.equal(hex(tree.root(size)), root));
  for (const { index, size, path } of inclusion) {
    const steps = path.map(unhex);
    assert.ok(included(index, size, hashes[index], steps, tree.root(size)), `${index} of ${size}`);
    assert.ok(!included(index, size, hashes[(index + 1) % 8], steps, tree.root(size)));
    assert.ok(!included(index, size, hashes[index], [...steps, hashes[0]], tree.root(size)));
    assert.ok(!included(size, size, hashes[index], steps, tree.root(size)));
  }
});

test("notes: logs and witnesses of other people", async () => {
  for (const { note, vkeys } of vectors("notes")) {
    const keys = vkeys.map((/** @type {string} */ vkey) => readVkey(vkey));
    for (const key of keys) {
      assert.equal(await signedBy(readNote(utf8(note)), key), "right", key.name);
      assert.equal(await signedBy(readNote(utf8(`x${note}`)), key), "wrong", key.name);
      assert.equal(await signedBy(readNote(utf8(note)), { ...key, name: "nobody" }), "wrong");
    }
    assert.throws(() => readVkey(vkeys[0].replace("+", "x+")), Malformed);
  }
});

test("checkpoints: three lines and no more", () => {
  const root = Buffer.alloc(32, 7).toString("base64");
  assert.deepEqual(readCheckpoint(`o\n5\n${root}\n`), { origin: "o", size: 5, root: new Uint8Array(32).fill(7) });
  for (const wrong of [`o\n05\n${root}\n`, `o\n5\n${root}`, `o\n5\n${root}\nmore\n`, `\n5\n${root}\n`, "o\n5\nAAAA\n"]) {
    assert.throws(() => readCheckpoint(wrong), Malformed, wrong);
  }
});

test("tiles: paths and bundles of C2SP", () => {
  assert.equal(tilePath("0", 1234067, 256), "tile/0/x001/x234/067");
  assert.equal(tilePath("entries", 1, 16), "tile/entries/001.p/16");
  assert.deepEqual(tilesOf("0", 300).map(({ width }) => width), [256, 44]);
  assert.deepEqual(hashTiles(70_000).map(({ tiles }) => tiles.length), [274, 2, 1]);
  assert.deepEqual(readBundle(Uint8Array.of(0, 1, 9, 0, 0), 2), [Uint8Array.of(9), Uint8Array.of()]);
  for (const [data, width] of /** @type {[number[], number][]} */ ([[[0, 1, 9], 2], [[0, 2, 9], 1], [[0, 1, 9, 0], 1]])) {
    assert.throws(() => readBundle(Uint8Array.from(data), width), Malformed);
  }
  assert.equal(cut(Uint8Array.of(0, 1, 9, 0, 5, 1)).length, 1);
});

test("entries: one form, one spelling", () => {
  const hub = '{"actor":{"role":"hub","seat":null,"site":"hub"},"at":"2026-03-20T09:46:57.250Z","body":{"a":1},"seq":3,"session":"s","type":"t","v":1}';
  assert.equal(readEntry(utf8(hub)).body.a, 1);
  for (const [from, to] of /** @type {[string, string][]} */ ([
    ['"v":1', '"v":2'], ["250Z", "25Z"], ["03-20", "02-30"], ['"seat":null', '"seat":"x"'], ['"a":1', '"a": 1'], ['{"a":1}', "[]"],
    ['"body":{"a":1}', '"jws":"a.b"'], ['"type":"t"', '"type":"t","more":1'], ['{"a":1}', `{"a":"${"x".repeat(4100)}"}`],
  ])) {
    assert.throws(() => readEntry(utf8(hub.replace(from, to))), Malformed, to.slice(0, 40));
  }
});

const ROWS = [0, 10, 10, 5000, 5010].map((ms, seq) => ({ seq, ms, type: seq === 3 ? "session_paused" : "sheet_sealed", site: "hub", seat: seq % 2 ? "a/1" : "", phase: seq < 3 ? "drawing" : "sealing", zh: "", en: "" }));

test("the playhead: time runs at its speed, idle time is cut, nothing is jumped over", () => {
  const times = ROWS.map((row) => row.ms);
  assert.deepEqual([-1, 0, 9, 10, 6000].map((ms) => upTo(times, ms)), [0, 1, 1, 3, 5]);
  assert.equal(advance(times, 10, 100, 1, false), 110);
  assert.equal(advance(times, 10, 100, 1, true), 4400);
  assert.equal(advance(times, 4400, 100, 1, true), 4500);
  assert.equal(advance(times, 5010, 100, 60, true), 11_010);
  assert.ok(advance(times, 10, 10, 1, true) < 5000);
});

test("places, bands, filters, addresses", () => {
  assert.deepEqual(places(ROWS, "entry", true), [0, 0.25, 0.5, 0.75, 1]);
  assert.equal(places(ROWS, "time", false)[3], 5000 / 5010);
  const squeezed = places(ROWS, "time", true);
  assert.ok(/** @type {number} */ (squeezed[3]) < 0.95 && squeezed[4] === 1);
  assert.deepEqual(bands(ROWS), [{ phase: "drawing", from: 0, to: 3 }, { phase: "sealing", from: 3, to: 5 }]);
  const overview = /** @type {any} */ ({ rows: ROWS, alerts: [{ seq: 3, kind: "pause" }] });
  assert.deepEqual(filtered(overview, "", ""), [0, 1, 2, 3, 4]);
  assert.deepEqual(filtered(overview, "sealing", "a/1"), [1]);
  assert.deepEqual(filtered(overview, "alerts", ""), [3]);
  assert.equal(kindOf("session_paused"), "orders");
  assert.equal(kindOf("session_opened"), "pairing");
  assert.deepEqual(["#seq=478", "#seq=", "#seq=1x", ""].map(parseHash), [478, null, null, null]);
});
