"""The first account at a fresh centre, by keyboard; the lock-out, and what the next login is told."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from booth_hand import ROOT
from desk_hand import Hand, no_faults
from hall import chromium
from playwright.async_api import expect

from evalhub.core.sealing.passwords import code_at, secret_of
from evalhub.demo.layout import Source, free_ports, lay_out
from evalhub.demo.processes import Fleet
from evalhub.party.accounts import MAX_FAILURES

PASSWORD = "four words are enough"


def fresh_centre(data: Path) -> Fleet:
    """A network in which the guest has no account of a person yet."""
    info = lay_out(data, ROOT / "examples" / "hongshan", free_ports(5), Source(datetime.now(UTC), os.urandom))
    settings = data / "wedz" / "site.toml"
    kept = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith(("password", "totp"))]
    settings.write_text("\n".join(kept), "utf-8")
    return Fleet(data, info)


def printed_code(data: Path) -> str:
    found = re.search(r"set-up code for the first account: (\S+)", (data / "wedz" / "wedz.log").read_text("utf-8"))
    assert found
    return found[1]


async def type_and_enter(hand: Hand, *texts: str) -> None:
    """From the first empty field on: text, Tab, text … Enter."""
    for number, text in enumerate(texts):
        if number:
            await hand.page.keyboard.press("Tab")
        await hand.page.keyboard.type(text)
    await hand.page.keyboard.press("Enter")


async def test_the_first_account_is_made_and_locked_by_keyboard(tmp_path: Path) -> None:
    fleet = fresh_centre(tmp_path)
    guest = fleet.parties["wedz"]
    await guest.start()
    try:
        async with chromium() as browser:
            hand = await Hand.sit(browser, fleet.info.party("wedz"), fleet.url("wedz"))
            await expect(hand.page.get_by_role("heading", name="创建第一个账号")).to_be_visible()
            await hand.page.get_by_label("初始化口令").focus()
            await type_and_enter(hand, "0000-0000-0000")
            await expect(hand.page.get_by_role("alert")).to_contain_text("初始化口令不正确")
            await hand.page.get_by_label("初始化口令").fill(printed_code(tmp_path))
            await hand.page.keyboard.press("Enter")
            secret = secret_of((await hand.page.locator("b.mono").inner_text()).replace(" ", ""))
            assert await hand.axe() == []
            await hand.page.get_by_label("账号", exact=True).focus()
            await type_and_enter(hand, "zhang", PASSWORD, code_at(secret, int(time.time())))
            await expect(hand.page.get_by_role("heading", name="登录")).to_be_visible()
            for _ in range(MAX_FAILURES):
                await hand.page.get_by_label("账号").fill("zhang")
                await hand.page.get_by_label("密码").fill("wrong")
                async with hand.page.expect_response("**/api/login"):
                    await type_and_enter_code(hand, "000000")
            await type_and_enter_code(hand, "000000")
            await expect(hand.page.get_by_role("alert")).to_contain_text("已锁定，请 15 分钟后再试")
            assert await hand.axe() == []
            no_faults(hand)
    finally:
        await guest.stop()


async def type_and_enter_code(hand: Hand, code: str) -> None:
    await hand.page.get_by_label("动态口令").fill(code)
    await hand.page.keyboard.press("Enter")
