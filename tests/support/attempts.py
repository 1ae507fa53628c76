"""Well-formed commands for any state, most of them unlawful there: what careless or hostile actors might send."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning, drawing, report, result
from evalhub.core.rules.draw import OUTCOMES
from evalhub.core.rules.events import HUB
from evalhub.core.sealing.b64 import b64u
from support.countersigning import SOME_PDF, layout, signature
from support.roads import owed, ticket
from support.world import BoothSim, World

Make = Callable[[World, Random], c.Command]
LEAF = "0" * 64


def _leaf(world: World, chance: Random) -> str:
    known = [leaf for draw in world.state.draws for leaves in draw.orders.values() for leaf in leaves]
    members = [leaf for centre in world.split for leaf in _members(world, centre)]
    upcoming = [leaf for centre in world.split if (leaf := _next(world, centre))]
    return chance.choice([LEAF, *known[:4], *members, *members, *upcoming, *upcoming])


def _members(world: World, centre: str) -> list[str]:
    return list(drawing.members(world.state, centre)) if world.state.draws else []


def _next(world: World, centre: str) -> str | None:
    ready = world.state.draws and world.state.draw().seed
    return world.next_leaf(centre) if ready else None


def _seat(world: World, chance: Random) -> str:
    return chance.choice(["wuhan/Z9-09", *world.state.seats, *world.state.seats])


def _stage(chance: Random) -> c.BackTo:
    return chance.choice(["chair", "preliminary", "detailed"])


def _party(world: World, chance: Random) -> str:
    return chance.choice(list(world.parties))


def _number(chance: Random) -> int:
    return chance.choice([1, 1, 2, 3, 3])


def _freeze(world: World, chance: Random) -> c.Command:
    centre = chance.choice(list(world.split))
    if world.state.draws and centre in world.state.draw().requests:
        return world.freeze(centre)
    return c.FreezePool(draw=1, request=LEAF, registered=LEAF, root=LEAF, leaves=(), strata=())


def _layout(world: World, chance: Random) -> c.Command:
    pdf = chance.choice([SOME_PDF, b"another"])
    if world.state.aliases and world.state.answers:
        return layout(world, chance.choice(list(world.split)), pdf)
    return c.LayOutReport(pdf=LEAF, length=1, authority="MA", certificates=())


def _countersign(world: World, chance: Random) -> c.Command:
    seat = countersigning.turn(world.state)
    if seat and chance.random() < 0.7:
        return signature(world, seat)
    return c.CountersignReport(pdf=LEAF, attributes="MQ", signature="A" * 86)


def _redeem(world: World, chance: Random) -> c.Command:
    booth = BoothSim(_seat(world, chance))
    if chance.random() < 0.5:
        world.booths.setdefault(booth.seat, booth)
    return world.redemption(booth, ticket(chance.choice("ab")))


def _pieces(world: World, chance: Random) -> c.Command:
    if world.state.rounds and world.state.round().set_digest:
        return world.pieces(_party(world, chance))
    return c.ReleasePieces(round=1, sheets=LEAF, pieces=())


def _escrow_pieces(world: World, chance: Random) -> c.Command:
    missing = _party(world, chance)
    if world.state.draws and missing in world.state.draw().escrows:
        return world.escrow_pieces(_party(world, chance), missing)
    return c.ReleaseEscrow(draw=1, missing=missing, pieces=())


def _digest(world: World) -> str:
    return report.report_digest(world.state) if world.state.result else LEAF


def _correct(world: World, chance: Random) -> c.Command:
    scores = result.scores_of(world.state) if world.state.findings else {}
    before = next(iter(scores.values()))["B1", "T1"] if scores else Decimal(1)
    values = [Decimal(5), Decimal("0.25"), Decimal("NaN"), Decimal("sNaN"), Decimal("1E+400"), Decimal("-0"), before]
    return c.CorrectItem(
        finding=chance.choice(["F1", "F2"]), bidder=chance.choice(["B1", "B2", "B9"]),
        ground=chance.choice(["range", "objective", "abnormal"]),
        factor=chance.choice(["T1", "S1", "X"]), before=chance.choice(values), after=chance.choice(values), reason="-",
    )  # fmt: skip


def _opening(world: World, chance: Random) -> c.Command:
    sheets: tuple[c.OpenedSheet, ...] = ()
    try:
        sheets = world.opened()
    except (KeyError, IndexError, Malformed):  # pieces are not out, or there is no round yet
        sheets = (c.OpenedSheet(seat=_seat(world, chance), fault="x"),)
    if sheets and chance.random() < 0.3:
        sheets = (c.OpenedSheet(seat=sheets[0].seat, fault="x"), *sheets[1:])
    return c.RecordOpening(round=_number(chance), sheets=sheets)


def _reveal_sheet(world: World, chance: Random) -> c.Command:
    kept = [pair for booth in world.booths.values() for pair in booth.kept.values()]
    salt, sheet = chance.choice([(bytes(32), b"{}"), *kept])
    return c.RevealSheet(round=_number(chance), salt=b64u(salt), sheet=sheet.decode())


def _question(world: World, chance: Random) -> str:
    return chance.choice(["C0", *world.state.clarifications, *world.state.clarifications])


def _answer(world: World, chance: Random) -> c.Command:
    file = world.project.bidders[0].file
    return c.FileAnswer(
        clarification=_question(world, chance),
        answer=chance.choice(["", "", "x.y.z"]),
        text=chance.choice(["", "如下"]),
        confirmed=chance.choice([None, None, True]),
        document=chance.choice([None, file]),
    )


def _position(world: World, chance: Random) -> c.Command:
    matter = chance.choice([*world.state.matters, *world.state.matters, "M9"])
    return c.AnswerMatter(
        matter=matter, round=chance.choice([1, 1, 1, 2]), answer=chance.choice(["agree", "disagree", "look-again"]),
        reason=chance.choice(["", "合成理由", "合成理由"]),
    )  # fmt: skip


MAKERS: dict[type[c.Command], Make] = {
    c.OpenSession: lambda w, r: w.opening(),
    c.ProposePlan: lambda w, r: c.ProposePlan(plan=w.plan(r.choice([1, 2, 3]))),
    c.AcceptPlan: lambda w, r: c.AcceptPlan(plan=r.choice([w.state.plan_digest or LEAF, LEAF]), rooms=w.rooms("K")),
    c.RefusePlan: lambda w, r: c.RefusePlan(plan=r.choice([w.state.plan_digest or LEAF, LEAF]), reason="-"),
    c.CancelSession: lambda w, r: c.CancelSession(reason="-"),
    c.FileTrusteeKey: lambda w, r: c.FileTrusteeKey(pk=w.parties[_party(w, r)].kem.public),
    c.SignRoster: lambda w, r: c.SignRoster(roster=r.choice([w.state.roster_digest, "x"])),
    c.FreezePool: _freeze,
    c.CommitRandomness: lambda w, r: c.CommitRandomness(draw=_number(r), commit="A" * 43),
    c.RevealRandomness: lambda w, r: c.RevealRandomness(draw=_number(r), r=b64u(w.contribution(_party(w, r), 1))),
    c.CallEscrow: lambda w, r: c.CallEscrow(draw=_number(r), missing=_party(w, r), reason="-"),
    c.ReleaseEscrow: _escrow_pieces,
    c.RecordRecovery: lambda w, r: c.RecordRecovery(draw=1, missing=(p := _party(w, r)), r=b64u(w.contribution(p, 1))),
    c.RecordOutcome: lambda w, r: c.RecordOutcome(
        draw=_number(r), stratum=r.choice("SSST"), leaf=_leaf(w, r), outcome=r.choice([*OUTCOMES, "accepted", "asleep"])
    ),
    c.DesignateRepresentative: lambda w, r: c.DesignateRepresentative(leaf=_leaf(w, r), letter=LEAF),
    c.WithdrawRepresentative: lambda w, r: c.WithdrawRepresentative(leaf=_leaf(w, r), outcome="late"),
    c.OrderDraw: lambda w, r: c.OrderDraw(draw=_number(r), reason="-"),
    c.OpenCheckin: lambda w, r: c.OpenCheckin(),
    c.AdmitExpert: lambda w, r: c.AdmitExpert(leaf=_leaf(w, r), identity_confirmed=True, phone_handed_in=True),
    c.IssueTicket: lambda w, r: c.IssueTicket(
        seat=_seat(w, r), ticket=ticket(r.choice("abc")), expires=format_time(w.time + 10_000)
    ),
    c.RedeemTicket: _redeem,
    c.ReportSelfTest: lambda w, r: c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=r.random() < 0.8),)),
    c.DeclareRecusal: lambda w, r: w.declaration(r.choice(["", "", "B1"])),
    c.RequestStart: lambda w, r: c.RequestStart(),
    c.ApproveStart: lambda w, r: c.ApproveStart(),
    c.RefuseStart: lambda w, r: c.RefuseStart(reason="-"),
    c.CloseStage: lambda w, r: c.CloseStage(round=_number(r), reason="-"),
    c.ReleasePieces: _pieces,
    c.RecordOpening: _opening,
    c.RevealSheet: _reveal_sheet,
    c.AskClarification: lambda w, r: c.AskClarification(
        bidder=r.choice(["B1", "B1", "B9"]),
        text=r.choice(["请说明", " "]),
        kind=r.choice(["question", "question", "abnormally-low"]),
        needed=r.random() < 0.3,
    ),
    c.AmendClarification: lambda w, r: c.AmendClarification(clarification=_question(w, r), text="请说明"),
    c.WithdrawClarification: lambda w, r: c.WithdrawClarification(clarification=_question(w, r)),
    c.VetClarification: lambda w, r: c.VetClarification(
        clarification=_question(w, r),
        decision=r.choice(["approve", "approve", "return", "refuse"]),
        reason=r.choice(["", "-"]),
        minutes=r.choice([0, 0, 1, 45]),
    ),
    c.FileAnswer: _answer,
    c.CloseClarification: lambda w, r: c.CloseClarification(clarification=_question(w, r)),
    c.AnswerMatter: _position,
    c.PutQuestion: lambda w, r: c.PutQuestion(text=r.choice(["是否继续？", " "])),
    c.CloseDeliberation: lambda w, r: c.CloseDeliberation(),
    c.EndDeliberation: lambda w, r: c.EndDeliberation(reason="-"),
    c.DeclareResult: lambda w, r: c.DeclareResult(result=LEAF),
    c.CorrectItem: _correct,
    c.ExplainFinding: lambda w, r: c.ExplainFinding(finding=r.choice(["F1", "F2"]), explanation="-"),
    c.RaiseFinding: lambda w, r: c.RaiseFinding(
        bidder=r.choice(["B1", "B9"]),
        factor=r.choice(["T1", "S1", ""]),
        member=f"member-{r.choice([1, 2, 99])}",
        direction=r.choice(["high", "low"]),
        reason="-",
    ),
    c.ConcludeVerification: lambda w, r: c.ConcludeVerification(),
    c.IssueReport: lambda w, r: c.IssueReport(report=r.choice([LEAF, _digest(w)])),
    c.SignReport: lambda w, r: c.SignReport(
        report=r.choice([LEAF, w.state.report or LEAF]), answer=r.choice(["signed", "dissent", "refused"])
    ),
    c.LayOutReport: _layout,
    c.CountersignReport: _countersign,
    c.PassOver: lambda w, r: c.PassOver(seat=_seat(w, r), reason="-"),
    c.DeemAgreed: lambda w, r: c.DeemAgreed(seat=_seat(w, r), reason="-"),
    c.DestroyKey: lambda w, r: c.DestroyKey(pk=w.parties[_party(w, r)].kem.public),
    c.AcceptDelay: lambda w, r: c.AcceptDelay(reason="-"),
    c.RequestRollback: lambda w, r: c.RequestRollback(to=_stage(r), reason="-"),
    c.AskRollback: lambda w, r: c.AskRollback(to=_stage(r), reason="-"),
    c.ApproveRollback: lambda w, r: c.ApproveRollback(reason="-"),
    c.RefuseRollback: lambda w, r: c.RefuseRollback(reason="-"),
    c.RequestUnsubmit: lambda w, r: c.RequestUnsubmit(round=_number(r), reason="-"),
    c.DecideUnsubmit: lambda w, r: c.DecideUnsubmit(seat=_seat(w, r), approve=r.random() < 0.5, reason="-"),
    c.AnswerUnsubmit: lambda w, r: c.AnswerUnsubmit(member=f"member-{r.randint(1, 5)}", approve=True, reason="-"),
    c.RemoveMember: lambda w, r: c.RemoveMember(seat=_seat(w, r), ground=r.choice(["health", "conflict"]), reason="-"),
    c.StopSession: lambda w, r: c.StopSession(reason="-", ground=r.choice(["order", "committee-incomplete"])),
    c.PauseSession: lambda w, r: c.PauseSession(reason="-"),
    c.ResumeSession: lambda w, r: c.ResumeSession(reason="-"),
    c.RecordGate: lambda w, r: c.RecordGate(
        gate=w.state.gate.name if w.state.gate else "none", size=max(1, w.state.size - r.choice([0, 0, 1])), note="-"
    ),
}


def attempt(world: World, actor: str, kind: type[c.Command], chance: Random) -> None:
    """``actor`` (a party, a seat, or hub) sends one command of this kind. Raises ``Refusal`` or ``Malformed``."""
    command = MAKERS[kind](world, chance)
    if kind in c.HUB_COMMANDS and actor == "hub":
        world.accept(command, HUB, None)
    elif actor in world.parties:
        world.say(actor, command)
    else:
        booth = world.booths.get(actor) or BoothSim(actor)
        world.relay(world.statement(booth.key, command))


def seal_attempt(world: World, seat: str, chance: Random) -> None:
    """A booth seals something, sometimes bent, sometimes with a score that no range allows."""
    if not world.state.rounds or seat not in world.state.seats or seat not in world.booths:
        return
    bend = chance.choice([{}, {}, {}, {"rev": 7, "prev": "A" * 43}, {"pad": 64 * 1024}, {"round": 9}])
    sheet = world.sheet(seat)
    if world.form().stage == "detailed" and chance.random() < 0.3:
        sheet = world.scores(world.form(), lambda bidder, factor: Decimal(chance.choice([0, 5, 11])))
    world.relay(world.envelope(seat, canonical(sheet)[:4096], **bend))


def advance(world: World) -> None:
    """One lawful mechanical step, so that histories get somewhere."""
    if world.state.gate is not None:
        world.pass_gate()
    elif not world._open_if_due() and (found := owed(world)):
        world.perform(*found[0])  # type: ignore[arg-type]
