/**
 * The booth line from the booth's side, without a socket: frames in, frames out. Presents a ticket, redeems it with the
 * booth's own key, resumes after a break, repeats every message until its outcome was told.
 *
 * Rules
 * - What must survive is kept (`keep`) before it is sent.
 * - One statement at a time: its number is used up only when the hub accepts it.
 * - The roster is compared with the print on the ticket before the ticket is redeemed.
 * - A sealed sheet counts only with an outcome; its receipt is checked against exactly this sheet.
 */

import { b64u, hex, sha256, unb64u } from "../shared/bytes.js";
import { canonical, canonicalText, parse } from "../shared/canonical.js";
import { material, seal } from "../shared/envelope.js";
import { sign, signAttributes } from "../shared/jws.js";
import { checkReceipt } from "../shared/note.js";
import { readRoster } from "../shared/roster.js";
import { emptyMemory, ticketDigest } from "./model.js";
import { formBytes, pad, sheetBytes } from "./sheet.js";

/** @typedef {import("./model.js").Memory} Memory */
/** @typedef {import("./model.js").View} View */
/** @typedef {{code: string, detail: Record<string, string>}} Outcome `code` "" means accepted. */

const SAY = "evalhub-say+jws";
const HELLO = "evalhub-hello+jws";
const LINE = "evalhub-line+jws";
const PASSING = new Set(["gate-open", "hub-unreachable", "session-paused"]);
const RETRY_MS = 1500;

export class Link {
  /**
   * @param {object} given
   * @param {Memory} given.memory
   * @param {import("../shared/keys.js").SigningKey} given.key
   * @param {string} given.client digest of this page
   * @param {(text: string) => void} given.send
   * @param {() => Promise<void>} given.keep
   * @param {() => void} given.changed
   * @param {(at: string) => void} given.tick
   * @param {() => string} given.now hub time, ISO
   */
  constructor({ memory, key, client, send, keep, changed, tick, now }) {
    this.memory = memory;
    this.key = key;
    this.client = client;
    this.keep = keep;
    this.changed = changed;
    this.tick = tick;
    this.now = now;
    this.transmit = send;
    this.site = "";
    this.nonce = "";
    this.replaced = false;
    /** @type {import("../shared/roster.js").Roster | null} */
    this.offered = null;
    /** @type {View | null} */
    this.view = null;
    this.report = "";
    /** @type {{pdf: string, attributes: string} | null} What this booth is to sign in the report's PDF, at its turn. */
    this.toSign = null;
    /** @type {Outcome | null} */
    this.refused = null;
    /** @type {Map<number, (outcome: Outcome) => void>} */
    this.waiting = new Map();
    /** @type {(() => void)[]} */
    this.listeners = [];
    /** @type {Set<number>} */
    this.kept = new Set();
    this.bound = false;
    /** @type {Promise<void>} Frames heard, one after the other. */
    this.order = Promise.resolve();
    /** @type {Promise<void>} Statements made, one after the other. */
    this.turn = Promise.resolve();
  }

  /** How many messages are not answered yet. */
  get queue() {
    return Object.keys(this.memory.unanswered).length;
  }

  /** The line broke: nothing is lost, all is repeated after the next challenge. */
  broken() {
    this.bound = false;
    this.nonce = "";
    this.changed();
  }

  /** A frame arrived; frames are taken in order. @param {string} message */
  receive(message) {
    this.order = this.order.then(() => this.take(parse(message))).then(this.changed);
    return this.order;
  }

  /** Ask where a ticket belongs. @param {string} ticket normalised */
  async present(ticket) {
    this.refused = null;
    Object.assign(this.memory, { ticket });
    await this.keep();
    this.send({ t: "present", ticket });
  }

  /** The printed bytes are those of the offered roster: take the seat. */
  async redeem() {
    Object.assign(this.memory, { redeeming: true, client: this.client });
    await this.keep();
    await this.sendRedeem();
  }

