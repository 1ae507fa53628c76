"""A rejection in the browser: the expert answers, reads what all answered at once, and answers again (R54)."""

from __future__ import annotations

from pathlib import Path

import pytest
from booth_hand import Hand
from hall import chromium, hall
from playwright.async_api import expect

from evalhub.demo.rehearsal import Experts
from evalhub.demo.scenarios import SCENARIOS


@pytest.mark.requirement("R54")
async def test_an_expert_answers_a_proposed_rejection(tmp_path: Path) -> None:
    async with hall(tmp_path / "demo") as one, chromium() as browser:
        one.experts = Experts(one.demo.fleet, 7, lambda *_: None, SCENARIOS["look-again"])
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        hand = await Hand.sit(context, one.url(one.free[0]))
        await one.begin()
        await hand.check_in(one.free[0])
        await expect(hand.page.locator('input[name="choice"]').first).to_be_visible(timeout=60_000)
        await hand.vote()
        await hand.seal()
        await hand.written_down()
        await expect(hand.page.locator(".item").first).to_be_visible(timeout=60_000)
        await hand.examine()
        await hand.seal()
        await hand.written_down()
        await expect(hand.page.get_by_role("heading", name="评标委员会合议")).to_be_visible(timeout=60_000)
        await inspect(hand, "20-matter")
        await answer(hand, "同意", "")
        told = hand.page.get_by_text("第 1 轮意见")
        await expect(told).to_be_visible(timeout=60_000)
        await expect(hand.page.get_by_text("附件第三部分载有续期证明").first).to_be_visible()
        await inspect(hand, "21-matter-again")
        await answer(hand, "不同意", "续期证明有效")
        close = hand.button("结束合议")
        scores = hand.page.locator(".cell").first
        await expect(close.or_(scores)).to_be_visible(timeout=60_000)
        if await close.is_visible():
            await expect(close).to_be_enabled(timeout=60_000)
            await close.click()
        await expect(scores).to_be_visible(timeout=60_000)


async def answer(hand: Hand, which: str, reason: str) -> None:
    """By label, as a person would; disagreeing wants a reason."""
    await hand.page.get_by_label(which, exact=True).check()
    if reason:
        await expect(hand.button("提交")).to_be_disabled()
        await hand.page.get_by_label("理由").fill(reason)
    await hand.button("提交").click()


async def inspect(hand: Hand, name: str) -> None:
    """axe and layout in every type size; what members wrote stays in their language."""
    for scale in (1, 2, 3):
        await hand.choose("zh-CN", scale)
        assert await hand.axe() == [], name
        await hand.check_layout(f"{name} {scale}", scale)
    await hand.choose("zh-CN", 1)
