"""The score sheet with every way to give a score, in a real browser: plain controls, and the bytes the rules make."""

from __future__ import annotations

import json
from typing import Any

import make_forms
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from booth_hand import Hand
from hall import chromium
from playwright.async_api import expect
from test_booth_page import FACTS

from evalhub.web.pages import routes

CASE: dict[str, Any] = json.loads(make_forms.FILE.read_text("utf-8"))["cases"][-1]
DRAW = """async (form) => {
  const [{ Score }, sheets, { html, render }] = await Promise.all(
    ["booth/view-sheets.js", "booth/sheet.js", "shared/ui.js"].map((path) => import("/booth/static/" + path)));
  const root = document.querySelector("main") ?? document.body.appendChild(document.createElement("main"));
  root.replaceChildren();
  const app = { form, view: { bidders: [], alias: "" }, ui: { cell: "", bidder: "" }, draft: sheets.emptyDraft() };
  app.update = () => render(html`<${Score} app=${app} />`, root);
  app.edit = (key, value, join) => { app.draft = sheets.write(app.draft, key, value, join); app.update(); };
  app.show = (change) => { Object.assign(app.ui, change); app.update(); };
  window.faults = () => sheets.faults(form, app.draft);
  window.sealed = () => new TextDecoder().decode(sheets.sheetBytes(form, app.draft));
  app.update();
}"""


@pytest.mark.requirement("R51", "R67")
async def test_deductions_options_and_reasons_are_filled_in_as_plain_controls() -> None:
    application = web.Application()
    application.add_routes(routes("booth", facts=FACTS))
    async with TestServer(application) as server, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        hand = await Hand.sit(context, str(server.make_url("")).rstrip("/"))
        await expect(hand.page.locator(".ticket")).to_be_visible()
        await hand.page.evaluate(DRAW, CASE["form"])
        await fill(hand)
        assert await hand.page.evaluate("window.faults()") == []
        assert await hand.page.evaluate("window.sealed()") == CASE["sheet"]
        assert await hand.axe() == []


async def fill(hand: Hand) -> None:
    """As a person does: digits and Enter, a choice from the list, the reasons last."""
    cells = {key: value for key, value in CASE["cells"].items() if key.startswith("score/")}
    for key, value in cells.items():
        cell = hand.page.locator(f'[data-key="{key}"]')
        if await cell.evaluate("each => each.localName") == "select":
            await cell.select_option(value)
        else:
            await cell.fill(value)
    await hand.page.locator('[data-key="score/B2/D"]').focus()
    await expect(hand.page.locator(".criterion")).to_contain_text("每处扣分须写明理由")
    missing = [key for key in CASE["cells"] if key.startswith("remark/")]
    assert {one["key"] for one in await hand.page.evaluate("window.faults()")} == set(missing)
    for key in missing:
        await hand.page.locator(f'[data-key="{key.replace("remark", "score")}"]').focus()
        await hand.page.locator(f'[data-key="{key}"]').fill(CASE["cells"][key])
