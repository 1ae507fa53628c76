"""Representatives of the procuring entity (招标人代表): named, not drawn (R10, R12, R63).

The host names each by an opaque leaf and the digest of the letter that appoints it; who it is stays at the host, as
with every member. From there on a representative is a member like any other: it arrives, sits at a random booth,
declares conflicts, seals its own sheets, signs. Representatives are at most one in three of the committee (12号令
art 9; 87号令 art 47) and, in government procurement, never its chair (87号令 art 45(4)).

Never here: drawn members (``drawing``).
"""

from __future__ import annotations

import msgspec

from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import By
from evalhub.core.rules.state import Representative, State

STRATUM = "representative"  # where a drawn member has the stratum it was drawn in
GOVERNMENT = frozenset({"government-goods", "government-services"})

# -- questions -----------------------------------------------------------------------------------------------------


def standing(state: State, centre: str) -> dict[str, str]:
    """Leaves of those who represent the procuring entity now; all of them are the host's."""
    if not state.representatives or centre != state.host():
        return {}
    return {one.leaf: STRATUM for one in state.representatives if not one.gone}


def missing(state: State, centre: str) -> int:
    """How many are still to be named by this centre."""
    if centre != state.host():
        return 0
    return state.the_plan().project.committee.representatives - len(standing(state, centre))


def seats(state: State) -> frozenset[str]:
    """Seats at which a representative sits."""
    named = {one.leaf for one in state.representatives}
    return frozenset(seat.seat for seat in state.seats.values() if seat.leaf in named)


def may_chair(state: State, seat: str) -> bool:
    """Whether the member at this seat can be elected."""
    return state.the_plan().project.project_class not in GOVERNMENT or seat not in seats(state)


def is_one(state: State, leaf: str) -> bool:
    """Whether this leaf was named, and not drawn."""
    return any(one.leaf == leaf for one in state.representatives)


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_designate(state: State, command: c.DesignateRepresentative, by: By) -> None:
    """As many as the plan has seats for; nobody twice, nobody who left."""
    if missing(state, by.site) < 1:
        raise Refusal("no-representative-missing", seats=state.the_plan().project.committee.representatives)
    if is_one(state, command.leaf):
        raise Refusal("representative-named-before", leaf=command.leaf)


def may_withdraw(state: State, command: c.WithdrawRepresentative, by: By) -> None:
    """Only one who stands."""
    if command.leaf not in standing(state, by.site):
        raise Refusal("not-a-member", leaf=command.leaf)


# -- what it changes -----------------------------------------------------------------------------------------------


def designated(state: State, command: c.DesignateRepresentative, _: By) -> State:
    """One member more."""
    one = Representative(leaf=command.leaf, letter=command.letter)
    return state.with_(representatives=(*state.representatives, one))


def gone(state: State, leaf: str, why: str) -> State:
    """One member less; kept, so that nobody comes back."""
    changed = (msgspec.structs.replace(one, gone=why) if one.leaf == leaf else one for one in state.representatives)
    return state.with_(representatives=tuple(changed))
