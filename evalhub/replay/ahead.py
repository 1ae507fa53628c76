"""Reads entries ahead of the fold, on every core: form, blobs, signatures. The fold itself stays in one process.

What a statement says and whether its signature holds depends on little of the state: the key its ``kid`` names, the
session and the roster. So workers run the very same ``statements.read`` against a *book* of the keys that the ledger
introduces and the roster that the bundle brings. The fold takes a worker's answer only if the state at that point has
the same key and the same roster; in every other case, and whenever a worker met any mistake, it reads the entry itself.
A worker can therefore save time and never change an outcome.

Small ledgers are read in place: starting processes would take longer. Where a program has one thread only, workers are
forks of it: they start in no time and have the ledger already. Elsewhere they start afresh and are sent what they read.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, Literal

import msgspec

from evalhub.core.codec import canonical, decode
from evalhub.core.ledger.entry import Actor, LoadedEntry, read_entry
from evalhub.core.rules import statements
from evalhub.core.rules.commands import COMMANDS, NAMES, Command, EscrowRandomness, OpenSession, RedeemTicket, SealSheet
from evalhub.core.rules.events import By, Event
from evalhub.core.rules.journal import Fetch, Replayer
from evalhub.core.rules.state import Principal, State
from evalhub.core.sealing.envelope import Context
from evalhub.core.sealing.jws import read as read_jws
from evalhub.core.sealing.keys import PublicJwk
from evalhub.core.sealing.roster import Roster, read_roster

CHUNK = 128
WINDOW = 8  # chunks on their way for each process: a process that has to wait for its core holds up nobody soon
WORTHWHILE = 3000
"""From this many entries on, processes pay for their start."""

Raw = tuple[bytes, bytes | None]  # entry, its blob
Answer = tuple[LoadedEntry, tuple[Command, str, int] | None]  # entry; command, kid, counter


class Book(msgspec.Struct, frozen=True):
    """What workers are told: claims of the bundle, each of which the fold compares with its own state."""

    session: str
    keys: dict[str, PublicJwk]
    roster: Roster

    def state(self) -> State:
        """A state with which ``statements.read`` can work; not empty, so that nothing can open a session in it."""
        by = By(role="hub", site="")
        return State(
            session=self.session,
            size=1,
            keys={kid: Principal(by=by, key=key) for kid, key in self.keys.items()},
            roster=self.roster,
            roster_digest=self.roster.digest(),
        )


class _Names(msgspec.Struct):
    """The fields of an entry that lead to its payload."""

    type: str = ""
    jws: str = ""
    jws_blob: dict[str, str | int] | None = None
    body_blob: dict[str, str | int] | None = None


_names = msgspec.json.Decoder(_Names)


def book_of(session: str, entries: Sequence[bytes], roster: bytes, fetch: Fetch) -> Book | None:
    """The keys and the roster that this bundle brings; None if they cannot be read (then nothing is read ahead)."""
    try:
        keys: dict[str, PublicJwk] = {}
        for data in entries:
            if b"session_opened" in data or b"ticket_redeemed" in data:
                keys |= _introduced(read_entry(data, fetch).jws or "")
        return Book(session, keys, read_roster(roster))
    except Exception:  # whatever it is, the fold meets it too and says where
        return None


def _introduced(jws: str) -> dict[str, PublicJwk]:
    said = decode(statements.Statement, read_jws(jws).payload)
    if said.type == "open_session":
        parties = decode(OpenSession, bytes(said.body)).parties
        return {party.identity.thumbprint(): party.identity for party in parties}
    if said.type == "redeem_ticket":
        key = decode(RedeemTicket, bytes(said.body)).booth_key
        return {key.thumbprint(): key}
    return {}


class AheadReplayer(Replayer):
    """A ``Replayer`` that can be fed entries which somebody has read before."""

    def __init__(self, book: Book) -> None:
        super().__init__(book.session)
        self.book = book
        self._digest = book.roster.digest()
        self._ready: tuple[Command, By] | None = None

    def feed_read(self, data: bytes, fetch: Fetch, answer: Answer | None) -> Event:
        """Like ``feed``; ``answer`` is a worker's, or None."""
        self._ready = None
        spoken = answer[1] if answer else None
        if answer is None or (spoken is None and answer[0].actor is None):
            return self.feed(data, fetch)
        if spoken is not None:
            self._ready = self._accepted(*spoken)
            if self._ready is None:
                return self.feed(data, fetch)
        try:
            step = self._step(answer[0])
        except Exception:  # the state is unchanged; the entry itself shall say what is wrong with it
            self._ready = None
            return self.feed(data, fetch)
        self.state = step.after
        return step.event

    def _accepted(self, command: Command, kid: str, n: int) -> tuple[Command, By] | None:
        principal = self.state.keys.get(kid)
        same_key = principal is not None and principal.key == self.book.keys[kid]
        if principal is None or not same_key or self.state.roster_digest != self._digest:
            return None
        return command, msgspec.structs.replace(principal.by, kid=kid, n=n)

    def _command(self, entry: LoadedEntry) -> tuple[Command, By]:
        return self._ready or super()._command(entry)


def read_ahead(entries: Sequence[bytes], fetch: Fetch, book: Book, processes: int) -> Iterator[Answer | None]:
    """One answer an entry, in order, read by ``processes`` workers a bounded way ahead."""
    alone = _alone()
    context = multiprocessing.get_context("fork" if alone else "spawn")
    known = (book, entries, fetch) if alone else (book, (), None)  # a fork has it all without being sent anything
    starts = iter(range(0, len(entries), CHUNK))
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_start, initargs=known) as pool:
        waiting: deque[Future[bytes]] = deque()
        try:
            while True:
                for start in islice(starts, WINDOW * processes - len(waiting)):
                    chunk = None if alone else _raws(entries[start : start + CHUNK], fetch)
                    waiting.append(pool.submit(_work, start, chunk))
                if not waiting:
                    return
                for packed in _unpack.decode(waiting.popleft().result()):
                    yield _unpacked(packed)
        finally:
            for future in waiting:
                future.cancel()


