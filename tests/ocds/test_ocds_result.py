"""The result as a release package: valid OCDS 1.1, the declared numbers to the digit, aliases only, both ways round."""

from __future__ import annotations

import importlib.util
import json
import re
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from releases import release
from support.bundle import as_zip, bundle_of
from support.roads import road
from support.world import World, small_project
from typer.testing import CliRunner

from evalhub.cli.ocds import app
from evalhub.core.ledger.times import parse_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import result, rounds
from evalhub.core.rules.prices import LowestEvaluated
from evalhub.core.rules.working_days import WorkCalendar
from evalhub.ocds.check import package_mistakes, read_json
from evalhub.ocds.importing import import_release
from evalhub.ocds.records import encode
from evalhub.ocds.result import Publishing, package_of
from evalhub.ocds.schema import OBJECTS

DOCS = Path(__file__).parents[2] / "docs"


def run(*arguments):
    typer_app = app
    return CliRunner().invoke(typer_app, ["ocds", *map(str, arguments)])


def published(world: World, folder: Path, *options: str):
    path = as_zip(bundle_of(world), folder / "b.zip")
    done = run(path, *options)
    assert done.exit_code == 0, done.stderr
    return read_json(done.stdout.encode())


def imported_project():
    """The project of the invented release, what was open filled with the small project's own."""
    taken = import_release(read_json(json.dumps(release(), ensure_ascii=False).encode())).project
    small = small_project()
    bidders = tuple(
        msgspec.structs.replace(own, code=one["code"], name=one["name"], price=Decimal(one["price"]))
        for own, one in zip(small.bidders, taken["bidders"], strict=True)
    )
    return msgspec.structs.replace(
        small,
        code=taken["code"],
        title=msgspec.convert(taken["title"], type(small.title)),
        procuring_entity=taken["procuring_entity"],
        agent=taken["agent"],
        budget=Decimal(taken["budget"]),
        ceiling=Decimal(taken["ceiling"]),
        ocid=taken["ocid"],
        bidders=bidders,
    )


@pytest.fixture(scope="module")
def world() -> World:
    return World(project=imported_project()).run()


@pytest.fixture(scope="module")
def package(world, tmp_path_factory):
    return published(world, tmp_path_factory.mktemp("ocds"))


@pytest.mark.requirement("R105")
def test_the_package_is_valid(package):
    assert package_mistakes(package) == ()
    assert package["version"] == "1.1"
    assert [one["tag"] for one in package["releases"]] == [["award"]]


def test_what_came_in_goes_out_and_comes_in_again(package):
    before = import_release(read_json(json.dumps(release()).encode()))
    after = import_release(package)
    assert after.mistakes == ()
    same = ("code", "title", "procuring_entity", "agent", "project_class", "ceiling", "method", "ocid")
    assert [after.project[key] for key in same] == [before.project[key] for key in same]
    rows = [[(one["code"], one["name"], one["price"]) for one in made.project["bidders"]] for made in (before, after)]
    assert rows[0] == rows[1]
    assert {one.path for one in after.unmapped} >= {"releases[0].evaluation", "releases[0].awards"}


def test_ranking_totals_and_working_are_those_declared(package, world):
    evaluation = package["releases"][0]["evaluation"]
    rows = [(one["relatedBid"], str(one["total"]), one["rank"], one["candidate"]) for one in evaluation["results"]]
    assert rows == [(row.bidder, row.total, row.rank, row.candidate) for row in world.state.ranking]
    summary = result.compute(world.state)
    prices = {row.bidder: row for row in result.price_result(world.state).rows}
    for shown, row in zip(evaluation["results"], summary.rows, strict=True):
        own = prices[row.bidder]
        assert str(shown["priceScore"]) == str(own.score)
        assert shown["priceSteps"][-1] == {
            "label": "price-score",
            "expression": own.steps[-1].expression,
            "value": own.steps[-1].value,
        }
        assert {one["member"]: str(one["total"]) for one in shown["members"]} == {
            world.state.aliases[one.seat]: str(one.total) for one in row.members
        }
        assert [one["member"] for one in shown["members"]] == sorted(
            world.state.aliases.values(), key=rounds.member_number
        )
    assert evaluation["ledger"]["result"] == world.state.result
    assert evaluation["ledger"]["entries"] == len(world.entries)
    assert evaluation["signatures"] == {"signed": 5, "dissenting": 0, "deemed": 0}


