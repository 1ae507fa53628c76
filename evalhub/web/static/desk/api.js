/** Asking the process: JSON in, JSON out; what it refuses is a `Problem` with a sentence in both languages. */

import { settings } from "../shared/settings.js";

export class Problem extends Error {
  /** @param {number} status @param {string} code @param {{zh?: string, en?: string}} title @param {Record<string, string>} detail */
  constructor(status, code, title, detail) {
    super(code);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
  }

  /** The sentence in the language chosen. */
  get sentence() {
    const where = this.detail["where"] ? ` (${this.detail["where"]}: ${this.detail["reason"] ?? ""})` : "";
    return (settings.language === "en" ? this.title.en : this.title.zh) + (this.code === "malformed" ? where : "");
  }
}

const LOST = { zh: "无法连接本机构的服务，请稍候重试。", en: "This centre's service cannot be reached. Try again in a moment." };

/** @param {string} path @returns {Promise<any>} */
export const get = (path) => ask(path, {});

/** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export const post = (path, body = {}) => ask(path, { method: "POST", body: JSON.stringify(body) });

/** @param {string} path @param {RequestInit} options */
async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Problem(0, "unreachable", LOST, {});
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw new Problem(answer.status, body.code ?? `http-${answer.status}`, body.title ?? LOST, body.detail ?? {});
}

/** One action on one session. @param {string} session @param {string} action @param {unknown} [params] */
export const act = (session, action, params) => post(`/api/sessions/${encodeURIComponent(session)}/${action}`, params);
