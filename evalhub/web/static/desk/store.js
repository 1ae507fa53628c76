/**
 * What the page knows: who is logged in, the sessions, the one that is open. Follows `/api/changes`; everything shown is
 * asked of the process again, nothing is worked out from the stream.
 */

import { HubClock } from "../shared/clock.js";
import { get, Problem } from "./api.js";

/** @typedef {import("./types.js").Me} Me */
/** @typedef {import("./types.js").Page} Page */

export class Store {
  /** @param {(session: string) => Promise<Record<string, unknown>>} more what this page wants to know besides */
  constructor(more) {
    this.more = more;
    this.clock = new HubClock();
    /** @type {Me | null} */
    this.me = null;
    /** @type {import("./types.js").SessionRow[]} */
    this.sessions = [];
    /** @type {Page | null} */
    this.page = null;
    /** @type {Record<string, any>} */
    this.extra = {};
    this.session = "";
    this.hub = "broken";
    this.reached = false;
    /** @type {Problem | null} */
    this.lost = null;
    /** @type {Set<() => void>} */
    this.watchers = new Set();
    /** @type {EventSource | null} */
    this.stream = null;
    this.asking = false;
    this.again = false;
    this.expired = false;
  }

  /** @param {() => void} watcher */
  watch(watcher) {
    this.watchers.add(watcher);
  }

  tell() {
    for (const watcher of this.watchers) watcher();
  }

  /** Ask who is logged in; follow changes if somebody is. */
  async begin() {
    this.me = await get("/api/login");
    this.expired = false;
    if (this.me?.account) this.follow();
    this.tell();
  }

  follow() {
    this.stream?.close();
    this.stream = new EventSource("/api/changes");
    this.stream.onmessage = (event) => {
      const facts = JSON.parse(event.data);
      this.clock.heard(facts.at);
      this.hub = facts.hub;
      this.reached = true;
      void this.refresh();
    };
    this.stream.onerror = () => {
      this.reached = false;
      this.tell();
      void this.refresh();
    };
  }

  /** Show another session, or none. @param {string} session */
  async open(session) {
    if (session !== this.session) {
      this.session = session;
      this.page = null;
      this.extra = {};
    }
    await this.refresh();
  }

  /** Ask for everything shown; never twice at a time. */
  async refresh() {
    if (!this.me?.account) return;
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.again = false;
        await this.ask();
      } while (this.again);
    } finally {
      this.asking = false;
    }
    this.tell();
  }

  async ask() {
    const session = this.session;
    try {
      this.sessions = await get("/api/sessions");
      if (session) {
        const base = `/api/sessions/${encodeURIComponent(session)}`;
        const [page, extra] = await Promise.all([get(`${base}/page`), this.more(session)]);
        if (session === this.session) [this.page, this.extra] = [page, extra];
      }
      this.lost = null;
    } catch (error) {
      this.failed(/** @type {Problem} */ (error));
    }
  }

  /** @param {Problem} problem */
  failed(problem) {
    if (problem.status === 401) {
      this.stream?.close();
      this.expired = true;
      if (this.me) this.me = { ...this.me, account: "" };
    }
    this.lost = problem;
  }
}
