/**
 * HPKE (RFC 9180), base mode, single shot: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; and HKDF (RFC 5869).
 * A box is enc ‖ ct: the ephemeral point, uncompressed (65 bytes), then ciphertext and tag.
 */

import { concat, number, utf8 } from "./bytes.js";
import { boxKey } from "./keys.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

const KEM_ID = 0x0010;
const KDF_ID = 0x0001;
const AEAD_ID = 0x0002;
const KEM_SUITE = concat(utf8("KEM"), number(KEM_ID, 2));
const SUITE = concat(utf8("HPKE"), number(KEM_ID, 2), number(KDF_ID, 2), number(AEAD_ID, 2));
const NOTHING = new Uint8Array(0);
const P256 = { name: "ECDH", namedCurve: "P-256" };

/**
 * A box for `recipient`. `ephemeral` is given by tests only; otherwise it is made here and dropped.
 * @param {import("./keys.js").PublicJwk} recipient
 * @param {Uint8Array} info
 * @param {Bytes} plain
 * @param {{aad?: Bytes, ephemeral?: CryptoKeyPair}} [given]
 */
export async function sealBase(recipient, info, plain, { aad = NOTHING, ephemeral } = {}) {
  const pair = ephemeral ?? (await crypto.subtle.generateKey(P256, false, ["deriveBits"]));
  const { shared, enc } = await encapsulate(await boxKey(recipient), pair);
  const { key, nonce } = await schedule(shared, info);
  return concat(enc, await encrypt(key, nonce, plain, aad));
}

/** AES-256-GCM; the tag is at the end. @param {Bytes} key @param {Bytes} iv @param {Bytes} plain @param {Bytes} aad */
export async function encrypt(key, iv, plain, aad) {
  const cipher = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad }, cipher, plain));
}

/** HKDF-SHA256. @param {Bytes} ikm @param {Bytes} salt @param {Uint8Array} info @param {number} length bytes */
export async function hkdf(ikm, salt, info, length) {
  return expand(await extract(salt, ikm), info, length);
}

/** §4.1 of RFC 9180. @param {CryptoKey} recipient @param {CryptoKeyPair} pair */
async function encapsulate(recipient, pair) {
  const enc = await point(pair.publicKey);
  const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: recipient }, pair.privateKey, 256);
  const prk = await labeledExtract(KEM_SUITE, NOTHING, "eae_prk", new Uint8Array(bits));
  const context = concat(enc, await point(recipient));
  return { shared: await labeledExpand(KEM_SUITE, prk, "shared_secret", context, 32), enc };
}

/** §5.1, base mode. @param {Bytes} shared @param {Uint8Array} info */
async function schedule(shared, info) {
  const pskHash = await labeledExtract(SUITE, NOTHING, "psk_id_hash", NOTHING);
  const infoHash = await labeledExtract(SUITE, NOTHING, "info_hash", info);
  const context = concat(number(0, 1), pskHash, infoHash);
  const secret = await labeledExtract(SUITE, shared, "secret", NOTHING);
  return {
    key: await labeledExpand(SUITE, secret, "key", context, 32),
    nonce: await labeledExpand(SUITE, secret, "base_nonce", context, 12),
  };
}

/** @param {CryptoKey} key */
const point = async (key) => new Uint8Array(await crypto.subtle.exportKey("raw", key));

/** @param {Uint8Array} suite @param {Bytes} salt @param {string} label @param {Uint8Array} ikm */
const labeledExtract = (suite, salt, label, ikm) => extract(salt, concat(utf8("HPKE-v1"), suite, utf8(label), ikm));

/** @param {Uint8Array} suite @param {Bytes} prk @param {string} label @param {Uint8Array} info @param {number} length */
const labeledExpand = (suite, prk, label, info, length) =>
  expand(prk, concat(number(length, 2), utf8("HPKE-v1"), suite, utf8(label), info), length);

/** An empty salt stands for 32 zero bytes. @param {Bytes} salt @param {Bytes} ikm */
const extract = (salt, ikm) => hmac(salt.length ? salt : new Uint8Array(32), ikm);

/** @param {Bytes} prk @param {Uint8Array} info @param {number} length */
async function expand(prk, info, length) {
  let block = NOTHING;
  let output = NOTHING;
  for (let counter = 1; output.length < length; counter++) {
    block = await hmac(prk, concat(block, info, number(counter, 1)));
    output = concat(output, block);
  }
  return output.slice(0, length);
}

/** @param {Bytes} key @param {Bytes} data */
async function hmac(key, data) {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, data));
}
