// The browser's sealing against the same vectors as Python's: byte for byte.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { b64u, concat, hex, text, unb64u, unhex, utf8 } from "../../../evalhub/web/static/shared/bytes.js";
import { canonicalText, parse } from "../../../evalhub/web/static/shared/canonical.js";
import { envelope, envelopeDigest, seal, SEAL_TYP } from "../../../evalhub/web/static/shared/envelope.js";
import { hkdf, sealBase } from "../../../evalhub/web/static/shared/hpke.js";
import { read, sign, signingInput, verify } from "../../../evalhub/web/static/shared/jws.js";
import { makeSigningKey, publicJwk, thumbprint } from "../../../evalhub/web/static/shared/keys.js";
import { checkReceipt, verifyEd25519 } from "../../../evalhub/web/static/shared/note.js";
import { readRoster, samePrint } from "../../../evalhub/web/static/shared/roster.js";

/** @param {string} name @returns {any} */
const vectors = (name) => JSON.parse(readFileSync(new URL(`../../vectors/sealing/${name}.json`, import.meta.url), "utf8"));

/** @param {any} jwk @param {"ECDH" | "ECDSA"} name @returns {Promise<CryptoKeyPair>} */
async function pair(jwk, name) {
  const kind = { name, namedCurve: "P-256" };
  const use = /** @type {KeyUsage[]} */ (name === "ECDH" ? ["deriveBits"] : ["sign"]);
  const privateKey = await crypto.subtle.importKey("jwk", jwk, kind, false, use);
  const publicKey = await crypto.subtle.importKey("jwk", publicJwk(jwk), kind, true, name === "ECDH" ? [] : ["verify"]);
  return { privateKey, publicKey };
}

test("HKDF: RFC 5869", async () => {
  for (const each of vectors("hkdf").vectors) {
    const okm = await hkdf(unhex(each.ikm), unhex(each.salt), unhex(each.info), each.length);
    assert.equal(hex(okm), each.okm, each.source);
  }
});

test("HPKE: the published vector of our suite", async () => {
  for (const each of vectors("hpke").vectors.filter((/** @type {any} */ one) => one.aead_id === 2)) {
    const point = unhex(each.pkRm);
    const recipient = { x: b64u(point.slice(1, 33)), y: b64u(point.slice(33)), crv: "P-256", kty: "EC" };
    const own = unhex(each.enc);
    const jwk = { ...recipient, x: b64u(own.slice(1, 33)), y: b64u(own.slice(33)), d: b64u(unhex(each.skEm)) };
    const given = { aad: unhex(each.aad), ephemeral: await pair(jwk, "ECDH") };
    const box = await sealBase(/** @type {any} */ (recipient), unhex(each.info), unhex(each.pt), given);
    assert.equal(hex(box), each.enc + each.ct, each.source);
  }
});

test("the frozen envelope comes out byte for byte", async () => {
  const all = vectors("envelope");
  const roster = await readRoster(all.roster);
  assert.equal(roster.digest, all.roster_digest);
  /** @type {Record<string, CryptoKeyPair>} */
  const ephemeral = {};
  for (const [name, jwk] of Object.entries(all.ephemeral)) ephemeral[name] = await pair(jwk, "ECDH");
  const made = { salt: unb64u(all.salt), pieces: all.pieces.map(unb64u), ephemeral };
  const kid = await thumbprint(publicJwk(all.booth));
  const payload = await envelope(all.request, unb64u(all.sheet), roster, kid, made);
  assert.equal(await envelopeDigest(payload), all.envelope_digest);
  assert.equal(text(unb64u(parse(payload).ctx)), all.context);
  const signed = all.jws.slice(0, all.jws.lastIndexOf("."));
  assert.equal(signingInput(kid, SEAL_TYP, payload), signed);
  assert.deepEqual(await verify(all.jws, publicJwk(all.booth), SEAL_TYP), payload);
});

