/**
 * The hub's clock as this page knows it. The computer's own clock is never trusted: hub time is the browser's monotonic
 * clock plus the largest offset heard, which is the one with the least delay on the way.
 */

const SAMPLES = 30;
const BEIJING_MS = 8 * 3_600_000;

export class HubClock {
  /** @param {() => number} [monotonic] milliseconds @param {() => number} [wall] milliseconds since the epoch */
  constructor(monotonic = () => performance.now(), wall = () => Date.now()) {
    this.monotonic = monotonic;
    this.wall = wall;
    /** @type {number[]} */
    this.offsets = [];
    this.heardAt = -Infinity;
  }

  /** The hub said it is `at` (ISO, UTC). @param {string} at */
  heard(at) {
    this.heardAt = this.monotonic();
    this.offsets = [...this.offsets.slice(1 - SAMPLES), Date.parse(at) - this.heardAt];
  }

  /** Milliseconds since the epoch, or null before the first tick. */
  now() {
    return this.offsets.length ? this.monotonic() + Math.max(...this.offsets) : null;
  }

  /** Milliseconds since the hub was last heard. */
  silence() {
    return this.monotonic() - this.heardAt;
  }

  /** How far this computer's clock is ahead, in milliseconds; null before the first tick. */
  skew() {
    const now = this.now();
    return now === null ? null : this.wall() - now;
  }
}

/** `2026-11-21 10:12:03`, Beijing time. @param {number} ms since the epoch */
export const beijing = (ms) => new Date(ms + BEIJING_MS).toISOString().slice(0, 19).replace("T", " ");

/** `10:12:03`, Beijing time. @param {number} ms since the epoch */
export const beijingTime = (ms) => beijing(ms).slice(11);

/** `1:48` (hours and minutes) or `9:05` within the last ten minutes (minutes and seconds); zero at the end. @param {number} ms */
export function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [big, small] = seconds >= 600 ? [seconds / 3600, (seconds / 60) % 60] : [seconds / 60, seconds % 60];
  return `${Math.floor(big)}:${String(Math.floor(small)).padStart(2, "0")}`;
}
