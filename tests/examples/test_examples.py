"""The examples are lawful, complete and exactly what their script makes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from evalhub.core.rules.names import normalise_employer
from evalhub.core.rules.plan import Window, plan_problems, room_problems
from evalhub.party.project_file import bid_file_problems, read_project
from evalhub.party.session_file import plan_of, read_floor_plan, read_session
from evalhub.party.spreadsheet import read_workbook
from evalhub.site.pool.check import read_pool
from evalhub.site.pool.frozen import excluded, freeze
from evalhub.site.pool.upkeep import upkeep

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = ("hongshan", "three-centres")
WINDOW = Window(opens="2026-01-01T00:00:00.000Z", closes="2026-01-01T12:00:00.000Z")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_pools", EXAMPLES / "make_pools.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_pools"] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_plan_is_lawful(folder):
    place = EXAMPLES / folder
    project = read_project(place / "project.yaml")
    setup = read_session(place / "session.yaml")
    host_rooms = read_floor_plan(place / setup.host.rooms)
    assert plan_problems(plan_of(setup, project, host_rooms, WINDOW)) == ()
    assert bid_file_problems(project, place) == ()
    for centre in setup.centres():
        floor = read_floor_plan(place / centre.rooms)
        assert floor.centre == centre.name
        assert list(room_problems(floor.as_rooms(), "rooms")) == []
        assert len(floor.rooms) >= 4
        assert len(floor.rooms) >= sum(stratum.need for stratum in centre.strata)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_stratum_has_experts_enough(folder):
    place = EXAMPLES / folder
    bidders = [bidder.name for bidder in read_project(place / "project.yaml").bidders]
    for centre in read_session(place / "session.yaml").centres():
        frozen = freeze(read_pool(place / centre.pool), centre.strata, bidders, pool_salt=bytes(32))
        for stratum in centre.strata:
            assert len(frozen.strata[stratum.code]) >= 2 * (stratum.need + stratum.reserves), stratum


def test_hongshan_is_as_the_bulletins_say():
    place = EXAMPLES / "hongshan"
    project = read_project(place / "project.yaml")
    assert len(project.bidders) == 6
    assert {item.group for item in project.examination} == {"formal", "qualification", "responsiveness"}
    assert len(project.examination) >= 9
    assert sum(factor.part == "technical" for factor in project.factors) >= 8
    assert sum(factor.part == "business" for factor in project.factors) == 2
    assert sum(factor.kind == "objective" for factor in project.factors) >= 3
    setup = read_session(place / "session.yaml")
    assert [sum(stratum.need for stratum in centre.strata) for centre in setup.centres()] == [3, 2]
    report = upkeep(read_pool(place / "pool-wuhan.xlsx"))
    assert (report.size, len(report.many_specialties), len(report.unqualified)) == (571, 250, 5)
    assert len(read_pool(place / "pool-wedz.csv").experts) == 240


def test_recusal_by_employer_needs_more_than_equal_text():
    place = EXAMPLES / "hongshan"
    bidders = [bidder.name for bidder in read_project(place / "project.yaml").bidders]
    pool = read_pool(place / "pool-wuhan.xlsx")
    out = excluded(pool, bidders)
    by_employer = [one for one in pool.experts if out.get(one.id) == "recused:employer"]
    assert len(by_employer) == 8
    assert sum(one.employer not in bidders for one in by_employer) >= 5
    assert {normalise_employer(one.employer) for one in by_employer} <= set(map(normalise_employer, bidders))


def test_everything_invented_says_that_it_is():
    for folder in FOLDERS:
        place = EXAMPLES / folder
        assert all("合成" in bidder.name for bidder in read_project(place / "project.yaml").bidders)
        for centre in read_session(place / "session.yaml").centres():
            for expert in read_pool(place / centre.pool).experts:
                assert expert.name.startswith("合成专家")
                assert expert.employer.startswith("合成")


def test_files_are_what_the_script_makes(script):
    for path, data in script.generated_files().items():
        assert path.read_bytes() == data, path.name


def test_workbooks_hold_what_the_script_makes(script, tmp_path):
    for path, sheets in script.generated_workbooks().items():
        fresh = tmp_path / path.name
        script.write_workbook(fresh, sheets)
        assert read_workbook(path) == read_workbook(fresh), path.name
        assert list(read_workbook(path)) == list(sheets)


def test_no_generated_file_is_left_over(script):
    made = {*script.generated_files(), *script.generated_workbooks()}
    there = {path for ending in ("csv", "xlsx", "pdf") for path in EXAMPLES.rglob(f"*.{ending}")}
    assert there == made


def test_workbook_and_yaml_are_one_project():
    place = EXAMPLES / "hongshan"
    assert read_project(place / "project.xlsx") == read_project(place / "project.yaml")
