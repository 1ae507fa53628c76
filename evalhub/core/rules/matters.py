"""Matters: what the committee decides together, by recorded answers and the majority (R54, R55, R70; 87号令 art 61).

    raised ──every member answered──▶ decided: carried if more than half of all members agree, else not carried
                    └── somebody asked to look again ──▶ returned: every member answers once more (``MOST_ROUNDS``)

Rules
- A matter is raised by the rules themselves (kind ``rejection``, ``competition``) or by the chair (``question``).
- Who proposed it in a sheet has agreed by that; the others answer. In a second round everybody answers, the proposers
  with their reasons.
- Nobody reads an answer to a round before everybody has answered it (decision 0150; ``visibility``).
- A tie is not a majority. Dissent and its reasons are kept.
- When a member is replaced, what was decided together is void, and raised anew for the members who then sit.

What a decision leads to is not decided here (``deliberation``). Another kind needs its line in ``KINDS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import By, MatterDecided, MatterRaised, MatterReturned
from evalhub.core.rules.rounds import member_number
from evalhub.core.rules.state import GivenAnswer, Matter, State, put

MOST_ROUNDS = 2
CARRIED, NOT_CARRIED = "carried", "not-carried"
AGREE, DISAGREE, LOOK_AGAIN = "agree", "disagree", "look-again"


@dataclass(frozen=True, slots=True)
class Kind:
    """How matters of one kind are answered: which answers want a reason, and whether they may be sent back."""

    reasons: frozenset[str]
    look_again: bool = False


KINDS: Mapping[str, Kind] = {
    "rejection": Kind(reasons=frozenset({DISAGREE, LOOK_AGAIN}), look_again=True),
    "competition": Kind(reasons=frozenset({AGREE, DISAGREE})),
    "low-bid": Kind(reasons=frozenset({AGREE, DISAGREE, LOOK_AGAIN}), look_again=True),
    "price-unconfirmed": Kind(reasons=frozenset({DISAGREE})),
    "question": Kind(reasons=frozenset()),
}

# -- questions -----------------------------------------------------------------------------------------------------


def open_matters(state: State) -> tuple[Matter, ...]:
    """Matters without an outcome, in the order they were raised."""
    return tuple(matter for matter in standing(state) if not matter.outcome)


def standing(state: State) -> tuple[Matter, ...]:
    """All matters that are not void, in the order they were raised."""
    return tuple(matter for matter in state.matters.values() if not matter.void)


def of_kind(state: State, kind: str) -> tuple[Matter, ...]:
    """All standing matters of a kind, in the order they were raised."""
    return tuple(matter for matter in standing(state) if matter.kind == kind)


def next_code(state: State) -> str:
    """The code of the next matter: M1, M2, M3 …"""
    return f"M{len(state.matters) + 1}"


def proposers(matter: Matter) -> frozenset[str]:
    """Aliases of the members whose sheets proposed it."""
    return frozenset(proposal.member for proposal in matter.proposals)


def waiting(state: State, matter: Matter) -> tuple[str, ...]:
    """Seats that still have to answer the round under way, sorted; none once it has an outcome."""
    if matter.outcome:
        return ()
    return tuple(seat for seat in sorted(state.seats) if not _has_spoken(state, matter, seat))


def positions(matter: Matter, number: int) -> dict[str, GivenAnswer]:
    """alias → answer of a round (from 1), in the members' order; a proposer agrees in the first by its sheet."""
    given = {answer.member: answer for answer in matter.answers[number - 1].values()}
    if number == 1:
        own = {p.member: GivenAnswer(member=p.member, answer=AGREE, reason="") for p in matter.proposals}
        given = {**own, **given}
    return {alias: given[alias] for alias in sorted(given, key=member_number)}


def due(state: State) -> MatterReturned | MatterDecided | None:
    """What follows for the first matter whose round everybody has answered."""
    for matter in open_matters(state):
        if not waiting(state, matter):
            return _close(state, matter)
    return None


