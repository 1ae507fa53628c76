"""What every party runs, as one object: ``open`` the folder, ``start`` the line and the duties, ``close``.

    Party ─┬─ outbox ── uplink ══ hub        what this party and its booths submit
           ├─ mirror ── witness              what the ledgers say, and cosignatures over it
           └─ steward ─ contributions, trustee        what is owed without a person

Rules
- Every submission goes through the outbox, every fact comes from the mirror. Nobody asks the hub what happened.
- One process a folder. Closing at any moment loses nothing; opening goes on where it was.
- What only a centre or only oversight may do is not here.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, BinaryIO

from evalhub.core.errors import Broken, Refusal
from evalhub.core.rules import concluding
from evalhub.core.rules.commands import Command
from evalhub.core.rules.duties import DutyKind
from evalhub.core.rules.state import State
from evalhub.core.rules.statements import Operator
from evalhub.core.wire.frames import Outcome
from evalhub.party import bundles, folder_lock, private_files
from evalhub.party.clock import Clock, HubTime, SystemClock
from evalhub.party.contributions import Chance, Contributions
from evalhub.party.database import Database
from evalhub.party.directory import Directory
from evalhub.party.evidence import Evidence, kept
from evalhub.party.followed import Me
from evalhub.party.identity import Identity
from evalhub.party.logs import Logger, make_logger
from evalhub.party.mirror import Mirror
from evalhub.party.outbox import Outbox, Submission
from evalhub.party.settings import PartySettings
from evalhub.party.speaker import Speaker
from evalhub.party.steward import Steward
from evalhub.party.trustee import Trustee
from evalhub.party.uplink import Uplink
from evalhub.party.witness import Witness


class Party:
    """Made by ``open``. The parts are public: a site or oversight builds on them."""

    def __init__(self, *, settings: PartySettings, identity: Identity, directory: Directory | None, database: Database,
                 lock: BinaryIO, clock: Clock, chance: Chance, logger: Logger) -> None:  # fmt: skip
        self.settings, self.identity, self._directory, self.database = settings, identity, directory, database
        self.clock, self.logger, self._lock = clock, logger, lock
        self._works: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._working: list[asyncio.Task[None]] = []
        self.hub_time = HubTime(clock)
        me = Me(identity.name, identity.public, identity.witness.vkey(), directory)
        self.outbox = Outbox(database)
        self.mirror = Mirror(database, me, clock, logger)
        self.witness = Witness(identity=identity, mirror=self.mirror, database=database, clock=clock, logger=logger)
        self.trustee = Trustee(identity.name, settings.keys, self.mirror.envelope)
        self.speaker = Speaker(identity, self.outbox, self.mirror)
        self.steward = Steward(
            name=identity.name, mirror=self.mirror, outbox=self.outbox, speaker=self.speaker,
            contributions=Contributions(identity, database, chance), trustee=self.trustee,
            hub_time=self.hub_time, reserve_after=settings.reserve_after, logger=logger,
        )  # fmt: skip
        self.uplink = Uplink(
            url=settings.hub, hub_name=settings.hub_name, tls=settings.tls.context() if settings.tls else None,
            identity=identity, outbox=self.outbox, mirror=self.mirror, witness=self.witness,
            hub_time=self.hub_time, logger=logger, jitter=random.SystemRandom().random,
        )  # fmt: skip

    @classmethod
    async def open(cls, settings: PartySettings, *, directory: Directory | None = None, clock: Clock | None = None,
                   chance: Chance = os.urandom, logger: Logger | None = None) -> Party:  # fmt: skip
        """Load keys, database and every mirrored ledger. Raises ``Malformed`` (settings), ``Broken`` (keys, database),
        ``Refusal("already-running")``. ``directory``: if given, sessions must begin with the keys it knows.
        """
        settings.check()
        identity = Identity.load(settings.keys)
        private_files.make_folder(settings.folder)
        lock = folder_lock.lock(settings.lock)
        try:
            database = await Database.open(settings.database)
        except BaseException:
            lock.close()
            raise
        party = cls(settings=settings, identity=identity, directory=directory, database=database, lock=lock,
                    clock=clock or SystemClock(), chance=chance,
                    logger=logger or make_logger(identity.name))  # fmt: skip
        await party.outbox.load()
        await party.mirror.load()
        return party

    async def start(self) -> None:
        """Dial the hub and do what is owed."""
        self.steward.start()
        self.uplink.on_tick(self.steward.tick)
        self.uplink.start()
        self._working = [asyncio.create_task(work()) for work in self._works]

    def accompany(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have ``work`` run from ``start`` until ``close`` cancels it. Called before ``start``."""
        self._works.append(work)

    async def close(self) -> None:
        """End line and duties, then close the database."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        await self.uplink.close()
        await self.steward.close()
        await self.database.close()
        self._lock.close()

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def submit_own(self, session: str, command: Command, operator: Operator | None = None) -> Outcome:
        """Assert a command of this party and wait for what became of it. Raises the hub's ``Refusal``.

        Once its turn came it is durable and will be delivered, even if the caller stops waiting. The hub sends entries
        before the outcome, so the mirror shows the effect when this returns.
        """
        return await self.speaker.say(session, command, operator=operator)

    async def relay(self, session: str, jws: str, ref: str | None = None) -> int:
        """Keep and deliver a booth's message; its number, once it is durable. The same ``ref``: the same message."""
        return await self.outbox.put(session, jws, ref)

    async def release_reserve(self, session: str) -> Outcome:
        """Release the reserve trustee's pieces now, on a person's order."""
        return await self.perform(session, DutyKind.RESERVE_PIECES)

    async def outcome_of(self, ref: str) -> Outcome | None:
        """The outcome of the relayed message with this ``ref``; None while there is none."""
        return await self.outbox.outcome_of(ref)

    async def perform(self, session: str, kind: DutyKind) -> Outcome:
        """Do a duty that waits for a person: reserve pieces, or a disputed result again."""
        return await self.steward.perform(session, kind)

    # -- knowing -------------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """This party's name."""
        return self.identity.name

    @property
    def connected(self) -> bool:
        """The line to the hub stands."""
        return self.uplink.connected

    @property
    def directory(self) -> Directory:
        """Who is who. Raises ``Refusal("no-directory")`` if the party was opened without one."""
        if self._directory is None:
            raise Refusal("no-directory")
        return self._directory

    def hub_now(self) -> int:
        """Hub time in ms since the epoch; the machine's own until the hub was heard."""
        heard = self.hub_time.now()
        return self.clock.now() if heard is None else heard

    def sessions(self) -> tuple[str, ...]:
        """Every session whose opening was mirrored and holds, sorted."""
        return tuple(name for name in self.mirror.sessions() if self.mirror.followed(name).size)

    def state(self, session: str) -> State:
        """The mirrored state of a session. Raises ``Refusal("unknown-session")``."""
        return self.mirror.state(session)

    def on_change(self, tell: Callable[[str], None]) -> None:
        """Be told of each session whose ledger grew or stopped."""
        self.mirror.on_change(tell)

    def on_outcome(self, tell: Callable[[str, Outcome], None]) -> None:
        """Be told ``ref`` and outcome of each relayed message, once that is durable."""

        def relayed(submission: Submission, outcome: Outcome) -> None:
            if submission.ref is not None:
                tell(submission.ref, outcome)

        self.outbox.on_outcome(relayed)

    def on_line(self, tell: Callable[[], None]) -> None:
        """Be told when the line is up or down."""
        self.uplink.on_line(tell)

    async def evidence(self, session: str | None = None) -> list[Evidence]:
        """What the hub sent and should not have."""
        return await self.database.read(lambda connection: kept(connection, session))

    async def bundle(self, session: str, extra: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
        """The archive of a session from the own mirror, with the final checkpoint that everyone cosigned.

        The note is asked of the hub once, compared with the mirror and kept. Raises ``Refusal("not-archived")`` while
        the session is not over (``concluding.over``) or there is none, ``Broken`` if it is not of this ledger,
        ``OSError`` if the hub cannot be reached.
        """
        followed = self.mirror.followed(session)
        if followed.stopped:
            raise Broken(followed.stopped)
        if followed.policy is None or not concluding.over(followed.state):
            raise Refusal("not-archived", session=session)
        note = await self.mirror.final_note(session)
        if note is None or bundles.size_of(note) != followed.size:
            note = await bundles.fetch_note(self.settings, session)
            bundles.check_note(followed, note)
            await self.mirror.keep_note(session, note)
        entries, blobs = await self.mirror.entries(session), await self.mirror.blobs(session)
        return bundles.assemble(followed, entries, blobs, note, extra)
