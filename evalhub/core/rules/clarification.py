"""Clarification: a question in writing to a bidder, vetted, answered in time, shown to all at once (R56, R57).

    asked ──agency, and oversight where the plan says so, approve──▶ sent ──the bidder's answer in time──▶ answered
      │ ▲                                                             ├── too late: kept, not used ──────▶ late
      │ └──amended── returned (with reason)                           └── none: the host records it ─────▶ lapsed
      ├──▶ refused (with reason)
      └──▶ withdrawn

Rules
- The asker is never shown: not to the bidder, not to those who vet, not to other booths. A code says nothing about how
  many questions there are.
- An answer is signed by the bidder's key of the plan; where the plan has none, the host files it with the digest of the
  signed document, and it is marked as such.
- A deadline is hub time; pauses are given back. The moment of filing counts.
- A round waits for a question only if its asker said that it needs the answer, and then until the asker has sealed
  after it was settled (decision 0160). Nothing waits for a question that was refused or withdrawn.
- Price confirmations and abnormally low bids are asked by the rules (``bid_review``); nobody can hold those back.

Never here: what others may read (``visibility``), what follows for the bid (``bid_review``).
"""

from __future__ import annotations

import hmac

import msgspec

from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import rounds
from evalhub.core.rules.bidder_answers import Notice, read_reply
from evalhub.core.rules.events import By, ClarificationRaised, ClarificationSent
from evalhub.core.rules.plan import Bidder
from evalhub.core.rules.state import Clarification, Phase, Stage, State, Vetting, put

OPEN = frozenset({"asked", "returned", "sent"})
DROPPED = frozenset({"refused", "withdrawn"})
UNANSWERED = frozenset({"late", "lapsed"})

# -- questions -----------------------------------------------------------------------------------------------------


def code_of(state: State, number: int) -> str:
    """The code of the ``number``-th clarification: from a keyed hash, so that it does not tell the number."""
    seed = bytes.fromhex(state.draws[0].seed)
    digest = hmac.digest(seed, b"evalhub/clarification/v1\0%d" % number, "sha256")
    code = f"C{digest.hex()[:8].upper()}"
    return code if code not in state.clarifications else f"{code}-{number}"


def of_kind(state: State, kind: str) -> tuple[Clarification, ...]:
    """All clarifications of a kind, in the order they were asked."""
    return tuple(item for item in state.clarifications.values() if item.kind == kind)


def next_code(state: State) -> str:
    """The code of the next clarification."""
    return code_of(state, len(state.clarifications) + 1)


def deadline(state: State, item: Clarification) -> int:
    """When the answer is due, ms of hub time; pauses since it went out given back."""
    return item.sent_at + item.minutes * 60_000 + state.paused_ms - item.paused_before


def vetters(state: State) -> frozenset[str]:
    """Who has to approve: the host for the agency, and oversight where the plan says so."""
    roles = {"host", "oversight"} if state.the_plan().project.clarification.oversight_vets else {"host"}
    return frozenset(name for name, party in state.parties.items() if party.role in roles)


def notice_of(state: State, item: Clarification) -> Notice:
    """What the bidder is shown of a question that goes out now, or went out."""
    project = state.the_plan().project
    due = (item.sent_at or state.now) + item.minutes * 60_000
    return Notice(
        v=1,
        session=state.session,
        project=project.code,
        title=project.title,
        bidder=item.bidder,
        clarification=item.code,
        kind=item.kind,  # type: ignore[arg-type]
        deadline=format_time(due),
        text=item.text,
        price=item.price,
        tests=item.tests,
    )


def due(state: State) -> ClarificationSent | None:
    """The next question that everybody who vets has approved."""
    for item in state.clarifications.values():
        if item.status == "asked" and item.approved >= vetters(state):
            notice = notice_of(state, item)
            return ClarificationSent(
                clarification=item.code, bidder=item.bidder, deadline=notice.deadline, notice=notice.digest()
            )
    return None


def holds(state: State) -> bool:
    """Whether the round under way waits for a question: one that its asker needs and has not sealed after."""
    return any(_holds(state, item) for item in state.clarifications.values())


def _holds(state: State, item: Clarification) -> bool:
    round_ = state.round()
    if not item.needed or item.seat not in state.seats or item.round != round_.number:
        return False
    if item.status in DROPPED:
        return False
    return item.status in OPEN or rounds.revision_of(round_, item.seat) <= item.revision


