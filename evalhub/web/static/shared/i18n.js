/**
 * Texts in both languages. A table is `{key: {"zh-CN": …, "en": …}}`; a key that is not in it is a type error, and a
 * test holds that both languages are there with the same placeholders. Sentences of refusals come from the rules.
 */

import { settings } from "./settings.js";

/** @typedef {{"zh-CN": string, "en": string}} Text */
/** @typedef {{zh: string, en: string}} Text2 Two languages as the record writes them. */
/** @typedef {Record<string, unknown>} Values */

/** Sentences by refusal code; filled by `loadRefusals`. @type {Record<string, Text>} */
let refusals = {};

/**
 * The function that says a text of `table` in the language chosen.
 * @template {Record<string, Text>} T
 * @param {T} table
 * @returns {(key: keyof T, values?: Values) => string}
 */
export const translator = (table) => (key, values = {}) => fill(/** @type {Text} */ (table[key])[settings.language], values);

/** A text of the record in the language chosen. @param {Text2} text */
export const either = (text) => (settings.language === "en" ? text.en : text.zh);

/** @param {string} pattern @param {Values} values */
const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => (name in values ? String(values[name]) : "—"));

/** Fetch the sentences of refusals. @param {string} url */
export async function loadRefusals(url) {
  refusals = await (await fetch(url)).json();
}

/** Why something was refused and what to do. @param {string} code @param {Values} [detail] */
export function sentence(code, detail = {}) {
  const text = refusals[code];
  const unknown = { "zh-CN": `请求被拒绝（${code}），请呼叫工作人员。`, en: `Refused (${code}). Please call the staff.` };
  return fill((text ?? unknown)[settings.language], { code, ...detail });
}
