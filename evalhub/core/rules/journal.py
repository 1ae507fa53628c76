"""Between events and ledger entries: what the hub writes, and how anybody re-executes it.

A statement's entry is its JWS verbatim; the hub's own records and all consequences are entries with an actor.
``Replayer`` does not believe an entry: it reads the command, verifies its signature against the keys the ledger itself
introduced, decides again, and expects exactly the entries that follow from it. Mirrors and the verifier use it,
so a hub cannot slip in, leave out or reorder a step without being noticed by everyone who follows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from evalhub.core.codec import canonical, decode
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.entry import Actor, LoadedEntry, make_entry, read_entry
from evalhub.core.rules import statements
from evalhub.core.rules.commands import BY_PAST, HUB_COMMANDS, Command
from evalhub.core.rules.events import CONSEQUENCES, HUB, By, Consequence, Event
from evalhub.core.rules.session import Step, steps
from evalhub.core.rules.state import State

Fetch = Callable[[str], bytes]


def write(session: str, seq: int, event: Event, jws: str | None, name: str = "") -> tuple[bytes, dict[str, bytes]]:
    """Entry bytes and blobs of one event. ``jws``: the statement it was asserted in, None for the hub's own;
    ``name``: its hex SHA-256, where the caller has it."""
    if jws is not None:
        return make_entry(seq=seq, ms=event.at, session=session, type=event.type, jws=jws, name=name)
    actor = Actor(role=event.by.role, site=event.by.site, seat=event.by.seat)
    return make_entry(
        seq=seq, ms=event.at, session=session, type=event.type, actor=actor, body=canonical(event.content)
    )


class Replayer:
    """Re-executes a ledger entry by entry. ``state`` is owned by whoever feeds it; nothing else changes it."""

    def __init__(self, session: str) -> None:
        self.state = State(session=session)
        self._expected: deque[Step] = deque()

    @property
    def settled(self) -> bool:
        """True when no consequence is outstanding: the ledger may end here without a gap."""
        return not self._expected

    def feed(self, data: bytes, fetch: Fetch) -> Event:
        """Check the next entry and fold it. Raises ``Broken`` with its number; the state is then unchanged."""
        seq = self.state.size
        try:
            entry = read_entry(data, fetch)
            step = self._step(entry)
        except (Malformed, Refusal) as error:
            raise Broken(f"{type(error).__name__.lower()}: {error}", seq) from None
        except Broken as error:
            raise Broken(error.reason, seq) from None
        self.state = step.after
        return step.event

    def _step(self, entry: LoadedEntry) -> Step:
        if entry.seq != self.state.size:
            raise Broken(f"carries number {entry.seq} in place {self.state.size}")
        if entry.session != self.state.session:
            raise Broken(f"belongs to session {entry.session}")
        if entry.ms < self.state.now:
            raise Broken("its time runs backwards")
        if self._expected:
            return self._consequence(entry)
        command, by = self._command(entry)
        if command.past != entry.type:
            raise Broken(f"is called {entry.type} but holds {command.past}")
        first, *rest = steps(self.state, command, by, entry.ms)
        self._expected.extend(rest)
        return first

    def _consequence(self, entry: LoadedEntry) -> Step:
        expected = self._expected[0].event
        kind = CONSEQUENCES.get(entry.type)
        if kind is None or entry.body is None or entry.actor != _HUB_ACTOR:
            raise Broken(f"{expected.type} must follow here, not {entry.type}")
        content: Consequence = decode(kind, entry.body, where="body")
        if content != expected.content or entry.ms != expected.at:
            raise Broken(f"{entry.type} does not say what follows from the entries before it")
        return self._expected.popleft()

    def _command(self, entry: LoadedEntry) -> tuple[Command, By]:
        if entry.jws is not None:
            return statements.read(self.state, entry.jws, digest=entry.signed)
        kind = BY_PAST.get(entry.type)
        if kind not in HUB_COMMANDS or entry.body is None or entry.actor != _HUB_ACTOR:
            raise Broken(f"nobody signed this {entry.type}")
        command: Command = decode(kind, entry.body, where="body")
        return command, HUB


_HUB_ACTOR = Actor(role="hub", site="hub")