def bidder_of(state: State, code: str) -> Bidder | None:
    """The bidder of that code."""
    return next((bidder for bidder in state.the_plan().project.bidders if bidder.code == code), None)


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_ask(state: State, command: c.AskClarification, _: By) -> None:
    """A member, about a bid that is still in, outside the ballot for the chair; something that can be read."""
    if state.phase is Phase.SEALING and state.round().stage is Stage.CHAIR:
        raise Refusal("wrong-phase", command="ask_clarification", phase=Stage.CHAIR)
    known = rounds.valid_bidders(state) if state.bids else [b.code for b in state.the_plan().project.bidders]
    if command.bidder not in known:
        raise Refusal("unknown-bidder", bidder=command.bidder, known=" ".join(known))
    _require_text(command.text)
    if command.kind == "abnormally-low":
        _may_doubt(state, command.bidder)


def _may_doubt(state: State, bidder: str) -> None:
    """Before scores are written, and once for each bid: the decision comes before the detailed evaluation."""
    if state.phase is Phase.SEALING and state.round().stage is Stage.DETAILED:
        raise Refusal("low-bid-too-late")
    doubted = [item for item in of_kind(state, "abnormally-low") if item.bidder == bidder]
    if any(item.status not in DROPPED for item in doubted):
        raise Refusal("low-bid-asked", bidder=bidder)


def may_amend(state: State, command: c.AmendClarification, by: By) -> None:
    """One's own, after it was returned."""
    _require_own(state, command.clarification, by, {"returned"})
    _require_text(command.text)


def may_withdraw(state: State, command: c.WithdrawClarification, by: By) -> None:
    """One's own, as long as it has not gone out."""
    _require_own(state, command.clarification, by, {"asked", "returned"})


def may_vet(state: State, command: c.VetClarification, by: By) -> None:
    """Those who vet, once each; whoever does not approve says why; a question of the rules goes out in any case."""
    if by.site not in vetters(state):
        raise Refusal("oversight-does-not-vet")
    item = _require(state, command.clarification, {"asked", "returned"})
    if item.status == "returned" and command.decision != "refuse":
        raise Refusal("clarification-moved-on", clarification=item.code, status=item.status)
    if command.decision == "approve":
        _may_approve(state, item, command, by)
        return
    if not item.seat:
        raise Refusal("must-be-asked", clarification=item.code)
    if not command.reason.strip():
        raise Refusal("vetting-reason-missing", clarification=item.code)


def _may_approve(state: State, item: Clarification, command: c.VetClarification, by: By) -> None:
    if by.site in item.approved:
        raise Refusal("already-vetted", clarification=item.code)
    least = state.the_plan().project.low_bids.minutes
    if item.kind == "abnormally-low" and 0 < command.minutes < least:
        raise Refusal("too-little-time", minutes=command.minutes, least=least)


def may_file(state: State, command: c.FileAnswer, _: By) -> None:
    """For a question that went out and has no answer; signed by the bidder's key if the plan has it."""
    item = _require(state, command.clarification, {"sent"})
    confirmed = _confirmed(state, item, command)
    if (item.kind == "price-confirmation") is (confirmed is None):
        raise Refusal("confirmation-missing" if confirmed is None else "nothing-to-confirm", clarification=item.code)


def _confirmed(state: State, item: Clarification, command: c.FileAnswer) -> bool | None:
    bidder = bidder_of(state, item.bidder)
    if bidder is not None and bidder.key is not None:
        if not command.answer or command.text or command.document or command.confirmed is not None:
            raise Refusal("answer-unsigned", bidder=item.bidder)
        return read_reply(command.answer, bidder.key, item.notice, item.bidder).confirmed
    if command.answer or command.document is None or not command.text.strip():
        raise Refusal("answer-no-document", bidder=item.bidder)
    return command.confirmed


def may_close(state: State, command: c.CloseClarification, _: By) -> None:
    """Once the deadline has passed."""
    item = _require(state, command.clarification, {"sent"})
    if state.now <= deadline(state, item):
        raise Refusal("deadline-not-reached", deadline=format_time(deadline(state, item)))


