/**
 * The booth's moving parts in one place: memory and drafts in the vault, the line, the clock, what is open on the page.
 * Views read it and call its methods; `update` draws again. Every change is kept before anything is sent.
 */

import { HubClock, beijingTime } from "../shared/clock.js";
import { Socket, socketUrl } from "../shared/socket.js";
import { Link } from "./link.js";
import { screen, timeLeft } from "./model.js";
import { emptyDraft, redo, undo, write } from "./sheet.js";

/** @typedef {import("./model.js").Memory} Memory */
/** @typedef {import("./sheet.js").Draft} Draft */
/** @typedef {import("./link.js").Outcome} Outcome */
/** @typedef {{name: string, title: import("../shared/i18n.js").Text2}} Facts */

const SILENT_MS = 5000;
const MAX_NOTICES = 200;

export class App {
  /**
   * @param {object} given
   * @param {import("../shared/vault.js").Vault} given.vault
   * @param {import("../shared/keys.js").SigningKey} given.key
   * @param {Memory} given.memory
   * @param {Record<string, Draft>} given.drafts
   * @param {{digest: string, complete: boolean}} given.client
   * @param {Facts} given.facts
   * @param {string} given.line path of the booth line
   * @param {() => void} given.draw
   */
  constructor({ vault, key, memory, drafts, client, facts, line, draw }) {
    this.vault = vault;
    this.memory = memory;
    this.drafts = drafts;
    this.client = client;
    this.facts = facts;
    this.draw = draw;
    this.clock = new HubClock();
    /** @type {import("../shared/socket.js").LineState} */
    this.lineState = "joining";
    this.savedAt = "";
    this.saveState = /** @type {"" | "saving" | "saved" | "failed"} */ ("");
    /** What is open on the page; lost on reload without harm. */
    this.ui = {
      help: /** @type {"" | "open" | "sent"} */ (""),
      ceremony: false,
      asking: false,
      away: false,
      stopped: false,
      busy: false,
      error: /** @type {Outcome | null} */ (null),
      bidder: "",
      cell: "",
    };
    this.link = new Link({
      memory,
      key,
      client: client.digest,
      send: (text) => this.socket.send(text),
      keep: () => this.keep(),
      changed: () => this.update(),
      tick: (at) => this.clock.heard(at),
      now: () => this.nowText(),
    });
    this.socket = new Socket(socketUrl(line), {
      message: (text) => void this.link.receive(text).catch((error) => this.broken(error)),
      state: (state) => this.lineChanged(state),
    });
  }

  get view() {
    return this.link.view;
  }

  get screen() {
    return screen(this.memory, this.view, this.link.offered !== null);
  }

  /** The form being filled in, if any. */
  get form() {
    return this.view?.form ?? null;
  }

  get draft() {
    return this.drafts[String(this.view?.round ?? 0)] ?? emptyDraft();
  }

  /** Connection, as one of the states people are told. @returns {"joining" | "broken" | "hubSilent" | "connected"} */
  get connection() {
    if (this.lineState !== "open") return this.link.site ? "broken" : this.lineState;
    return this.link.site && this.clock.silence() > SILENT_MS ? "hubSilent" : "connected";
  }

  get left() {
    return timeLeft(this.view, this.clock.now());
  }

  update() {
    this.draw();
  }

  // -- drafts ---------------------------------------------------------------------------------------------------------

  /** @param {string} key @param {string} value @param {boolean} [join] */
  edit(key, value, join = false) {
    this.setDraft(write(this.draft, key, value, join));
  }

  undo() {
    this.setDraft(undo(this.draft));
  }

  redo() {
    this.setDraft(redo(this.draft));
  }

  /** @param {Draft} draft */
  setDraft(draft) {
    if (draft === this.draft || !this.view) return;
    this.drafts = { ...this.drafts, [String(this.view.round)]: draft };
    this.saveState = "saving";
    this.update();
    this.vault.save("drafts", this.drafts).then(
      () => this.saved("saved"),
      () => this.saved("failed"),
    );
  }

  /** @param {"saved" | "failed"} state */
  saved(state) {
    const now = this.clock.now();
    this.saveState = state;
    this.savedAt = now === null ? "" : beijingTime(now);
    this.update();
  }

  async keep() {
    try {
      await this.vault.save("memory", this.memory);
    } catch (error) {
      this.saved("failed");
      throw error;
    }
  }

  // -- saying ---------------------------------------------------------------------------------------------------------

  /** Say a command and show what came of it. @param {string} type @param {object} body */
  say(type, body) {
    return this.act(() => this.link.say(type, body));
  }

  /** Seal the draft of the open round. */
  async seal() {
    const { form } = this;
    if (form) await this.act(() => this.link.seal(form, this.draft));
    this.ui.ceremony = false;
    this.update();
  }

  /** The receipt of this round was written down. @param {number} round */
  written(round) {
    const sealed = this.memory.sealed[round];
    if (sealed) this.memory.sealed[round] = { ...sealed, seen: true };
    void this.keep();
    this.update();
  }

  /** @param {() => Promise<Outcome>} doing */
  async act(doing) {
    Object.assign(this.ui, { busy: true, error: null });
    this.update();
    const outcome = await doing();
    Object.assign(this.ui, { busy: false, error: outcome.code ? outcome : null });
    this.update();
    return outcome;
  }

  /** Put something of the page's own state. @param {Partial<App["ui"]>} change */
  show(change) {
    Object.assign(this.ui, change);
    this.update();
  }

  /** Note that a person left the page or came back. @param {import("./model.js").Notice["kind"]} kind */
  notice(kind) {
    this.memory.notices = [...this.memory.notices, { at: this.nowText(), kind }].slice(-MAX_NOTICES);
    void this.keep();
  }

  /** Another page took this booth over. */
  stop() {
    this.socket.end();
    this.notice("second-page");
    this.show({ stopped: true });
  }

  /** Forget everything on this computer and begin anew. */
  async leave() {
    this.socket.end();
    await this.vault.clear();
    location.reload();
  }

  // -- the line -------------------------------------------------------------------------------------------------------

  /** @param {import("../shared/socket.js").LineState} state */
  lineChanged(state) {
    this.lineState = state;
    if (state === "broken") this.link.broken();
    if (state === "broken" && this.link.replaced) this.stop();
    this.update();
  }

  /** The centre sent what cannot be right: try again with a new line. @param {unknown} error */
  broken(error) {
    console.error(error);
    this.socket.again();
  }

  nowText() {
    return new Date(this.clock.now() ?? Date.now()).toISOString();
  }
}
