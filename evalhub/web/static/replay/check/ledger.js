/** The entries in order: their form, payloads and signatures, and what they prove about policy, checkpoint, gates and end. */

import { hex, Malformed, text, utf8 } from "../../shared/bytes.js";
import { isObject, need, readEntry, readMessage, withBlob } from "./entries.js";
import { holds, Keyring } from "./keyring.js";
import { checkpointText, readNote, signedBy } from "./notes.js";
import { policyFits, signers } from "./policy.js";
import { digest } from "./sha256.js";
import { file } from "./tiles.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */
/** @typedef {import("./findings.js").Findings} Findings */
/** @typedef {import("./entries.js").Entry} Entry */
/** @typedef {import("./notes.js").Checkpoint} Checkpoint */
/** @typedef {import("./notes.js").Note} Note */
/** @typedef {import("./tree.js").Tree} Tree */

const BATCH = 256;
const BLOBS = "blobs/sha256/";

export class Ledger {
  /** @param {Map<string, Bytes>} files @param {Bytes[]} entries @param {Findings} found @param {(done: number) => void} tell */
  constructor(files, entries, found, tell) {
    this.files = files;
    this.raw = entries;
    this.found = found;
    this.tell = tell;
    this.session = "";
    this.named = new Set();
    /** @type {any} the first entry's statement */
    this.opening = null;
    /** @type {any} the last plan proposed */
    this.plan = null;
    /** @type {{seq: number, body: any}[]} */
    this.gates = [];
    /** Sealed sheets of any revision, and escrows. */
    this.envelopes = 0;
    /** Keys filed and not destroyed, keys filed at all, and whether the session was cancelled. */
    this.keys = { left: 0, filed: 0 };
    this.cancelled = false;
    this.last = { type: "", body: /** @type {any} */ (null) };
    /** Signatures to be verified, with the entry each belongs to. @type {{seq: number, due: import("./keyring.js").Due}[]} */
    this.due = [];
  }

  /** Every entry: form, payload, who signed. The signatures themselves are verified by `verify`, which takes longest. */
  async read() {
    /** @type {Keyring | null} */
    let ring = null;
    let before = "";
    for (let at = 0; at < this.raw.length; at += BATCH) {
      const read = this.raw.slice(at, at + BATCH).map((data, offset) => this.entry(data, at + offset));
      const whole = await Promise.all(read.map((entry) => entry && this.payload(entry)));
      for (const entry of whole) {
        if (!entry) continue;
        ring ??= new Keyring((this.session = entry.session));
        this.order(entry, before);
        before = entry.at;
        this.signed(ring, entry);
        this.found.attempt("entries", entry.seq, () => this.remember(entry));
      }
      this.tell(Math.min(at + BATCH, this.raw.length));
    }
  }

  /** The signatures that `read` has found. The browser verifies a batch of them beside this script. */
  async verify() {
    for (let at = 0; at < this.due.length; at += BATCH) {
      const batch = this.due.slice(at, at + BATCH);
      const verdicts = await Promise.all(batch.map(({ due }) => holds(due)));
      verdicts.forEach((right, index) => {
        if (right) this.found.good("signatures");
        else this.found.bad("signatures", "a signature does not verify", batch[index]?.seq);
      });
      this.tell(this.raw.length + (this.raw.length * Math.min(at + BATCH, this.due.length)) / this.due.length);
    }
  }

  /** @param {Note} note @param {Checkpoint} checkpoint @param {Tree} tree */
  async prove(note, checkpoint, tree) {
    await this.surplus();
    this.tail();
    if (!this.opening) return this.found.bad("origin", "the first entry opens no session", 0);
    this.found.attempt("origin", 0, () => this.origin(checkpoint));
    this.found.attempt("policy", null, () => this.policy());
    const keys = this.found.attempt("origin", 0, () => signers(this.opening));
    if (!keys) return;
    await this.quorum("checkpoint", note, keys, null);
    for (const { seq, body } of this.gates) {
      const gate = this.found.attempt("gates", seq, () => this.gate(seq, body, checkpoint.origin, tree));
      if (gate) await this.quorum("gates", gate, keys, seq);
    }
    if (!this.gates.length) this.found.good("gates", 0);
  }

  /** @param {Bytes} data @param {number} index @returns {Entry | undefined} */
  entry(data, index) {
    return this.found.attempt("entries", index, () => {
      const entry = readEntry(data);
      need(entry.seq === index, `carries number ${entry.seq}`);
      return entry;
    });
  }

  /** The entry with its payload, re-hashed if it lies in a blob. @param {Entry} entry @returns {Promise<Entry | undefined>} */
  async payload(entry) {
    const { ref, seq } = entry;
    if (!ref) return entry;
    this.named.add(ref.sha256);
    const blob = this.files.get(BLOBS + ref.sha256);
    if (!blob) return void this.found.bad("blobs", `blob ${ref.sha256} is missing`, seq);
    if (blob.length !== ref.length || hex(await digest(blob)) !== ref.sha256) {
      return void this.found.bad("blobs", `blob ${ref.sha256} is not the one that was recorded`, seq);
    }
    this.found.good("blobs");
    return this.found.attempt("entries", seq, () => withBlob(entry, blob));
  }

