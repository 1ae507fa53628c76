"""What a price formula draws: bytes against vectors and other tools, and its place in a session."""

import json
import re
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from support.bent import bent_at
from support.world import World, small_project
from typer.testing import CliRunner

from evalhub.cli.price import app
from evalhub.core.codec import canonical, from_plain
from evalhub.core.errors import Broken, Refusal
from evalhub.core.rules import result
from evalhub.core.rules.prices import (
    Deduction,
    PriceFormula,
    ReasonableLow,
    Sample,
    Span,
    TwoPass,
    check_formula,
    draw_prices,
    draws,
)

ROOT = Path(__file__).parents[3]
VECTORS = json.loads((ROOT / "tests/vectors/rules/price-draws.json").read_text("utf-8"))
RULE = Deduction(above=Decimal(1), below=Decimal("0.5"))
DRAWN = ReasonableLow(
    deduction=RULE,
    reduction=Span(lowest=Decimal("0.01"), highest=Decimal("0.06"), step=Decimal("0.005")),
    sample=(Sample(share=Decimal("0.5"), least=2),),
)


@pytest.mark.requirement("R60", "R13")
@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_vector_to_the_byte(case):
    formula = from_plain(PriceFormula, case["formula"])
    drawn = draw_prices(formula, case["bidders"], bytes.fromhex(case["seed"]), case["lot"])
    assert {name: str(value.normalize()) for name, value in drawn.values.items()} == case["values"]
    assert list(drawn.order) == case["order"]
    assert draws(formula) is bool(case["values"] or case["order"])


def test_the_page_for_hand_work_draws_the_same(tmp_path):
    block = re.findall(r"```bash\n(.*?)```", (ROOT / "docs/draw-by-hand.md").read_text("utf-8"), re.S)[2]
    case = VECTORS["cases"][0]
    (tmp_path / "seed.txt").write_text(case["seed"])
    (tmp_path / "choices.txt").write_text("\n".join(case["keys"]["reduction"]) + "\n")
    done = subprocess.run(["bash", "-c", block], cwd=tmp_path, env={"PARAMETER": "reduction", "PATH": "/usr/bin:/bin"},
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.split()[0] == case["values"]["reduction"]


def test_every_choice_comes_up():
    """1100 seeds over eleven values: each about a hundred times (far outside 60..150 only if the draw were bent)."""
    seen = Counter(draw_prices(DRAWN, ["A"], number.to_bytes(32)).values["reduction"] for number in range(1100))
    assert len(seen) == 11
    assert all(60 < count < 150 for count in seen.values())


def test_the_order_of_bidders_given_changes_nothing():
    names = [f"B{number}" for number in range(12)]
    assert draw_prices(DRAWN, names, b"s" * 32) == draw_prices(DRAWN, names[::-1], b"s" * 32)


@pytest.mark.parametrize(
    ("lowest", "highest", "step", "parameter"),
    [("0.8", "1", "0", "step"), ("0.8", "1", "0.03", "highest"), ("1", "0.8", "0.1", "highest"),
     ("0.8", "1", "0.0001", "highest"), ("0.8", "NaN", "0.1", "step"), ("0.8", "1.2", "0.1", "factor")],
)  # fmt: skip
def test_a_senseless_range_is_refused(lowest, highest, step, parameter):
    span = Span(lowest=Decimal(lowest), highest=Decimal(highest), step=Decimal(step))
    with pytest.raises(Refusal) as caught:
        check_formula(TwoPass(deduction=RULE, factor=span))
    assert parameter in caught.value.detail["parameter"]


# --- in a session --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world():
    project = msgspec.structs.replace(small_project(bidders=5), price=DRAWN)
    return World(project=project).run()


@pytest.mark.requirement("R13", "R60")
def test_the_draw_is_an_entry_that_everybody_recomputes(world):
    seeded = next(i for i, event in enumerate(world.events) if event.type == "draw_seeded")
    at = [i for i, event in enumerate(world.events) if event.type == "price_drawn"]
    assert len(at) == 1
    assert at[0] > seeded
    drawn = world.events[at[0]].content
    again = draw_prices(DRAWN, [bid.code for bid in world.project.bidders], bytes.fromhex(world.state.draws[0].seed))
    assert drawn.order == again.order
    assert {one.parameter: Decimal(one.value) for one in drawn.values} == again.values
    steps = {step.label: step for step in result.price_result(world.state).steps}
    assert steps["drawn"].value == drawn.values[0].value
    assert steps["sample"].value == ", ".join(sorted(drawn.order[:3]))


@pytest.mark.requirement("R60")
def test_the_command_line_draws_what_the_session_drew(world, tmp_path):
    bids = tmp_path / "bids.csv"
    rows = "\n".join(f"{bid.code},{bid.price}" for bid in world.project.bidders)
    bids.write_text(f"bidder,price\n{rows}\n")
    words = ["reasonable-low", "--param", "deduction.above=1", "--param", "deduction.below=0.5", "--param",
             'reduction={"lowest":"0.01","highest":"0.06","step":"0.005"}', "--param",
             'sample=[{"share":"0.5","least":2}]', "--points", "30",
             "--ceiling", "1000000", "--bids", str(bids)]  # fmt: skip
    done = CliRunner().invoke(app, [*words, "--seed", world.state.draws[0].seed, "--json"])
    told = json.loads(done.output)
    assert canonical(told) == canonical(result.price_result(world.state))
    assert CliRunner().invoke(app, [*words, "--seed", "abc"]).exit_code == 2
    assert CliRunner().invoke(app, [*words, "--seed", "0" * 64, "--drawn", "reduction=0.01"]).exit_code == 2


@pytest.mark.requirement("R13")
def test_another_value_than_the_seed_gives_is_found(world):
    at = next(i for i, event in enumerate(world.events) if event.type == "price_drawn")
    said = json.loads(world.entries[at])["body"]
    other = next(value for value in ("0.01", "0.02") if value != said["values"][0]["value"])
    for bend in ({"values": [{"parameter": "reduction", "value": other}]}, {"order": said["order"][::-1]}):
        with pytest.raises(Broken) as caught:
            bent_at(world, at, {**said, **bend})
        assert caught.value.entry == at


def test_nothing_is_drawn_where_nothing_is_left_to_chance():
    world = World().pair().draw().check_in().start()
    assert not [event for event in world.events if event.type == "price_drawn"]
