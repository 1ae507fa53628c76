// The booth line without a socket: what is sent, what is kept, what is repeated.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { Link } from "../../../evalhub/web/static/booth/link.js";
import * as model from "../../../evalhub/web/static/booth/model.js";
import { canonicalText, parse } from "../../../evalhub/web/static/shared/canonical.js";
import { read, verify } from "../../../evalhub/web/static/shared/jws.js";
import { makeSigningKey } from "../../../evalhub/web/static/shared/keys.js";
import { text } from "../../../evalhub/web/static/shared/bytes.js";

/** @type {any} */
const vector = JSON.parse(readFileSync(new URL("../../vectors/sealing/envelope.json", import.meta.url), "utf8"));
const SESSION = "synthetic-session-1";
const SEAT = { t: "seat", session: SESSION, seat: "host/A101-02", title_zh: "合成项目", title_en: "Synthetic", roster: vector.roster, log: "x" };

/** @param {Partial<import("../../../evalhub/web/static/booth/model.js").View>} [change] */
const view = (change = {}) => ({
  session: SESSION, rehearsal: true, seat: "host/A101-02", alias: "", phase: "checkin", paused: false, declared: false,
  tested: false, bidders: [], round: 0, form: null, rev: 0, envelope: "", deadline: "", chair: "", votes: [], valid: [], matters: [],
  ranking: [], findings: [], clarifications: [], scores: [], report: "", answer: "", sign: "", countersigned: false, ended: "", ...change,
});

/** A link whose sent frames and kept memories are written down. @param {import("../../../evalhub/web/static/booth/model.js").Memory} [memory] */
async function booth(memory = model.emptyMemory()) {
  /** @type {any[]} */
  const sent = [];
  /** @type {string[]} */
  const kept = [];
  const link = new Link({
    memory, key: await makeSigningKey(), client: "c".repeat(64), now: () => "2026-11-21T10:00:00.000Z", tick: () => {},
    send: (frame) => void sent.push(parse(frame)), changed: () => {}, keep: async () => void kept.push(JSON.stringify(memory)),
  });
  /** @param {object} frame */
  const hear = (frame) => link.receive(canonicalText(frame));
  return { link, sent, kept, hear, memory };
}

