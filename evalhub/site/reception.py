"""The reception desk: admits the centre's own experts and issues their tickets (R30, R34).

A ticket's text exists once, in the answer to the operator who prints it; the centre keeps its digest. A re-print is a
new ticket and makes the old one worthless.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, select

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time, parse_time
from evalhub.core.rules import checkin
from evalhub.core.rules import commands as c
from evalhub.core.rules.statements import Operator
from evalhub.core.rules.tickets import roster_print, ticket_digest, ticket_text
from evalhub.party.party import Party
from evalhub.site.tables import ticket as ticket_table

TICKET_LIFE_MS = 4 * 3_600_000


class PrintedTicket(Record):
    """What is printed for one expert. ``roster``: eight groups of four, compared by the booth."""

    session: str
    seat: str
    room: str
    shared_room: bool
    ticket: str
    expires: str
    roster: str


@dataclass
class Reception:
    """Of one centre. ``random``: source of ticket texts."""

    party: Party
    random: Callable[[int], bytes]

    async def admit(self, session: str, leaf: str, operator: Operator) -> PrintedTicket:
        """Admit a member whose identity was confirmed and whose phone was handed in; print the ticket."""
        command = c.AdmitExpert(leaf=leaf, identity_confirmed=True, phone_handed_in=True)
        await self.party.submit_own(session, command, operator)
        seat = checkin.seat_of_leaf(self.party.state(session), leaf)
        if seat is None:
            raise Refusal("not-a-member", leaf=leaf)
        return await self.issue(session, seat.seat, operator)

    async def issue(self, session: str, seat: str, operator: Operator) -> PrintedTicket:
        """A fresh ticket for a seat nobody has redeemed yet."""
        state = self.party.state(session)
        if seat not in state.seats:
            raise Refusal("not-your-seat", seat=seat)
        text = ticket_text(self.random(8))
        digest = ticket_digest(self.party.name, text)
        closes = parse_time(state.the_plan().window.closes)
        now = self.party.hub_now()
        if now is None:
            raise Refusal("hub-unreachable")
        expires = format_time(min(now + TICKET_LIFE_MS, closes))
        await self.party.submit_own(session, c.IssueTicket(seat=seat, ticket=digest, expires=expires), operator)
        row = insert(ticket_table).values(digest=digest, session=session, seat=seat)
        await self.party.database.write(lambda db: db.execute(row).rowcount)
        return PrintedTicket(
            session=session,
            seat=seat,
            room=state.seats[seat].room,
            shared_room=state.seats[seat].shared,
            ticket=text,
            expires=expires,
            roster=roster_print(state.roster_digest),
        )

    async def find(self, typed: str) -> tuple[str, str, str]:
        """(session, seat, digest) of a ticket as typed. Raises ``Refusal("ticket-unknown")``, ``Malformed``."""
        digest = ticket_digest(self.party.name, typed)
        query = select(ticket_table.c.session, ticket_table.c.seat).where(ticket_table.c.digest == digest)
        row = await self.party.database.read(lambda db: db.execute(query).first())
        if row is None:
            raise Refusal("ticket-unknown", seat="-")
        return row.session, row.seat, digest
