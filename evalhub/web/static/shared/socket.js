/**
 * A WebSocket that comes back by itself, with growing pauses and jitter so that a hall of booths does not return at once.
 */

const PAUSES = [200, 400, 800, 1500, 3000];

/** @typedef {"joining" | "open" | "broken"} LineState */

export class Socket {
  /**
   * @param {string} url
   * @param {{message: (text: string) => void, state: (state: LineState) => void}} heard
   */
  constructor(url, heard) {
    this.url = url;
    this.heard = heard;
    this.attempt = 0;
    this.ended = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.connect();
  }

  /** Send if the line is open; otherwise nothing: whoever needs delivery repeats after the next hello. @param {string} text */
  send(text) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  /** Close and come back at once. */
  again() {
    this.attempt = 0;
    this.socket?.close();
  }

  /** Close for good. */
  end() {
    this.ended = true;
    this.socket?.close();
  }

  connect() {
    if (this.ended) return;
    this.heard.state("joining");
    const socket = (this.socket = new WebSocket(this.url));
    socket.onopen = () => this.heard.state("open");
    socket.onmessage = (event) => {
      this.attempt = 0;
      this.heard.message(event.data);
    };
    socket.onclose = () => {
      this.heard.state("broken");
      const pause = PAUSES[Math.min(this.attempt++, PAUSES.length - 1)] ?? 3000;
      setTimeout(() => this.connect(), pause * (0.7 + 0.6 * Math.random()));
    };
  }
}

/** The WebSocket address of a path of this origin. @param {string} path */
export const socketUrl = (path) => new URL(path, location.href).href.replace(/^http/, "ws");
