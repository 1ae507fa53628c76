"""The listed grounds on which a bid may be rejected, as data with their article (R53), and which law governs a project.

Two laws, two lists: 招标投标法实施条例 art 51 (seven grounds) and 财政部令第87号 art 63 (six). No bid is rejected on
a ground outside the list of its project. Which law applies is the project's ``regime``; left alone, it follows the
project's class.

Never here: whether a bid fails. That is the committee's (``deliberation``).
"""

from __future__ import annotations

from typing import Literal

from evalhub.core.codec import Record
from evalhub.core.rules.plan import Code, Project, Text2

Regime = Literal["tendering", "government"]


class Ground(Record):
    """One listed ground: its code, the article, and the law's words."""

    code: Code
    article: Text2
    title: Text2


def regime(project: Project) -> Regime:
    """The law the project is under. A panel outside both laws decides as tendering law has it."""
    if project.regime == "class":
        return "government" if project.project_class.startswith("government-") else "tendering"
    return project.regime


def listed(project: Project) -> tuple[Ground, ...]:
    """The grounds that may be cited in this project."""
    return LISTS[regime(project)]


def ground(project: Project, code: str) -> Ground:
    """The listed ground of that code. KeyError if the project's list has none."""
    for each in listed(project):
        if each.code == code:
            return each
    raise KeyError(code)


def _list(prefix: str, zh: str, en: str, *titles: tuple[str, str]) -> tuple[Ground, ...]:
    numbers = "一二三四五六七"
    return tuple(
        Ground(
            code=f"{prefix}-{n}",
            article=Text2(zh=f"{zh}第（{numbers[n - 1]}）项", en=f"{en} ({n})"),
            title=Text2(zh=title[0], en=title[1]),
        )
        for n, title in enumerate(titles, start=1)
    )


LISTS: dict[Regime, tuple[Ground, ...]] = {
    "tendering": _list(
        "A51", "《招标投标法实施条例》第五十一条", "Implementing Regulations of the Tendering Law, art 51",
        ("投标文件未经投标单位盖章和单位负责人签字", "the bid is neither sealed by the bidder nor signed by its head"),
        ("投标联合体没有提交共同投标协议", "a consortium has not handed in its joint bidding agreement"),
        ("投标人不符合国家或者招标文件规定的资格条件", "the bidder does not meet the qualifications required"),
        ("同一投标人提交两个以上不同的投标文件或者投标报价，但招标文件要求提交备选投标的除外",
         "one bidder handed in two or more different bids or prices, unless alternatives were asked for"),
        ("投标报价低于成本或者高于招标文件设定的最高投标限价", "the price is below cost or above the ceiling"),
        ("投标文件没有对招标文件的实质性要求和条件作出响应", "the bid does not respond to a substantive requirement"),
        ("投标人有串通投标、弄虚作假、行贿等违法行为", "the bidder colluded, deceived, bribed or the like"),
    ),
    "government": _list(
        "A63", "财政部令第87号第六十三条", "Order 87 of the Ministry of Finance, art 63",
        ("未按照招标文件的规定提交投标保证金", "the bid security was not paid as the tender document requires"),
        ("投标文件未按招标文件要求签署、盖章", "the bid is not signed and sealed as required"),
        ("不具备招标文件中规定的资格要求", "the bidder does not meet the qualifications required"),
        ("报价超过招标文件中规定的预算金额或者最高限价", "the price is above the budget or the ceiling"),
        ("投标文件含有采购人不能接受的附加条件", "the bid holds conditions that the buyer cannot accept"),
        ("法律、法规和招标文件规定的其他无效情形", "another case of invalidity by law or tender document"),
    ),
}  # fmt: skip
