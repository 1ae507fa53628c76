"""Oversight runs a centre's draws again with names: what holds, and every way in which it does not."""

from __future__ import annotations

import json
from hashlib import sha256

import msgspec
import pytest
from support.bundle import as_zip, bundle_of
from support.world import World
from typer.testing import CliRunner

from evalhub.cli.pool import app
from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import drawing
from evalhub.core.rules.draw import expert_leaf, pool_root
from evalhub.core.rules.registration import RegisterPool
from evalhub.site.pool.audit import CODES, DrawSecrets, audit
from evalhub.site.pool.frozen import freeze
from evalhub.site.pool.records import Expert, Pool
from evalhub.site.registrar import root_of

POOL_SALT, OTHER_SALT = sha256(b"session").digest(), sha256(b"registration").digest()

HEADING = ("编号", "姓名", "职称", "工作单位", "评标专业", "状态", "原因", "截止日期")


def expert(n: int, **changes: object) -> Expert:
    said = {"id": f"T-{n:03d}", "name": f"合成专家{n:03d}", "employer": f"合成单位{n}", "specialties": ("A0401",)}
    return Expert(title="高级工程师", **{**said, **changes})  # type: ignore[arg-type]


EXPERTS = (
    *(expert(n) for n in range(7)),
    expert(7, employer="合成单位0"),  # twins of one unit
    expert(8, employer="合成投标人1"),  # a bidder's
    expert(9, specialties=("B01",)),
    expert(10, status="suspended", reason="合成原因"),
)
POOL = Pool(experts=EXPERTS)
SECRETS = DrawSecrets(
    session="WH-2026-1121-003",
    centre="wuhan",
    pool_salt=POOL_SALT.hex(),
    registration_salt=OTHER_SALT.hex(),
    registered=root_of(POOL, OTHER_SALT),
)


def leaf(one: Expert) -> str:
    return expert_leaf(POOL_SALT, one.id, canonical(one)).hex()


class PoolWorld(World):
    """The host draws from a real pool. ``lists``: who is frozen; ``says``: what is recorded of a called leaf."""

    def __init__(self, lists=lambda lists: lists, says=None) -> None:
        super().__init__(reserves=0)
        self._lists, self._says = lists, says or self.honest

    def registration(self, centre: str) -> RegisterPool:
        return RegisterPool(root=SECRETS.registered, size=len(EXPERTS))

    def freeze(self, centre: str) -> c.FreezePool:
        command = super().freeze(centre)
        if centre != "wuhan":
            return command
        bidders = [bidder.name for bidder in self.project.bidders]
        frozen = freeze(POOL, self.state.draw().requests[centre], bidders, pool_salt=POOL_SALT)
        lists = self._lists({"": {one.hex() for one in frozen.leaves}, "S": {x.hex() for x in frozen.strata["S"]}})
        leaves = sorted(lists[""])
        places = tuple(leaves.index(one) for one in sorted(lists["S"] & lists[""]))
        return msgspec.structs.replace(
            command,
            root=pool_root([bytes.fromhex(one) for one in leaves]).hex(),
            leaves=tuple(leaves),
            strata=(c.StratumLeaves(code="S", leaves=places),),
        )

    def honest(self, one: str) -> str:
        """Units 0 and 7 are one unit: the second of them is recorded so."""
        pair = {leaf(EXPERTS[0]), leaf(EXPERTS[7])}
        sits = pair & drawing.members(self.state, "wuhan").keys()
        return "same-unit" if one in pair and sits and one not in sits else "accepted"

    def drawn(self) -> PoolWorld:
        self.pair().draw(lambda centre, one: self._says(one) if centre == "wuhan" else "accepted")
        return self

    def audit(self, pool: Pool = POOL, **changes: str):
        secrets = msgspec.structs.replace(SECRETS, **changes)
        return audit(self.entries, self.blobs.__getitem__, pool, secrets)


@pytest.fixture(scope="module")
def drawn() -> PoolWorld:
    return PoolWorld().drawn()


def codes(found) -> set[str]:
    assert {one.code for one in found.differences} <= set(CODES)
    return {one.code for one in found.differences}


def people(found, code: str) -> set[str]:
    return {one.person.id for one in found.differences if one.code == code and one.person}


@pytest.mark.requirement("R13")
def test_an_honest_draw_holds_and_everybody_called_is_named(drawn):
    found = drawn.audit()
    assert found.ok
    assert (found.experts, found.draws, len(found.members)) == (11, 1, 3)
    outcomes = drawn.state.draw().outcomes["wuhan"]
    assert [(one.leaf, one.outcome) for one in found.called] == [(one.leaf, one.outcome) for one in outcomes]
    assert all(leaf(EXPERTS[int(one.person.id[2:])]) == one.leaf for one in (*found.called, *found.members))


@pytest.mark.requirement("R13")
def test_a_dropped_expert_is_named():
    gone = leaf(EXPERTS[3])
    found = PoolWorld(lambda lists: {code: held - {gone} for code, held in lists.items()}).drawn().audit()
    assert codes(found) == {"dropped"}
    assert people(found, "dropped") == {"T-003"}


@pytest.mark.parametrize("who", [8, 9, 10])
def test_an_added_expert_is_named(who):
    more = leaf(EXPERTS[who])
    found = PoolWorld(lambda lists: {**lists, "": lists[""] | {more}}).drawn().audit()
    assert (codes(found), people(found, "added")) == ({"added"}, {f"T-{who:03d}"})


