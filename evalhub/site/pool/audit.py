"""Oversight runs a centre's draws again with names: the archived ledger, the centre's pool file, its two salts.

What the ledger alone cannot show is here: that the frozen leaves are those of the experts who should have been in, that
each stratum has whom its specialty covers, and that an expert was passed over only for a reason the pool bears out.

Rules
- The ledger has been verified before (``replay.verify``); here it is only folded again, step by step.
- Everything is derived from the pool file and held against the ledger. What differs is named, with the expert if one is
  behind the leaf.
- Reasons that only people know (declined, unreachable, kin …) are listed and never judged.

Never here: chance, the network, or whether the pool itself was complete; a root in the hub log says only that it has
not changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Malformed
from evalhub.core.rules import commands as c
from evalhub.core.rules import drawing, representatives
from evalhub.core.rules.draw import expert_leaves
from evalhub.core.rules.journal import Replayer
from evalhub.core.rules.names import normalise_employer
from evalhub.core.rules.plan import HexDigest, Name
from evalhub.core.rules.registration import registered_root
from evalhub.core.rules.state import State
from evalhub.site.pool.frozen import freeze, settled
from evalhub.site.pool.records import Expert, Pool


class DrawSecrets(Record):
    """What a centre gives oversight after the archive. Salts: 32 bytes as hex; ``registered``: the root it cited."""

    session: str
    centre: Name
    pool_salt: HexDigest
    registration_salt: HexDigest
    registered: HexDigest


class Person(Record):
    """An expert of the pool file."""

    id: str
    name: str
    employer: str


class Called(Record):
    """One recorded outcome, in ledger order. ``person`` is None if nobody in the file is behind the leaf."""

    draw: int
    stratum: str
    leaf: str
    outcome: str
    person: Person | None


class Member(Record):
    """A member of the committee. ``seat`` is empty if none was assigned."""

    seat: str
    stratum: str
    leaf: str
    person: Person | None


class Difference(Record):
    """One thing that does not hold. ``code`` is one of ``CODES``; the rest says where, as far as it applies."""

    code: str
    draw: int = 0
    stratum: str = ""
    leaf: str = ""
    outcome: str = ""
    expected: str = ""
    found: str = ""
    person: Person | None = None


CODES = (
    "registered-root",  # pool file and registration salt do not give the root that the frozen pool cites
    "pool-salt",  # no frozen leaf is of anybody in the file: another salt, or another pool
    "dropped",  # could have been drawn, and was not in the frozen pool
    "added",  # was in the frozen pool, and could not have been drawn
    "unknown-leaf",  # nobody in the file, as the file has them, is behind a frozen leaf
    "stratum-missing",  # belongs to a stratum, and was not listed there
    "stratum-added",  # was listed in a stratum without its specialty
    "unnamed",  # an outcome of a leaf that nobody in the file is behind
    "wrong-recusal",  # passed over for a reason that the file and the ledger contradict
    "wrong-same-unit",  # passed over for a member of the same unit that there was not
    "missed-same-unit",  # accepted beside a member of the same unit
)


class Audit(Record):
    """What was found. ``experts``: size of the pool file; ``draws``: how many asked something of this centre."""

    session: str
    centre: str
    registered: str
    experts: int
    draws: int
    called: tuple[Called, ...]
    members: tuple[Member, ...]
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        """Nothing differs."""
        return not self.differences


def audit(entries: Sequence[bytes], fetch: Callable[[str], bytes], pool: Pool, secrets: DrawSecrets) -> Audit:
    """Fold a verified ledger again and compare. Raises ``Malformed`` if this centre froze no pool, ``Broken`` if
    the ledger does not hold or is of another session.
    """
    run = _Run(pool, secrets)
    replayer = Replayer(secrets.session)
    for data in entries:
        before = replayer.state
        event = replayer.feed(data, fetch)
        if event.by.site == secrets.centre and isinstance(event.content, c.FreezePool):
            run.found += run.frozen(before, event.content)
        if event.by.site == secrets.centre and isinstance(event.content, c.RecordOutcome):
            run.found += run.called(before, event.content)
    return run.result(replayer.state)


@dataclass
class _Run:
    """One audit. ``known``: everybody in the file, by leaf under the session's salt."""

    pool: Pool
    secrets: DrawSecrets
    known: dict[str, Expert] = field(init=False)
    found: list[Difference] = field(default_factory=list)

    def __post_init__(self) -> None:
        salt = bytes.fromhex(self.secrets.pool_salt)
        leaves = expert_leaves(salt, ((expert.id, canonical(expert)) for expert in self.pool.experts))
        self.known = {leaf.hex(): expert for leaf, expert in zip(leaves, self.pool.experts, strict=True)}

    def result(self, state: State) -> Audit:
        asked = [draw for draw in state.draws if self.secrets.centre in draw.pools]
        if not asked:
            raise Malformed("this centre froze no pool in this session", "secrets.centre")
        called = tuple(
            Called(
                draw=draw.number, stratum=one.stratum, leaf=one.leaf, outcome=one.outcome, person=self._person(one.leaf)
            )
            for draw in asked
            for one in draw.outcomes.get(self.secrets.centre, ())
        )
        return Audit(
            session=state.session,
            centre=self.secrets.centre,
            registered=self.secrets.registered,
            experts=len(self.pool.experts),
            draws=len(asked),
            called=called,
            members=tuple(sorted(self._members(state), key=lambda member: (member.seat, member.leaf))),
            differences=tuple(self.found),
        )

    # -- freeze --------------------------------------------------------------------------------------------------------

    def frozen(self, state: State, said: c.FreezePool) -> Iterator[Difference]:
        """What the pool should have been, against what was logged."""
        yield from self._registered(said)
        strata = state.draw().requests[self.secrets.centre]
        bidders = [bidder.name for bidder in state.the_plan().project.bidders]
        expected = freeze(self.pool, strata, bidders, pool_salt=bytes.fromhex(self.secrets.pool_salt))
        right, logged = {leaf.hex() for leaf in expected.leaves}, set(said.leaves)
        if logged and not logged & self.known.keys():
            yield Difference(code="pool-salt", draw=said.draw)
            return
        for leaf in sorted(right - logged):
            yield self._difference("dropped", said.draw, leaf)
        for leaf in sorted(logged - right):
            yield self._difference("added" if leaf in self.known else "unknown-leaf", said.draw, leaf)
        both = right & logged
        for listed in said.strata:
            has = {said.leaves[index] for index in listed.leaves} & both
            ought = {leaf.hex() for leaf in expected.strata[listed.code]} & both
            for leaf in sorted(ought - has):
                yield self._difference("stratum-missing", said.draw, leaf, stratum=listed.code)
            for leaf in sorted(has - ought):
                yield self._difference("stratum-added", said.draw, leaf, stratum=listed.code)

    def _registered(self, said: c.FreezePool) -> Iterator[Difference]:
        salt = bytes.fromhex(self.secrets.registration_salt)
        made = registered_root(salt, ((expert.id, canonical(expert)) for expert in self.pool.experts))
        for root in (made, self.secrets.registered):
            if root != said.registered:
                yield Difference(code="registered-root", draw=said.draw, expected=said.registered, found=root)

    # -- calls ---------------------------------------------------------------------------------------------------------

    def called(self, state: State, said: c.RecordOutcome) -> Iterator[Difference]:
        """Whether the outcome is borne out by the file and by who sat when it was recorded."""
        expert = self.known.get(said.leaf)
        code = "unnamed" if expert is None else self._contradicted(state, said, expert)
        if code:
            yield self._difference(code, said.draw, said.leaf, stratum=said.stratum, outcome=said.outcome)

    def _contradicted(self, state: State, said: c.RecordOutcome, expert: Expert) -> str:
        held = drawing.standing_leaves(state, self.secrets.centre)
        due = settled(said.leaf, expert, {leaf: self.known[leaf] for leaf in held if leaf in self.known})
        bidders = {normalise_employer(bidder.name) for bidder in state.the_plan().project.bidders}
        borne_out = {
            "recused:employer": normalise_employer(expert.employer) in bidders,
            "recused:suspended": expert.status == "suspended",
        }
        if not borne_out.get(said.outcome, True):
            return "wrong-recusal"
        if said.outcome == "same-unit" and due != "same-unit":
            return "wrong-same-unit"
        return "missed-same-unit" if said.outcome == "accepted" and due == "same-unit" else ""

    # -- names ---------------------------------------------------------------------------------------------------------

    def _members(self, state: State) -> Iterator[Member]:
        seats = _seats(state)
        named = representatives.standing(state, self.secrets.centre)  # of no pool
        for leaf, stratum in drawing.members(state, self.secrets.centre).items():
            if leaf not in named:
                yield Member(seat=seats.get(leaf, ""), stratum=stratum, leaf=leaf, person=self._person(leaf))

    def _difference(self, code: str, draw: int, leaf: str, *, stratum: str = "", outcome: str = "") -> Difference:
        return Difference(code=code, draw=draw, stratum=stratum, leaf=leaf, outcome=outcome, person=self._person(leaf))

    def _person(self, leaf: str) -> Person | None:
        expert = self.known.get(leaf)
        return Person(id=expert.id, name=expert.name, employer=expert.employer) if expert else None


def _seats(state: State) -> Mapping[str, str]:
    """Leaf → seat."""
    return {seat.leaf: seat.seat for seat in state.seats.values()}
