"""A person's hands on an operator's or supervisor's page, and the network that these pages belong to."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from booth_hand import ROOT
from playwright.async_api import Browser, Download, Page, expect

from evalhub.core.ledger.times import format_time
from evalhub.core.sealing.passwords import STEP_SECONDS, code_at, secret_of
from evalhub.demo.layout import DemoInfo, PartyInfo, Source, free_ports, import_pools, lay_out
from evalhub.demo.processes import Fleet

EXAMPLE = ROOT / "examples" / "hongshan"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 60_000
WIDE, SMALL = {"width": 1920, "height": 1080}, {"width": 1366, "height": 768}


@asynccontextmanager
async def network(data: Path, example: Path = EXAMPLE) -> AsyncIterator[tuple[DemoInfo, Fleet]]:
    """Every process, with pools and accounts and no session."""
    now = datetime.now(UTC)
    info = lay_out(data, example, free_ports(5), Source(now, os.urandom))
    await import_pools(data, info, format_time(int(now.timestamp() * 1000)))
    async with Fleet(data, info) as fleet:
        yield info, fleet


def one_time_code(party: PartyInfo, ahead: int = 0) -> str:
    """What the telephone shows; ``ahead`` steps from now."""
    return code_at(secret_of(party.totp), int(time.time()) + ahead * STEP_SECONDS)


@dataclass
class Hand:
    """One person at one page. ``faults``: errors of the page, blocked things, requests that leave the origin."""

    page: Page
    party: PartyInfo
    url: str
    faults: list[str] = field(default_factory=list)

    @classmethod
    async def sit(cls, browser: Browser, party: PartyInfo, url: str, size: dict[str, int] | None = None) -> Hand:
        context = await browser.new_context(viewport=size or SMALL, accept_downloads=True)  # type: ignore[arg-type]
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        hand = cls(page, party, url)
        page.on("pageerror", lambda error: hand.faults.append(str(error)))
        page.on("console", lambda message: hand._hear(message.type, message.text))
        page.on("request", lambda request: hand._leaves(request.url))
        await page.goto(url)
        return hand

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status of" not in text:
            self.faults.append(text)

    def _leaves(self, url: str) -> None:
        if not url.startswith((self.url, "blob:")):
            self.faults.append(f"left the origin: {url}")

    async def log_in(self, ahead: int = 0) -> None:
        await self.page.get_by_label("账号").fill("operator")
        await self.page.get_by_label("密码").fill(self.party.password)
        await self.page.get_by_label("动态口令").fill(one_time_code(self.party, ahead))
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_role("button", name="退出登录")).to_be_visible(timeout=PATIENCE)

    async def go(self, session: str, tab: str = "") -> None:
        await self.page.goto(f"{self.page.url.partition('#')[0]}#/{session}{'/' + tab if tab else ''}")

    async def until(self, step: str) -> None:
        """Wait until this is what is to be done (or waited for)."""
        await expect(self.page.locator(f'[data-next="{step}"]')).to_be_visible(timeout=PATIENCE)

    async def take(self, action: str, reason: str = "") -> None:
        """Press the step's button, read what follows, confirm."""
        await self.page.locator(f'[data-action="{action}"]').first.click()
        confirm = self.page.locator(f'[data-confirm="{action}"]')
        await expect(confirm).to_be_visible()
        if reason:
            await self.page.locator(".asking textarea").fill(reason)
        await confirm.click()

    async def step(self) -> str:
        """What the page says is to be done now."""
        return await self.page.locator("[data-next]").get_attribute("data-next") or ""

    async def text(self, session: str, tab: str) -> str:
        """All that a part of the page says, once it is there."""
        await self.go(session, tab)
        await expect(self.page.locator(".tabs [aria-current]")).to_have_attribute("href", f"#/{session}/{tab}")
        return await self.page.locator("main").inner_text()

    async def primaries(self) -> int:
        """How many primary buttons the page shows."""
        return await self.page.locator("button.primary:visible, a.primary:visible").count()

    async def download(self) -> Download:
        async with self.page.expect_download() as waiting:
            await self.page.locator("a.primary[download]").click()
        return await waiting.value

    async def axe(self) -> list[str]:
        """Rules of WCAG 2.2 AA and best practice that the page breaks, with the first place of each."""
        cdp = await self.page.context.new_cdp_session(self.page)
        await cdp.send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
        answer = await cdp.send(
            "Runtime.evaluate", {"expression": AXE_RUN, "awaitPromise": True, "returnByValue": True}
        )
        await cdp.detach()
        value: list[str] = answer["result"]["value"]
        return value

    async def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(
            await self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )


AXE_RUN = """
var text = (rule) => `${rule.id}: ${rule.nodes[0].html.slice(0, 200)} | ${rule.nodes[0].failureSummary}`;
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
  .then((found) => found.violations.map(text))"""


def no_faults(*hands: Hand) -> None:
    found: list[Any] = [(hand.party.name, fault) for hand in hands for fault in hand.faults]
    assert not found
