"""One expert of five in a real browser, from the ticket to the archive, through real processes.

On the way: a wrong ticket, a reload in the middle of scoring, the centre and the hub killed while scores are typed,
wrong scores, the seal stopped and done, every screen looked at by axe and for its layout. Screenshots go to ``.shots``.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from booth_hand import ROOT, Hand
from hall import Hall, chromium, hall
from playwright.async_api import expect

from evalhub.booth.expert import objective
from evalhub.core.rules.plan import Factor, Project
from evalhub.core.sealing.jws import read
from evalhub.party.project_file import read_project
from evalhub.replay.findings import Check
from evalhub.replay.verify import verify

PROJECT: Project = read_project(ROOT / "examples" / "hongshan" / "project.yaml")


async def test_an_expert_sits_through_a_whole_session(tmp_path: Path) -> None:
    async with hall(tmp_path / "demo") as one, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        hand = await Hand.sit(context, one.url(one.free[0]))
        codes = []
        await arrive(one, hand)
        codes.append(await elect(hand))
        codes.append(await examine(hand))
        codes.append(await score(one, hand))
        nothing_of_others(one, hand)
        await conclude(hand)
        await leave(one, hand, codes)


async def arrive(one: Hall, hand: Hand) -> None:
    """Ticket, comparison, self-test, declaration."""
    ticket = one.free[0]
    await expect(hand.page.locator(".checks")).to_contain_text("时钟偏差")
    await hand.look("01-ticket")
    await hand.type_ticket("0000-0000-0000")
    await expect(hand.page.get_by_role("alert")).to_contain_text("没有这个票号")
    await one.begin()
    await hand.type_ticket(ticket.ticket)
    await expect(hand.page.locator(".print4").first).to_be_visible()
    await hand.look("02-compare")
    await hand.compare("0000 " * 7 + "0000")
    await expect(hand.page.get_by_role("alert")).to_contain_text("与票面不一致")
    await hand.compare(ticket.roster)
    await expect(hand.button("提交自检结果")).to_be_enabled()
    await hand.look("03-selftest")
    await hand.button("提交自检结果").click()
    await hand.declare()


async def elect(hand: Hand) -> str:
    await expect(hand.page.locator('input[name="choice"]').first).to_be_visible(timeout=60_000)
    await hand.vote()
    await hand.look("05-vote")
    code = await hand.seal()
    await hand.look("06-sealed")
    await hand.written_down()
    return code


async def examine(hand: Hand) -> str:
    """One item fails for a moment, then everything passes; by keyboard."""
    await expect(hand.page.locator(".item").first).to_be_visible(timeout=60_000)
    await hand.page.locator("[data-key]").first.focus()
    await hand.page.keyboard.press("0")
    await expect(hand.page.locator(".fail-reason .error")).to_have_text("不通过须选择法定否决情形。")
    await hand.look("07-examine")
    await hand.page.keyboard.press("Control+z")
    await hand.examine()
    await expect(hand.page.locator(".progress")).to_contain_text("60/60")
    code = await hand.seal()
    await hand.written_down()
    return code


async def score(one: Hall, hand: Hand) -> str:
    """Sixty cells, with everything in between that may go wrong."""
    cells = hand.page.locator(".cell")
    await expect(cells.first).to_be_visible(timeout=60_000)
    wanted = [(bidder.code, factor) for bidder in PROJECT.bidders for factor in PROJECT.factors]
    await hand.page.locator(".cell").first.focus()
    await type_scores(hand, wanted[:12])
    await wrong_scores(hand, wanted[12])
    await a_crash(one, hand, wanted)
    await hand.look("08-score", thorough=True)
    await the_hub_dies(one, hand, wanted)
    await undo_much(hand)
    await hand.look("09-score-full")
    await stop_sealing(hand)
    code = await hand.seal()
    await expect(hand.page.locator(".sealed")).to_contain_text("中心回执签名有效")
    assert await hand.page.locator("input:enabled, textarea:enabled").count() == 0
    await hand.page.keyboard.press("Control+z")
    await hand.written_down()
    return code


async def type_scores(hand: Hand, wanted: list[tuple[str, Factor]]) -> None:
    """Digits and Enter only."""
    for bidder, factor in wanted:
        await hand.page.keyboard.type(value(bidder, factor))
        await hand.page.keyboard.press("Enter")


def value(bidder: str, factor: Factor) -> str:
    found = objective(bidder, factor) if factor.kind == "objective" else factor.lowest + factor.step * 9
    return f"{found.normalize():f}"


async def wrong_scores(hand: Hand, place: tuple[str, Factor]) -> None:
    """Out of range, between steps, no number: named, never rounded. Full width is read as what it means."""
    cell = hand.cell(*place)
    for typed, sentence in (("99", "超出范围"), ("3.3", "不合档"), ("三", "请填写数字")):
        await cell.fill(typed)
        await hand.page.keyboard.press("Enter")
        await expect(cell).to_be_focused()
        await expect(cell).to_have_attribute("aria-invalid", "true")
        await expect(hand.page.locator("#cell-error")).to_contain_text(sentence)
    await cell.fill("４。５")
    await asyncio.sleep(1.2)  # the clock draws the page again under the hand
    await expect(cell).to_have_value("４。５")
    await hand.page.keyboard.press("Enter")
    await expect(cell).to_have_value("4.5")
    await expect(cell).to_have_attribute("aria-invalid", "false")


async def a_crash(one: Hall, hand: Hand, wanted: list[tuple[str, Factor]]) -> None:
    """The page goes while a score is half typed; everything is there again."""
    await hand.page.locator(".criterion textarea").fill("依据充分")
    await hand.cell(*wanted[13]).fill("1")
    await expect(hand.page.locator("[data-saved]")).to_have_attribute("data-saved", "saved")
    await hand.page.reload()
    await expect(hand.cell(*wanted[0])).to_have_value(value(*wanted[0]), timeout=60_000)
    for place in wanted[:12]:
        await expect(hand.cell(*place)).to_have_value(value(*place))
    await expect(hand.cell(*wanted[12])).to_have_value("4.5")
    await expect(hand.cell(*wanted[13])).to_have_value("1")
    await expect(hand.button("撤销")).to_be_enabled()


async def the_hub_dies(one: Hall, hand: Hand, wanted: list[tuple[str, Factor]]) -> None:
    """Hub and centre are killed while scores are typed; words say so; nothing is lost."""
    fleet, site = one.demo.fleet, one.free[0].seat.split("/")[0]
    connection = hand.page.locator("[data-connection]")
    await fleet.hub.kill()
    await hand.cell(*wanted[13]).focus()
    await type_scores(hand, wanted[13:30])
    await expect(connection).to_have_attribute("data-connection", "hubSilent", timeout=60_000)
    await fleet.parties[site].kill()
    await expect(connection).to_have_attribute("data-connection", "broken")
    await type_scores(hand, wanted[30:])
    await hand.shot("08b-broken")
    await fleet.restart("hub")
    await fleet.restart(site)
    await expect(connection).to_have_attribute("data-connection", "connected", timeout=60_000)
    for place in wanted[13:]:
        await expect(hand.cell(*place)).to_have_value(value(*place))


async def undo_much(hand: Hand) -> None:
    """Back to before the first score of this page and forth again."""
    last = hand.cell("B6", PROJECT.factors[-1])
    before = await last.input_value()
    for _ in range(40):
        await hand.page.keyboard.press("Control+z")
    await expect(last).to_have_value("")
    for _ in range(40):
        await hand.page.keyboard.press("Control+y")
    await expect(last).to_have_value(before)
    await expect(hand.page.locator(".progress")).to_contain_text("60/60")


async def stop_sealing(hand: Hand) -> None:
    """Nothing can be sealed with a cell open; the countdown can be stopped."""
    place = hand.cell("B3", PROJECT.factors[2])
    before = await place.input_value()
    await place.fill("")
    await hand.button("核对并签封").click()
    await expect(hand.page.get_by_role("alert")).to_contain_text("还有 1 项")
    await expect(hand.button("签名并封存")).to_have_count(0)
    await hand.page.get_by_role("alert").get_by_role("button").click()
    await expect(place).to_be_focused()
    await place.fill(before)
    await hand.button("核对并签封").click()
    await hand.look("10-review")
    await hand.page.get_by_label("以上内容是我独立评审的结果").check()
    await hand.button("签名并封存").click()
    await hand.button("取消签封").click()
    await hand.button("返回修改").click()
    await expect(place).to_have_value(before)


def nothing_of_others(one: Hall, hand: Hand) -> None:
    """Until the scores were sealed, no other seat, room, leaf or centre's member was on the line (R36)."""
    own = one.free[0]
    others = [ticket for ticket in one.demo.tickets() if ticket.seat != own.seat]
    secrets = [*(ticket.seat for ticket in others), *(f'"{t.room}"' for t in others if t.room != own.room)]
    assert len(hand.heard) > 20
    assert [secret for secret in secrets if any(secret in frame for frame in hand.heard)] == []


