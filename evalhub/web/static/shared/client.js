/**
 * What this page consists of: the manifest's digest, and whether every module that loaded is one of it. The import map
 * already refuses an altered module; this says so in words and gives the digest that goes into every sealed sheet.
 */

import { hex, sha256, text } from "./bytes.js";
import { parse } from "./canonical.js";

/** @typedef {{v: 1, page: string, files: {path: string, sha256: string, length: number}[]}} Manifest */

/**
 * @param {string} base the page's address, ending in a slash
 * @returns {Promise<{digest: string, complete: boolean}>} `complete`: everything loaded so far is in the manifest.
 */
export async function identify(base) {
  const bytes = new Uint8Array(await (await fetch(`${base}manifest.json`, { cache: "no-store" })).arrayBuffer());
  /** @type {Manifest} */
  const manifest = parse(text(bytes));
  const known = new Set(manifest.files.map((file) => new URL(`${base}static/${file.path}`, location.href).href));
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const code = loaded.filter((name) => /\.(js|mjs|css)$/.test(new URL(name).pathname));
  return { digest: hex(await sha256(bytes)), complete: code.every((name) => known.has(name)) };
}
