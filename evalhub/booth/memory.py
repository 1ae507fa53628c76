"""What a booth must not lose when its line breaks: key, counters, unanswered messages, sealed sheets.

Owned by one ``BoothClient``. Never written to disk by this program: a headless booth that dies loses its seat's key,
as a booth PC would whose browser profile is wiped; the centre then vacates the seat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from evalhub.core.codec import canonical
from evalhub.core.rules.commands import Command
from evalhub.core.rules.forms import Form, Sheet, check_sheet
from evalhub.core.rules.statements import Hello, hello, say
from evalhub.core.sealing.envelope import SealRequest, envelope_digest, read_envelope, seal, seal_material
from evalhub.core.sealing.keys import SigningKey
from evalhub.core.sealing.roster import Roster, read_roster
from evalhub.core.wire.frames import Seat, Told


@dataclass
class BoothMemory:
    """One seat's own secrets and progress."""

    client: str  # digest of the program that seals
    random: Callable[[int], bytes]
    key: SigningKey = field(default_factory=SigningKey.generate)
    session: str = ""
    seat: str = ""
    log: str = ""
    roster: Roster | None = None
    redeemed: bool = False
    statements: int = 0  # accepted statements of this key
    messages: int = 0  # messages said on the booth line
    unanswered: dict[int, str] = field(default_factory=dict)
    answered: dict[int, Told] = field(default_factory=dict)
    chains: dict[int, tuple[int, str]] = field(default_factory=dict)  # round → (revision, envelope digest)
    sheets: dict[tuple[int, int], tuple[bytes, bytes]] = field(default_factory=dict)  # (round, rev) → salt, sheet

    def sit(self, seat: Seat) -> Roster:
        """Take the place the ticket belongs to."""
        roster = read_roster(seat.roster.encode())
        self.session, self.seat, self.log, self.roster = seat.session, seat.seat, seat.log, roster
        return roster

    def greeting(self, ticket_digest: str) -> str:
        """Proof of this key for one ticket."""
        assert self.roster is not None
        return hello(
            self.key,
            Hello(session=self.session, seat=self.seat, ticket=ticket_digest, roster=self.roster.digest()),
        )

    def statement(self, command: Command) -> str:
        """The next statement. Its number is used up only when the hub accepts it."""
        return say(self.key, self.session, self.statements + 1, command)

    def envelope(self, form: Form, sheet: Sheet) -> str:
        """The next revision of this round's sheet, sealed. Raises ``Refusal`` for a sheet the form does not allow."""
        check_sheet(form, sheet)
        assert self.roster is not None
        revision, previous = self.chains.get(form.round, (0, None))
        request = SealRequest(
            session=self.session,
            round=form.round,
            form=form.name,
            form_hash=form.digest(),
            seat=self.seat,
            client=self.client,
            rev=revision + 1,
            prev=previous,
            pad=form.pad(),
        )
        salt, pieces = seal_material(self.roster, self.random)
        data = canonical(sheet)
        self.sheets[form.round, revision + 1] = (salt, data)
        return seal(request, data, self.roster, self.key, salt=salt, pieces=pieces)

    def sealed(self, jws: str) -> str:
        """Note an accepted envelope; returns its digest, the receipt's subject."""
        parsed, _, context = read_envelope(jws)
        digest = envelope_digest(parsed.payload)
        self.chains[context.round] = (context.rev, digest)
        return digest

    def post(self, jws: str) -> int:
        """Number a message and keep it until it is answered."""
        self.messages += 1
        self.unanswered[self.messages] = jws
        return self.messages