def test_the_first_candidate_is_a_pending_award(package, world):
    (award,) = package["releases"][0]["awards"]
    first = world.state.ranking[0].bidder
    assert (award["relatedBid"], award["status"]) == (first, "pending")
    (supplier,) = award["suppliers"]
    roles = {one["id"]: one["roles"] for one in package["releases"][0]["parties"]}
    assert roles[supplier["id"]] == ["tenderer", "supplier"]


def test_members_are_aliases_only(package, world):
    """No seat, booth, room, leaf or centre of a member, and no sheet, in any place."""
    text = json.dumps(package["releases"], ensure_ascii=False)
    secret = {seat.seat for seat in world.state.seats.values()} | {seat.leaf for seat in world.state.seats.values()}
    secret |= {seat.room for seat in world.state.seats.values()} | set(world.split)
    secret |= {opened.salt for round_ in world.state.rounds for opened in round_.opened.values()}
    found = [word for word in secret if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)]
    assert found == []
    assert package["releases"][0]["evaluation"]["committee"]["members"] == [f"member-{n}" for n in range(1, 6)]


def test_the_same_bundle_gives_the_same_bytes(world, tmp_path):
    path = as_zip(bundle_of(world), tmp_path / "b.zip")
    assert run(path, "-o", tmp_path / "r.json").exit_code == 0
    assert (tmp_path / "r.json").read_text("utf-8") == run(path).stdout


def publishing(ended: int) -> Publishing:
    return Publishing(
        publisher="-", prefix="ocds-000000", uri="tag:x.example,2026:x", extension="urn:y", root="0" * 64,
        began=None, ended=ended, published=ended,
    )  # fmt: skip


def test_a_rejected_bid_is_disqualified_and_not_ranked(world):
    """The same session as if a majority had failed one bid."""
    out = world.state.bids[0].bidder
    bids = tuple(
        msgspec.structs.replace(bid, valid=bid.bidder != out, failed=("Q1",) if bid.bidder == out else ())
        for bid in world.state.bids
    )
    release_ = package_of(world.state.with_(bids=bids), publishing(world.state.now)).releases[0]
    assert {bid.id: bid.status for bid in release_.bids.details}[out] == "disqualified"
    assert [one.value for one in release_.bids.statistics] == [3, 2]
    assert [one.failed_items for one in release_.evaluation.examination if not one.valid] == [("Q1",)]
    assert out not in {row.related_bid for row in release_.evaluation.results}


def test_the_lowest_evaluated_price_is_what_ranks():
    project = msgspec.structs.replace(
        small_project(), method="lowest-price", price=LowestEvaluated(), price_points=Decimal(0), factors=()
    )
    state = World(project=project).run().state
    release_ = package_of(state, publishing(state.now)).releases[0]
    assert release_.tender.award_criteria == "priceOnly"
    rows = [(row.related_bid, row.total, row.evaluated_price, row.parts) for row in release_.evaluation.results]
    assert [row[0] for row in rows] == [row.bidder for row in state.ranking]
    assert all(total == price.amount and parts == () for _, total, price, parts in rows)
    assert package_mistakes(read_json(encode(package_of(state, publishing(state.now))))) == ()


