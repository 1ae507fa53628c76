"""A whole evaluation in memory: hub ledger, three or more parties, booths; real keys, real rules, given clock.

Not a mock of anything: ``say`` and ``relay`` do what hub and parties do, without sockets and disks. Every accepted
command is appended as real ledger bytes and fed to a second ``Replayer``, so that after each step of any test the
whole ledger has been re-executed. Readable scripts (``pair``, ``draw``, ``check_in`` …) bring a session to any phase.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.ledger.checkpoint import origin_for
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning, drawing, journal, matters, report, result, rounds, statements, verifying
from evalhub.core.rules import draw as d
from evalhub.core.rules.duties import Duty, DutyKind, duties
from evalhub.core.rules.events import HUB, By, DrawRequest, Event
from evalhub.core.rules.forms import (
    Ballot,
    BidTotal,
    Examination,
    Form,
    Mark,
    Score,
    ScoreSheet,
    Sheet,
    totals,
)
from evalhub.core.rules.plan import (
    Bidder,
    BidFile,
    CommitteeRequest,
    ExaminationItem,
    Factor,
    Plan,
    Project,
    Room,
    Share,
    Stratum,
    Text2,
    Window,
)
from evalhub.core.rules.prices import LowestFirst
from evalhub.core.rules.registration import RegisterPool
from evalhub.core.rules.session import decide, evolve
from evalhub.core.rules.state import Matter, Phase, Stage, State
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.envelope import SealRequest, open_box, open_envelope, read_envelope, seal, seal_material
from evalhub.core.sealing.jws import read as read_jws
from evalhub.core.sealing.keys import KemKey, SigningKey
from evalhub.core.sealing.notekeys import NoteKey
from support.bundle import checkpoint_note
from support.countersigning import countersign

START = 1_774_000_000_000  # ms; any fixed moment


def text(zh: str) -> Text2:
    return Text2(zh=zh, en=zh)


def small_project(size: int = 5, bidders: int = 3) -> Project:
    """Three bids, two items, two factors (one objective): small enough to read, large enough to rank."""
    bids = tuple(
        Bidder(
            code=f"B{n}",
            name=f"合成投标人{n}",
            price=Decimal(900_000 + 10_000 * n),
            file=BidFile(name=f"b{n}.pdf", sha256=hashlib.sha256(b"%d" % n).hexdigest(), length=100),
        )
        for n in range(1, bidders + 1)
    )
    items = tuple(
        ExaminationItem(code=f"Q{n}", group="formal", title=text(f"项{n}"), ground=text("依据")) for n in (1, 2)
    )
    factors = (
        Factor(code="T1", part="technical", kind="subjective", title=text("思路"), criterion=text("优"),
               highest=Decimal(60)),
        Factor(code="S1", part="business", kind="objective", title=text("业绩"), criterion=text("每项 5 分"),
               highest=Decimal(10), step=Decimal(5)),
    )  # fmt: skip
    return Project(
        code="P1",
        title=text("合成项目"),
        procuring_entity="合成采购人",
        agent="合成代理",
        project_class="services",
        budget=Decimal(1_000_000),
        ceiling=Decimal(1_000_000),
        committee=CommitteeRequest(size=size),
        bidders=bids,
        examination=items,
        factors=factors,
        price=LowestFirst(),
        price_points=Decimal(30),
        stage_minutes=60,
    )


@dataclass
class PartySim:
    """A centre or oversight with its long-term keys and what it keeps for the session."""

    name: str
    role: c.Role
    identity: SigningKey = field(default_factory=SigningKey.generate)
    witness: NoteKey = field(default_factory=NoteKey.generate)
    kem: KemKey = field(default_factory=KemKey.generate)
    contributions: dict[int, bytes] = field(default_factory=dict)
    pool: tuple[str, ...] = ()  # leaves, hex, sorted


@dataclass
class BoothSim:
    """One expert's booth: a fresh key, and what it has sealed."""

    seat: str
    key: SigningKey = field(default_factory=SigningKey.generate)
    kept: dict[tuple[int, int], tuple[bytes, bytes]] = field(default_factory=dict)  # (round, rev) → salt, sheet


