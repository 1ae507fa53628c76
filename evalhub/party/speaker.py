"""How this party asserts a command: signed with the next number, kept in the outbox, sent, and its outcome awaited."""

from __future__ import annotations

from functools import partial

from evalhub.core.errors import Refusal
from evalhub.core.rules.commands import Command
from evalhub.core.rules.statements import Operator, say
from evalhub.core.wire.frames import Outcome
from evalhub.party.identity import Identity
from evalhub.party.mirror import Mirror
from evalhub.party.outbox import Outbox


class Speaker:
    """Speaks with the identity key only. Decides nothing."""

    def __init__(self, identity: Identity, outbox: Outbox, mirror: Mirror) -> None:
        self._identity = identity
        self._outbox = outbox
        self._mirror = mirror

    async def say(self, session: str, command: Command, *, operator: Operator | None = None,
                  duty: str | None = None) -> Outcome:  # fmt: skip
        """Assert ``command`` in ``session``; the accepted outcome. Raises the hub's ``Refusal``."""
        return _accepted(
            await self._outbox.put_own(
                session,
                lambda n: say(self._identity.signing, session, n, command, operator),
                known=partial(self._last_number, session),
                duty=duty,
            )
        )

    async def send_envelope(self, session: str, jws: str, duty: str | None = None) -> Outcome:
        """Send an envelope of this party's own, which has no number. Raises the hub's ``Refusal``."""
        put = self._outbox.put_own(session, lambda _: jws, known=lambda: 0, counted=False, duty=duty)
        return _accepted(await put)

    def _last_number(self, session: str) -> int:
        followed = self._mirror.get(session)
        return followed.state.counters.get(self._identity.signing.kid, 0) if followed else 0


def _accepted(outcome: Outcome) -> Outcome:
    if outcome.code:
        raise Refusal(outcome.code, **outcome.detail)
    return outcome
