"""What one booth hears must not depend on another: two sessions on real sockets that differ in one other seat only.

In B another member writes other scores and seals three times, slowly, where in A it seals once. The observed booth does
the same in both. Every message it receives until the result is opened is kept and compared.
"""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from support.network import CENTRES, Network, Sitting, ready, running
from support.world import small_project
from websockets.asyncio.client import ClientConnection

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.core.rules.forms import Ballot, BidTotal, Examination, Form, Mark, Score, ScoreSheet, Sheet, totals
from evalhub.core.wire import frames as f
from evalhub.replay.bundle import open_bundle
from evalhub.replay.verify import verify

pytestmark = pytest.mark.asyncio(loop_scope="module")
PARTIES = (*CENTRES, "oversight")
MARKERS = ("43.21", "17.89")  # a score that nothing else looks like, of B's other member
PLAIN = "30.00"


class Ear:
    """A line that keeps every message."""

    def __init__(self, line: ClientConnection, heard: list[str]) -> None:
        self.line, self.heard = line, heard
        self.send, self.close = line.send, line.close

    async def recv(self) -> str:
        self.heard.append(str(await self.line.recv()))
        return self.heard[-1]

    async def __aiter__(self) -> AsyncIterator[str]:
        async for message in self.line:
            self.heard.append(str(message))
            yield self.heard[-1]