test("a sealed sheet verifies under its own key and no other", async () => {
  const all = vectors("envelope");
  const roster = await readRoster(all.roster);
  const [key, other] = [await makeSigningKey(), await makeSigningKey()];
  assert.equal(key.key.extractable, false);
  const { jws, digest } = await seal(all.request, unb64u(all.sheet), roster, key);
  const payload = await verify(jws, key.jwk, SEAL_TYP);
  assert.equal(await envelopeDigest(payload), digest);
  await assert.rejects(verify(jws, other.jwk, SEAL_TYP), /does not verify/);
  await assert.rejects(verify(jws, key.jwk, "evalhub-say+jws"), /does not verify/);
});

test("an altered message is refused", async () => {
  const key = await makeSigningKey();
  const message = await sign(key, "evalhub-say+jws", utf8("{}"));
  const { payload } = read(message);
  assert.equal(text(payload), "{}");
  const [head, , signature] = message.split(".");
  await assert.rejects(verify(`${head}.${b64u(utf8('{"a":1}'))}.${signature}`, key.jwk, "evalhub-say+jws"));
  await assert.rejects(verify(`${message}=`, key.jwk, "evalhub-say+jws"));
});

test("a roster with another rule, order or key is refused", async () => {
  const all = vectors("envelope");
  const data = JSON.parse(all.roster);
  const [first, second, third] = data.trustees;
  const others = [
    { ...data, blind: [["guest"]] },
    { ...data, trustees: [first, second], blind: [[]] },
    { ...data, trustees: [second, first, third] },
    { ...data, trustees: [first, { ...second, pk: first.pk }, third] },
    { ...data, trustees: [first, { ...second, pk: { ...second.pk, x: b64u(new Uint8Array(32).fill(7)) } }, third] },
  ];
  for (const each of others) await assert.rejects(readRoster(canonicalText(each)), canonicalText(each));
  await assert.rejects(readRoster(` ${all.roster}`), /canonical/);
});

test("the printed bytes are compared as people copy them", async () => {
  const { print } = await readRoster(vectors("envelope").roster);
  assert.match(print, /^([0-9A-F]{4} ){7}[0-9A-F]{4}$/);
  assert.ok(samePrint(print.toLowerCase().replaceAll(" ", "-"), print));
  assert.ok(!samePrint(print.slice(0, -1) + (print.endsWith("0") ? "1" : "0"), print));
});

test("thumbprints: RFC 7638, RFC 9449", async () => {
  for (const each of vectors("jws").thumbprints) assert.equal(await thumbprint(each.members), each.thumbprint);
});

test("Ed25519: RFC 8032", async () => {
  for (const each of vectors("ed25519").vectors) {
    const [key, message] = [unhex(each.public), unhex(each.message)];
    assert.equal(await verifyEd25519(key, unhex(each.signature), message), "right");
    assert.equal(await verifyEd25519(key, unhex(each.signature), concat(message, utf8("!"))), "wrong");
  }
});

test("a receipt counts only for its own sheet", async () => {
  const receipts = vectors("receipt");
  for (const { receipt, log, session, seat, digest, verdict } of receipts.cases) {
    assert.equal(await checkReceipt(receipt, log, { session, seat, digest }), verdict);
  }
});

test("a verifier key whose id is another's is refused", async () => {
  const [{ receipt, log, session, seat, digest }] = vectors("receipt").cases;
  const [name, id, ...key] = log.split("+");
  const other = [name, id.replace(/^./, id[0] === "0" ? "1" : "0"), ...key].join("+");
  await assert.rejects(checkReceipt(receipt, other, { session, seat, digest }), /key id/);
});

test("canonical JSON: the profile", () => {
  assert.equal(canonicalText({ b: [1, "é\n"], a: { z: null, y: true } }), '{"a":{"y":true,"z":null},"b":[1,"é\\n"]}');
  for (const bad of [1.5, 2 ** 53, -0, { é: 1 }, undefined, "\ud800"]) assert.throws(() => canonicalText(bad), String(bad));
  for (const bad of ['{"b":1,"a":2}', '{"a":1,"a":1}', "[1 ]", "1.0", '"\\u0041"']) assert.throws(() => parse(bad), bad);
});

test("base64url has one spelling", () => {
  assert.deepEqual(unb64u("AA"), new Uint8Array([0]));
  for (const bad of ["AB", "A", "AA==", "A+", "A A"]) assert.throws(() => unb64u(bad), bad);
});