def _alone() -> bool:
    """Whether this process may be forked: a copy of a program with more threads, or on other systems, may hang."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def _raws(entries: Sequence[bytes], fetch: Fetch) -> list[Raw]:
    return [(data, _blob(data, fetch)) for data in entries]


def _blob(data: bytes, fetch: Fetch) -> bytes | None:
    """The blob an entry names; None if it names none, or if there is none (the fold will say so)."""
    try:
        names = _names.decode(data)
        ref = names.jws_blob or names.body_blob
        return fetch(str(ref["sha256"])) if ref else None
    except Exception:  # as above
        return None


class _Worker(msgspec.Struct):
    """What a worker process knows from its start."""

    state: State
    entries: Sequence[bytes]
    fetch: Fetch | None


_worker: list[_Worker] = []  # owned by the worker process; set once, before its first chunk


def _start(book: Book, entries: Sequence[bytes] = (), fetch: Fetch | None = None) -> None:
    if fetch is not None:
        gc.freeze()  # what a fork has inherited is not looked through again,
        gc.disable()  # and what it reads has no cycles
    _worker[:] = [_Worker(book.state(), entries, fetch)]


def _work(start: int, chunk: list[Raw] | None) -> bytes:
    """What a worker does: read the entries from ``start`` on, or those it is sent."""
    worker = _worker[0]
    if chunk is None and worker.fetch is not None:
        read, fetch = worker.entries[start : start + CHUNK], worker.fetch
        return _pack.encode([_packed(_read(worker.state, data, fetch)) for data in read])
    return _pack.encode([_packed(answer) for answer in read_chunk(chunk or [])])


def read_chunk(chunk: list[Raw]) -> list[Answer | None]:
    """One answer for each entry."""
    return [_read(_worker[0].state, data, _only(blob)) for data, blob in chunk]


def _only(blob: bytes | None) -> Fetch:
    def fetch(name: str) -> bytes:
        if blob is None:
            raise KeyError(name)
        return blob

    return fetch


def _read(state: State, data: bytes, fetch: Fetch) -> Answer | None:
    """What the entry says. (Its text is let go before the next is read: kept for a whole chunk, the texts cost more in
    fresh memory than verifying all signatures in a row would save.)"""
    try:
        entry = read_entry(data, fetch)
        if entry.jws is None:
            return entry, None
        command, by = statements.read(state, entry.jws, digest=entry.signed)
        return entry, (command, by.kid, by.n)
    except Exception:  # as above
        return None


# -- answers between processes -----------------------------------------------------------------------------------------


class Packed(msgspec.Struct, array_like=True, gc=False):
    """An answer as plain values, which cross between processes with less work than records. ``body``: of the hub's
    own record, or of the command if the fields of an envelope (``envelope``, ``context``) are not there."""

    seq: int
    at: str
    ms: int
    session: str
    type: str
    body: bytes | None
    actor: tuple[Literal["hub", "host", "guest", "oversight", "booth"], str, str | None] | None = None
    command: str = ""
    kid: str = ""
    n: int = 0
    envelope: str = ""
    context: list[Any] | None = None


_pack, _unpack = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(list[Packed | None])


def _packed(answer: Answer | None) -> Packed | None:
    if answer is None:
        return None
    entry, spoken = answer
    head = (entry.seq, entry.at, entry.ms, entry.session, entry.type)
    if spoken is None:
        actor = (entry.actor.role, entry.actor.site, entry.actor.seat) if entry.actor else None
        return Packed(*head, entry.body, actor)
    command, kid, n = spoken
    name = NAMES[type(command)]
    if isinstance(command, SealSheet | EscrowRandomness):
        return Packed(*head, None, None, name, kid, n, command.envelope, list(msgspec.structs.astuple(command.context)))
    return Packed(*head, canonical(command), None, name, kid, n)


def _unpacked(packed: Packed | None) -> Answer | None:
    if packed is None:
        return None
    actor = packed.actor
    entry = LoadedEntry(
        seq=packed.seq,
        at=packed.at,
        ms=packed.ms,
        session=packed.session,
        type=packed.type,
        actor=Actor(role=actor[0], site=actor[1], seat=actor[2]) if actor else None,
        body=None if packed.command else packed.body,
        jws=None,
        blob=None,  # asked for by nobody here
    )
    return entry, (_command(packed), packed.kid, packed.n) if packed.command else None


def _command(packed: Packed) -> Command:
    kind = COMMANDS[packed.command]
    if packed.context is None:
        return decode(kind, packed.body or b"")
    return kind(envelope=packed.envelope, context=_context(packed.context))


def _context(values: list[Any]) -> Context:
    """Fields in the order of the record, ``pieces`` as a list. (Named here one by one: a third of the time.)"""
    v, session, round_, form, form_hash, seat, booth_key, client, rev, prev, pad, roster, sheet, pieces = values
    return Context(
        v=v,
        session=session,
        round=round_,
        form=form,
        form_hash=form_hash,
        seat=seat,
        booth_key=booth_key,
        client=client,
        rev=rev,
        prev=prev,
        pad=pad,
        roster=roster,
        sheet=sheet,
        pieces=tuple(pieces),
    )
