"""Names and booth numbers in free text: what is found, where, and what is left alone."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.rules.freetext import Sign, fold, scan

SEATS = ("wuhan/A101-02", "wedz/K3-01")
ROOMS = ("A101", "K3")
MEMBERS = ("member-1", "member-10")
NAMES = ("欧阳合成", "甲乙", "Synthia Placeholder")  # made up

pytestmark = pytest.mark.requirement("R56")


def signs(text: str) -> list[tuple[str, str]]:
    found = scan(text, seats=SEATS, rooms=ROOMS, members=MEMBERS, names=NAMES)
    return [(sign.kind, sign.text) for sign in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请联系 wuhan/A101-02 的人", [("seat", "wuhan/A101-02")]),
        ("我在A101-02", [("seat", "A101-02")]),
        ("我在a101 02提问", [("seat", "a101 02")]),
        ("我在Ａ１０１－０２提问", [("seat", "Ａ１０１－０２")]),
        ("А101—02", [("seat", "А101—02")]),  # Cyrillic А, long dash
        ("A\u200b101-02", [("seat", "A\u200b101-02")]),
        ("房间K3有人问", [("room", "房间K3")]),
        ("我们在 A101 里", [("room", "A101")]),
        ("member-10 请说明", [("member", "member-10")]),
        ("ｍｅｍｂｅｒ－１ asks", [("member", "ｍｅｍｂｅｒ－１")]),
        ("3号评委想知道", [("member", "3号评委")]),
        ("专家三号提问", [("member", "专家三号")]),
        ("第②号工位", [("seat", "②号工位")]),
        ("欧阳 合成 问", [("name", "欧阳 合成")]),
        ("欧·阳·合·成", [("name", "欧·阳·合·成")]),
        ("由SYNTHIA  placeholder提出", [("name", "SYNTHIA  placeholder")]),
        ("打13800001111", [("telephone", "13800001111")]),
        ("打 +86 138-0000-1111 找我", [("telephone", "+86 138-0000-1111")]),
        ("一三八零零零零一一一一", [("telephone", "一三八零零零零一一一一")]),
        ("打（027）85000000", [("telephone", "（027）85000000")]),
        ("证号11010519491231002X。", [("identity-number", "11010519491231002X")]),
        ("１１０１０５１９４９１２３１００２Ｘ", [("identity-number", "１１０１０５１９４９１２３１００２Ｘ")]),
    ],
)
def test_a_sign_is_found_in_its_own_spelling(text, expected):
    assert signs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "请说明第三章第 12 页的施工组织方案中，工期 180 日历天如何保证。",
        "请澄清投标总价 9,100,000.00 元与分项合计不一致之处。",
        "拟派专家3人、技术人员12名，是否均为本单位职工？",
        "A1010 型号与 K35 型号的区别是什么？",
        "Which of the 5 experts named in the bid holds certificate GB/T 50326-2017?",
        "甲方与乙方的责任如何划分？",
        "合同编号 20260101000000012345678 是否有效？",
        "",
    ],
)
def test_an_ordinary_question_gives_no_warning(text):
    assert signs(text) == []


def test_the_longest_of_overlapping_signs_is_shown_and_signs_come_in_reading_order():
    assert signs("甲乙在 wedz/K3-01，电话 13900002222") == [
        ("name", "甲乙"),
        ("seat", "wedz/K3-01"),
        ("telephone", "13900002222"),
    ]


def test_a_place_is_a_place_of_the_text_as_written():
    text = "㈱\u200b请Ａ１０１－０２答"  # ㈱ folds to three characters, the blank to none
    (sign,) = scan(text, seats=SEATS)
    assert sign == Sign(kind="seat", start=3, end=10, text="Ａ１０１－０２")
    assert text[sign.start : sign.end] == sign.text


def test_words_of_one_character_and_empty_words_are_not_looked_for():
    assert scan("王二答", names=("王", "", " · ")) == ()


@settings(max_examples=60)
@given(st.text(max_size=80), st.sampled_from([*SEATS, *NAMES]), st.text(max_size=80))
def test_a_known_word_between_han_is_found_whatever_surrounds_it(before, word, after):
    text = f"{before}问{word}答{after}"
    found = scan(text, seats=SEATS, names=NAMES)
    place = len(before) + 1
    assert any(sign.start <= place < sign.end for sign in found)
    assert all(text[sign.start : sign.end] == sign.text for sign in found)


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_can_be_scanned_and_folding_keeps_places_in_order(text):
    folded, places = fold(text)
    assert len(folded) == len(places)
    assert places == sorted(places)
    found = scan(text, seats=SEATS, rooms=ROOMS, members=MEMBERS, names=NAMES)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
