/** What the page knows and does: the record, the playhead, what is shown of it. Rendering watches it. */

import { advance, filtered, parseHash, upTo } from "./track.js";

/** @typedef {import("./types.js").Overview} Overview */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").Outcome} Outcome */

const API = "/replay/api";
const KEPT = 400;
const SETTLED = 200;

/** @param {string} path @returns {Promise<any>} */
export async function get(path) {
  const answer = await fetch(API + path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

export class Store {
  constructor() {
    /** @type {Overview | null} */
    this.overview = null;
    /** @type {number[]} */
    this.times = [];
    this.cursor = 0;
    this.playing = false;
    this.speed = 60;
    this.skip = true;
    this.keys = true;
    this.axis = /** @type {"time" | "entry"} */ ("time");
    this.filter = { kind: "", who: "" };
    /** @type {number[]} */
    this.listed = [];
    /** @type {number | null} */
    this.mark = null;
    this.detail = false;
    /** @type {Snapshot | null} */
    this.shown = null;
    this.error = "";
    /** @type {{done: number, total: number, early: Outcome | null, outcome: Outcome | null, ms: number, failed: string}} */
    this.check = { done: 0, total: 0, early: null, outcome: null, ms: 0, failed: "" };
    /** @type {Map<number, Snapshot>} */
    this.snapshots = new Map();
    this.asking = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.settling = undefined;
    this.now = 0;
    this.changed = () => {};
  }

  /** Entries that can be told. */
  get size() {
    return this.times.length;
  }

  async begin() {
    try {
      const overview = /** @type {Overview} */ (await get("/timeline"));
      this.overview = overview;
      this.times = overview.rows.map((row) => row.ms);
      this.choose({});
      this.go(parseHash(location.hash) ?? 0);
    } catch (error) {
      this.error = String(error);
    }
    this.changed();
  }

  /** Move the playhead to an entry; whatever is out of reach is the nearest end. @param {number} seq */
  go(seq) {
    this.cursor = Math.min(Math.max(0, Math.round(seq)), Math.max(0, this.size - 1));
    this.now = this.times[this.cursor] ?? 0;
    void this.look();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLED);
    this.changed();
  }

  /** The address follows once the playhead rests: browsers allow few changes of it a second. */
  settle() {
    if (this.playing || !this.size) return;
    history.replaceState(null, "", `#seq=${this.cursor}`);
    this.changed();
  }

  /** Fetch the state at the playhead; of several wishes on the way only the last counts. */
  async look() {
    if (this.asking || !this.size) return;
    this.asking = true;
    while (this.shown?.size !== this.cursor + 1) {
      const size = this.cursor + 1;
      try {
        this.shown = this.snapshots.get(size) ?? (await get(`/at/${size}`));
      } catch (error) {
        this.error = String(error);
        break;
      }
      this.keep(size, /** @type {Snapshot} */ (this.shown));
      this.changed();
    }
    this.asking = false;
  }

  /** @param {number} size @param {Snapshot} snapshot */
  keep(size, snapshot) {
    this.snapshots.delete(size);
    this.snapshots.set(size, snapshot);
    const [oldest] = this.snapshots.keys();
    if (this.snapshots.size > KEPT && oldest !== undefined) this.snapshots.delete(oldest);
  }

  play() {
    this.playing = !this.playing && this.size > 0;
    if (!this.playing) return this.settle();
    if (this.cursor >= this.size - 1) this.go(0);
    let last = performance.now();
    const frame = (/** @type {number} */ time) => {
      if (!this.playing) return;
      this.now = advance(this.times, this.now, Math.max(0, time - last), this.speed, this.skip);
      last = time;
      this.follow();
      if (this.playing) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    this.changed();
  }

  /** The playhead has moved to `now`. */
  follow() {
    const cursor = Math.max(0, upTo(this.times, this.now) - 1);
    if (cursor === this.cursor && cursor < this.size - 1) return;
    this.cursor = cursor;
    void this.look();
    if (cursor >= this.size - 1) {
      this.playing = false;
      this.settle();
    }
    this.changed();
  }

  /** The next alert after the playhead, or the first one again. */
  nextAlert() {
    const alerts = this.overview?.alerts ?? [];
    const next = alerts.find((alert) => alert.seq > this.cursor) ?? alerts[0];
    if (next) this.go(next.seq);
  }

  /** @param {{kind?: string, who?: string}} filter */
  choose(filter) {
    Object.assign(this.filter, filter);
    this.listed = this.overview ? filtered(this.overview, this.filter.kind, this.filter.who) : [];
    this.changed();
  }

  /** @param {Partial<Pick<Store, "speed" | "skip" | "keys" | "axis" | "mark" | "detail">>} wishes */
  set(wishes) {
    Object.assign(this, wishes);
    this.changed();
  }
}