/** Wait until `holds`. @param {() => boolean} holds */
async function until(holds) {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** One that sits and is bound. */
async function seated() {
  const one = await booth();
  await one.hear({ t: "challenge", v: 1, nonce: "n1", name: "host" });
  await one.link.present("0123456789AB");
  await one.hear(SEAT);
  await one.link.redeem();
  await one.hear({ t: "view", view: canonicalText(view()), pad: " " });
  return one;
}

test("the key that redeems a ticket proves itself for this ticket and roster", async () => {
  const { link, sent, kept, memory } = await seated();
  const redeem = sent.find((frame) => frame.t === "redeem");
  const hello = parse(text(await verify(redeem.proof, link.key.jwk, "evalhub-hello+jws")));
  assert.deepEqual(hello, {
    session: SESSION, seat: "host/A101-02", ticket: await model.ticketDigest("host", "0123456789AB"), roster: vector.roster_digest,
  });
  assert.ok(kept.some((each) => JSON.parse(each).redeeming), "kept before it was sent");
  assert.equal(memory.redeemed, true);
  assert.equal(memory.ticket, "");
});

test("a crash between sending and hearing: the same ticket is redeemed again with the same key", async () => {
  const memory = { ...model.emptyMemory(), ticket: "0123456789AB", redeeming: true, session: SESSION, seat: "host/A101-02", roster: vector.roster };
  const { sent, hear } = await booth(memory);
  await hear({ t: "challenge", v: 1, nonce: "n1", name: "host" });
  assert.equal(sent[0].t, "redeem");
});

test("a message is repeated unchanged after a break and counts once", async () => {
  const { link, sent, hear, memory } = await seated();
  const answer = link.say("report_self_test", { checks: [] });
  await until(() => sent.at(-1).t === "say");
  const first = sent.at(-1);
  assert.equal(first.t, "say");
  link.broken();
  await hear({ t: "challenge", v: 1, nonce: "n2", name: "host" });
  const resume = sent.at(-1);
  const proof = parse(text(await verify(resume.proof, link.key.jwk, "evalhub-line+jws")));
  assert.deepEqual(proof, { name: "host/A101-02", nonce: "n2", to: "host" });
  await hear({ t: "view", view: canonicalText(view()), pad: "" });
  assert.deepEqual(sent.at(-1), first);
  await hear({ t: "kept", id: 1 });
  await hear({ t: "told", id: 1, code: "", detail: {}, receipt: "" });
  await hear({ t: "told", id: 1, code: "", detail: {}, receipt: "" });
  assert.deepEqual(await answer, { code: "", detail: {} });
  assert.equal(memory.statements, 1);
  assert.equal(link.queue, 0);
});

test("a refused statement does not use up its number; the next waits for the one before", async () => {
  const { link, sent, hear } = await seated();
  /** @param {number} id @param {string} code */
  const told = (id, code) => hear({ t: "told", id, code, detail: {}, receipt: "" });
  const first = link.say("declare_recusal", {});
  const second = link.say("declare_recusal", {});
  const said = () => sent.filter((frame) => frame.t === "say").map((frame) => parse(text(read(frame.jws).payload)).n);
  await until(() => said().length > 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(said(), [1]);
  await told(1, "session-paused");
  assert.equal((await first).code, "session-paused");
  await until(() => said().length > 1);
  assert.deepEqual(said(), [1, 1]);
  await told(2, "");
  await second;
});

test("a receipt for something else is called wrong", async () => {
  const { link, sent, hear, memory } = await seated();
  const form = { name: "chair-1", stage: /** @type {const} */ ("chair"), round: 1, bidders: [], items: [], factors: [], grounds: [], candidates: ["member-1"] };
  const answer = link.seal(form, { cells: { choice: "member-1" }, past: [], future: [] });
  await until(() => sent.at(-1).t === "say");
  await hear({ t: "told", id: sent.at(-1).id, code: "", detail: {}, receipt: "something else" });
  await answer;
  assert.equal(memory.sealed[1]?.verdict, "wrong");
  assert.equal(model.screen(memory, view({ phase: "sealing", round: 1, form }), false), "sealed");
});

test("a seat given to somebody else is left", async () => {
  const { hear, memory } = await seated();
  await hear({ t: "refused", code: "seat-vacated", detail: { seat: "host/A101-02" } });
  assert.equal(model.screen(memory, view(), false), "vacated");
});

test("a refused ticket leaves nothing behind", async () => {
  const { link, hear, memory } = await booth();
  await hear({ t: "challenge", v: 1, nonce: "n1", name: "host" });
  await link.present("0123456789AB");
  await hear({ t: "refused", code: "ticket-unknown", detail: { seat: "-" } });
  assert.deepEqual(memory, model.emptyMemory());
  assert.equal(link.refused?.code, "ticket-unknown");
});

test("a roster that is none is never sealed to", async () => {
  const { link, hear } = await booth();
  await hear({ t: "challenge", v: 1, nonce: "n1", name: "host" });
  await assert.rejects(hear({ ...SEAT, roster: vector.roster.replace('"guest"],["host"]', '"guest"],["guest"]') }));
  assert.equal(link.offered, null);
});

test("tickets as people type and scanners read them", () => {
  assert.equal(model.tidyTicket("o123-4567 il9a"), "0123456711" + "9A");
  assert.equal(model.tidyTicket("３Ａ"), "3A");
  const print = "D618 6B60 298E 4D73 9DC3 8ED5 7421 5BD8";
  assert.deepEqual(model.readScan(`0123-4567-89AB ${print}`), { ticket: "0123456789AB", print });
  assert.deepEqual(model.readScan("0123456789AB"), { ticket: "0123456789AB", print: "" });
});

test("warnings by hub time; the receipt code is the head of the digest", () => {
  const minute = 60_000;
  assert.deepEqual([31, 30, 11, 10, 5, 0.1, 0].map((left) => model.warning(left * minute)), [null, 30, 30, 10, 5, 5, 0]);
  assert.equal(model.receiptCode("_8DRezCDJvTvahWkRLDC9428Cxq-k1tU4D5Z9GdLUwo"), "FFC0 D17B 3083 26F4");
});