def test_a_tie_for_the_first_place_gives_no_award(world):
    ranking = tuple(msgspec.structs.replace(row, rank=1) for row in world.state.ranking)
    release_ = package_of(world.state.with_(ranking=ranking), publishing(world.state.now)).releases[0]
    assert release_.awards == ()
    assert {role for party in release_.parties for role in party.roles} == {
        "buyer", "procuringEntity", "procurementAgent", "tenderer",
    }  # fmt: skip


@pytest.mark.requirement("R79")
def test_terms_follow_the_calendar_of_the_plan(world):
    """Closed on Wednesday 30 September in China, with and without the holidays that follow."""
    ended = parse_time("2026-09-30T08:00:00.000Z")
    how = publishing(ended)
    free = WorkCalendar(holidays=tuple(f"2026-10-0{day}" for day in range(1, 8)), workdays=("2026-10-10",))
    for calendar, hand_over, announced in (
        (WorkCalendar(), "2026-10-07T16:00:00.000Z", "2026-10-05T16:00:00.000Z"),
        (free, "2026-10-13T16:00:00.000Z", "2026-10-08T16:00:00.000Z"),
    ):
        plan = msgspec.structs.replace(world.state.the_plan(), calendar=calendar)
        evaluation = package_of(world.state.with_(plan=plan), how).releases[0].evaluation
        assert (evaluation.hand_over_by, evaluation.announce_by) == (hand_over, announced)


@pytest.mark.parametrize(
    ("name", "status", "tender"), [("drawn", "cancelled", "cancelled"), ("detailed", "stopped", "unsuccessful")]
)
def test_an_early_end_is_published_without_a_result(name, status, tender, tmp_path):
    world = road(name)
    if status == "cancelled":
        world.say("wuhan", c.CancelSession(reason="合成取消"))
    else:
        world.say("oversight", c.StopSession(reason="合成终止"))
    world.settle()
    (one,) = published(world, tmp_path)["releases"]
    assert one["tender"]["status"] == tender
    assert (one["evaluation"]["status"], "awards" in one, "results" in one["evaluation"]) == (status, False, False)
    assert {bid["status"] for bid in one["bids"]["details"]} <= {"pending", "valid"}


def test_a_session_that_goes_on_has_nothing_to_publish(tmp_path):
    path = as_zip(bundle_of(road("signing")), tmp_path / "b.zip")
    done = run(path, "--lang", "en")
    assert (done.exit_code, "there is no result to publish" in done.stderr) == (1, True)


def test_a_broken_bundle_publishes_nothing(world, tmp_path):
    files = dict(bundle_of(world))
    name = next(name for name in files if name.startswith("tile/entries"))
    files[name] = files[name].replace(b"result_declared", b"result_declarde")
    done = run(as_zip(files, tmp_path / "b.zip"), "-o", tmp_path / "r.json")
    assert done.exit_code in (1, 2)
    assert not (tmp_path / "r.json").exists()


def test_options_that_would_spoil_the_package_are_refused(world, tmp_path):
    path = as_zip(bundle_of(World().run()), tmp_path / "b.zip")
    for option, said in (("--uri", "releases"), ("--prefix", "ocid")):
        done = run(path, option, "no such thing", "--lang", "en")
        assert done.exit_code == 1, said
    assert run(path, "--prefix", "ocds-zz9999", "--publisher", "合成发布者").exit_code == 0


def test_page_and_schema_are_those_of_the_table():
    spec = importlib.util.spec_from_file_location("make_ocds", DOCS / "make_ocds.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    made = (DOCS / "ocds-extension" / "release-schema.json").read_text("utf-8")
    assert made == tool.render(), "run: python docs/make_ocds.py"
    ours = {name for name in OBJECTS if name.startswith("Evaluation")}
    assert set(json.loads(made)["definitions"]) == ours
    page = (DOCS / "ocds.md").read_text("utf-8")
    assert all(f"`{key}`" in page for name in ours for key in OBJECTS[name])
    extension = json.loads((DOCS / "ocds-extension" / "extension.json").read_text("utf-8"))
    assert extension["schemas"] == ["release-schema.json"]
