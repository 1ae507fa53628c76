/**
 * Exact decimals without floats: a number is an integer count of ten-thousandths. Scores have at most four decimals.
 */

const PLACES = 4;
const UNIT = 10n ** BigInt(PLACES);

/** @typedef {bigint} Decimal Ten-thousandths. */

/** A plain decimal text, or null. @param {string} text @returns {Decimal | null} */
export function decimal(text) {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,4}))?$/.exec(text);
  if (!match) return null;
  const [, sign, whole, part = ""] = match;
  const units = BigInt(String(whole)) * UNIT + BigInt(part.padEnd(PLACES, "0"));
  return sign ? -units : units;
}

/** Like `decimal`, for texts of the plan. @param {string} text Throws `RangeError`. */
export function sure(text) {
  const value = decimal(text);
  if (value === null) throw new RangeError(`${text} is not a plain decimal`);
  return value;
}

/** The shortest plain text. @param {Decimal} value */
export function plain(value) {
  const size = value < 0n ? -value : value;
  const part = (size % UNIT).toString().padStart(PLACES, "0").replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${size / UNIT}${part ? `.${part}` : ""}`;
}

/** With one decimal at least, for columns of totals. @param {Decimal} value */
export function shown(value) {
  const text = plain(value);
  return text.includes(".") ? text : `${text}.0`;
}

/**
 * What a person typed, as a plain decimal text: full-width digits, the ideographic stop and stray blanks are forgiven;
 * nothing is ever rounded.
 * @param {string} typed
 */
export function tidy(typed) {
  return typed.normalize("NFKC").replace(/[。．｡,，]/g, ".").replace(/\s+/g, "");
}