def _close(state: State, matter: Matter) -> MatterReturned | MatterDecided:
    answers = {alias: given.answer for alias, given in positions(matter, matter.round).items()}
    if LOOK_AGAIN in answers.values():
        return MatterReturned(matter=matter.code, round=matter.round + 1)
    agree = tuple(alias for alias, answer in answers.items() if answer == AGREE)
    return MatterDecided(
        matter=matter.code,
        round=matter.round,
        carried=2 * len(agree) > len(state.seats),
        agree=agree,
        disagree=tuple(alias for alias in answers if alias not in agree),
    )


def _has_spoken(state: State, matter: Matter, seat: str) -> bool:
    own_proposal = matter.round == 1 and state.aliases[seat] in proposers(matter)
    return own_proposal or seat in matter.answers[-1]


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_answer(state: State, command: c.AnswerMatter, by: By) -> None:
    """Once in each round, of the matter's round under way, with a reason where its kind wants one."""
    matter, seat = state.matters.get(command.matter), by.seat or ""
    if matter is None:
        raise Refusal("no-such-matter", matter=command.matter)
    if matter.void or matter.outcome or command.round != matter.round:
        raise Refusal("matter-moved-on", matter=matter.code, round=matter.round)
    if seat not in waiting(state, matter):
        raise Refusal("matter-answered", matter=matter.code)
    if command.answer == LOOK_AGAIN and not may_look_again(matter):
        raise Refusal("no-more-looking", matter=matter.code)
    if needs_reason(state, matter, seat, command.answer) and not command.reason.strip():
        raise Refusal("matter-reason-missing", matter=matter.code)


def may_look_again(matter: Matter) -> bool:
    """Whether this round may still be sent back."""
    return KINDS[matter.kind].look_again and matter.round < MOST_ROUNDS


def needs_reason(state: State, matter: Matter, seat: str, answer: str) -> bool:
    """Whether this member's answer wants a reason: by its kind, and of proposers who were asked to look again."""
    asked_again = matter.round > 1 and state.aliases[seat] in proposers(matter)
    return asked_again or answer in KINDS[matter.kind].reasons


# -- what it changes -----------------------------------------------------------------------------------------------


def raised(state: State, event: MatterRaised) -> State:
    """By the rules."""
    matter = Matter(
        code=event.matter,
        kind=event.kind,
        raised_by="hub",
        bidder=event.bidder,
        ground=event.ground,
        proposals=event.proposals,
    )
    return state.with_(matters=put(state.matters, matter.code, matter))


def question_put(state: State, command: c.PutQuestion, by: By) -> State:
    """By the chair."""
    code = next_code(state)
    matter = Matter(code=code, kind="question", raised_by=state.aliases[by.seat or ""], text=command.text)
    return state.with_(matters=put(state.matters, code, matter))


def answered(state: State, command: c.AnswerMatter, by: By) -> State:
    """One member has spoken."""
    matter = state.matters[command.matter]
    seat = by.seat or ""
    given = GivenAnswer(member=state.aliases[seat], answer=command.answer, reason=command.reason)
    answers = (*matter.answers[:-1], put(matter.answers[-1], seat, given))
    return _matter(state, matter, answers=answers)


def returned(state: State, event: MatterReturned) -> State:
    """Everybody answers once more."""
    matter = state.matters[event.matter]
    return _matter(state, matter, answers=(*matter.answers, {}))


def decided(state: State, event: MatterDecided) -> State:
    """It has its outcome."""
    return _matter(state, state.matters[event.matter], outcome=CARRIED if event.carried else NOT_CARRIED)


def all_void(state: State) -> State:
    """A member sits no more: nothing that was decided with its answer holds; all of it is kept."""
    void = {code: msgspec.structs.replace(matter, void=True) for code, matter in state.matters.items()}
    return state.with_(matters=void, deliberation_closed=False)


def _matter(state: State, matter: Matter, **changes: object) -> State:
    changed = msgspec.structs.replace(matter, **changes)
    return state.with_(matters=put(state.matters, matter.code, changed))
