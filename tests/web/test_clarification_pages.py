"""A question to a bidder in browsers: asked at a booth, returned at the host's page, amended, sent, answered."""

from __future__ import annotations

from pathlib import Path

import booth_hand
import desk_hand
import pytest
from hall import chromium, hall
from playwright.async_api import expect

PATIENCE = 60_000


@pytest.mark.requirement("R56")
async def test_a_question_goes_from_the_booth_to_the_bidder_and_back(tmp_path: Path) -> None:
    async with hall(tmp_path / "demo") as one, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        booth = await booth_hand.Hand.sit(context, one.url(one.free[0]))
        await one.begin()
        await booth.check_in(one.free[0])
        await expect(booth.page.locator('input[name="choice"]').first).to_be_visible(timeout=PATIENCE)
        await booth.vote()
        await booth.seal()
        await booth.written_down()
        await expect(booth.page.locator(".item").first).to_be_visible(timeout=PATIENCE)

        host = one.demo.info.parties[0]
        desk = await desk_hand.Hand.sit(browser, host, one.demo.fleet.url(host.name))
        await desk.log_in()
        await desk.go(one.demo.script.host.session, "hall")

        page = booth.page
        await booth.button("请投标人澄清").click()
        await page.get_by_label("投标人").select_option(index=1)
        await page.get_by_label("问题内容").fill("我在3号工位，请电话13800000000说明工期。")
        assert await booth.axe() == []
        await booth.button("提交审核").click()
        await expect(page.get_by_text("等待审核")).to_be_visible(timeout=PATIENCE)

        await expect(desk.page.get_by_text("可能透露委员身份")).to_be_visible(timeout=PATIENCE)
        await expect(desk.page.locator("mark")).to_have_text(["工位：3号工位", "电话：13800000000"])
        assert one.free[0].seat not in await desk.page.locator("#clarifications").inner_text()
        assert await desk.axe() == []
        await desk.page.get_by_role("button", name="退回修改 C").click()
        await desk.page.locator(".asking textarea").fill("请删去工位号和电话")
        await desk.page.locator('[data-confirm="vet"]').click()

        await expect(page.get_by_text("请删去工位号和电话")).to_be_visible(timeout=PATIENCE)
        await page.get_by_label("问题内容").first.fill("请说明工期如何保证。")
        await booth.button("修改后重新提交").click()
        await expect(page.get_by_text("等待审核")).to_be_visible(timeout=PATIENCE)
        await desk.page.get_by_role("button", name="审核通过 C").click()
        await desk.page.locator('[data-confirm="vet"]').click()
        await expect(page.get_by_text("已发出，等待答复")).to_be_visible(timeout=PATIENCE)

        script = one.demo.script
        (row,) = (await script.host.do("notices"))["notices"]
        paper = {"name": "答复.pdf", "sha256": "a" * 64, "length": 9}
        said = {"clarification": row["clarification"], "text": "按附件进度计划执行", "document": paper}
        await script.host.patiently("file-answer", said)
        await expect(page.get_by_text("按附件进度计划执行")).to_be_visible(timeout=PATIENCE)
        assert await booth.axe() == []
        await booth.button("返回评审表").click()
        await expect(page.locator(".item").first).to_be_visible()
        desk_hand.no_faults(desk)
        assert booth.errors == []
