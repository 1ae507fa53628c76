"""A synthetic expert: fills in whatever its booth shows, from a seed. Only rehearsals, demos and load tests use it.

Its choices are plausible, not clever: it agrees with its colleagues on objective factors (both derive them from the
bid), now and then slips on one and corrects it in verification, explains a score that stands out or moves it one step
towards the others, revises a sheet before sealing ends, seldom dissents.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from random import Random

from evalhub.booth.client import BoothClient
from evalhub.core.codec import canonical
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.criteria import wants_reason
from evalhub.core.rules.forms import Ballot, BidTotal, Examination, Form, Mark, Score, ScoreSheet, Sheet, totals
from evalhub.core.rules.plan import Factor
from evalhub.core.rules.visibility import BoothView, FindingView, MatterView

CLOSED = frozenset({"wrong-phase", "gate-open", "wrong-form", "wrong-round"})  # the round closed behind one's back
NOT_NOW = CLOSED | {"session-paused", "not-your-turn", "matters-open", "answers-awaited"}
DONE = frozenset({"closed", "archived", "failed", "cancelled"})
SLIP = 0.02  # chance of misreading an objective factor
REVISION = 0.2  # chance of sealing a second revision
DISSENT = 0.05
SECOND_LOOK = 0.5  # chance of moving a score that stands out


class SyntheticExpert:
    """Acts on views until the session is over, lawfully or early. ``rng`` decides choices only, never keys."""

    def __init__(self, client: BoothClient, rng: Random, *, conflict: bool = False) -> None:
        self.client, self.rng, self.conflict = client, rng, conflict
        self._sealed: set[int] = set()
        self._tried = b""  # what the chair saw when it last tried to end the deliberation
        self._factors: dict[str, Factor] = {}

    async def attend(self) -> None:
        """From the first view to the end of the session."""
        await self.client.until(lambda view: True)
        while True:
            view = await self.client.until(lambda view: view.phase in DONE or self._has_work(view))
            if view.phase in DONE:
                return
            await self._work(view)

    def _has_work(self, view: BoothView) -> bool:
        if view.paused:
            return False
        return (
            (view.phase == "checkin" and not (view.tested and view.declared))
            or (view.phase == "sealing" and view.form is not None and view.round not in self._sealed)
            or (view.phase == "deliberation" and (any(m.waits for m in view.matters) or self._closes(view)))
            or (view.phase == "verification" and any(not finding.closed for finding in view.findings))
            or (view.phase == "signing" and not view.answer and self.client.report_matches())
            or (view.phase == "signing" and self.client.may_sign_pdf())
        )

    async def _work(self, view: BoothView) -> None:
        try:
            if view.phase == "checkin":
                await self._check_in(view)
            elif view.phase == "sealing" and view.form is not None:
                await self._seal(view.form)
            elif view.phase == "deliberation":
                await self._deliberate(view)
            elif view.phase == "verification":
                await self._close(next(finding for finding in view.findings if not finding.closed))
            elif view.answer:
                await self._countersign()
            else:
                await self._sign(view)
        except Refusal as refusal:
            if refusal.code not in NOT_NOW:
                raise

    def _closes(self, view: BoothView) -> bool:
        """The chair ends the deliberation when it sees nothing open; refused, it tries again when that changes."""
        settled = all(matter.outcome for matter in view.matters)
        return view.alias == view.chair and settled and canonical(view) != self._tried

    async def _deliberate(self, view: BoothView) -> None:
        waiting = [matter for matter in view.matters if matter.waits]
        if not waiting:
            self._tried = canonical(view)
            await self.client.say(c.CloseDeliberation())
            return
        matter = waiting[0]
        await self.client.say(self._position(matter))
        await self.client.until(
            lambda now: (
                now.phase != "deliberation"
                or any((m.code, m.round) == (matter.code, matter.round) and not m.waits for m in now.matters)
                or any(m.code == matter.code and m.round > matter.round for m in now.matters)
            )
        )

    def _position(self, matter: MatterView) -> c.AnswerMatter:
        """Agrees with what a colleague found; finds competition sufficient."""
        answer: c.MatterAnswer = "disagree" if matter.kind == "competition" else "agree"
        reason = "已对照招标文件与投标文件核对"
        return c.AnswerMatter(matter=matter.code, round=matter.round, answer=answer, reason=reason)

    async def _check_in(self, view: BoothView) -> None:
        if not view.tested:
            checks = tuple(c.SelfTestCheck(name=name, passed=True) for name in ("client", "clock", "sealing"))
            await self.client.say(c.ReportSelfTest(checks=checks))
        if not view.declared:
            await self.client.say(self._declaration(view))
        await self.client.until(lambda now: (now.tested and now.declared) or now.phase in DONE)

    def _declaration(self, view: BoothView) -> c.DeclareRecusal:
        """No conflict, or one with a bidder chosen by the seed."""
        conflict = self.rng.choice(view.bidders).code if self.conflict else ""
        answers = tuple(
            c.BidderAnswer(
                bidder=bidder.code,
                conflict=bidder.code == conflict,
                reason="三年内曾在该单位任职" if bidder.code == conflict else "",
            )
            for bidder in view.bidders
        )
        return c.DeclareRecusal(answers=answers, discipline=True)

    async def _seal(self, form: Form) -> None:
        await self.client.seal(form, self._sheet(form))
        self._sealed.add(form.round)
        if form.stage == "detailed" and self.rng.random() < REVISION:
            try:
                await self.client.seal(form, self._sheet(form))
            except Refusal as refusal:
                if refusal.code not in CLOSED:
                    raise

    async def _close(self, finding: FindingView) -> None:
        after = self._better(finding)
        if after is not None and after != Decimal(finding.own):
            correction = c.CorrectItem(
                finding=finding.code,
                ground=finding.ground,
                bidder=finding.bidder,
                factor=finding.factor,
                before=Decimal(finding.own),
                after=after,
                reason="核对有误，按投标文件更正",
            )
            await self.client.say(correction)
        else:
            await self.client.say(c.ExplainFinding(finding=finding.code, explanation="已按投标文件复核，无误"))
        await self.client.until(
            lambda view: (
                view.phase != "verification" or any(now.code == finding.code and now.closed for now in view.findings)
            )
        )

    def _better(self, finding: FindingView) -> Decimal | None:
        """The score this expert comes to on a second look; None if it stands by what it gave."""
        factor = self._factors.get(finding.factor)
        if factor is None:  # about a total
            return None
        if finding.kind == "objective":
            return objective(finding.bidder, factor)
        if finding.kind == "range":
            steps = round((Decimal(finding.own) - factor.lowest) / factor.step)
            return min(max(factor.lowest + steps * factor.step, factor.lowest), factor.highest)
        if finding.direction and self.rng.random() < SECOND_LOOK:
            return Decimal(finding.own) + (-factor.step if finding.direction == "high" else factor.step)
        return None

    async def _sign(self, view: BoothView) -> None:
        dissent = self.rng.random() < DISSENT
        answer = c.SignReport(
            report=view.report,
            answer="dissent" if dissent else "signed",
            text="对个别主观因素的评分口径持保留意见" if dissent else "",
        )
        await self.client.say(answer)
        await self.client.until(lambda now: bool(now.answer) or now.phase in DONE)

    async def _countersign(self) -> None:
        await self.client.sign_pdf()
        await self.client.until(lambda now: now.countersigned or now.phase in DONE)

    def _sheet(self, form: Form) -> Sheet:
        if form.stage == "chair":
            return Ballot(choice=self.rng.choice(form.candidates))
        if form.stage == "preliminary":
            marks = [Mark(bidder=b, item=item.code, passed=True) for b in form.bidders for item in form.items]
            return Examination(marks=tuple(marks))
        self._factors = {factor.code: factor for factor in form.factors}
        scores = tuple(self._score(bidder, factor) for bidder in form.bidders for factor in form.factors)
        sums = tuple(BidTotal(bidder=bidder, total=total) for bidder, total in totals(scores).items())
        return ScoreSheet(scores=scores, totals=sums)

    def _score(self, bidder: str, factor: Factor) -> Score:
        steps = int((factor.highest - factor.lowest) / factor.step)
        if factor.kind == "objective":
            value = objective(bidder, factor)
            if self.rng.random() < SLIP:
                value = factor.highest if value != factor.highest else factor.lowest
        else:
            quality = _fraction(f"{bidder}/quality")
            around = round(steps * (0.55 + 0.35 * quality) + self.rng.gauss(0, steps * 0.05))
            value = factor.lowest + factor.step * min(max(around, 0), steps)
        value = _offered(factor, value)
        reason = "对照评分标准，理由见该投标文件对应章节" if wants_reason(factor, value) else ""
        return Score(bidder=bidder, factor=factor.code, score=value, remark=reason)


def _offered(factor: Factor, value: Decimal) -> Decimal:
    """The option nearest to a value, where the factor has options."""
    return min((option.value for option in factor.options), key=lambda one: abs(one - value), default=value)


def objective(bidder: str, factor: Factor) -> Decimal:
    """What every careful reader of the (synthetic) bid finds: the same for all experts."""
    steps = int((factor.highest - factor.lowest) / factor.step)
    value = factor.lowest + factor.step * round(steps * (0.4 + 0.6 * _fraction(f"{bidder}/{factor.code}")))
    return _offered(factor, value)


def _fraction(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32
