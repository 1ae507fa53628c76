"""A centre's draw office: freezes its own pool, calls its own experts leaf by leaf, keeps names to itself (R12–R17).

What leaves the centre is opaque: sorted leaves, and outcomes. Salt and the map from leaf to expert stay in its
database. Answers of experts come from the centre's notice service or its operator; two outcomes need no asking: an
expert who already sits in another stratum, and one from the same unit as a member (R20). Neither can be accepted.
Who was notified when and how is in the call book.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import drawing
from evalhub.core.rules.draw import pool_root
from evalhub.core.rules.events import DrawRequest
from evalhub.core.rules.notice import notice
from evalhub.core.rules.plan import Stratum, Text2
from evalhub.core.rules.state import Draw, Phase, State
from evalhub.core.rules.statements import Operator
from evalhub.party.party import Party
from evalhub.site import call_book
from evalhub.site.call_book import CallBook, Means
from evalhub.site.pool.audit import DrawSecrets
from evalhub.site.pool.frozen import SALT_BYTES, FrozenPool, freeze, settled
from evalhub.site.pool.records import Expert
from evalhub.site.pool.store import load_pool
from evalhub.site.registrar import registered_root_of, registration_salt
from evalhub.site.tables import drawn_expert, pool_salt


class Candidate(Record):
    """Whom to call next, as the own centre sees it. ``settled``: the outcome that needs no call, or empty; ``notice``:
    all that may be said (R17).
    """

    draw: int
    stratum: str
    leaf: str
    expert: Expert
    settled: str
    notice: Text2


class Candidates(Record):
    """One for each stratum that still needs somebody."""

    candidates: tuple[Candidate, ...]


class MemberName(Record):
    """A member of the committee from this centre, for the reception desk only."""

    leaf: str
    stratum: str
    expert: Expert


class MemberNames(Record):
    """All of them."""

    members: tuple[MemberName, ...]


@dataclass
class DrawOffice:
    """Of one centre. ``random``: source of the pool salt."""

    party: Party
    random: Callable[[int], bytes]

    async def freeze(self, session: str, operator: Operator) -> None:
        """Freeze the pool for the open draw and log the opaque leaves."""
        state = self._state(session)
        if not state.draws or self.party.name not in state.draw().requests:
            raise Refusal("not-asked", party=self.party.name)
        draw = state.draw()
        strata = draw.requests[self.party.name]
        bidders = [bidder.name for bidder in state.the_plan().project.bidders]
        registered, frozen = await self.party.database.write(lambda db: self._freeze(db, session, strata, bidders))
        command = _freeze_command(self.party.name, draw, strata, frozen, registered)
        await self.party.submit_own(session, command, operator)

    async def candidates(self, session: str) -> Candidates:
        """Whom to call next in each stratum."""
        state = self._state(session)
        found = []
        for draw, stratum, leaf in _next_leaves(state, self.party.name):
            expert = await self.expert(session, leaf)
            settled = await self._settled(state, leaf, expert)
            said = notice(state.the_plan().window.opens, state.parties[self.party.name].title)
            found.append(Candidate(draw=draw, stratum=stratum, leaf=leaf, expert=expert, settled=settled, notice=said))
        return Candidates(candidates=tuple(found))

    async def record(self, session: str, leaf: str, outcome: str, means: Means, operator: Operator) -> None:
        """Note the call, then log what came of it, or of a member that falls out again."""
        state = self._state(session)
        draw, stratum = self._place(state, leaf)
        settled = await self._settled(state, leaf, await self.expert(session, leaf))
        if outcome == "accepted" and settled:
            raise Refusal("outcome-settled", outcome=settled)
        call = call_book.Call(
            leaf=leaf, stratum=stratum, at=self.party.clock.now(), means="none" if outcome == settled else means,
            outcome=outcome, operator=operator.account,
        )  # fmt: skip
        await self.party.database.write(lambda db: call_book.write(db, session, call))
        command = c.RecordOutcome(draw=draw, stratum=stratum, leaf=leaf, outcome=outcome)
        await self.party.submit_own(session, command, operator)

    async def calls(self, session: str) -> CallBook:
        """Everybody notified so far, with what was drawn for."""
        share = self._state(session).the_plan().share_of(self.party.name)
        kept = await self.party.database.read(lambda db: call_book.read(db, session))
        lines = [call.line(await self.expert(session, call.leaf)) for call in kept]
        return CallBook(conditions=share.strata, lines=tuple(lines))

    async def members(self, session: str) -> MemberNames:
        """Names of the own members, for the reception desk."""
        held = drawing.members(self._state(session), self.party.name)
        rows = [
            MemberName(leaf=leaf, stratum=code, expert=await self.expert(session, leaf)) for leaf, code in held.items()
        ]
        return MemberNames(members=tuple(rows))

    async def expert(self, session: str, leaf: str) -> Expert:
        """The person behind one of the own leaves."""
        query = select(drawn_expert.c.expert).where(drawn_expert.c.session == session, drawn_expert.c.leaf == leaf)
        row = await self.party.database.read(lambda db: db.execute(query).scalar())
        if row is None:
            raise Refusal("unknown-leaf", leaf=leaf)
        return decode(Expert, row.encode())

    def _state(self, session: str) -> State:
        return self.party.state(session)

    def _place(self, state: State, leaf: str) -> tuple[int, str]:
        for draw, stratum, following in _next_leaves(state, self.party.name):
            if following == leaf:
                return draw, stratum
        try:
            return drawing.find_draw(state, self.party.name, leaf)
        except KeyError:
            raise Refusal("not-the-next-leaf", next="-") from None

    async def _settled(self, state: State, leaf: str, expert: Expert) -> str:
        held = drawing.standing_leaves(state, self.party.name)
        earlier = drawing.recusal(state, self.party.name, leaf)
        return earlier or settled(leaf, expert, {member: await self.expert(state.session, member) for member in held})

    async def secrets(self, session: str) -> DrawSecrets:
        """What an audit of this centre's draws needs besides the pool file. Raises ``Refusal`` before the archive:
        with the salt anybody who has the pool knows who is behind each leaf.
        """
        state = self._state(session)
        if state.phase is not Phase.ARCHIVED:
            raise Refusal("not-archived", session=session)
        roots = [draw.pools[self.party.name].registered for draw in state.draws if self.party.name in draw.pools]
        if not roots:
            raise Refusal("not-asked", party=self.party.name)
        return await self.party.database.read(lambda db: self._secrets(db, session, roots[0]))

    def _secrets(self, db: Connection, session: str, root: str) -> DrawSecrets:
        salt = db.execute(select(pool_salt.c.salt).where(pool_salt.c.session == session)).scalar()
        registered = registration_salt(db, root)
        if salt is None or registered is None:
            raise Refusal("salt-lost", session=session)
        self.party.logger.warning("draw-secrets-given", session=session)
        return DrawSecrets(
            session=session,
            centre=self.party.name,
            pool_salt=salt.hex(),
            registration_salt=registered.hex(),
            registered=root,
        )

    def _freeze(
        self, db: Connection, session: str, strata: tuple[Stratum, ...], bidders: list[str]
    ) -> tuple[str, FrozenPool]:
        """The registered root, and the pool. One salt a session: a leaf is the same person in every draw of it."""
        pool = load_pool(db)
        registered = registered_root_of(db, pool)
        salt = db.execute(select(pool_salt.c.salt).where(pool_salt.c.session == session)).scalar()
        if salt is None:
            salt = self.random(SALT_BYTES)
            db.execute(insert(pool_salt).values(session=session, salt=salt))
        frozen = freeze(pool, strata, bidders, pool_salt=salt)
        known = set(db.execute(select(drawn_expert.c.leaf).where(drawn_expert.c.session == session)).scalars())
        rows = [
            {"session": session, "leaf": leaf.hex(), "expert": canonical(expert).decode()}
            for leaf, expert in frozen.experts.items()
            if leaf.hex() not in known
        ]
        if rows:
            db.execute(insert(drawn_expert), rows)
        return registered, frozen


def _freeze_command(
    centre: str, draw: Draw, strata: tuple[Stratum, ...], frozen: FrozenPool, registered: str
) -> c.FreezePool:
    place = {leaf: index for index, leaf in enumerate(frozen.leaves)}
    return c.FreezePool(
        draw=draw.number,
        request=drawing.request_digest(DrawRequest(centre=centre, strata=strata)),
        registered=registered,
        root=pool_root(frozen.leaves).hex(),
        leaves=tuple(leaf.hex() for leaf in frozen.leaves),
        strata=tuple(
            c.StratumLeaves(code=code, leaves=tuple(sorted(place[leaf] for leaf in leaves)))
            for code, leaves in frozen.strata.items()
        ),
    )


def _next_leaves(state: State, centre: str) -> list[tuple[int, str, str]]:
    """(draw, stratum, leaf) to be called next, of the latest seeded draw."""
    if not state.draws or not state.draw().seed:
        return []
    draw = state.draw()
    found = []
    for stratum in draw.requests.get(centre, ()):
        leaf = drawing.standing(draw, centre, stratum).next
        if leaf is not None:
            found.append((draw.number, stratum.code, leaf))
    return found