  /** Give the offered seat back: the print on the ticket is another. */
  async decline() {
    this.offered = null;
    Object.assign(this.memory, emptyMemory());
    await this.keep();
    this.changed();
  }

  /** Call for staff. @param {string} text */
  help(text) {
    this.send({ t: "help", text });
  }

  /**
   * Assert a command; resolves with the hub's answer, even when that takes until after a break.
   * @param {string} type @param {object} body
   * @returns {Promise<Outcome>}
   */
  async say(type, body) {
    const posted = this.turn.then(() => this.numbered(type, body));
    this.turn = posted.then(() => {}, () => {});
    return (await posted).answer;
  }

  /**
   * Sign the report's PDF; resolves with the hub's answer. Only at this booth's turn, and only what its own centre gave it.
   * @returns {Promise<Outcome>}
   */
  async countersign() {
    const { pdf, attributes } = /** @type {{pdf: string, attributes: string}} */ (this.toSign);
    const signature = b64u(await signAttributes(this.key, unb64u(attributes)));
    return this.say("countersign_report", { pdf, attributes, signature });
  }

  /** It is this booth's turn, and its centre has given it the bytes of the PDF that all centres have. */
  get maySign() {
    return Boolean(this.view?.sign) && this.toSign?.pdf === this.view?.sign;
  }

  /** Sign with the next number, once nothing else is on its way that might use it. @param {string} type @param {object} body */
  async numbered(type, body) {
    const { memory } = this;
    while (this.speaking()) await new Promise((resolve) => this.listeners.push(() => resolve(null)));
    const statement = { v: 1, session: memory.session, n: memory.statements + 1, type, body };
    const jws = await sign(this.key, SAY, canonical(statement));
    return this.post({ jws, kind: "statement", sealed: null });
  }

  /** A statement is on its way; the next one has to wait for its number. */
  speaking() {
    return Object.values(this.memory.unanswered).some((message) => message.kind === "statement");
  }

  /**
   * Seal a draft and deliver it.
   * @param {import("./sheet.js").Form} form @param {import("./sheet.js").Draft} draft
   * @returns {Promise<Outcome>}
   */
  async seal(form, draft) {
    const { memory } = this;
    const roster = await readRoster(memory.roster);
    const sheet = sheetBytes(form, draft);
    const before = memory.sealed[form.round];
    const rev = (before?.rev ?? 0) + 1;
    const request = {
      session: memory.session, round: form.round, form: form.name, form_hash: hex(await sha256(formBytes(form))),
      seat: memory.seat, client: memory.client, rev, prev: before?.digest ?? null, pad: pad(form),
    };
    const made = material(roster);
    const { jws, digest } = await seal(request, sheet, roster, this.key, made);
    const sealed = {
      round: form.round, rev, digest, receipt: "", verdict: /** @type {const} */ ("unchecked"), salt: b64u(made.salt),
      sheet: b64u(sheet), at: this.now(), seen: false,
    };
    return (await this.post({ jws, kind: "seal", sealed })).answer;
  }

  /** Keep a message, send it; `answer` comes when it comes. @param {import("./model.js").Outgoing} message */
  async post(message) {
    const id = ++this.memory.messages;
    this.memory.unanswered[id] = message;
    await this.keep();
    const answer = /** @type {Promise<Outcome>} */ (new Promise((resolve) => this.waiting.set(id, resolve)));
    if (this.bound) this.send({ t: "say", id, jws: message.jws });
    this.changed();
    return { answer };
  }

  // -- frames ---------------------------------------------------------------------------------------------------------

  /** @param {object} frame */
  send(frame) {
    this.transmit(canonicalText(frame));
  }

