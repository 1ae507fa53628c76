"""A tender release becomes a project file: what maps is taken, what is missing is open, what is left is listed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from releases import package, release
from typer.testing import CliRunner

from evalhub.cli.project import app
from evalhub.core.errors import Malformed
from evalhub.ocds.check import read_json
from evalhub.ocds.importing import import_release
from evalhub.party.placeholders import OPEN, open_places
from evalhub.party.project_file import ProjectMistakes, read_project


def imported(one, lot=""):
    return import_release(read_json(json.dumps(one).encode()), lot)


def left(found):
    return {one.path: one.why for one in found.unmapped}


def test_what_maps_is_taken_over():
    found = imported(release())
    project = found.project
    assert project["code"] == "HS-2026-001"
    assert project["title"] == {"zh": "合成宿舍修缮设计", "en": "Synthetic refurbishment design"}
    assert (project["procuring_entity"], project["agent"]) == ("合成采购人", "合成招标代理有限公司")
    assert (project["project_class"], project["method"]) == ("services", "comprehensive")
    assert (project["budget"], project["ceiling"]) == ("1000000.00", "980000.50")
    assert project["ocid"] == "ocds-a1b2c3-HS-2026-001"
    assert [(one["code"], one["name"], one["price"]) for one in project["bidders"]] == [
        (f"B{n}", f"合成投标人{n}有限公司", f"{900000 + 10000 * n}.00") for n in (1, 2, 3)
    ]
    assert found.mistakes == ()


def test_what_is_left_is_listed_by_its_topmost_path():
    assert left(imported(release())) == {
        "parties[0].address": "no-place",
        "planning.budget.project": "no-place",
        "tender.status": "no-place",
        "tender.tenderPeriod": "no-place",
        "tender.items": "no-place",
    }


def test_a_package_of_one_is_read_and_its_paths_say_so():
    found = imported(package(release()))
    assert found.project["code"] == "HS-2026-001"
    assert "releases[0].tender.items" in left(found)


@pytest.mark.parametrize(
    ("changes", "path", "why"),
    [
        ({"tender__value": {"amount": 5, "currency": "USD"}}, "tender.value", "other-currency"),
        ({"tender__value": {"amount": 5.125, "currency": "CNY"}}, "tender.value", "not-an-amount"),
        ({"bids__details__0__status": "withdrawn"}, "bids.details[0]", "not-opened"),
        ({"tender__awardCriteria": "priceOnlyBySomeOtherName"}, "tender.awardCriteria", "no-method"),
        ({"tender__awardCriteriaDetails": "合成细则"}, "tender.awardCriteriaDetails", "no-place"),
        ({"x_extra": {"a": [1]}}, "x_extra", "no-place"),
        ({"bids__details__0__documents": [{"id": "1"}]}, "bids.details[0].documents", "no-place"),
    ],
)
def test_why_something_is_left(changes, path, why):
    assert left(imported(release(**changes)))[path] == why


def test_price_alone_is_the_lowest_evaluated_price():
    project = imported(release(tender__awardCriteria="priceOnly")).project
    assert (project["method"], project["price"]) == ("lowest-price", {"formula": "lowest-evaluated"})
    assert (project["price_points"], project["factors"]) == ("0", [])


def test_lots_are_chosen():
    lots = [
        {"id": "L1", "title": "一标段", "value": {"amount": 100, "currency": "CNY"}},
        {"id": "L2", "title": "二标段", "title_en": "Lot two", "value": {"amount": 200, "currency": "CNY"}},
    ]
    one = release(tender__lots=lots, bids__details__0__relatedLots=["L1"], bids__details__1__relatedLots=["L2"])
    with pytest.raises(Malformed, match="L1, L2"):
        imported(one)
    with pytest.raises(Malformed, match="no lot L3"):
        imported(one, "L3")
    found = imported(one, "L2")
    assert found.project["ceiling"] == "200.00"
    assert found.project["title"]["zh"] == "合成宿舍修缮设计 — 二标段"
    assert found.project["title"]["en"] == "Synthetic refurbishment design — Lot two"
    assert [bidder["code"] for bidder in found.project["bidders"]] == ["B2", "B3"]
    assert left(found)["bids.details[0]"] == "other-lot"
    assert left(found)["tender.lots[0]"] == "no-place"


def test_without_bids_the_tenderers_are_the_bidders_and_prices_are_open():
    found = imported(release(bids=...))
    assert [bidder["name"] for bidder in found.project["bidders"]] == [f"合成投标人{n}有限公司" for n in (1, 2, 3)]
    assert all(bidder["price"].startswith("TODO") for bidder in found.project["bidders"])


def test_what_is_no_tender_release():
    for one in ({}, {"releases": []}, {"ocid": "ocds-a1b2c3-1"}, [], {"releases": [release(), release()]}):
        with pytest.raises(Malformed):
            imported(one)
    with pytest.raises(Malformed):
        imported({"releases": [{"ocid": "ocds-a1b2c3-1"}]})


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    elif value is not None:
        yield path, value


SOME = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.sampled_from(["合成", "x", "CNY", "zh", "B1", "T1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "title", "value", "amount", "status", "zz"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(
    path=st.sampled_from(
        ["buyer", "tender__lots", "tender__value", "bids__details", "tender__tenderers", "parties", "tender__extra",
         "planning", "tender__title", "language", "tender__awardCriteria"]
    ),
    value=SOME,
)  # fmt: skip
def test_nothing_is_dropped_silently_and_nothing_fails(path, value):
    """Every leaf of any release is in the project, in the list of what was left, or one of the few that name a copy."""
    one = release(**{path: value})
    try:
        found = imported(one)
    except Malformed:
        return
    taken = [str(text) for _, text in leaves(found.project)]
    listed = [place.path for place in found.unmapped]
    for place, text in leaves(one):
        under = any(place == top or place.startswith((f"{top}.", f"{top}[")) for top in listed)
        shown = any(str(text) in words for words in taken)
        named = place.endswith((".id", ".currency", ".status", ".measure", ".name")) or ".roles[" in place
        named = named or (place == "tender.awardCriteria" and text == "ratedCriteria")
        about = place.partition("[")[0] in (
            "id",
            "date",
            "tag",
            "initiationType",
            "language",
            "tender.numberOfTenderers",
        )
        assert under or shown or named or about or place.startswith("tender.tenderers"), place


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_file_names_what_is_open_and_check_names_it_again(tmp_path):
    source = tmp_path / "release.json"
    source.write_text(json.dumps(release(), ensure_ascii=False), encoding="utf-8")
    target = tmp_path / "project.yaml"
    done = run("import-ocds", source, "-o", target)
    assert done.exit_code == 0, done.output
    assert "未采用 tender.items：项目文件中没有对应的位置" in done.output
    text = target.read_text("utf-8")
    assert text.startswith("# 由 OCDS 发布文件 release.json 生成")
    assert "#   tender.items (no-place)" in text
    with pytest.raises(ProjectMistakes) as caught:
        read_project(target)
    assert {one.code for one in caught.value.problems} == {OPEN}
    assert "committee.size" in {one.path for one in caught.value.problems}
    checked = run("check", target, "--lang", "en")
    assert "project.yaml committee.size: still to be filled in" in checked.output
    assert run("import-ocds", source, "-o", target).exit_code == 2  # never over a file somebody filled in
    told = json.loads(run("import-ocds", source, "-o", tmp_path / "again.yaml", "--json").output)
    assert told["open"] == len(list(open_places(imported(release()).project)))


def test_a_release_with_mistakes_is_imported_and_they_are_said(tmp_path):
    source = tmp_path / "release.json"
    source.write_text(json.dumps(release(tender__status="open")), encoding="utf-8")
    done = run("import-ocds", source, "-o", tmp_path / "p.yaml", "--lang", "en")
    assert done.exit_code == 0
    assert "tender.status: not in the code list of OCDS 1.1 (open)" in done.output
