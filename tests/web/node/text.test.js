// Every text is there in both languages, with the same placeholders, and in its own script.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const STATIC = new URL("../../../evalhub/web/static/", import.meta.url);
const tables = readdirSync(STATIC).filter((folder) => existsSync(new URL(`${folder}/text.js`, STATIC)));
const HAN = /[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]/;
const holes = (/** @type {string} */ text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

for (const folder of tables) {
  test(`texts of ${folder}`, async () => {
    const { table } = await import(new URL(`${folder}/text.js`, STATIC).href);
    assert.ok(Object.keys(table).length);
    for (const [key, text] of Object.entries(table)) {
      assert.deepEqual(Object.keys(text).sort(), ["en", "zh-CN"], key);
      const { "zh-CN": zh, en } = /** @type {{"zh-CN": string, en: string}} */ (text);
      assert.ok(zh.trim() && en.trim(), key);
      assert.deepEqual(holes(zh), holes(en), key);
      if (!key.startsWith("language")) assert.doesNotMatch(en, HAN, key);
    }
  });
}

test("every text of the booth is used", () => {
  const scripts = readdirSync(new URL("booth/", STATIC)).filter((name) => name.endsWith(".js") && name !== "text.js");
  const code = scripts.map((name) => readFileSync(new URL(`booth/${name}`, STATIC), "utf8")).join("\n");
  return import(new URL("booth/text.js", STATIC).href).then(({ table }) => {
    const composed = /^(step|warn|discipline)\d+$/;
    const unused = Object.keys(table).filter((key) => !composed.test(key) && !new RegExp(`\\b${key}\\b`).test(code));
    assert.deepEqual(unused, []);
  });
});
