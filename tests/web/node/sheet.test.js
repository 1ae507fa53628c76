// Drafts, scores as typed, sheets and their size: the booth's model without a page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { hex, sha256 } from "../../../evalhub/web/static/shared/bytes.js";
import { decimal, plain, shown, tidy } from "../../../evalhub/web/static/shared/decimal.js";
import * as sheets from "../../../evalhub/web/static/booth/sheet.js";

/** @type {any} */
const forms = JSON.parse(readFileSync(new URL("../../vectors/rules/forms.json", import.meta.url), "utf8"));
const factor = /** @type {any} */ ({ code: "T1", highest: "15", lowest: "0", step: "0.5", entry: "range", options: [], reason_below: null, reason_above: null });

test("forms: digest, pad and sheet are what the rules make", async () => {
  for (const { form, digest, pad, cells, sheet } of forms.cases) {
    assert.equal(hex(await sha256(sheets.formBytes(form))), digest, form.name);
    assert.equal(sheets.pad(form), pad, form.name);
    const draft = { ...sheets.emptyDraft(), cells };
    assert.deepEqual(sheets.faults(form, draft), []);
    assert.equal(new TextDecoder().decode(sheets.sheetBytes(form, draft)), sheet, form.name);
  }
});

test("pads step where the rules step", () => {
  for (const { form, pad } of forms.pads) assert.equal(sheets.pad(form), pad, JSON.stringify(form).slice(0, 80));
});

test("a score is read as it was meant and never rounded", () => {
  /** @type {[string, string, string | null][]} */
  const cases = [
    ["8.5", "8.5", null], ["８。５", "8.5", null], ["８．５", "8.5", null], [" 8 ", "8", null], ["08.50", "8.5", null],
    ["15", "15", null], ["0", "0", null], ["", "", null], ["15.5", "", "outOfRange"], ["-1", "", "outOfRange"],
    ["8.3", "", "wrongStep"], ["8.4999", "", "wrongStep"], ["八", "", "notNumber"], ["8.", "", "notNumber"],
    ["1e1", "", "notNumber"], ["8.50000", "", "notNumber"], ["+8", "", "notNumber"],
  ];
  for (const [typed, value, problem] of cases) assert.deepEqual(sheets.readScore(typed, factor), { value, problem }, typed);
});

test("decimals are exact", () => {
  assert.equal(plain(/** @type {bigint} */ (decimal("0.1")) + /** @type {bigint} */ (decimal("0.2"))), "0.3");
  assert.equal(plain(-5000n), "-0.5");
  assert.equal(shown(120000n), "12.0");
  assert.equal(tidy("１２，５"), "12.5");
});

test("undo and redo: at least 200 steps, a stroke of typing is one", () => {
  let draft = sheets.emptyDraft();
  for (let n = 0; n < 300; n++) draft = sheets.write(draft, `score/B${n % 7}/T1`, String(n));
  const full = draft.cells;
  for (let n = 0; n < 300; n++) draft = sheets.undo(draft);
  assert.ok(Object.values(draft.cells).every((value) => value === ""));
  assert.equal(sheets.undo(draft), draft);
  for (let n = 0; n < 300; n++) draft = sheets.redo(draft);
  assert.deepEqual(draft.cells, full);
  let typed = sheets.write(sheets.emptyDraft(), "remark/B1/T1", "方");
  typed = sheets.write(typed, "remark/B1/T1", "方案", true);
  assert.equal(sheets.cell(sheets.undo(typed), "remark/B1/T1"), "");
  assert.deepEqual(sheets.write(sheets.undo(typed), "remark/B1/T1", "好").future, []);
});

test("what is missing or wrong is named at its place", () => {
  const form = forms.cases.find((/** @type {any} */ each) => each.form.stage === "preliminary").form;
  const [bidder, item] = [form.bidders[0], form.items[0].code];
  let draft = sheets.emptyDraft();
  assert.equal(sheets.faults(form, draft).length, form.bidders.length * form.items.length);
  draft = sheets.write(draft, `mark/${bidder}/${item}`, "fail");
  assert.deepEqual(sheets.faults(form, draft)[0], { key: `ground/${bidder}/${item}`, problem: "groundMissing" });
  draft = sheets.write(draft, `ground/${bidder}/${item}`, form.grounds[2].code);
  assert.deepEqual(sheets.faults(form, draft)[0], { key: `reason/${bidder}/${item}`, problem: "reasonMissing" });
  draft = sheets.write(draft, `reason/${bidder}/${item}`, "字".repeat(201));
  assert.equal(sheets.faults(form, draft)[0]?.problem, "tooLong");
  draft = sheets.write(draft, `reason/${bidder}/${item}`, "资质等级不足");
  assert.deepEqual(sheets.faults(form, draft)[0], { key: `evidence/${bidder}/${item}`, problem: "evidenceMissing" });
  draft = sheets.write(draft, `evidence/${bidder}/${item}`, "证书为乙级");
  assert.equal(sheets.faults(form, draft)[0]?.problem, "notPage");
  draft = sheets.write(draft, `page/${bidder}/${item}`, "十四");
  assert.equal(sheets.faults(form, draft)[0]?.problem, "notPage");
  draft = sheets.write(draft, `page/${bidder}/${item}`, "１４");
  assert.equal(sheets.filled(form, draft), 1);
});

test("remarks that together outgrow the sheet are said to", () => {
  const { form, cells } = forms.cases.find((/** @type {any} */ each) => each.form.stage === "detailed");
  /** @type {Record<string, string>} */
  const long = { ...cells };
  for (const key of sheets.wanted(form)) long[key.replace("score", "remark")] = "评".repeat(200);
  const faults = sheets.faults(form, { ...sheets.emptyDraft(), cells: long });
  assert.deepEqual(faults, [{ key: "", problem: "tooLong" }]);
});

test("a deduction is taken off the full mark, an option is one of the list, and both say why", () => {
  const { form, cells } = forms.cases.at(-1);
  const [, deduction, options] = form.factors;
  assert.deepEqual(sheets.readEntry("1.5", deduction), { value: "6.5", problem: null });
  assert.deepEqual(sheets.readEntry("0", deduction), { value: "8", problem: null });
  for (const typed of ["8.5", "-1"]) assert.equal(sheets.readEntry(typed, deduction).problem, "outOfRange", typed);
  assert.equal(sheets.readEntry("0.3", deduction).problem, "wrongStep");
  assert.equal(sheets.readEntry("4", options).problem, "wrongOption");
  for (const key of ["remark/B2/D", "remark/B2/R"]) {
    const silent = { ...sheets.emptyDraft(), cells: { ...cells, [key]: " " } };
    assert.deepEqual(sheets.faults(form, silent), [{ key, problem: "remarkMissing" }]);
  }
});
