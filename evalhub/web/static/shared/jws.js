/**
 * Signed messages: JWS compact, ES256 (RFC 7515, RFC 7518 §3.4), in one spelling only. The header is exactly the
 * canonical JSON of alg, kid, typ. The caller names key and type; nothing in a message selects either.
 */

import { b64u, Malformed, text, unb64u, utf8 } from "./bytes.js";
import { canonical, parse } from "./canonical.js";
import { thumbprint, verifyingKey } from "./keys.js";

const ES256 = { name: "ECDSA", hash: "SHA-256" };

/**
 * The compact JWS of `payload` by `key`.
 * @param {import("./keys.js").SigningKey} key
 * @param {string} typ
 * @param {Uint8Array} payload
 */
export async function sign(key, typ, payload) {
  const signed = signingInput(key.kid, typ, payload);
  const signature = await crypto.subtle.sign(ES256, key.key, utf8(signed));
  return `${signed}.${b64u(new Uint8Array(signature))}`;
}

/** Longest signed attributes of a PDF signature; ours have some 160 bytes. */
const MAX_ATTRIBUTES = 1024;

/**
 * ES256 over the signed attributes of a PDF signature: a DER SET, so nothing that could pass for one of our messages.
 * @param {import("./keys.js").SigningKey} key
 * @param {Uint8Array} attributes Throws `Malformed` for any other bytes.
 */
export async function signAttributes(key, attributes) {
  if (attributes[0] !== 0x31 || attributes.length > MAX_ATTRIBUTES) throw new Malformed("not the attributes of a PDF signature");
  return new Uint8Array(await crypto.subtle.sign(ES256, key.key, /** @type {BufferSource} */ (attributes)));
}

/** What is signed: header and payload. @param {string} kid @param {string} typ @param {Uint8Array} payload */
export const signingInput = (kid, typ, payload) => `${b64u(canonical({ alg: "ES256", kid, typ }))}.${b64u(payload)}`;

/**
 * The payload, if `jwk` signed it as `typ`. Throws `Malformed`.
 * @param {string} message
 * @param {import("./keys.js").PublicJwk} jwk
 * @param {string} typ
 */
export async function verify(message, jwk, typ) {
  const { header, payload, signature, signed } = read(message);
  const ours = header.typ === typ && header.kid === (await thumbprint(jwk)) && signature.length === 64;
  const key = await verifyingKey(jwk);
  const holds = ours && (await crypto.subtle.verify(ES256, key, signature, utf8(signed)));
  if (!holds) throw new Malformed("signature does not verify");
  return payload;
}

/** Parse without verifying. @param {string} message Throws `Malformed`. */
export function read(message) {
  const parts = message.split(".");
  if (parts.length !== 3) throw new Malformed("a compact JWS has three parts");
  const [head, body, signature] = /** @type {[string, string, string]} */ (parts);
  const header = parse(text(unb64u(head)));
  const names = Object.keys(header).sort().join();
  if (names !== "alg,kid,typ" || header.alg !== "ES256") throw new Malformed("not our header");
  return {
    header: /** @type {{alg: "ES256", kid: string, typ: string}} */ (header),
    payload: unb64u(body),
    signature: unb64u(signature),
    signed: `${head}.${body}`,
  };
}
