"""Folds a whole ledger and lets inspectors look on. Stops at the first entry that does not follow from those before it.

A failed inspector is asked no more and keeps its failure; the fold goes on, because the steps after it may still hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from evalhub.core.errors import Broken, EvalhubError
from evalhub.core.ledger.entry import read_entry
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import Event
from evalhub.core.rules.journal import Fetch, Replayer
from evalhub.core.rules.state import State
from evalhub.replay.inspectors import Inspector

Progress = Callable[[int], None]
ENVELOPES = (c.SealSheet, c.EscrowRandomness)


class Index:
    """Where each envelope lies: digest → ledger index. Filled by the walk, read by inspectors."""

    def __init__(self, entries: Sequence[bytes], fetch: Fetch) -> None:
        self._entries, self._fetch = entries, fetch
        self._places: dict[str, int] = {}

    def note(self, digest: str, seq: int) -> None:
        """Remember one envelope."""
        self._places[digest] = seq

    def __call__(self, digest: str) -> str:
        """The JWS text. KeyError if no entry so far is this envelope."""
        jws = read_entry(self._entries[self._places[digest]], self._fetch).jws
        assert jws is not None
        return jws


class Walk:
    """One pass over the ledger. After ``run``: state, counts, and ``broken`` if an entry does not hold."""

    def __init__(self, replayer: Replayer, inspectors: Iterable[Inspector], index: Index) -> None:
        self.replayer = replayer
        self.failures: dict[str, Broken] = {}  # by inspector name
        self.broken: Broken | None = None
        self.signed = 0
        self._watching: dict[type, list[Inspector]] = {}
        for inspector in inspectors:
            for kind in inspector.kinds:
                self._watching.setdefault(kind, []).append(inspector)
        self._index = index

    @property
    def state(self) -> State:
        """The state after the last entry that held."""
        return self.replayer.state

    def run(self, feed: Callable[[], Iterable[Event]], progress: Progress | None = None) -> None:
        """``feed`` gives the events one by one while it folds them; its ``Broken`` ends the walk."""
        before = self.state
        try:
            for event in feed():
                self._look(event, before, self.state)
                before = self.state
                if progress and before.size % 256 == 0:
                    progress(before.size)
        except Exception as error:  # see below
            entry = error.entry if isinstance(error, Broken) and error.entry is not None else before.size
            self.broken = Broken(told(error), entry)

    def _look(self, event: Event, before: State, after: State) -> None:
        content = event.content
        if isinstance(content, ENVELOPES):
            self._index.note(content.envelope, before.size)
        self.signed += bool(event.by.kid)
        for inspector in tuple(self._watching.get(type(content), ())):
            try:
                inspector.see(event, before, after)
            except Exception as error:  # whatever a hostile ledger makes the rules stumble over does not hold
                for watching in self._watching.values():
                    if inspector in watching:
                        watching.remove(inspector)
                self.failures[inspector.name] = Broken(told(error), before.size)


def told(error: Exception) -> str:
    """The reason of a failure as one line; an error that is none of ours is named by its type."""
    if isinstance(error, Broken):
        return error.reason
    return str(error) if isinstance(error, EvalhubError) else f"{type(error).__name__}: {error}"
