"""After the last opening: result, report, signatures, archive (R60, R72, R76–R79); verification is ``verifying.py``.

The result is a pure function of the state (``result.py``); each centre computes it and declares the digest; nothing is
declared unless all agree. The report is a pure function too (``report``), so its digest can be checked by anyone.

A session that failed, was stopped or was called off is archived like any other: its keys are destroyed first, so what
was sealed and never opened stays sealed for good (87号令 art 49).
"""

from __future__ import annotations

from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning, result
from evalhub.core.rules.events import (
    By,
    CentreResult,
    ResultDeclared,
    ResultDisputed,
    SessionArchived,
    SigningClosed,
)
from evalhub.core.rules.report import report_digest
from evalhub.core.rules.state import Answer, Phase, State, put

STOPPED, CANCELLED = "stopped", "cancelled"  # ``State.ending``; any other is the code of ``session_failed``

# -- questions -----------------------------------------------------------------------------------------------------


def declaration(state: State) -> ResultDeclared | ResultDisputed:
    """What follows once every centre has computed the result; a digest that the ledger does not give is disputed."""
    summary = result.compute(state)
    if set(state.results.values()) == {summary.digest()}:
        return ResultDeclared(result=summary.digest(), ranking=result.ranking(summary))
    rows = [CentreResult(centre=name, result=state.results[name]) for name in sorted(state.results)]
    return ResultDisputed(results=tuple(rows))


def signing_done(state: State) -> SigningClosed | None:
    """When every member has answered, and signed the PDF or been passed over."""
    answers = [answer.answer for answer in state.answers.values()]
    if not countersigning.finished(state):
        return None
    return SigningClosed(
        signed=answers.count("signed"), dissenting=answers.count("dissent"), deemed=answers.count("deemed")
    )


def archived(state: State) -> SessionArchived | None:
    """When every trustee has destroyed its key: the last entry counts itself.

    Failed and cancelled sessions too, unless the roster was never complete: nothing was ever sealed to it.
    """
    if state.roster is None or state.destroyed != set(state.parties):
        return None
    return SessionArchived(entries=state.size + 1, envelopes=state.envelopes)


def over(state: State) -> bool:
    """Nothing can follow any more: the session is archived; or it was called off without a complete roster, and who had
    filed a key has destroyed it.
    """
    if state.phase in (Phase.FAILED, Phase.CANCELLED):
        return state.roster is None and state.destroyed == set(state.trustee_keys)
    return state.phase is Phase.ARCHIVED


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_declare_result(state: State, _: c.DeclareResult, by: By) -> None:
    """Once for each centre, until they agree."""
    if by.site in state.results:
        raise Refusal("already-computed", party=by.site)


def may_issue_report(state: State, command: c.IssueReport, _: By) -> None:
    """The digest of the report everyone can build."""
    if command.report != report_digest(state):
        raise Refusal("wrong-report")


def may_sign(state: State, command: c.SignReport, by: By) -> None:
    """The issued report, once; dissent has its reasons in writing."""
    if command.report != state.report:
        raise Refusal("wrong-report")
    if (by.seat or "") in state.answers:
        raise Refusal("already-answered", party=by.seat)
    if command.answer == "dissent" and not command.text.strip():
        raise Refusal("reason-missing", bidder="-", item="dissent")


def may_deem(state: State, command: c.DeemAgreed, _: By) -> None:
    """Only for a member that has not answered."""
    if command.seat not in state.seats:
        raise Refusal("not-your-seat", seat=command.seat)
    if command.seat in state.answers:
        raise Refusal("already-answered", party=command.seat)


def may_destroy(state: State, command: c.DestroyKey, by: By) -> None:
    """The key it filed, once."""
    if state.trustee_keys.get(by.site) != command.pk:
        raise Refusal("not-the-filed-key")
    if by.site in state.destroyed:
        raise Refusal("already-destroyed", party=by.site)


# -- what it changes -----------------------------------------------------------------------------------------------


def result_computed(state: State, command: c.DeclareResult, by: By) -> State:
    """One centre's digest."""
    return state.with_(results=put(state.results, by.site, command.result))


def result_declared(state: State, event: ResultDeclared) -> State:
    """The first declaration leads into verification, the one after it into the report."""
    phase = Phase.VERIFICATION if state.findings is None else Phase.REPORT
    return state.with_(phase=phase, result=event.result, ranking=event.ranking)


def result_disputed(state: State, event: ResultDisputed) -> State:
    """Nothing is declared; both centres compute again."""
    return state.with_(results={}, disputes=(*state.disputes, event.results))


def report_issued(state: State, command: c.IssueReport, _: By) -> State:
    """Members may answer."""
    return state.with_(
        phase=Phase.SIGNING, report=command.report, report_issued_at=state.now, report_paused=state.paused_ms
    )


def answered(state: State, command: c.SignReport, by: By) -> State:
    """Refusing without a written reason is, by law, agreement (实施条例 art 53)."""
    answer = "deemed" if command.answer == "refused" else command.answer
    return _answered(state, by.seat or "", Answer(answer=answer, text=command.text))


def deemed(state: State, command: c.DeemAgreed, _: By) -> State:
    """Recorded by oversight with its reason."""
    return _answered(state, command.seat, Answer(answer="deemed", text=command.reason))


def ended(state: State, phase: Phase, ending: str, reason: str) -> State:
    """Ended early: no gate and no pause is left to wait for; only keys to destroy."""
    return state.with_(phase=phase, ending=ending, failure=reason, gate=None, paused_since=None, pause_reason="",
                       ended_at=state.now)  # fmt: skip


def destroyed(state: State, _: c.DestroyKey, by: By) -> State:
    """One trustee less that could open anything."""
    return state.with_(destroyed=state.destroyed | {by.site})


def _answered(state: State, seat: str, answer: Answer) -> State:
    """With the last answer the time for laying out the PDF begins."""
    return countersigning.next_turn(state.with_(answers=put(state.answers, seat, answer)))
