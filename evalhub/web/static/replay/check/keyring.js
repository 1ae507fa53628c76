/**
 * Whose key is whose (§4): the first entry brings the parties' keys, a redeemed ticket a booth's, a vacated seat ends it.
 * `take` reads statements in order and gives the signatures that remain to be verified.
 */

import { b64u, unhex } from "../../shared/bytes.js";
import { parse } from "../../shared/canonical.js";
import { fromBase64url } from "./base64.js";
import { need, readMessage, thumb } from "./entries.js";
import { sha256Now } from "./sha256.js";
import { HUBS, SIGNED } from "./statements.js";

/** @typedef {import("./entries.js").Entry} Entry */
/** @typedef {import("./entries.js").Message} Message */
/** @typedef {{role: string, seat: string, key: Promise<CryptoKey>}} Owner */
/** @typedef {{key: Promise<CryptoKey>, message: Message}} Due */

const P256 = { name: "ECDSA", namedCurve: "P-256" };

export class Keyring {
  /** @param {string} session */
  constructor(session) {
    this.session = session;
    /** @type {Map<string, Owner>} */
    this.owners = new Map();
    /** @type {Map<string, number>} */
    this.counters = new Map();
    /** Last envelope by round and seat. @type {Map<string, {rev: number, digest: string}>} */
    this.envelopes = new Map();
  }

  /** What has to be verified of this entry. @param {Entry} entry @returns {Due[]} Throws `Malformed`. */
  take(entry) {
    if (!entry.signed) {
      need(HUBS.has(entry.type), `nobody signed this ${entry.type}`);
      if (entry.type === "seat_vacated") this.drop(entry.body.seat);
      return [];
    }
    const row = SIGNED[entry.type];
    need(row, `no such statement: ${entry.type}`);
    const message = readMessage(/** @type {string} */ (entry.jws));
    if (entry.type === "session_opened" && entry.seq === 0) this.open(message.payload.body);
    const owner = this.owners.get(message.kid);
    need(owner, "signed by a key that the ledger has not introduced");
    need(/** @type {string[]} */ (row[1]).includes(owner.role), `${owner.role} may not say this`);
    const more = row[0] === "" ? this.envelope(entry, message, owner) : this.statement(entry, message, row[0]);
    return [{ key: owner.key, message }, ...more];
  }

  /** @param {Entry} entry @param {Message} message @param {string} type @returns {Due[]} */
  statement(entry, message, type) {
    const { payload, kid } = message;
    const n = (this.counters.get(kid) ?? 0) + 1;
    need(message.typ === "evalhub-say+jws" && payload.v === 1 && payload.session === this.session, "a statement of another session");
    need(payload.type === type, `is called ${entry.type} but holds ${payload.type}`);
    need(payload.n === n, `statement ${payload.n} of this key in place ${n}`);
    this.counters.set(kid, n);
    return entry.type === "ticket_redeemed" ? [this.redeem(payload.body)] : [];
  }

  /** An envelope is chained by revision and predecessor. @param {Entry} entry @param {Message} message @param {Owner} owner @returns {Due[]} */
  envelope(entry, message, owner) {
    const ctx = parse(fromBase64url(message.payload.ctx));
    need(message.typ === "evalhub-seal+jws" && ctx.session === this.session, "an envelope of another session");
    need((ctx.form === "draw-escrow") === (entry.type === "randomness_escrowed"), "an envelope of another kind");
    need(ctx.seat === owner.seat, "an envelope of another seat");
    const name = `${ctx.form === "draw-escrow"}/${ctx.round}/${ctx.seat}`;
    const last = this.envelopes.get(name);
    need(ctx.rev === (last?.rev ?? 0) + 1 && ctx.prev === (last?.digest ?? null), "a revision out of its turn");
    this.envelopes.set(name, { rev: ctx.rev, digest: b64u(sha256Now(message.bytes)) });
    return [];
  }

  /** @param {any} opening */
  open(opening) {
    for (const party of opening.parties) this.add(party.identity, party.role, party.name);
  }

  /** The fresh booth key speaks for itself in `proof`. @param {any} body @returns {Due} */
  redeem(body) {
    const proof = readMessage(body.proof);
    const { session, seat, ticket } = proof.payload;
    const key = this.add(body.booth_key, "booth", body.seat);
    need(proof.typ === "evalhub-hello+jws" && this.owners.get(proof.kid)?.key === key, "a proof by another key");
    need(session === this.session && seat === body.seat && ticket === body.ticket, "a proof for another ticket");
    return { key, message: proof };
  }

  /** @param {any} jwk @param {string} role @param {string} seat the seat of a booth, the name of a party */
  add(jwk, role, seat) {
    const kid = b64u(unhex(thumb(jwk)));
    need(!this.owners.has(kid), "a key that is already known");
    const key = crypto.subtle.importKey("jwk", jwk, P256, false, ["verify"]);
    key.catch(() => undefined); // a point off the curve fails where its first signature is verified
    this.owners.set(kid, { role, seat, key });
    return key;
  }

  /** @param {string} seat */
  drop(seat) {
    for (const [kid, owner] of this.owners) if (owner.role === "booth" && owner.seat === seat) this.owners.delete(kid);
  }
}

/** Whether the signature holds. @param {Due} due */
export async function holds({ key, message }) {
  try {
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, await key, message.signature, message.input);
  } catch {
    return false;
  }
}