async def conclude(hand: Hand) -> None:
    """Findings, report, answer."""
    report = hand.page.get_by_role("heading", name="评标报告", exact=True)
    finding = hand.page.get_by_role("heading", name="复核", exact=True)
    await expect(report.or_(finding)).to_be_visible(timeout=60_000)
    if await finding.is_visible():
        await hand.look("11-findings")
        await point_out(hand)
        await close_findings(hand, report)
    await expect(report).to_be_visible(timeout=60_000)
    await expect(hand.page.locator(".report")).to_contain_text("收到的报告与待签报告一致")
    await hand.look("12-report")
    await hand.page.get_by_label("有不同意见，书面说明").check()
    await expect(hand.button("签名并提交")).to_be_disabled()
    await hand.page.get_by_label("不同意见及理由").fill("对个别主观因素的评分口径持保留意见")
    await hand.button("签名并提交").click()
    await expect(hand.page.get_by_role("heading", name="签署评标报告")).to_be_visible(timeout=60_000)
    await expect(hand.button("签署")).to_be_enabled(timeout=30_000)
    await hand.look("12b-countersign")
    await hand.button("签署").click()


async def point_out(hand: Hand) -> None:
    """A colleague's judged score that is not the mean of all the others is called high or low, as it is (R75)."""
    table = hand.page.get_by_role("region", name="各评委评分 ·")
    members = await table.locator("thead th").all_inner_texts()
    for row in await table.locator("tbody tr").all():
        item, *scores = await row.locator("th, td").all_inner_texts()
        numbers = [Decimal(score) for score in scores]
        for member, own in zip(members[1:], numbers, strict=True):
            if "您" not in member and own * len(numbers) != sum(numbers):
                await say_so(hand, member, item, "畸高" if own * len(numbers) > sum(numbers) else "畸低")
                return