  /** @param {Entry} entry @param {string} before */
  order(entry, before) {
    this.found.good("entries");
    if (entry.session !== this.session) this.found.bad("entries", `belongs to session ${entry.session}`, entry.seq);
    if (entry.at < before) this.found.bad("entries", "its time runs backwards", entry.seq);
  }

  /** @param {Keyring} ring @param {Entry} entry */
  signed(ring, entry) {
    const due = this.found.attempt("signatures", entry.seq, () => ring.take(entry)) ?? [];
    this.due.push(...due.map((one) => ({ seq: entry.seq, due: one })));
  }

  /** What later checks need. @param {Entry} entry */
  remember(entry) {
    this.last = { type: entry.type, body: entry.body };
    const statement = () => readMessage(/** @type {string} */ (entry.jws)).payload.body;
    if (entry.seq === 0 && entry.type === "session_opened" && entry.signed) this.opening = statement();
    if (entry.type === "plan_proposed" && entry.signed) this.plan = statement().plan;
    if (entry.type === "gate_countersigned") this.gates.push({ seq: entry.seq, body: entry.body });
    if (entry.type === "sheet_sealed" || entry.type === "randomness_escrowed") this.envelopes++;
    if (entry.type === "trustee_key_filed") this.keys = { left: this.keys.left + 1, filed: this.keys.filed + 1 };
    if (entry.type === "trustee_key_destroyed") this.keys.left--;
    this.cancelled ||= entry.type === "session_cancelled";
  }

  /** @param {Checkpoint} checkpoint */
  origin(checkpoint) {
    const { origin, rehearsal } = this.opening;
    const ending = `/evalhub/${rehearsal ? "rehearsal/" : ""}${this.session}`;
    need(origin === checkpoint.origin, "the checkpoint is of another ledger");
    need(typeof rehearsal === "boolean" && origin.endsWith(ending), "the origin does not say what this session is");
    need(rehearsal || !origin.endsWith(`/evalhub/rehearsal/${this.session}`), "a rehearsal that claims to be real");
    this.found.good("origin");
  }

  policy() {
    need(policyFits(text(file(this.files, "policy")), this.opening), "the policy is not the one of the first entry");
    this.found.good("policy");
  }

  /** The countersigned note of a gate, if it is of this very tree. @param {number} seq @param {any} body @param {string} origin @param {Tree} tree */
  gate(seq, body, origin, tree) {
    need(isObject(body) && Number.isInteger(body.size) && body.size > 0 && body.size <= seq, "a gate of another size");
    const note = readNote(utf8(body.note));
    need(note.text === checkpointText({ origin, size: body.size, root: tree.root(body.size) }), "a gate over another ledger");
    return note;
  }

  /** @param {"checkpoint" | "gates"} name @param {Note} note @param {import("./notes.js").Key[]} keys @param {number | null} entry */
  async quorum(name, note, keys, entry) {
    const verdicts = await Promise.all(keys.map((key) => signedBy(note, key)));
    const wrong = verdicts.indexOf("wrong");
    if (wrong >= 0) this.found.bad(name, `${keys[wrong]?.name} did not sign`, entry);
    else if (verdicts.includes("unchecked")) this.found.short(name, "unchecked", "this browser cannot verify Ed25519");
    else this.found.good(name, name === "gates" ? 1 : verdicts.length);
  }

  /** Blobs that no entry names must be bid documents of the plan. */
  async surplus() {
    const bidders = this.plan?.project?.bidders ?? [];
    const documents = new Map(bidders.map((/** @type {any} */ bidder) => [bidder.file.sha256, bidder.file.length]));
    for (const [path, data] of this.files) {
      const name = path.startsWith(BLOBS) ? path.slice(BLOBS.length) : "";
      if (!name || this.named.has(name)) continue;
      if (!documents.has(name)) this.found.bad("blobs", `blob ${name} is named by nothing in the ledger`);
      else if (documents.get(name) !== data.length || hex(await digest(data)) !== name) {
        this.found.bad("blobs", `blob ${name} is not the bid document that the plan names`);
      } else this.found.good("blobs");
    }
    this.found.good("blobs", 0);
  }

  /** Archived; or cancelled before there was a complete roster, and nobody keeps a key. */
  tail() {
    const { type, body } = this.last;
    const early = this.cancelled && this.keys.left === 0 && this.keys.filed < (this.opening?.parties.length ?? 0);
    if (type !== "session_archived" && !early) return this.found.short("tail", "open", "the record has no lawful end");
    this.found.attempt("tail", this.raw.length - 1, () => {
      const right = early || (body.entries === this.raw.length && body.envelopes === this.envelopes);
      if (!right) throw new Malformed("the last entry counts another record");
      this.found.good("tail");
    });
  }
}
