/**
 * P-256 keys by WebCrypto. A key that signs is made here and cannot be taken out; its public half travels as a JWK and
 * is named by its thumbprint (RFC 7638).
 */

import { b64u, sha256 } from "./bytes.js";
import { canonical } from "./canonical.js";

/** @typedef {{crv: "P-256", kty: "EC", x: string, y: string}} PublicJwk */
/** @typedef {{key: CryptoKey, jwk: PublicJwk, kid: string}} SigningKey */

/** A fresh signing key; not extractable. @returns {Promise<SigningKey>} */
export async function makeSigningKey() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const jwk = publicJwk(await crypto.subtle.exportKey("jwk", pair.publicKey));
  return { key: pair.privateKey, jwk, kid: await thumbprint(jwk) };
}

/** Only the four public members. @param {JsonWebKey} jwk @returns {PublicJwk} */
export const publicJwk = (jwk) => ({ crv: "P-256", kty: "EC", x: String(jwk.x), y: String(jwk.y) });

/** base64url of SHA-256 over the canonical JWK. @param {object} jwk */
export const thumbprint = async (jwk) => b64u(await sha256(canonical(jwk)));

/** A key that signatures are checked with. @param {PublicJwk} jwk */
export const verifyingKey = (jwk) =>
  crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);

/** A key that boxes are sealed to; a point off the curve is refused here. @param {PublicJwk} jwk */
export const boxKey = (jwk) => crypto.subtle.importKey("jwk", jwk, { name: "ECDH", namedCurve: "P-256" }, true, []);
