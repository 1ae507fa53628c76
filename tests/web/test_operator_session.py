"""A whole session in browsers: two operators and a supervisor at their pages, headless experts at the booths.

On the way: mistakes of a file at their place, exactly one primary button, axe in both languages and all sizes, nothing
hidden at 1366 × 768, no request that leaves the origin, nothing blocked by the policy, pictures under ``.shots``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from booth_hand import SHOTS
from desk_hand import EXAMPLE, SMALL, WIDE, Hand, network, no_faults
from hall import chromium
from playwright.async_api import expect

from evalhub.demo.processes import Fleet
from evalhub.demo.seats import attend
from evalhub.replay.bundle import open_bundle
from evalhub.replay.verify import verify
from evalhub.site.pool.check import read_pool
from evalhub.site.reception import PrintedTicket

LIMIT = 400


class Session:
    """Everybody in one session, and its experts."""

    def __init__(self, host: Hand, guest: Hand, oversight: Hand, fleet: Fleet) -> None:
        self.host, self.guest, self.oversight, self.fleet = host, guest, oversight, fleet
        self.name = ""
        self.tasks: list[asyncio.Task[None]] = []

    @property
    def hands(self) -> tuple[Hand, Hand, Hand]:
        return self.host, self.guest, self.oversight

    async def picture(self, hand: Hand, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        await hand.page.screenshot(path=SHOTS / f"{hand.party.role}-{name}.png", full_page=True)

    async def look(self, hand: Hand, name: str, primaries: int = 1) -> None:
        """What every page has to keep."""
        assert await hand.axe() == [], name
        assert await hand.primaries() == primaries, name
        assert await hand.overflow() <= 0, name
        await self.picture(hand, name)

    async def propose(self) -> None:
        page = self.host.page
        await page.get_by_role("link", name="新建场次").click()
        wrong = (EXAMPLE / "project.yaml").read_text("utf-8").replace("size: 5", "size: 4")
        files = page.get_by_label("项目文件")
        await files.set_input_files({"name": "project.yaml", "mimeType": "text/yaml", "buffer": wrong.encode()})
        await expect(page.get_by_role("cell").filter(has_text="委员会成员人数须为单数")).to_be_visible()
        await expect(page.get_by_text("project.yaml committee.size").first).to_be_visible()
        await self.picture(self.host, "mistakes")
        await files.set_input_files([EXAMPLE / "project.yaml", EXAMPLE / "session.yaml"])
        need = page.get_by_label("人数").first
        await need.fill("3")  # one too many: the plan's own mistake
        await page.locator('[data-action="propose"]').click()
        await expect(page.get_by_role("alert")).to_contain_text("方案有 1 处问题")
        await need.fill("2")
        self.name = await page.get_by_label("场次编号").input_value()
        await self.look(self.host, "new")
        await self.host.take("propose")
        await self.host.until("wait-guests")

    async def pair(self) -> None:
        """Refused once, asked again, accepted."""
        for hand in (self.guest, self.oversight):
            await hand.go(self.name)
        await self.guest.until("accept")
        await self.guest.take("refuse", reason="工位正在检修")
        await self.host.until("propose")
        await expect(self.host.page.get_by_text("工位正在检修").first).to_be_visible()
        await expect(self.oversight.page.locator(".alert")).to_contain_text("工位正在检修")
        await self.host.take("propose")
        await self.guest.until("accept")
        await expect(self.guest.page.locator('[data-action="accept"]')).to_be_visible()
        await self.look(self.guest, "accept")
        await self.guest.take("accept")

    async def draw(self) -> None:
        for hand in (self.host, self.guest):
            await hand.until("freeze-pool")
            await hand.take("freeze-pool")
        for hand in (self.host, self.guest):
            await hand.until("record-outcome")
        await self.look(self.host, "draw")
        await asyncio.gather(self.call(self.host), self.call(self.guest))
        assert await names_shown(self.oversight) == []

    async def call(self, hand: Hand) -> None:
        """Call everyone in the order given; the first declines."""
        first = True
        while await hand.step() == "record-outcome":
            row = hand.page.locator("[data-leaf]").first
            leaf = await row.get_attribute("data-leaf")
            if first and await row.locator("select").count():
                await row.locator("select").first.select_option("text-message")
                await row.locator("select").last.select_option("declined")
                assert "评审工作" in await row.locator("[data-notice]").inner_text()
            first = False
            await row.locator('[data-action="record-outcome"]').click()
            await row.locator('[data-confirm="record-outcome"]').click()
            await expect(hand.page.locator(f'.now [data-leaf="{leaf}"]')).to_have_count(0)

    async def check_in(self) -> None:
        await self.host.until("open-checkin")
        await self.host.take("open-checkin")
        for hand in (self.host, self.guest):
            await hand.until("admit")
            await hand.page.locator('[data-action="admit"]').first.wait_for()
            while await hand.step() == "admit":
                waiting = await hand.page.locator('[data-action="admit"]').count()
                await hand.page.locator(".now input[type=checkbox]").first.check()
                await hand.page.locator('[data-action="admit"]').first.click()
                await expect(hand.page.locator('[data-action="admit"]')).to_have_count(waiting - 1)
        await self.look(self.host, "tickets", primaries=0)
        await self.host.page.emulate_media(media="print")
        assert await self.host.page.locator(".ticket").count() == 3
        await expect(self.host.page.locator(".ticket").first).to_be_visible()
        for other in (".bar", ".tabs", ".heading", ".now", ".floor", ".tickets + div"):
            await expect(self.host.page.locator(other).first).to_be_hidden()
        await self.picture(self.host, "tickets-printed")
        await self.host.page.emulate_media(media="screen")

    async def seat_all(self) -> None:
        """Experts sit down with what is printed."""
        for hand in (self.host, self.guest):
            for paper in await hand.page.locator(".ticket").all():
                ticket = PrintedTicket(
                    session=self.name,
                    seat=((await paper.get_attribute("aria-label")) or "").split()[1],
                    room="-",
                    shared_room=False,
                    ticket=await paper.locator(".ticket-number").inner_text(),
                    expires="",
                    roster=await paper.locator(".ticket-roster").inner_text(),
                )
                url = self.fleet.url(hand.party.name).replace("http", "ws", 1)
                self.tasks.append(asyncio.create_task(attend(url, ticket, Random(len(self.tasks)))))
        await self.host.until("request-start")
        assert await self.host.page.locator(".ticket").count() == 0, "a redeemed ticket is no longer shown"

    async def start(self) -> None:
        """Asked, refused, asked again; paused at once after the approval, and let go on."""
        await self.host.take("request-start")
        await self.oversight.until("approve-start")
        await self.look(self.oversight, "approve")
        await self.oversight.take("refuse-start", reason="请核对 A102 房间")
        await self.host.until("request-start")
        await self.host.take("request-start")
        await self.oversight.until("approve-start")
        await self.oversight.take("pause", reason="核对房间")
        await self.host.until("wait-paused")
        await self.oversight.until("resume")
        await expect(self.oversight.page.locator(".alert")).to_contain_text("核对房间")
        await self.look(self.oversight, "paused")
        await self.oversight.take("close-alert", reason="已派人核对")
        await expect(self.oversight.page.get_by_text("已批注的告警（1）")).to_be_visible()
        await self.oversight.take("resume", reason="已核对")
        await self.oversight.until("approve-start")
        for hand in self.hands:
            assert "尚未公布结果" in await hand.text(self.name, "result")
            await hand.go(self.name)
        await self.oversight.until("approve-start")
        await self.oversight.take("approve-start")

    async def conclude(self) -> None:
        await self.host.until("conclude-verification")
        await self.look(self.host, "result")
        await by_keyboard(self.host, "conclude-verification")
        await self.host.until("issue-report")
        await self.host.take("issue-report")
        for hand in self.hands:
            await hand.until("download-bundle")


async def by_keyboard(hand: Hand, action: str) -> None:
    """Enter asks, the focus is on the answer; Escape puts it aside, and the focus is back where it was."""
    await hand.page.locator(f'[data-action="{action}"]').focus()
    await hand.page.keyboard.press("Enter")
    await expect(hand.page.locator(f'[data-confirm="{action}"]')).to_be_focused()
    assert await hand.primaries() == 1
    await hand.page.keyboard.press("Escape")
    await expect(hand.page.locator(f'[data-action="{action}"]')).to_be_focused()
    await hand.page.keyboard.press("Enter")
    await expect(hand.page.locator(f'[data-confirm="{action}"]')).to_be_focused()
    await hand.page.keyboard.press("Enter")


async def names_shown(hand: Hand) -> list[str]:
    """Experts of any pool whose name stands on the page."""
    text = await hand.page.content()
    pools = ("pool-wuhan.xlsx", "pool-wedz.csv")
    return [one.name for pool in pools for one in read_pool(EXAMPLE / pool).experts if one.name in text]


async def sizes_and_languages(hand: Hand, *choices: tuple[str, int]) -> None:
    """axe and the width in both languages and all sizes; the primary action in the window at A and A+."""
    for language, scale in choices:
        other = hand.page.get_by_role("button", name=language)
        if await other.count():
            await other.click()
        await hand.page.locator(".scales button").nth(scale - 1).click()
        place = f"{hand.party.role} {language} {scale}"
        assert await hand.axe() == [], place
        assert await hand.overflow() <= 0, place
        if scale < 3:
            box = await hand.page.locator("button.primary, a.primary").first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= SMALL["height"], place


async def narrow(hand: Hand) -> None:
    """The supervisor's page at 320 CSS pixels: nothing sticks out (WCAG 1.4.10)."""
    await hand.page.set_viewport_size({"width": 320, "height": 640})
    assert await hand.overflow() <= 0
    await hand.page.set_viewport_size(WIDE)  # type: ignore[arg-type]


