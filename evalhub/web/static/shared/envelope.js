/**
 * The sealed sheet, byte for byte as the centres and the verifier read it: what a booth writes once, and only enough
 * trustees together can read.
 *
 *   ctx   = JCS{v, session, round, form, form_hash, seat, booth_key, client, rev, prev, pad, roster, sheet, pieces}
 *   K, N  = HKDF-SHA256(XOR of the pieces, SHA-256(ctx), "evalhub/content/v1", 44 bytes)
 *   ct    = AES-256-GCM(K, N, salt ‖ u32be length ‖ sheet ‖ zeros up to pad, aad = ctx)
 *   box_t = HPKE(pk_t, "evalhub/box/v1\0" ‖ name ‖ 0x00 ‖ SHA-256(ctx), concat(u8 j ‖ piece j held by t))
 *   env   = JCS{boxes, ct, ctx}        sent as JWS, typ "evalhub-seal+jws", by the booth key
 */

import { b64u, concat, Malformed, number, random, sha256, utf8 } from "./bytes.js";
import { canonical } from "./canonical.js";
import { encrypt, hkdf, sealBase } from "./hpke.js";
import { sign } from "./jws.js";
import { heldBy } from "./roster.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./roster.js").Roster} Roster */
/**
 * @typedef {object} SealRequest What the one who seals says of the sheet; `prev` is the digest of the revision before.
 * @property {string} session
 * @property {number} round
 * @property {string} form
 * @property {string} form_hash
 * @property {string} seat
 * @property {string} client
 * @property {number} rev
 * @property {string | null} prev
 * @property {number} pad
 */
/** @typedef {{salt: Bytes, pieces: Bytes[], ephemeral?: Record<string, CryptoKeyPair>}} Material */

export const SEAL_TYP = "evalhub-seal+jws";

/** Fresh salt and pieces for one sheet; never used twice. @param {Roster} roster @returns {Material} */
export const material = (roster) => ({ salt: random(32), pieces: roster.data.blind.map(() => random(32)) });

/**
 * The JWS of `sheet` sealed to `roster`, and its digest: the subject of the receipt.
 * @param {SealRequest} request
 * @param {Uint8Array} sheet
 * @param {Roster} roster
 * @param {import("./keys.js").SigningKey} key
 * @param {Material} made
 */
export async function seal(request, sheet, roster, key, made = material(roster)) {
  const payload = await envelope(request, sheet, roster, key.kid, made);
  return { jws: await sign(key, SEAL_TYP, payload), digest: await envelopeDigest(payload) };
}

/** base64url of SHA-256 over the payload. @param {Uint8Array} payload */
export const envelopeDigest = async (payload) => b64u(await sha256(payload));

/**
 * The payload: canonical bytes of boxes, ct and ctx.
 * @param {SealRequest} request
 * @param {Uint8Array} sheet
 * @param {Roster} roster
 * @param {string} kid
 * @param {Material} made
 */
export async function envelope(request, sheet, roster, kid, made) {
  if (request.session !== roster.data.session) throw new Malformed("the roster is of another session");
  if (sheet.length > request.pad) throw new Malformed("the sheet is longer than its pad");
  const ctx = canonical(await context(request, sheet, roster, kid, made));
  const ct = await content(ctx, request.pad, sheet, made);
  return canonical({ boxes: await boxes(ctx, roster, made), ct: b64u(ct), ctx: b64u(ctx) });
}

/** @param {SealRequest} request @param {Uint8Array} sheet @param {Roster} roster @param {string} kid @param {Material} made */
async function context(request, sheet, roster, kid, { salt, pieces }) {
  const digests = pieces.map((piece, j) => pieceDigest(request.session, j, piece));
  return {
    ...request,
    v: 1,
    booth_key: kid,
    roster: roster.digest,
    sheet: b64u(await sha256(concat(utf8("evalhub/sheet/v1\0"), salt, sheet))),
    pieces: await Promise.all(digests),
  };
}

/** @param {string} session @param {number} j @param {Bytes} piece */
const pieceDigest = async (session, j, piece) =>
  b64u(await sha256(concat(utf8("evalhub/piece/v1\0"), utf8(session), number(0, 1), number(j, 1), piece)));

/** @param {Bytes} ctx @param {number} pad @param {Uint8Array} sheet @param {Material} made */
async function content(ctx, pad, sheet, { salt, pieces }) {
  const okm = await hkdf(xor(pieces), await sha256(ctx), utf8("evalhub/content/v1"), 44);
  const plain = concat(salt, number(sheet.length, 4), sheet, new Uint8Array(pad - sheet.length));
  return encrypt(okm.slice(0, 32), okm.slice(32), plain, ctx);
}

/** @param {Bytes} ctx @param {Roster} roster @param {Material} made */
async function boxes(ctx, roster, { pieces, ephemeral }) {
  /** @type {Record<string, string>} */
  const made = {};
  const digest = await sha256(ctx);
  for (const { name, pk } of roster.data.trustees) {
    const info = concat(utf8("evalhub/box/v1\0"), utf8(name), number(0, 1), digest);
    const held = heldBy(name, roster.data.blind);
    const plain = concat(...held.flatMap((j) => [number(j, 1), /** @type {Bytes} */ (pieces[j])]));
    const pair = ephemeral?.[name];
    made[name] = b64u(await sealBase(pk, info, plain, pair ? { ephemeral: pair } : {}));
  }
  return made;
}

/** @param {Bytes[]} pieces @returns {Bytes} */
function xor(pieces) {
  const total = new Uint8Array(32);
  for (const piece of pieces) piece.forEach((byte, at) => (total[at] = /** @type {number} */ (total[at]) ^ byte));
  return total;
}
