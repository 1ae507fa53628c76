"""Any moment of a recorded session: the state after each entry, by number or by time, and what differs between two.

The ledger is re-executed once, signatures and all. States are frozen and share their parts, so one is kept every
``EVERY`` entries; seeking folds at most that many events from the nearest one with the same ``evolve``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from evalhub.core.codec import Record, to_plain
from evalhub.core.errors import Broken
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.checkin import ready
from evalhub.core.rules.events import Event, RankRow
from evalhub.core.rules.journal import Fetch, Replayer
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import State
from evalhub.replay.story import Line, beijing, line

EVERY = 128


class SeatMoment(Record):
    """One seat at a moment. ``sealed``: its highest revision in the current round, 0 if none."""

    seat: str
    room: str
    member: str
    chair: bool
    ready: bool
    sealed: int
    opened: bool
    answer: str


class Moment(Record):
    """What a person needs to see of a state. ``size``: entries folded; ``stage`` and ``round``: the last round's."""

    size: int
    at: str
    beijing: str
    phase: str
    stage: str
    round: int
    gate: str
    gates: tuple[str, ...]
    paused: bool
    plan_revision: int
    draws: int
    seats: tuple[SeatMoment, ...]
    chair: str
    valid_bidders: tuple[str, ...]
    ranking: tuple[RankRow, ...]
    open_findings: int
    ending: str
    failure: str


class Difference(Record):
    """One thing that differs between two moments: a path into ``Moment``, before and after as text."""

    path: str
    before: str
    after: str


class Moments:
    """All moments of one ledger. ``broken`` is set if it cannot be told to its end."""

    def __init__(self, session: str, entries: Iterable[bytes], fetch: Fetch, every: int = EVERY) -> None:
        self.events: list[Event] = []
        self.broken: Broken | None = None
        self._every = every
        self._kept = [State(session=session)]
        self._times: list[int] = []
        self._read(Replayer(session), entries, fetch)

    @property
    def size(self) -> int:
        """Entries that hold."""
        return len(self.events)

    def state(self, size: int) -> State:
        """The state after the first ``size`` entries. IndexError beyond the record."""
        if not 0 <= size <= self.size:
            raise IndexError(size)
        nearest = size // self._every
        state = self._kept[nearest]
        for event in self.events[nearest * self._every : size]:
            state = evolve(state, event)
        return state

    def size_at(self, ms: int) -> int:
        """How many entries there were at a time (milliseconds since the epoch), those of that very time included."""
        return bisect_right(self._times, ms)

    def lines(self) -> Iterator[Line]:
        """The story, entry by entry."""
        state = self._kept[0]
        for seq, event in enumerate(self.events):
            state = evolve(state, event)
            yield line(seq, event, state)

    def _read(self, replayer: Replayer, entries: Iterable[bytes], fetch: Fetch) -> None:
        try:
            for data in entries:
                event = replayer.feed(data, fetch)
                self.events.append(event)
                self._times.append(event.at)
                if self.size % self._every == 0:
                    self._kept.append(replayer.state)
        except Broken as error:
            self.broken = error


def describe(state: State) -> Moment:
    """The state as people see it."""
    round_ = state.round() if state.rounds else None
    return Moment(
        size=state.size,
        at=format_time(state.now),
        beijing=beijing(state.now),
        phase=state.phase.value,
        stage=round_.stage.value if round_ else "",
        round=round_.number if round_ else 0,
        gate=state.gate.name if state.gate else "",
        gates=tuple(state.gates),
        paused=state.paused_since is not None,
        plan_revision=state.plan.revision if state.plan else 0,
        draws=len(state.draws),
        seats=tuple(_seat(state, seat) for seat in sorted(state.seats)),
        chair=state.chair,
        valid_bidders=tuple(bid.bidder for bid in state.bids if bid.valid),
        ranking=state.ranking,
        open_findings=len(state.findings or ()) - len({closing.finding for closing in state.closings}),
        ending=state.ending,
        failure=state.failure,
    )


def differences(before: Moment, after: Moment) -> tuple[Difference, ...]:
    """What changed from one moment to another, in the order of the fields."""
    old, new = dict(_flat("", to_plain(before))), dict(_flat("", to_plain(after)))
    paths = dict.fromkeys([*new, *old])
    return tuple(
        Difference(path=path, before=old.get(path, ""), after=new.get(path, ""))
        for path in paths
        if old.get(path) != new.get(path)
    )


def _seat(state: State, name: str) -> SeatMoment:
    seat = state.seats[name]
    round_ = state.round() if state.rounds else None
    sealed = round_.sealed.get(name) if round_ else None
    alias = state.aliases.get(name, "")
    answer = state.answers.get(name)
    return SeatMoment(
        seat=name,
        room=seat.room,
        member=alias,
        chair=bool(alias) and alias == state.chair,
        ready=ready(seat),
        sealed=sealed.context.rev if sealed else 0,
        opened=bool(round_ and name in round_.opened),
        answer=answer.answer if answer else "",
    )


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Leaves of plain JSON data by path; a list of records by seat or bidder."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(f"{path}.{key}" if path else key, item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            name = item.get("seat") or item.get("bidder") if isinstance(item, dict) else index
            yield from _flat(f"{path}[{name}]", item)
    else:
        yield path, str(value)