def _require(state: State, code: str, statuses: set[str]) -> Clarification:
    item = state.clarifications.get(code)
    if item is None:
        raise Refusal("no-such-clarification", clarification=code)
    if item.status not in statuses:
        raise Refusal("clarification-moved-on", clarification=code, status=item.status)
    return item


def _require_own(state: State, code: str, by: By, statuses: set[str]) -> None:
    item = state.clarifications.get(code)
    if item is None or item.seat != by.seat:  # the same answer, or a booth could try out codes of others
        raise Refusal("no-such-clarification", clarification=code)
    _require(state, code, statuses)


def _require_text(text: str) -> None:
    if not text.strip():
        raise Refusal("clarification-empty")


# -- what it changes -----------------------------------------------------------------------------------------------


def asked(state: State, command: c.AskClarification, by: By) -> State:
    """In the round under way, or between rounds."""
    return _added(
        state,
        kind=command.kind,
        bidder=command.bidder,
        seat=by.seat or "",
        round=state.round().number if state.phase is Phase.SEALING else 0,
        text=command.text,
        needed=command.needed,
    )


def raised(state: State, event: ClarificationRaised) -> State:
    """By the rules."""
    return _added(state, kind=event.kind, bidder=event.bidder, price=event.price, tests=event.tests)


def amended(state: State, command: c.AmendClarification, _: By) -> State:
    """Vetted anew, by everybody."""
    return _item(state, command.clarification, text=command.text, status="asked")


def withdrawn(state: State, command: c.WithdrawClarification, _: By) -> State:
    """Kept, and asked of nobody."""
    return _settled(state, command.clarification, status="withdrawn")


def vetted(state: State, command: c.VetClarification, by: By) -> State:
    """The host's time to answer counts."""
    item = state.clarifications[command.clarification]
    vetting = Vetting(party=by.site, decision=command.decision, reason=command.reason)
    vettings = (*item.vettings, vetting)
    if command.decision == "refuse":
        return _settled(state, item.code, status="refused", vettings=vettings)
    if command.decision == "return":
        return _item(state, item.code, status="returned", vettings=vettings, approved=frozenset())
    project = state.the_plan().project
    usual = project.low_bids.minutes if item.kind == "abnormally-low" else project.clarification.minutes
    minutes = (command.minutes or usual) if by.role == "host" else item.minutes
    return _item(state, item.code, vettings=vettings, approved=item.approved | {by.site}, minutes=minutes)


def sent(state: State, event: ClarificationSent) -> State:
    """The time to answer begins."""
    return _item(
        state,
        event.clarification,
        status="sent",
        sent_at=state.now,
        paused_before=state.paused_ms,
        notice=event.notice,
    )


def answer_filed(state: State, command: c.FileAnswer, _: By) -> State:
    """An answer after its deadline is kept as late and shown to nobody who scores."""
    item = state.clarifications[command.clarification]
    late = state.now > deadline(state, item)
    changes: dict[str, object] = {
        "answer": command.text,
        "confirmed": command.confirmed,
        "attachments": (command.document,) if command.document else (),
        "signed_by": "document",
    }
    bidder = bidder_of(state, item.bidder)
    if bidder is not None and bidder.key is not None:
        reply = read_reply(command.answer, bidder.key, item.notice, item.bidder)
        changes = {
            "answer": reply.text,
            "confirmed": reply.confirmed,
            "attachments": reply.attachments,
            "signed_by": "key",
        }
    return _settled(state, item.code, status="late" if late else "answered", answered_at=state.now, **changes)


def lapsed(state: State, command: c.CloseClarification, _: By) -> State:
    """No answer came."""
    return _settled(state, command.clarification, status="lapsed")


def _added(state: State, **fields: object) -> State:
    number = len(state.clarifications) + 1
    item = Clarification(code=next_code(state), number=number, **fields)  # type: ignore[arg-type]
    return state.with_(clarifications=put(state.clarifications, item.code, item))


def _settled(state: State, code: str, **changes: object) -> State:
    item = state.clarifications[code]
    round_ = state.round() if state.rounds else None
    revision = rounds.revision_of(round_, item.seat) if round_ and round_.number == item.round else 0
    return _item(state, code, settled=state.size, revision=revision, **changes)


def _item(state: State, code: str, **changes: object) -> State:
    changed = msgspec.structs.replace(state.clarifications[code], **changes)
    return state.with_(clarifications=put(state.clarifications, code, changed))