  /** @param {any} frame */
  async take(frame) {
    if (frame.t === "challenge") return this.challenged(frame);
    if (frame.t === "tick") return this.tick(frame.at);
    if (frame.t === "seat") return this.seated(frame);
    if (frame.t === "view") return this.viewed(parse(frame.view));
    if (frame.t === "report-text") return void (this.report = frame.report);
    if (frame.t === "sign-this") return void (this.toSign = { pdf: frame.pdf, attributes: frame.attributes });
    if (frame.t === "kept") return void this.kept.add(frame.id);
    if (frame.t === "told") return this.told(frame);
    if (frame.t === "refused") return this.refuse(frame);
    if (frame.t === "bye") this.replaced = frame.code === "replaced";
  }

  /** @param {{nonce: string, name: string}} frame */
  async challenged({ nonce, name }) {
    this.site = name;
    this.nonce = nonce;
    if (this.memory.vacated) return;
    if (this.memory.redeemed) {
      const proof = await sign(this.key, LINE, canonical({ name: this.memory.seat, nonce, to: name }));
      this.send({ t: "resume", session: this.memory.session, seat: this.memory.seat, proof });
    } else if (this.memory.redeeming) {
      await this.sendRedeem();
    }
  }

  /** @param {{session: string, seat: string, title_zh: string, title_en: string, roster: string, log: string}} frame */
  async seated({ session, seat, title_zh, title_en, roster, log }) {
    this.offered = await readRoster(roster);
    Object.assign(this.memory, { session, seat, title_zh, title_en, roster, log });
    await this.keep();
  }

  async sendRedeem() {
    const { session, seat, ticket, roster } = this.memory;
    const digest = await ticketDigest(this.site, ticket);
    const greeting = { session, seat, ticket: digest, roster: (await readRoster(roster)).digest };
    const proof = await sign(this.key, HELLO, canonical(greeting));
    this.send({ t: "redeem", ticket, booth_key: this.key.jwk, client: this.memory.client, proof });
  }

  /** @param {View} view */
  async viewed(view) {
    this.view = view;
    if (view.form?.stage === "detailed" && this.memory.form?.round !== view.form.round) this.memory.form = view.form;
    if (!this.memory.redeemed) {
      Object.assign(this.memory, { redeemed: true, redeeming: false, ticket: "" });
      await this.keep();
    }
    if (!this.bound) this.repeat();
  }

  /** After a break: every unanswered message again, unchanged. */
  repeat() {
    this.bound = true;
    this.refused = null;
    for (const [id, { jws }] of Object.entries(this.memory.unanswered)) this.send({ t: "say", id: Number(id), jws });
  }

  /** @param {{id: number, code: string, detail: Record<string, string>, receipt: string}} frame */
  async told({ id, code, detail, receipt }) {
    const message = this.memory.unanswered[id];
    if (!message) return;
    delete this.memory.unanswered[id];
    if (!code && message.kind === "statement") this.memory.statements += 1;
    if (!code && message.sealed) await this.receipted({ ...message.sealed, receipt });
    await this.keep();
    this.waiting.get(id)?.({ code, detail });
    this.waiting.delete(id);
    for (const listener of this.listeners.splice(0)) listener();
  }

  /** @param {import("./model.js").Sealed} sealed */
  async receipted(sealed) {
    const wanted = { session: this.memory.session, seat: this.memory.seat, digest: sealed.digest };
    const verdict = await checkReceipt(sealed.receipt, this.memory.log, wanted).catch(() => /** @type {const} */ ("wrong"));
    this.memory.sealed[sealed.round] = { ...sealed, verdict };
  }

  /** @param {{code: string, detail: Record<string, string>}} frame */
  async refuse({ code, detail }) {
    this.refused = { code, detail };
    if (this.memory.redeemed && (code === "seat-vacated" || code === "not-your-seat")) {
      this.memory.vacated = code;
    } else if (this.memory.redeeming && PASSING.has(code)) {
      setTimeout(() => void this.sendRedeem(), RETRY_MS);
    } else if (!this.memory.redeemed) {
      this.offered = null;
      Object.assign(this.memory, emptyMemory());
    }
    await this.keep();
  }
}
