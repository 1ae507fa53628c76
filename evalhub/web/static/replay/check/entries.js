/** Reading one entry and what is inside it (§2, §4 of the archive format). Verifies no signature. */

import { hex, Malformed, utf8 } from "../../shared/bytes.js";
import { canonicalText, parse } from "../../shared/canonical.js";
import { fromBase64url } from "./base64.js";
import { sha256Now } from "./sha256.js";

/** @typedef {import("../../shared/bytes.js").Bytes} Bytes */
/** @typedef {{sha256: string, length: number}} Ref */
/** @typedef {{seq: number, at: string, session: string, type: string, body?: any, jws?: string, ref?: Ref, signed: boolean}} Entry */
/** @typedef {{kid: string, typ: string, payload: any, bytes: Bytes, signature: Bytes, input: Bytes}} Message */

export const INLINE = 4096;
const COMMON = ["at", "seq", "session", "type", "v"];
const FORMS = [["actor", "body"], ["actor", "body_blob"], ["jws"], ["jws_blob"]].map((more) => [...COMMON, ...more].sort().join());

/** @param {Uint8Array} data @returns {Entry} Throws `Malformed`. */
export function readEntry(data) {
  const value = parse(data);
  need(isObject(value) && FORMS.includes(Object.keys(value).sort().join()), "an entry has other fields");
  need(value.v === 1 && Number.isInteger(value.seq), "an entry has another version");
  need([value.at, value.session, value.type].every((text) => typeof text === "string" && text), "a field of an entry is empty");
  need(isTime(value.at), "not a time of the hub");
  if ("actor" in value) need(canonicalText(value.actor) === '{"role":"hub","seat":null,"site":"hub"}', "an actor that is not the hub");
  const { seq, at, session, type } = value;
  const ref = value.body_blob ?? value.jws_blob;
  const signed = "jws" in value || "jws_blob" in value;
  if (ref !== undefined) return { seq, at, session, type, signed, ref: readRef(ref) };
  const payload = signed ? value.jws : canonicalText(value.body);
  need(typeof payload === "string" && utf8(payload).length <= INLINE, "a payload of this size lies in a blob");
  if (signed) return { seq, at, session, type, signed, jws: readCompact(payload) };
  need(isObject(value.body), "a body is an object");
  return { seq, at, session, type, signed, body: value.body };
}

/** The payload of an entry that keeps it in a blob. @param {Entry} entry @param {Uint8Array} blob @returns {Entry} */
export function withBlob(entry, blob) {
  if (entry.signed) return { ...entry, jws: readCompact(new TextDecoder("utf-8", { fatal: true }).decode(blob)) };
  const body = parse(blob);
  need(isObject(body), "a body is an object");
  return { ...entry, body };
}

/** A JWS in its one spelling, not verified. @param {string} jws @returns {Message} Throws `Malformed`. */
export function readMessage(jws) {
  const [head = "", body = "", end = ""] = jws.split(".");
  need(head.length <= 256, "a header is too long");
  const header = parse(fromBase64url(head));
  need(isObject(header) && Object.keys(header).sort().join() === "alg,kid,typ" && header.alg === "ES256", "not our header");
  const payload = fromBase64url(body);
  const signature = fromBase64url(end);
  need(signature.length === 64, "an ES256 signature has 64 bytes");
  return { kid: header.kid, typ: header.typ, payload: parse(payload), bytes: payload, signature, input: utf8(`${head}.${body}`) };
}

/** The RFC 7638 thumbprint of a P-256 key, as bytes in hex. @param {any} jwk @returns {string} Throws `Malformed`. */
export function thumb(jwk) {
  need(isObject(jwk) && Object.keys(jwk).sort().join() === "crv,kty,x,y" && jwk.crv === "P-256" && jwk.kty === "EC", "not a P-256 key");
  return hex(sha256Now(utf8(canonicalText(jwk))));
}

/** @param {unknown} holds @param {string} reason @returns {asserts holds} */
export function need(holds, reason) {
  if (!holds) throw new Malformed(reason);
}

/** @param {any} value */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {any} ref @returns {Ref} */
function readRef(ref) {
  need(isObject(ref) && Object.keys(ref).sort().join() === "length,sha256", "not the name of a blob");
  need(/^[0-9a-f]{64}$/.test(ref.sha256) && ref.length > INLINE, "a payload of this size lies in its entry");
  return ref;
}

/** @param {string} jws */
function readCompact(jws) {
  need(/^[\x00-\x7f]*$/.test(jws) && jws.split(".").length === 3, "not a compact JWS");
  return jws;
}

/** @param {string} at */
function isTime(at) {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/.test(at)) return false;
  const ms = Date.parse(at);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === at;
}