@asynccontextmanager
async def everybody(folder: Path) -> AsyncIterator[Session]:
    async with network(folder) as (info, fleet), chromium() as browser:
        hands = []
        for role in ("host", "guest", "oversight"):
            party = info.party(role)
            hands.append(await Hand.sit(browser, party, fleet.url(party.name), WIDE if role == "oversight" else SMALL))
        session = Session(hands[0], hands[1], hands[2], fleet)
        try:
            yield session
        finally:
            for task in session.tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task


async def test_two_operators_and_a_supervisor_do_a_whole_session(tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT), everybody(tmp_path / "data") as one:
        await one.look(one.host, "login")
        await asyncio.gather(*(hand.log_in() for hand in one.hands))
        await one.propose()
        await one.pair()
        await one.draw()
        await one.check_in()
        await one.seat_all()
        await one.start()
        await one.conclude()
        await sizes_and_languages(one.host, ("English", 2), ("English", 3), ("中文", 2), ("中文", 1))
        await sizes_and_languages(one.oversight, ("English", 3), ("中文", 1))
        await narrow(one.oversight)
        assert "排序" in await one.oversight.text(one.name, "result")
        await one.look(one.oversight, "ranking")
        bundle = tmp_path / "bundle.zip"
        await (await one.host.download()).save_as(bundle)
        assert verify(open_bundle(bundle)).ok
        no_faults(*one.hands)
        logs = [path.read_text("utf-8", "replace") for path in sorted((tmp_path / "data").glob("*/*.log"))]
        assert not [log for log in logs if "page-blocked-something" in log]
