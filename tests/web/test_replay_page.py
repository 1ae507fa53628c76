"""The replay page in a real browser, on bundles served by the command itself (acceptance 17, 19–21, 23, 24, 26, 28)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from replay_kit import ARGS, CHROMIUM, Seen, look, served, serving
from support.bundle import as_zip, bundle_of
from support.world import World

from evalhub.core.rules import commands as c
from evalhub.core.rules.state import Phase
from evalhub.replay.timeline import Timeline
from evalhub.replay.verify import verify

LAST = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def world() -> World:
    """Whole, with a pause and two members in one room."""
    world = World(rooms=2).until(Phase.SEALING)
    world.say("oversight", c.PauseSession(reason="合成停电"))
    world.say("oversight", c.ResumeSession(reason="合成恢复"))
    return world.evaluate().conclude().sign()


@pytest.fixture(scope="module")
def files(world: World) -> dict[str, bytes]:
    return bundle_of(world)


@pytest.fixture(scope="module")
def timeline(files: dict[str, bytes]) -> Timeline:
    return Timeline(files)


@pytest.fixture(scope="module")
def address(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(as_zip(files, tmp_path_factory.mktemp("replay") / "whole.zip")) as address:
        yield address


def at(seen: Seen, seq: int) -> None:
    """The playhead is at this entry, in every part of the page."""
    page = seen.page
    expect(page.locator('input[type="range"]')).to_have_value(str(seq))
    expect(page.locator("[data-where]")).to_contain_text(f"{seq + 1}/")
    expect(page.locator("tr.here td").first).to_have_text(str(seq))
    expect(page.locator("[data-size]")).to_have_attribute("data-size", str(seq + 1))
    expect(page).to_have_url(re.compile(rf"#seq={seq}$"))


def test_a_whole_record_is_found_whole_by_the_browser(browser: Browser, address: str) -> None:
    seen = look(browser, address)
    expect(seen.page.locator("[data-verdict]")).to_have_attribute("data-verdict", "whole", timeout=LAST)
    assert {row.get_attribute("data-state") for row in seen.page.locator("[data-check]").all()} == {"good"}
    assert seen.page.locator("[data-check]").count() == 10
    seen.close()


def test_a_link_to_a_moment_and_the_keyboard(browser: Browser, address: str, timeline: Timeline) -> None:
    seen = look(browser, f"{address}#seq=47")
    at(seen, 47)
    press, last = seen.page.keyboard.press, timeline.size - 1
    alerts = [alert.seq for alert in timeline.overview.alerts]
    for key, seq in [
        ("ArrowRight", 48), ("Shift+ArrowRight", 58), ("ArrowLeft", 57), ("Shift+ArrowLeft", 47),
        ("End", last), ("ArrowRight", last), ("a", alerts[0]), ("Home", 0), ("ArrowLeft", 0), ("a", alerts[0]),
    ]:  # fmt: skip
        press(key)
        at(seen, seq)
    slider = seen.page.locator('input[type="range"]')
    clock = timeline.overview.rows[alerts[0]].seq + 1
    text = slider.get_attribute("aria-valuetext") or ""
    assert re.fullmatch(rf"\d\d:\d\d:\d\d，第 {clock} 条，共 {timeline.size} 条", text)
    slider.focus()
    press("ArrowRight")
    at(seen, alerts[0] + 1)
    seen.page.get_by_label("快捷键").uncheck()
    seen.page.locator("body").press("End")
    at(seen, alerts[0] + 1)
    seen.close()


def test_it_plays_and_pauses_by_space(browser: Browser, address: str, timeline: Timeline) -> None:
    seen = look(browser, f"{address}#seq=3")
    at(seen, 3)
    seen.page.keyboard.press("Space")
    expect(seen.page.locator("[data-play]")).to_have_text("暂停")
    expect(seen.page.locator("[data-play]")).to_have_text("播放", timeout=LAST)
    at(seen, timeline.size - 1)
    seen.close()


def test_the_board_shows_the_state_at_the_cursor(browser: Browser, address: str, timeline: Timeline) -> None:
    seen = look(browser, address)
    sealed = [row.seq for row in timeline.overview.rows if row.type == "sheet_sealed"]
    for seq in (sealed[0] - 1, sealed[2], sealed[-1]):
        seen.page.evaluate(f"location.hash = '#seq={seq}'")
        at(seen, seq)
        for seat in timeline.at(seq + 1).progress.seats:
            booth = seen.page.locator(f'[data-seat="{seat.seat}"]')
            expect(booth).to_contain_text("已签封" if seat.sealed else "评审中")
            expect(booth.locator("svg").first).to_be_visible()
    seen.close()


def test_list_and_playhead_follow_each_other(browser: Browser, address: str, timeline: Timeline) -> None:
    seen = look(browser, f"{address}#seq=30")
    page = seen.page
    at(seen, 30)
    page.locator("table.entries").get_by_role("link", name="33", exact=True).click()
    at(seen, 33)
    page.locator("table.entries tr", has_text=re.compile("^26")).locator("td").nth(3).click()
    at(seen, 26)
    page.locator("[data-kind]").select_option("sealing")
    page.locator("[data-who]").select_option(timeline.overview.seats[0])
    wanted = [r for r in timeline.overview.rows if r.seat == timeline.overview.seats[0] and r.type == "sheet_sealed"]
    assert page.locator("table.entries tbody tr").count() == len(wanted)
    page.locator("table.entries a").last.click()
    expect(page.locator("tr.here td").first).to_have_text(str(wanted[-1].seq))
    seen.close()


def test_raw_entry_with_its_proof_difference_and_receipt_code(
    browser: Browser, address: str, timeline: Timeline, world: World
) -> None:
    sealed = [row.seq for row in timeline.overview.rows if row.type == "sheet_sealed"]
    seen = look(browser, f"{address}#seq={sealed[0]}")
    page = seen.page
    page.locator("[data-detail]").click()
    expect(page.locator("[data-proof]")).to_have_attribute("data-proof", "good")
    expect(page.locator("pre").first).to_have_text(world.entries[sealed[0]].decode())
    page.locator("[data-compare]").click()
    page.locator("body").press("ArrowRight")
    row = timeline.overview.rows[sealed[1]]
    expect(page.locator(f'[data-path="seats[{row.seat}].sealed"] td').last).to_have_text("1")
    digest = timeline._envelopes[-1]
    page.locator("[data-find]").fill(f"{digest[0][:4]} {digest[0][4:8]} {digest[0][8:16]}".upper())
    page.locator("[data-find]").press("Enter")
    page.locator("[data-found] a").click()
    at(seen, digest[1])
    page.locator("[data-find]").fill("0000 0000 0000 0000")
    page.locator("[data-find]").press("Enter")
    expect(page.locator("[data-found]")).to_have_text("没有以此码开头的密封件")
    seen.close()


def test_one_changed_byte_shows_the_first_bad_entry(browser: Browser, files: dict[str, bytes], world: World) -> None:
    path = next(path for path in files if path.startswith("tile/entries/"))
    data = bytearray(files[path])
    data[files[path].index(world.entries[52]) + 90] ^= 1
    changed = {**files, path: bytes(data)}
    broken = verify(changed).broken
    assert broken is not None
    assert broken.entry == 52
    with served(changed) as address:
        seen = look(browser, address)
        verdict = seen.page.locator("[data-verdict]")
        expect(verdict).to_have_attribute("data-first", "52", timeout=LAST)
        expect(verdict).to_contain_text("第 52 号")
        expect(seen.page.locator("[data-damage]")).to_contain_text("第 52 号")
        seen.shot("broken")
        assert seen.axe() == []
        seen.close()


def test_an_unfinished_end_is_shown_in_red(browser: Browser) -> None:
    world = World().until(Phase.SEALING)
    world.seal(next(iter(world.state.seats)))
    with served(bundle_of(world)) as address:
        seen = look(browser, address, language="en")
        expect(seen.page.locator("[data-verdict]")).to_have_attribute("data-verdict", "interrupted", timeout=LAST)
        banner = seen.page.locator("[data-interrupted]")
        expect(banner).to_contain_text("no lawful end")
        colour = banner.locator("xpath=../..").evaluate("e => getComputedStyle(e).borderLeftColor")
        assert colour == "rgb(156, 34, 26)"
        seen.close()


@pytest.mark.parametrize(("scale", "size"), [(1, (1366, 768)), (2, (1366, 768)), (3, (1920, 1080)), (1, (320, 800))])
def test_axe_finds_nothing_in_both_languages_and_the_page_never_scrolls_sideways(
    browser: Browser, address: str, scale: int, size: tuple[int, int]
) -> None:
    seen = look(browser, f"{address}#seq=80", scale=scale, size=size)
    page = seen.page
    expect(page.locator("[data-verdict]")).to_be_visible(timeout=LAST)
    page.locator("[data-detail]").click()
    page.locator("[data-compare]").click()
    page.locator("body").press("ArrowRight")
    expect(page.locator("[data-proof]")).to_be_visible()
    expect(page.locator("[data-size]")).to_have_attribute("data-size", "82")
    for language, other in (("zh-CN", "English"), ("en", "中文")):
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert seen.axe() == [], language
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], language
        box = page.locator("[data-play]").bounding_box()
        assert box is not None
        assert box["height"] >= (44 if scale == 1 else 60)
        assert size[0] == 320 or box["y"] + box["height"] <= size[1]
        if language == "zh-CN":
            seen.shot(f"{scale}-{size[0]}")
        page.get_by_role("button", name=other).click()
    seen.close()


def test_nothing_is_said_by_colour_alone_in_print(browser: Browser, address: str) -> None:
    seen = look(browser, f"{address}#seq=80")
    expect(seen.page.locator("[data-verdict]")).to_be_visible(timeout=LAST)
    seen.page.emulate_media(media="print")
    for booth in seen.page.locator("[data-seat]").all():
        assert booth.locator("svg").count() >= 1
        assert len(booth.inner_text().split()) >= 2
    expect(seen.page.locator("[data-play]")).to_be_hidden()
    seen.shot("print")
    seen.close()


def test_every_text_is_there_in_both_languages() -> None:
    text = (Path(__file__).parents[2] / "evalhub/web/static/replay/text.js").read_text("utf-8")
    rows = re.findall(r'^  (\w+): \{ "zh-CN": "(.*?)", en: "(.*?)" \},$', text, re.MULTILINE)
    assert len(rows) == len(re.findall(r"^  \w+: \{", text, re.MULTILINE))
    for key, zh, en in rows:
        assert re.findall(r"\{\w+\}", zh) == re.findall(r"\{\w+\}", en), key
        assert re.search(r"[\u4e00-\u9fff]", zh), key
        assert not re.search(r"[\u4e00-\u9fff]", en), key
