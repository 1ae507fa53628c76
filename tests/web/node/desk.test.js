// Texts of the operators' and supervisors' pages: both languages, the same placeholders, nothing left untranslated.

import assert from "node:assert/strict";
import test from "node:test";

import { table as desk } from "../../../evalhub/web/static/desk/text.js";
import { table as operator } from "../../../evalhub/web/static/operator/text.js";
import { table as oversight } from "../../../evalhub/web/static/oversight/text.js";

const HAN = /\p{Script=Han}/u;

for (const [name, table] of Object.entries({ desk, operator, oversight })) {
  test(`texts of ${name}`, () => {
    for (const [key, text] of Object.entries(/** @type {Record<string, {"zh-CN": string, en: string}>} */ (table))) {
      const holes = (/** @type {string} */ sentence) => (sentence.match(/\{\w+\}/g) ?? []).sort();
      assert.deepEqual(holes(text["zh-CN"]), holes(text.en), key);
      assert.ok(!HAN.test(text.en), `${key}: Chinese in the English text`);
      assert.ok(HAN.test(text["zh-CN"]) || !/[a-z]{3}/i.test(text["zh-CN"].replace(/\{\w+\}/g, "")), `${key}: not translated`);
      assert.ok(!/\p{Extended_Pictographic}/u.test(text.en + text["zh-CN"]), `${key}: an emoji`);
    }
  });
}