async def say_so(hand: Hand, member: str, item: str, direction: str) -> None:
    await hand.button("提出畸高、畸低评分").click()
    form = hand.page.locator(".finding-form", has_text="全程留痕")
    for place, label in enumerate((member, item, direction)):
        await form.locator("select").nth(place).select_option(label=label)
    await hand.look("11-raise")
    await form.locator("textarea").fill("与投标文件对应内容不符")
    await form.get_by_role("button", name="提交").click()
    await expect(hand.button("提出畸高、畸低评分")).to_be_visible()
    hand.pointed_out += 1


async def close_findings(hand: Hand, report: object) -> None:
    forms = hand.page.locator("[id^=finding-]")
    while await forms.count():
        first = await forms.first.get_attribute("id")
        await forms.first.get_by_role("button", name="维持原分并说明").click()
        await forms.first.locator("textarea").fill("已按投标文件复核，维持原分")
        await forms.first.get_by_role("button", name="提交").click()
        await expect(hand.page.locator(f"[id='{first}']")).to_have_count(0, timeout=60_000)


async def leave(one: Hall, hand: Hand, codes: list[str]) -> None:
    """The archive holds what the receipts say; the page asked for nothing else and was stopped from nothing."""
    await expect(hand.page.get_by_role("heading", name="评标结束")).to_be_visible(timeout=60_000)
    await hand.look("13-over")
    assert one.play is not None
    view = await asyncio.wait_for(one.play, 30)
    assert view["phase"] == "archived"
    bundle = await one.demo.script.host.bundle()
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    found = verify(files)
    assert found.ok
    signed_in_the_pdf(found.checks)
    sealed_as_typed(files, one.free[0].seat)
    heads = receipts(files)
    raised = [row for row in json.loads(files["report.json"])["findings"] if row["kind"] == "abnormal"]
    assert len(raised) == hand.pointed_out, "what the page pointed out is on record"
    assert all(code in heads for code in codes), (codes, heads)
    origins = {urlsplit(url).netloc for url in hand.requests}
    assert origins == {urlsplit(hand.base).netloc}
    assert await hand.blocked() == []
    assert "page-blocked-something" not in one.logs()
    assert [error for error in hand.errors if "WebSocket" not in error] == []
    await forget(hand)


async def forget(hand: Hand) -> None:
    """The booth is handed back empty."""
    await hand.button("清除本机资料，交还工位").click()
    await hand.page.locator(".banner").get_by_role("button", name="清除本机资料").click()
    await expect(hand.page.locator(".ticket")).to_be_visible(timeout=60_000)


def signed_in_the_pdf(checks: tuple[Check, ...]) -> None:
    """The signature that WebCrypto made is in the report's PDF, beside those of the other booths."""
    detail = next(row.detail for row in checks if row.name == "report")
    assert detail == f"report.pdf: {PROJECT.committee.size} signatures"


def sealed_as_typed(files: Mapping[str, bytes], seat: str) -> None:
    """Every score of the sheet that was opened is the one typed, through reload and breaks."""
    sheets = json.loads(files["report.json"])["sheets"]
    scores = next(row["sheet"]["scores"] for row in sheets if row["seat"] == seat and row["sheet"]["kind"] == "scores")
    typed = {(b.code, f.code): value(b.code, f) for b in PROJECT.bidders for f in PROJECT.factors}
    assert {(row["bidder"], row["factor"]): row["score"] for row in scores} == typed
    assert [row["remark"] for row in scores if row["remark"]] == ["依据充分"]


def receipts(files: Mapping[str, bytes]) -> set[str]:
    """Receipt codes of all envelopes in the archive: heads of the digests of their payloads."""
    found = set()
    for name, data in files.items():
        text = data.decode("ascii", "replace")
        if name.startswith("blobs/") and re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", text):
            digest = hashlib.sha256(read(text).payload).hexdigest()[:16].upper()
            found.add(" ".join(digest[at : at + 4] for at in range(0, 16, 4)))
    return found
