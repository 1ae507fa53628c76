"""A hub that lies: it writes another ledger from a world's entries, and has every witness countersign the result.

Everything stays consistent but the lie itself: entries are numbered anew, gate checkpoints are made for the new ledger,
and the tree is that of the new entries. So only re-execution can tell.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from support.bundle import checkpoint_note
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.ledger.entry import Actor, make_entry, read_entry

HUB = Actor(role="hub", site="hub")


@dataclass(frozen=True)
class Draft:
    """One entry before it is numbered."""

    seq: int  # its number in the honest ledger
    ms: int
    type: str
    actor: Actor | None = HUB
    body: Any = None
    jws: str | None = None

    def saying(self, **changes: Any) -> Draft:
        """The same entry with other fields in its body."""
        return replace(self, body={**self.body, **changes})


Edit = Callable[[Draft], Iterable[Draft]]


def drafts(world: World) -> list[Draft]:
    """The honest ledger."""
    found = []
    for data in world.entries:
        entry = read_entry(data, world.blobs.__getitem__)
        body = None if entry.body is None else json.loads(entry.body)
        found.append(Draft(entry.seq, entry.ms, entry.type, entry.actor, body, entry.jws))
    return found


def first(world: World, kind: str, number: int = 0) -> Draft:
    """The ``number``-th entry of one type."""
    return [draft for draft in drafts(world) if draft.type == kind][number]


def rewrite(world: World, edit: Edit, *, until: int | None = None) -> World:
    """A world whose ledger is what ``edit`` makes of each entry, up to the honest entry ``until``."""
    forged = copy.copy(world)
    forged.entries, forged.blobs = [], {}
    for honest in drafts(world)[:until]:
        for draft in edit(honest):
            untouched_gate = draft.type == "gate_countersigned" and draft == honest
            _append(forged, _countersigned(forged, draft) if untouched_gate else draft)
    return forged


def at(target: Draft, *instead: Draft) -> Edit:
    """Put ``instead`` in the place of one entry."""
    return lambda draft: instead if draft.seq == target.seq else (draft,)


def _countersigned(world: World, gate: Draft) -> Draft:
    size = len(world.entries) - (gate.seq - gate.body["size"])
    world.time = gate.ms - 250  # when the honest one was signed: the same entries get the same checkpoint
    return gate.saying(size=size, note=checkpoint_note(world, size).decode())


def _append(world: World, draft: Draft) -> None:
    data, blobs = make_entry(
        seq=len(world.entries),
        ms=draft.ms,
        session=world.session,
        type=draft.type,
        actor=draft.actor if draft.jws is None else None,
        body=None if draft.jws is not None else canonical(draft.body),
        jws=draft.jws,
    )
    world.entries.append(data)
    world.blobs.update(blobs)