class HeardBooth(BoothClient):
    """A booth that keeps what it hears."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heard: list[str] = []

    async def _serve(self, line: ClientConnection) -> None:
        await super()._serve(Ear(line, self.heard))  # type: ignore[arg-type]


@dataclass
class Run:
    """One session up to the opened result."""

    sitting: Sitting
    observed: HeardBooth
    shown: dict[str, str] = field(default_factory=dict)  # what consoles answered while everything was sealed


def sheet(form: Form, score: str) -> Sheet:
    if form.stage == "chair":
        return Ballot(choice=form.candidates[0])
    if form.stage == "preliminary":
        return Examination(
            marks=tuple(Mark(bidder=b, item=i.code, passed=True) for b in form.bidders for i in form.items)
        )
    scores = tuple(
        Score(bidder=b, factor=x.code, score=Decimal(score) if x.kind == "subjective" else Decimal(5))
        for b in form.bidders
        for x in form.factors
    )
    return ScoreSheet(scores=scores, totals=tuple(BidTotal(bidder=b, total=t) for b, t in totals(scores).items()))


async def evaluate(run: Run, busy: bool) -> None:
    """All rounds. The observed booth seals first and sees that it has; only then the others begin."""
    observed, *others = run.sitting.booths.values()
    for number in (1, 2, 3):
        view = await observed.until(lambda view: view.form is not None and view.round == number)  # noqa: B023
        await observed.seal(view.form, sheet(view.form, PLAIN))
        await observed.until(lambda view: view.rev == 1 or view.round != number)  # noqa: B023
        for score in (PLAIN, *MARKERS) if busy else (PLAIN,):
            await others[0].seal(view.form, sheet(view.form, score))
            await asyncio.sleep(0.1 if busy else 0)
        if busy and number == 3:
            run.shown = await shown(run.sitting)
        for client in others[1:]:
            await client.seal(view.form, sheet(view.form, PLAIN))
    await observed.until(lambda view: bool(view.ranking))


async def shown(sitting: Sitting) -> dict[str, str]:
    """Every GET of every party, and what is on its disk and in its log."""
    network, found = sitting.network, {}
    for party in PARTIES:
        headers = {"Authorization": f"Bearer {network.info.party(party).token}"}
        for path in (
            "",
            f"/{sitting.name}",
            f"/{sitting.name}/page",
            f"/{sitting.name}/hall",
            f"/{sitting.name}/bundle",
        ):
            async with network.http.get(f"{network.url(party)}/api/sessions{path}", headers=headers) as answer:
                found[f"{party} {path} {answer.status}"] = await answer.text()
        async with network.http.get(f"{network.url(party)}/healthz") as answer:
            found[f"{party} healthz"] = await answer.text()
        found[f"{party} log"] = network.log(party)
    for folder in (*PARTIES, "hub"):
        files = [file for file in (network.data / folder).rglob("*") if file.is_file()]
        found[f"{folder} disk"] = b"".join(file.read_bytes() for file in files).decode("latin-1")
    return found


async def convene(network: Network, name: str) -> Sitting:
    project = small_project(5)
    factors = (msgspec.structs.replace(project.factors[0], step=Decimal("0.01")), project.factors[1])
    sitting = network.session(name, msgspec.structs.replace(project, factors=factors))
    return await sitting.to_tickets()


async def play(sitting: Sitting, busy: bool) -> Run:
    seats = sorted(sitting.tickets, reverse=True)  # the host's before the guest's
    observed = sitting.booth(seats[0])
    observed.__class__ = HeardBooth
    observed.heard = []
    run = Run(sitting, observed)
    async with AsyncExitStack() as stack:
        for seat in seats:
            await stack.enter_async_context(sitting.booths.get(seat) or sitting.booth(seat))
        await asyncio.gather(*(ready(client) for client in sitting.booths.values()))
        await sitting.script.start()
        await evaluate(run, busy)
        if busy:
            experts = [SyntheticExpert(client, Random(1)) for client in sitting.booths.values()]
            await asyncio.gather(sitting.script.conclude(), *(expert.attend() for expert in experts))
    return run


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Run, Run]]:
    async with running(tmp_path_factory.mktemp("talk")) as network, asyncio.timeout(120):
        sittings = [await convene(network, name) for name in ("S-A", "S-B")]
        first, second = await asyncio.gather(play(sittings[0], False), play(sittings[1], True))
        yield first, second


def rounds(run: Run) -> dict[int, list[tuple[str, int, Any]]]:
    """By round: kind, length and frame of everything heard from its first view to the first view of what came next."""
    found: dict[int, list[tuple[str, int, Any]]] = {}
    number = 0
    for text in run.observed.heard:
        frame = f.from_site(text)
        if isinstance(frame, f.View):
            view = msgspec.json.decode(frame.view)
            number = view["round"] if view["phase"] == "sealing" else 0
        if number and not isinstance(frame, f.Tick):
            found.setdefault(number, []).append((type(frame).__name__, len(text.encode()), frame))
    return found


OWN = {"session": "", "seat": "", "alias": "", "envelope": "", "deadline": ""}  # differ between sessions by right


async def test_every_view_is_a_whole_number_of_steps(runs: tuple[Run, Run]) -> None:
    for run in runs:
        lengths = [len(text.encode()) for text in run.observed.heard if '"t":"view"' in text]
        assert len(lengths) > 8
        assert {length % f.VIEW_STEP for length in lengths} == {0}


@pytest.mark.requirement("R36")
async def test_a_round_is_the_same_messages_whatever_another_seat_does(runs: tuple[Run, Run]) -> None:
    calm, busy = map(rounds, runs)
    assert calm.keys() == busy.keys() == {1, 2, 3}
    for number in calm:
        for heard in (calm[number], busy[number]):
            kinds = [kind for kind, _, _ in heard]
            assert Counter(kinds) == {"View": 2, "Kept": 1, "Told": 1}, kinds  # none more for six seals of others
            assert kinds[:2] == ["View", "Kept"]
        for kind in ("View", "Kept", "Told"):
            lengths = [[length for name, length, _ in heard if name == kind] for heard in (calm[number], busy[number])]
            assert lengths[0] == lengths[1], kind


@pytest.mark.requirement("R36")
async def test_a_round_shows_the_same_view_whatever_another_seat_does(runs: tuple[Run, Run]) -> None:
    calm, busy = map(rounds, runs)
    for number in calm:
        views = [
            [msgspec.json.decode(frame.view) | OWN for kind, _, frame in heard if kind == "View"]
            for heard in (calm[number], busy[number])
        ]
        assert views[0] == views[1]
        assert [view["rev"] for view in views[0]] == [0, 1]


@pytest.mark.requirement("R38", "R92")
async def test_no_score_shows_anywhere_before_the_opening(runs: tuple[Run, Run]) -> None:
    _, busy = runs
    assert len(busy.shown) > 20
    assert not [place for place, text in busy.shown.items() for marker in MARKERS if marker in text]
    opened = b"".join(file.read_bytes() for file in busy.sitting.network.data.rglob("*.sqlite*"))
    assert MARKERS[1].encode() in opened  # the last revision counts
    assert MARKERS[0].encode() not in opened  # an earlier one is never opened


@pytest.mark.requirement("R79")
async def test_every_party_hands_out_the_same_archive_and_it_verifies(runs: tuple[Run, Run], tmp_path: Path) -> None:
    sitting = runs[1].sitting
    assert sitting.state().phase == "archived"
    bundles = [await desk.bundle() for desk in sitting.script.desks.values()]
    assert bundles[0] == bundles[1] == bundles[2]
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundles[0])
    assert verify(open_bundle(path)).ok
    assert io.BytesIO(bundles[0]).read(2) == b"PK"
