/**
 * What this computer keeps through reload, crash and power cut: keys that cannot be taken out, and records encrypted at
 * rest with such a key. Owned by one page at a time (see `hold`).
 *
 * Writes are strict (on disk before they count); of several writes to one name that wait, only the latest is made.
 */

import { concat, random, text } from "./bytes.js";
import { canonical } from "./canonical.js";
import { makeSigningKey } from "./keys.js";

const STORE = "kept";

export class Vault {
  /** @param {IDBDatabase} database @param {CryptoKey} key */
  constructor(database, key) {
    this.database = database;
    this.key = key;
    /** @type {Map<string, unknown>} */
    this.waiting = new Map();
    /** @type {Promise<void> | null} */
    this.writing = null;
  }

  /** Open or make the store `name`. @param {string} name @returns {Promise<Vault>} */
  static async open(name) {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    const database = await done(request);
    let key = await get(database, "key");
    if (!key) {
      key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      await put(database, "key", key);
    }
    return new Vault(database, key);
  }

  /** The signing key kept here, made when there is none. @returns {Promise<import("./keys.js").SigningKey>} */
  async signingKey() {
    const kept = await get(this.database, "signing");
    if (kept) return kept;
    const made = await makeSigningKey();
    await put(this.database, "signing", made);
    return made;
  }

  /** A record, or null. One that does not open counts as none. @param {string} name @returns {Promise<any>} */
  async load(name) {
    const data = await get(this.database, `record:${name}`);
    if (!data) return null;
    try {
      const iv = data.slice(0, 12);
      const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: aad(name) }, this.key, data.slice(12));
      return JSON.parse(text(new Uint8Array(opened)));
    } catch {
      return null;
    }
  }

  /** Keep a record; resolves once it, or a later one of the same name, is on disk. @param {string} name @param {unknown} value */
  save(name, value) {
    this.waiting.set(name, value);
    this.writing ??= this.drain().finally(() => (this.writing = null));
    return this.writing;
  }

  /** Forget everything, keys too. */
  async clear() {
    this.waiting.clear();
    await this.writing;
    const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    transaction.objectStore(STORE).clear();
    await finished(transaction);
    this.key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await put(this.database, "key", this.key);
  }

  async drain() {
    for (let next = first(this.waiting); next; next = first(this.waiting)) {
      const [name, value] = next;
      this.waiting.delete(name);
      const iv = random(12);
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad(name) }, this.key, canonical(value));
      await put(this.database, `record:${name}`, concat(iv, new Uint8Array(sealed)));
    }
  }
}

/**
 * Be the only page that uses `name`. `lost` is called when another page takes over. Resolves to false if another page
 * holds it and `steal` is not set.
 * @param {string} name @param {boolean} steal @param {() => void} lost
 * @returns {Promise<boolean>}
 */
export function hold(name, steal, lost) {
  return new Promise((answer) => {
    const options = steal ? { steal: true } : { ifAvailable: true };
    navigator.locks
      .request(name, options, (lock) => {
        answer(lock !== null);
        return lock === null ? undefined : new Promise(() => {});
      })
      .catch(lost);
  });
}

/** @param {string} name */
const aad = (name) => new TextEncoder().encode(name);

/** @param {Map<string, unknown>} map */
const first = (map) => map.entries().next().value;

/** @param {IDBDatabase} database @param {string} name */
const get = (database, name) => done(database.transaction(STORE).objectStore(STORE).get(name));

/** @param {IDBDatabase} database @param {string} name @param {unknown} value */
function put(database, name, value) {
  const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
  transaction.objectStore(STORE).put(value, name);
  return finished(transaction);
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
const finished = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