def failed_mark(bidder: str, item: str, ground: str = "A51-3") -> Mark:
    """A failed item with everything a proposed rejection wants."""
    return Mark(bidder=bidder, item=item, passed=False, ground=ground, reason="合成理由", evidence="合成证据", page=3)


class World:
    """One session from nothing to archive. ``split``: members by centre, host first."""

    def __init__(
        self,
        split: tuple[int, ...] = (3, 2),
        *,
        seed: int = 1,
        rehearsal: bool = True,
        project: Project | None = None,
        rooms: int = 4,
        pool: int = 12,
        reserves: int = 1,
        clock: Callable[[], int] | None = None,
        session: str = "WH-2026-1121-003",
    ) -> None:
        self.random = Random(seed)
        self.session = session
        self.rehearsal = rehearsal
        names = ["wuhan", "wedz", "gamma", "delta"][: len(split)]
        roles: list[c.Role] = ["host"] + ["guest"] * (len(split) - 1)
        self.parties = {n: PartySim(n, r) for n, r in zip(names, roles, strict=True)}
        self.parties["oversight"] = PartySim("oversight", "oversight")
        self.split = dict(zip(names, split, strict=True))
        self.project = project or small_project(sum(split))
        self.room_count, self.pool_size, self.reserves = rooms, pool, reserves
        self.log = NoteKey.generate()
        self.state = State(session=self.session)
        self.replayer = journal.Replayer(self.session)
        self.entries: list[bytes] = []
        self.blobs: dict[str, bytes] = {}
        self.events: list[Event] = []
        self.booths: dict[str, BoothSim] = {}
        self.envelopes: dict[str, str] = {}  # envelope digest → JWS
        self.time = START
        self.clock = clock

    # -- the hub -------------------------------------------------------------------------------------------------------

    @property
    def host(self) -> str:
        return next(iter(self.split))

    @property
    def origin(self) -> str:
        return origin_for("evalhub.test", self.session, self.rehearsal)

    def now(self) -> int:
        self.time += 250
        return self.clock() if self.clock else self.time

    def accept(self, command: c.Command, by: By, jws: str | None) -> tuple[Event, ...]:
        """What the hub's desk does: decide, append, then everybody re-executes."""
        events = decide(self.state, command, by, self.now())
        for index, event in enumerate(events):
            data, blobs = journal.write(self.session, len(self.entries), event, jws if index == 0 else None)
            self.entries.append(data)
            self.blobs.update(blobs)
            self.events.append(event)
            self.state = evolve(self.state, event)
            self.replayer.feed(data, self.blobs.__getitem__)
        assert self.replayer.settled
        assert self.replayer.state == self.state
        return events

    def relay(self, jws: str) -> tuple[Event, ...]:
        """A statement or envelope as it comes off the wire."""
        command, by = statements.read(self.state, jws)
        events = self.accept(command, by, jws)
        if isinstance(command, c.SealSheet | c.EscrowRandomness):
            self.envelopes[command.envelope] = jws
        return events

    def say(self, party: str, command: c.Command) -> tuple[Event, ...]:
        """``party`` signs a statement with its next counter and the hub takes it."""
        return self.relay(self.statement(self.parties[party].identity, command))

    def booth_say(self, seat: str, command: c.Command) -> tuple[Event, ...]:
        return self.relay(self.statement(self.booths[seat].key, command))

    def statement(self, key: SigningKey, command: c.Command) -> str:
        n = self.state.counters.get(key.kid, 0) + 1
        return statements.say(key, self.session, n, command)

    def pass_gate(self) -> None:
        """The hub records the gate's checkpoint, countersigned by every party."""
        assert self.state.gate is not None
        note = checkpoint_note(self, self.state.size).decode()
        self.accept(c.RecordGate(gate=self.state.gate.name, size=self.state.size, note=note), HUB, None)

    def settle(self) -> None:
        """Do every mechanical duty and pass every gate until only persons are left to act."""
        while True:
            if self.state.gate is not None:
                self.pass_gate()
            elif self._open_if_due():
                continue
            else:
                owed = [(name, duty) for name in self.parties for duty in duties(self.state, name)]
                owed = [(name, duty) for name, duty in owed if duty.kind is not DutyKind.RESERVE_PIECES]
                if not owed:
                    return
                self.perform(*owed[0])

    def perform(self, party: str, duty: Duty) -> None:
        """What the process of ``party`` does for one duty."""
        {
            DutyKind.FILE_KEY: lambda: self.say(party, c.FileTrusteeKey(pk=self.parties[party].kem.public)),
            DutyKind.SIGN_ROSTER: lambda: self.say(party, c.SignRoster(roster=self.state.roster_digest)),
            DutyKind.COMMIT: lambda: self._commit(party, duty.number),
            DutyKind.ESCROW: lambda: self.relay(self.escrow(party, duty.number)),
            DutyKind.REVEAL: lambda: self.say(
                party, c.RevealRandomness(draw=duty.number, r=b64u(self.parties[party].contributions[duty.number]))
            ),
            DutyKind.RELEASE_ESCROW: lambda: self.say(party, self.escrow_pieces(party, duty.missing)),
            DutyKind.RELEASE_PIECES: lambda: self.say(party, self.pieces(party)),
            DutyKind.RESERVE_PIECES: lambda: self.say(party, self.pieces(party)),
            DutyKind.DECLARE_RESULT: lambda: self.say(
                party, c.DeclareResult(result=result.compute(self.state).digest())
            ),
            DutyKind.DESTROY_KEY: lambda: self.say(party, c.DestroyKey(pk=self.parties[party].kem.public)),
        }[duty.kind]()

    # -- pairing -------------------------------------------------------------------------------------------------------

    def opening(self) -> c.OpenSession:
        log = _vkey(self.origin, 1, self.log.public)
        entries = tuple(
            c.PartyEntry(
                name=p.name,
                role=p.role,  # type: ignore[arg-type]
                title=text(p.name),
                identity=p.identity.public,
                witness=_vkey(f"evalhub.test/{p.name}", 4, p.witness.public),
            )
            for p in self.parties.values()
        )
        return c.OpenSession(
            title=self.project.title, rehearsal=self.rehearsal, origin=self.origin, log=log, parties=entries
        )

    def plan(self, revision: int = 1) -> Plan:
        shares = tuple(
            Share(
                centre=centre,
                strata=(Stratum(code="S", specialty="A0401", need=need, reserves=self.reserves),),
            )
            for centre, need in self.split.items()
        )
        return Plan(
            revision=revision,
            project=self.project,
            shares=shares,
            host_rooms=self.rooms("A"),
            window=Window(opens=format_time(START - 3_600_000), closes=format_time(START + 86_400_000)),
        )

    def rooms(self, letter: str) -> tuple[Room, ...]:
        return tuple(
            Room(name=f"{letter}{n}", booths=(f"{letter}{n}-01", f"{letter}{n}-02"))
            for n in range(1, self.room_count + 1)
        )

    def open(self) -> World:
        self.say(self.host, self.opening())
        return self

    def pair(self) -> World:
        """Open, propose, every guest accepts, roster complete: the first draw is open."""
        if self.state.phase is Phase.VOID:
            self.open()
        self.say(self.host, c.ProposePlan(plan=self.plan()))
        for number, guest in enumerate(list(self.split)[1:]):
            self.say(guest, c.AcceptPlan(plan=self.state.plan_digest, rooms=self.rooms("KMN"[number])))
        self.settle()
        return self

    # -- draw ----------------------------------------------------------------------------------------------------------

    def registration(self, centre: str) -> RegisterPool:
        """The complete pool of a centre, as it was registered ahead of the session."""
        root = hashlib.sha256(f"pool of {centre}".encode()).hexdigest()
        return RegisterPool(root=root, size=self.pool_size)

    def freeze(self, centre: str) -> c.FreezePool:
        party, draw = self.parties[centre], self.state.draw()
        if not party.pool:
            leaves = [hashlib.sha256(f"{centre}{n}".encode()).hexdigest() for n in range(self.pool_size)]
            party.pool = tuple(sorted(leaves))
        strata = draw.requests[centre]
        return c.FreezePool(
            draw=draw.number,
            request=drawing.request_digest(DrawRequest(centre=centre, strata=strata)),
            registered=self.registration(centre).root,
            root=d.pool_root([bytes.fromhex(leaf) for leaf in party.pool]).hex(),
            leaves=party.pool,
            strata=tuple(c.StratumLeaves(code=s.code, leaves=tuple(range(len(party.pool)))) for s in strata),
        )

    def seed_draw(self) -> World:
        for centre in list(self.state.draw().requests):
            self.say(centre, self.freeze(centre))
        self.settle()
        return self

    def draw(self, outcome: Callable[[str, str], str] = lambda centre, leaf: "accepted") -> World:
        """Freeze, commit, escrow, reveal, then call leaf by leaf until the committee and its reserves stand."""
        self.seed_draw()
        for centre in self.split:
            self.call(centre, outcome)
        return self

    def call(self, centre: str, outcome: Callable[[str, str], str] = lambda centre, leaf: "accepted") -> None:
        while (leaf := self.next_leaf(centre)) is not None:
            members = drawing.members(self.state, centre)
            said = drawing.SITS_ALREADY if leaf in members else drawing.recusal(self.state, centre, leaf)
            said = said or outcome(centre, leaf)
            self.say(centre, c.RecordOutcome(draw=self.state.draw().number, stratum="S", leaf=leaf, outcome=said))

    def next_leaf(self, centre: str) -> str | None:
        draw = self.state.draw()
        strata = draw.requests.get(centre, ())
        return drawing.standing(draw, centre, strata[0]).next if strata else None

    def contribution(self, party: str, number: int) -> bytes:
        return self.parties[party].contributions.setdefault(number, self.random.randbytes(32))

    def _commit(self, party: str, number: int) -> None:
        commit = d.commitment(self.session, number, party, self.contribution(party, number))
        self.say(party, c.CommitRandomness(draw=number, commit=commit))

    def escrow(self, party: str, number: int) -> str:
        request = SealRequest(
            session=self.session, round=number, form=statements.ESCROW_FORM, form_hash="-", seat=party,
            client="party", rev=1, prev=None, pad=statements.ESCROW_PAD,
        )  # fmt: skip
        assert self.state.roster is not None
        salt, pieces = seal_material(self.state.roster, self.random.randbytes)
        contribution = self.contribution(party, number)
        key = self.parties[party].identity
        return seal(request, contribution, self.state.roster, key, salt=salt, pieces=pieces)

    def escrow_pieces(self, party: str, missing: str) -> c.ReleaseEscrow:
        digest = self.state.draw().escrow_digests[missing]
        return c.ReleaseEscrow(
            draw=self.state.draw().number, missing=missing, pieces=self._open_box(party, self.envelopes[digest])
        )

    # -- check-in ------------------------------------------------------------------------------------------------------

    def check_in(self) -> World:
        """Everybody is admitted, redeems, passes the self-test and declares no conflict."""
        if self.state.phase is Phase.DRAWN:
            self.say(self.host, c.OpenCheckin())
        for centre in self.split:
            for leaf in drawing.members(self.state, centre):
                if all(seat.leaf != leaf for seat in self.state.seats.values()):
                    self.seat(centre, leaf)
        return self

    def seat(self, centre: str, leaf: str, *, conflict: str = "") -> str:
        seat = self.admit(centre, leaf)
        self.redeem(seat)
        check = c.SelfTestCheck(name="client", passed=True)
        self.booth_say(seat, c.ReportSelfTest(checks=(check,)))
        self.booth_say(seat, self.declaration(conflict))
        return seat

    def admit(self, centre: str, leaf: str) -> str:
        self.say(centre, c.AdmitExpert(leaf=leaf, identity_confirmed=True, phone_handed_in=True))
        return next(seat.seat for seat in self.state.seats.values() if seat.leaf == leaf)

    def redeem(self, seat: str) -> BoothSim:
        centre, ticket = seat.split("/", maxsplit=1)[0], hashlib.sha256(f"ticket {seat}".encode()).hexdigest()
        expires = format_time(self.time + 3_600_000)
        self.say(centre, c.IssueTicket(seat=seat, ticket=ticket, expires=expires))
        booth = self.booths[seat] = BoothSim(seat)
        self.say(centre, self.redemption(booth, ticket))
        return booth

    def redemption(self, booth: BoothSim, ticket: str) -> c.RedeemTicket:
        greeting = statements.Hello(
            session=self.session, seat=booth.seat, ticket=ticket, roster=self.state.roster_digest
        )
        return c.RedeemTicket(
            seat=booth.seat,
            ticket=ticket,
            booth_key=booth.key.public,
            client="c" * 64,
            proof=statements.hello(booth.key, greeting),
        )

    def declaration(self, conflict: str = "") -> c.DeclareRecusal:
        answers = tuple(
            c.BidderAnswer(bidder=b.code, conflict=b.code == conflict, reason="亲属" if b.code == conflict else "")
            for b in self.project.bidders
        )
        return c.DeclareRecusal(answers=answers, discipline=True)

    def start(self) -> World:
        self.say(self.host, c.RequestStart())
        self.say("oversight", c.ApproveStart())
        self.settle()
        return self

    # -- rounds --------------------------------------------------------------------------------------------------------

    def form(self) -> Form:
        return rounds.form_of(self.state, self.state.round())

    def envelope(self, seat: str, sheet: Sheet | bytes, **changes: object) -> str:
        """The JWS a booth would send for its next revision; ``changes`` bend the context (for refusals)."""
        form, booth = self.form(), self.booths[seat]
        last = self.state.round().sealed.get(seat)
        rev, prev = (last.context.rev + 1, last.digest) if last else (1, None)
        said: dict[str, object] = {
            "session": self.session, "round": form.round, "form": form.name, "form_hash": form.digest(),
            "seat": seat, "client": self.state.seats[seat].client, "rev": rev, "prev": prev, "pad": form.pad(),
        }  # fmt: skip
        request = SealRequest(**{**said, **changes})  # type: ignore[arg-type]
        assert self.state.roster is not None
        salt, pieces = seal_material(self.state.roster, self.random.randbytes)
        data = sheet if isinstance(sheet, bytes) else canonical(sheet)
        booth.kept[request.round, request.rev] = (salt, data)
        return seal(request, data, self.state.roster, booth.key, salt=salt, pieces=pieces)

    def seal(self, seat: str, sheet: Sheet | bytes | None = None) -> tuple[Event, ...]:
        return self.relay(self.envelope(seat, sheet if sheet is not None else self.sheet(seat)))

    def sheet(self, seat: str) -> Sheet:
        """A plausible sheet: members agree on objective factors, differ a little on the others."""
        form = self.form()
        if form.stage == "chair":
            return Ballot(choice=form.candidates[0])
        if form.stage == "preliminary":
            marks = [Mark(bidder=b, item=i.code, passed=True) for b in form.bidders for i in form.items]
            return Examination(marks=tuple(marks))
        return self.scores(form, self._score)

    def scores(self, form: Form, give: Callable[[str, Factor], Decimal]) -> ScoreSheet:
        scores = tuple(Score(bidder=b, factor=f.code, score=give(b, f)) for b in form.bidders for f in form.factors)
        sums = tuple(BidTotal(bidder=b, total=total) for b, total in totals(scores).items())
        return ScoreSheet(scores=scores, totals=sums)

    def _score(self, bidder: str, factor: Factor) -> Decimal:
        steps = int((factor.highest - factor.lowest) / factor.step)
        if factor.kind == "objective":
            return factor.lowest + factor.step * (int(bidder[1:]) % (steps + 1))
        return factor.lowest + factor.step * self.random.randint(steps * 2 // 3, steps * 3 // 4)

    def examination(self, fails: Iterable[tuple[str, str]] = (), ground: str = "A51-3") -> Examination:
        """An examination that fails these (bidder, item) pairs, with everything a rejection wants."""
        form, failing = self.form(), set(fails)
        return Examination(
            marks=tuple(
                failed_mark(b, i.code, ground) if (b, i.code) in failing else Mark(bidder=b, item=i.code, passed=True)
                for b in form.bidders
                for i in form.items
            )
        )

    def run_round(self, seats: Iterable[str] | None = None) -> World:
        """Everyone seals, the round is opened, and what follows happens."""
        wanted = rounds.participants(self.state, self.state.round())
        for seat in seats or [seat for seat in self.state.seats if seat in wanted]:
            self.seal(seat)
        self.settle()
        return self

    def pieces(self, party: str) -> c.ReleasePieces:
        round_ = self.state.round()
        return c.ReleasePieces(
            round=round_.number,
            sheets=round_.set_digest,
            pieces=tuple(
                c.SheetPieces(seat=seat, pieces=self._open_box(party, self.envelopes[round_.sealed[seat].digest]))
                for seat in sorted(round_.sealed)
            ),
        )

    def _open_box(self, party: str, jws: str) -> tuple[c.Piece, ...]:
        _, envelope, _ = read_envelope(jws)
        assert self.state.roster is not None
        box = open_box(self.parties[party].kem, party, envelope, self.state.roster)
        return tuple(c.Piece(index=j, value=b64u(piece)) for j, piece in sorted(box.items()))

    def _open_if_due(self) -> bool:
        state = self.state
        if state.phase is not Phase.OPENING or state.round().opened or not rounds.openable(state):
            return False
        self.accept(c.RecordOpening(round=state.round().number, sheets=self.recorded()), HUB, None)
        return True

    def recorded(self) -> tuple[c.OpenedSheet, ...]:
        """What the hub records of the closed round: each sheet, or a fault where an envelope holds none."""
        return tuple(self._recorded(seat) for seat in sorted(self.state.round().sealed))

    def _recorded(self, seat: str) -> c.OpenedSheet:
        try:
            opened = self._open(seat)
            rounds.check_opened(self.state, self.state.round(), opened)
        except (Malformed, UnicodeDecodeError):
            return c.OpenedSheet(seat=seat, fault="not a sheet of this form")
        return opened

    def opened(self) -> tuple[c.OpenedSheet, ...]:
        round_ = self.state.round()
        return tuple(self._open(seat) for seat in sorted(round_.sealed))

    def _open(self, seat: str) -> c.OpenedSheet:
        round_ = self.state.round()
        pieces = {j: _unb64(v) for parts in round_.released.values() for j, v in parts[seat]}
        _, envelope, _ = read_envelope(self.envelopes[round_.sealed[seat].digest])
        salt, sheet = open_envelope(envelope, pieces)
        return c.OpenedSheet(seat=seat, salt=b64u(salt), sheet=sheet.decode())

    # -- deliberation --------------------------------------------------------------------------------------------------

    def answer(self, seat: str, matter: str, answer: str = "agree", reason: str = "合成理由") -> tuple[Event, ...]:
        """One member answers the round under way."""
        number = self.state.matters[matter].round
        said = c.AnswerMatter(matter=matter, round=number, answer=answer, reason=reason)  # type: ignore[arg-type]
        return self.booth_say(seat, said)

    def deliberate(self, answer: Callable[[str, Matter], str] = lambda seat, matter: "agree") -> World:
        """Every member answers every open matter until none is left."""
        while self.state.phase is Phase.DELIBERATION and (found := self._unanswered()):
            seat, matter = found
            self.answer(seat, matter.code, answer(seat, matter))
        self.settle()
        return self

    def _unanswered(self) -> tuple[str, Matter] | None:
        open_ = [(seat, m) for m in matters.open_matters(self.state) for seat in matters.waiting(self.state, m)]
        return open_[0] if open_ else None

    def chair(self) -> str:
        """The chair's seat."""
        return next(seat for seat, alias in self.state.aliases.items() if alias == self.state.chair)

    def close_deliberation(self) -> World:
        self.booth_say(self.chair(), c.CloseDeliberation())
        self.settle()
        return self

    def evaluate(self) -> World:
        """All rounds to the declared result."""
        while self.state.phase is Phase.SEALING:
            self.run_round()
        return self

    # -- conclusion ----------------------------------------------------------------------------------------------------

    def explain(self) -> World:
        """Every open finding is explained by the member it concerns."""
        for finding, seat in verifying.open_findings(self.state):
            self.booth_say(seat, c.ExplainFinding(finding=finding.code, explanation="已复核"))
        return self

    def conclude(self) -> World:
        self.say(self.host, c.ConcludeVerification())
        self.settle()
        return self

    def sign(self, answers: Callable[[str], c.SignReport] | None = None) -> World:
        digest = report.report_digest(self.state)
        self.say(self.host, c.IssueReport(report=digest))
        for seat in list(self.state.seats):
            answer = answers(seat) if answers else c.SignReport(report=digest, answer="signed")
            self.booth_say(seat, answer)
        if countersigning.signers(self.state):
            countersign(self)
        self.settle()
        return self

    # -- a member is replaced ------------------------------------------------------------------------------------------

    def remove(self, seat: str, ground: str = "health", by: str = "oversight") -> World:
        self.say(by, c.RemoveMember(seat=seat, ground=ground, reason="合成原因"))  # type: ignore[arg-type]
        return self

    def replace(self, seat: str, ground: str = "health", by: str = "oversight") -> str:
        """The member leaves, the next leaf is called and seated, oversight lets the session go on; the new seat."""
        centre, before = seat.split("/", maxsplit=1)[0], set(self.state.seats)
        self.remove(seat, ground, by)
        self.settle()
        self.call(centre)
        self.check_in()
        self.settle()
        self.say("oversight", c.ApproveStart())
        return next(iter(set(self.state.seats) - before))

    def run(self) -> World:
        """The straight road, whole."""
        return self.pair().draw().check_in().start().evaluate().conclude().sign()

    def until(self, phase: Phase, stage: Stage | None = None) -> World:
        """As far as ``phase`` (and ``stage``) on the straight road."""
        steps: list[Callable[[], object]] = [
            self.open, self.pair, self.draw, self.check_in, self.start, self.run_round, self.run_round,
            self.run_round, self.conclude, self.sign,
        ]  # fmt: skip
        for step in steps:
            if self.state.phase is phase and (stage is None or self.state.round().stage is stage):
                return self
            step()
        assert self.state.phase is phase, f"never reached {phase}"
        return self


def _vkey(name: str, algorithm: int, public: bytes) -> str:
    key = bytes([algorithm]) + public
    key_id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    return f"{name}+{key_id.hex()}+{base64.b64encode(key).decode()}"


def _unb64(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def payload_of(jws: str) -> bytes:
    """The signed payload of a statement, for tests that bend it."""
    return read_jws(jws).payload
