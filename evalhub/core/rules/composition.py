"""The committee as it stands, held against the rules at every change of a seat (R10, R11, R19).

- Drawing: the committee is formed only when the members drawn are a lawful one.
- Check-in, and a member replaced: the start is requested only with a lawful committee at the booths.
- Evaluation: no round of sealed sheets opens while a seat is empty or the seated members are not a lawful committee
  (87号令 art 49: the committee is completed first, then it goes on).

The rules themselves are the table in ``committee``; this module only counts who is there.
"""

from __future__ import annotations

from evalhub.core.rules import drawing, representatives
from evalhub.core.rules.committee import CommitteeProfile, Violation, check_committee, require_committee
from evalhub.core.rules.plan import profile_of
from evalhub.core.rules.state import State


def drawn(state: State) -> CommitteeProfile:
    """The members that the draws have brought so far, and those the procuring entity has named."""
    everyone = sum(len(drawing.members(state, centre)) for centre in state.centres())
    return _of(state, everyone, len(representatives.standing(state, state.host())))


def seated(state: State) -> CommitteeProfile:
    """The members who sit at a booth."""
    return _of(state, len(state.seats), len(representatives.seats(state)))


def formed(state: State) -> bool:
    """Every centre supplies all its members, and together they are a lawful committee."""
    return drawing.committee_complete(state) and not check_committee(drawn(state))


def violations(state: State) -> tuple[Violation, ...]:
    """Rules that the members at the booths break."""
    return check_committee(seated(state))


def may_evaluate(state: State) -> bool:
    """Every seat of the plan is filled, by a lawful committee."""
    return len(state.seats) == state.the_plan().project.committee.size and not violations(state)


def require_seated(state: State) -> None:
    """Raise a ``Refusal``: "committee-…" for the first rule broken."""
    require_committee(seated(state))


def _of(state: State, members: int, named: int) -> CommitteeProfile:
    """The plan's case with this many members, some of them named and not drawn."""
    asked = profile_of(state.the_plan().project)
    return CommitteeProfile(
        size=members,
        representatives=named,
        experts=members - named,
        project_class=asked.project_class,
        budget=asked.budget,
        complex=asked.complex,
        concern=asked.concern,
    )