def test_an_expert_whom_the_file_does_not_have_is_found_by_the_leaf():
    stranger = sha256(b"stranger").hexdigest()
    found = PoolWorld(lambda lists: {code: held | {stranger} for code, held in lists.items()}).drawn().audit()
    assert "unknown-leaf" in codes(found) <= {"unknown-leaf", "unnamed"}
    assert {one.leaf for one in found.differences} == {stranger}


def test_a_changed_employer_shows_in_root_and_leaf(drawn):
    changed = msgspec.structs.replace(EXPERTS[4], employer="合成另一单位")
    found = drawn.audit(Pool(experts=(*EXPERTS[:4], changed, *EXPERTS[5:])))
    assert {"registered-root", "dropped", "unknown-leaf"} <= codes(found)
    assert people(found, "dropped") == {"T-004"}


def test_a_wrong_stratum_is_named():
    out = leaf(EXPERTS[5])
    found = PoolWorld(lambda lists: {**lists, "S": lists["S"] - {out}}).drawn().audit()
    assert [(one.code, one.stratum, one.person.id) for one in found.differences] == [("stratum-missing", "S", "T-005")]


def test_wrong_salts_and_another_registered_root_are_each_said_once(drawn):
    wrong = sha256(b"wrong").hexdigest()
    assert "pool-salt" in codes(drawn.audit(pool_salt=wrong)) <= {"pool-salt", "unnamed"}
    assert codes(drawn.audit(registration_salt=wrong)) == {"registered-root"}
    assert codes(drawn.audit(registered=wrong)) == {"registered-root"}


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        ("recused:employer", "wrong-recusal"),
        ("recused:suspended", "wrong-recusal"),
        ("same-unit", "wrong-same-unit"),
    ],
)
def test_a_reason_that_the_pool_contradicts_is_flagged(outcome, code):
    """The first leaf that is called is passed over; nobody sits yet."""
    calls: list[str] = []

    def says(one: str) -> str:
        calls.append(one)
        return outcome if len(calls) == 1 else world.honest(one)

    world = PoolWorld(says=says)
    found = world.drawn().audit()
    assert [(one.code, one.leaf, one.outcome) for one in found.differences] == [(code, calls[0], outcome)]


def test_two_of_one_unit_are_flagged():
    pair = {leaf(EXPERTS[0]), leaf(EXPERTS[7])}
    found = PoolWorld(says=lambda one: "accepted" if one in pair else "declined").pair()
    found.draw(lambda centre, one: ("accepted" if one in pair else "declined") if centre == "wuhan" else "accepted")
    missed = [one for one in found.audit().differences if one.code == "missed-same-unit"]
    assert len(missed) == 1
    assert missed[0].leaf in pair


def test_reasons_that_only_people_know_are_not_judged():
    told = iter(["declined", "unreachable", "recused:kin"])
    world = PoolWorld(says=lambda one: next(told, None) or world.honest(one))
    assert world.drawn().audit().ok


# -- as a person runs it -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    world = PoolWorld().drawn()
    world.check_in().start().evaluate().conclude().sign()
    as_zip(bundle_of(world), folder / "bundle.zip")
    rows = [[x.id, x.name, x.title, x.employer, ";".join(x.specialties), x.status, x.reason, x.until] for x in EXPERTS]
    (folder / "pool.csv").write_text("\n".join(",".join(row) for row in [HEADING, *rows]), encoding="utf-8")
    (folder / "secrets.json").write_bytes(canonical(SECRETS))
    return folder, world


def run(folder, *more: str, centre: str = "wuhan", secrets: str = "secrets.json", bundle: str = "bundle.zip"):
    words = ["audit", str(folder / bundle), "--centre", centre, "--pool", str(folder / "pool.csv")]
    return CliRunner().invoke(app, [*words, "--secrets", str(folder / secrets), *more])


def test_the_command_names_members_by_seat(archived):
    folder, world = archived
    done = run(folder, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "Everything holds." in done.output
    for seat in (seat.seat for seat in world.state.seats.values() if seat.seat.startswith("wuhan/")):
        assert seat in done.output
    assert "全部相符" in run(folder).output
    told = json.loads(run(folder, "--json").output)
    assert (told["ok"], told["differences"], len(told["members"])) == (True, [], 3)


def test_the_command_names_each_difference(archived, tmp_path):
    folder, _ = archived
    (folder / "other.json").write_bytes(canonical(msgspec.structs.replace(SECRETS, registration_salt="0" * 64)))
    done = run(folder, "--lang", "en", secrets="other.json")
    assert done.exit_code == 1
    assert "not the registered pool" in done.output
    assert "1 differences." in done.output


def test_the_command_does_not_mistake_one_session_or_centre_for_another(archived):
    folder, _ = archived
    (folder / "foreign.json").write_bytes(canonical(msgspec.structs.replace(SECRETS, session="T-2")))
    (folder / "broken.json").write_text("{")
    (folder / "none.zip").write_bytes(b"no zip")
    assert run(folder, centre="wedz").exit_code == 2
    assert run(folder, secrets="foreign.json").exit_code == 2
    assert run(folder, secrets="broken.json").exit_code == 2
    assert run(folder, secrets="missing.json").exit_code == 2
    assert run(folder, bundle="none.zip").exit_code == 2


def test_a_bundle_that_does_not_hold_is_not_audited(archived):
    folder, world = archived
    files = bundle_of(world)
    files["policy"] += b"\n"
    as_zip(files, folder / "bent.zip")
    done = run(folder, bundle="bent.zip")
    assert done.exit_code == 1
    assert "合成专家" not in done.output
