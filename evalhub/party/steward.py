"""The steward does this party's mechanical duties (``core.rules.duties``) after every change of the mirrored ledger.

Rules
- Duties come from the state, so none is forgotten; a duty that is in the outbox or was accepted is not done again,
  also after a restart. One at a time in each session, in the order the rules give.
- A refused or failed duty is tried again only when its ledger has grown: the cause may be gone.
- A reserve trustee (oversight) releases its pieces only ``reserve_after`` seconds of hub time after the round was
  closed, or when a person says so (``perform``).
- A result that was disputed is not declared again unchanged by itself: a person looks first, then ``perform``.
- Nothing is done on a ledger that broke the rules, nor between an event and what follows from it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from evalhub.core.errors import EvalhubError, Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import result
from evalhub.core.rules.duties import Duty, DutyKind, duties
from evalhub.core.rules.state import Phase, State
from evalhub.core.wire.frames import Outcome
from evalhub.party.clock import HubTime
from evalhub.party.contributions import Contributions
from evalhub.party.followed import Followed
from evalhub.party.logs import Logger
from evalhub.party.mirror import Mirror
from evalhub.party.outbox import Outbox
from evalhub.party.speaker import Speaker
from evalhub.party.trustee import Trustee


class Steward:
    """One task a session. Used on the event loop of its ``Party`` only."""

    def __init__(self, *, name: str, mirror: Mirror, outbox: Outbox, speaker: Speaker, contributions: Contributions,
                 trustee: Trustee, hub_time: HubTime, reserve_after: int | None, logger: Logger) -> None:  # fmt: skip
        self._name, self._mirror, self._outbox, self._speaker = name, mirror, outbox, speaker
        self._contributions, self._trustee = contributions, trustee
        self._hub_time, self._reserve_after, self._logger = hub_time, reserve_after, logger
        self._wakes: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[tuple[str, str], int] = {}  # (session, duty) → ledger size at which it failed
        self._acts: dict[DutyKind, Callable[[State, Duty, str], Awaitable[Outcome]]] = {
            DutyKind.FILE_KEY: self._file_key,
            DutyKind.SIGN_ROSTER: self._sign_roster,
            DutyKind.COMMIT: self._commit,
            DutyKind.ESCROW: self._escrow,
            DutyKind.REVEAL: self._reveal,
            DutyKind.RELEASE_ESCROW: self._release_escrow,
            DutyKind.RELEASE_PIECES: self._release_pieces,
            DutyKind.RESERVE_PIECES: self._release_pieces,
            DutyKind.DECLARE_RESULT: self._declare_result,
            DutyKind.DESTROY_KEY: self._destroy_key,
        }

    def start(self) -> None:
        """Look at every session, then at each that changes."""
        self._mirror.on_change(self.wake)
        for session in self._mirror.sessions():
            self.wake(session)

    async def close(self) -> None:
        """Stop; what is in the outbox stays there."""
        for task in self._tasks.values():
            task.cancel()
        for task in self._tasks.values():
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def wake(self, session: str) -> None:
        """This session may owe something new."""
        self._wakes.setdefault(session, asyncio.Event()).set()
        if session not in self._tasks:
            self._tasks[session] = asyncio.create_task(self._serve(session), name=f"steward {session}")

    def tick(self) -> None:
        """Hub time went on: a reserve may be due."""
        if self._reserve_after is None:
            return
        for session in self._mirror.sessions():
            if self._mirror.state(session).phase is Phase.OPENING:
                self.wake(session)

    async def perform(self, session: str, kind: DutyKind) -> Outcome:
        """Do a duty now because a person says so. Raises ``Refusal("nothing-owed")`` if the state owes none such."""
        state = self._mirror.state(session)
        for duty in duties(state, self._name):
            if duty.kind is kind:
                return await self._acts[kind](state, duty, duty_key(state, duty))
        raise Refusal("nothing-owed", duty=kind)

    # -- one session ---------------------------------------------------------------------------------------------------

    async def _serve(self, session: str) -> None:
        wake = self._wakes[session]
        while True:
            await wake.wait()
            wake.clear()
            while await self._do_one(session):
                pass

    async def _do_one(self, session: str) -> bool:
        """Do the first duty that is due; whether there was one."""
        followed = self._mirror.get(session)
        if followed is None or followed.stopped or not followed.settled:
            return False
        state = followed.state
        for duty in duties(state, self._name):
            key = duty_key(state, duty)
            if self._failed.get((session, key)) == state.size or not self._due(followed, duty):
                continue
            if not await self._outbox.done(session, key):
                await self._try(state, duty, key)
                return True
        return False

    def _due(self, followed: Followed, duty: Duty) -> bool:
        if duty.kind is DutyKind.RESERVE_PIECES:
            return self._reserve_due(followed, duty.number)
        return duty.kind is not DutyKind.DECLARE_RESULT or not self._disputed_already(followed.state)

    def _reserve_due(self, followed: Followed, number: int) -> bool:
        closed, now = followed.gate_times.get(f"seal:{number}"), self._hub_time.now()
        if self._reserve_after is None or closed is None or now is None:
            return False
        return now >= closed + self._reserve_after * 1000

    def _disputed_already(self, state: State) -> bool:
        last = state.disputes[-1] if state.disputes else ()
        return any(row.centre == self._name and row.result == result.compute(state).digest() for row in last)

    async def _try(self, state: State, duty: Duty, key: str) -> None:
        try:
            await self._acts[duty.kind](state, duty, key)
        except EvalhubError as error:
            self._failed[state.session, key] = state.size
            self._logger.error("duty-failed", session=state.session, duty=key, size=state.size, reason=str(error))
            return
        self._logger.info("duty-done", session=state.session, duty=key)

    # -- the acts ------------------------------------------------------------------------------------------------------

    async def _file_key(self, state: State, _: Duty, key: str) -> Outcome:
        return await self._speaker.say(state.session, self._trustee.file_key(state), duty=key)

    async def _sign_roster(self, state: State, _: Duty, key: str) -> Outcome:
        return await self._speaker.say(state.session, self._trustee.sign_roster(state), duty=key)

    async def _commit(self, state: State, _: Duty, key: str) -> Outcome:
        return await self._speaker.say(state.session, await self._contributions.commit(state), duty=key)

    async def _escrow(self, state: State, _: Duty, key: str) -> Outcome:
        return await self._speaker.send_envelope(state.session, await self._contributions.escrow(state), duty=key)

    async def _reveal(self, state: State, _: Duty, key: str) -> Outcome:
        return await self._speaker.say(state.session, await self._contributions.reveal(state), duty=key)

    async def _release_escrow(self, state: State, duty: Duty, key: str) -> Outcome:
        command = await self._trustee.release_escrow(state, duty.missing)
        return await self._speaker.say(state.session, command, duty=key)

    async def _release_pieces(self, state: State, _: Duty, key: str) -> Outcome:
        return await self._speaker.say(state.session, await self._trustee.release_pieces(state), duty=key)

    async def _declare_result(self, state: State, _: Duty, key: str) -> Outcome:
        command = c.DeclareResult(result=result.compute(state).digest())
        return await self._speaker.say(state.session, command, duty=key)

    async def _destroy_key(self, state: State, _: Duty, key: str) -> Outcome:
        return await self._speaker.say(state.session, self._trustee.destroy_key(state), duty=key)


def duty_key(state: State, duty: Duty) -> str:
    """Names one duty of a session for good: kind, number, whose escrow; a result also by what it is a result of."""
    parts: list[object] = [duty.kind.value, duty.number, duty.missing or "-"]
    if duty.kind is DutyKind.DECLARE_RESULT:
        parts = [duty.kind.value, len(state.disputes), len(state.corrections), len(state.rounds)]
    return ":".join(map(str, parts))
