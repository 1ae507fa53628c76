"""The draw inside a session: freeze, commit, escrow, reveal, call leaf by leaf, replace (R12–R16, R22).

The arithmetic is in ``draw.py``; here is who may do which step when. A centre's share of the committee is the sum of
the members standing in its strata, over all draws.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

import msgspec

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import draw as d
from evalhub.core.rules import representatives
from evalhub.core.rules.events import By, DrawOpened, DrawRequest, DrawSeeded
from evalhub.core.rules.plan import Stratum
from evalhub.core.rules.state import Draw, Freeze, Outcome, Phase, State, put
from evalhub.core.rules.statements import ESCROW_PAD
from evalhub.core.sealing.b64 import unb64u_exactly
from evalhub.core.sealing.pieces import held_by, piece_digest

RECUSED_DECLARED = "recused:declared"
SITS_ALREADY = "recused:already-member"
BARS = ("recused:", REMOVED := "removed:")  # whoever fell out so, sits in no draw of the session again
REMOVALS = frozenset({RECUSED_DECLARED, "late", "withdrawn"})  # what can befall someone who had accepted


# -- questions -----------------------------------------------------------------------------------------------------


def request_digest(request: DrawRequest) -> str:
    """SHA-256 (hex) of one centre's request, which its frozen pool answers."""
    return hashlib.sha256(canonical(request)).hexdigest()


def contributors(state: State) -> tuple[str, ...]:
    """Every centre and oversight, sorted."""
    return tuple(sorted(state.parties))


def frozen(draw: Draw) -> bool:
    """Every centre asked has frozen its pool."""
    return set(draw.pools) == set(draw.requests)


def transcript(state: State, draw: Draw) -> d.Transcript:
    """All that was fixed before anybody revealed anything."""
    requests = [
        d.CentreRequest(centre=centre, request=request_digest(DrawRequest(centre=centre, strata=draw.requests[centre])))
        for centre in sorted(draw.requests)
    ]
    pools = [
        d.CentrePool(centre=centre, root=draw.pools[centre].root, size=draw.pools[centre].size)
        for centre in sorted(draw.pools)
    ]
    commits = [d.Commit(name=name, commit=draw.commits[name]) for name in sorted(draw.commits)]
    return d.Transcript(
        session=state.session,
        draw=draw.number,
        requests=tuple(requests),
        pools=tuple(pools),
        commits=tuple(commits),
    )


def standing(draw: Draw, centre: str, stratum: Stratum) -> d.Standing:
    """Who stands in one stratum of a seeded draw, and whom to call next."""
    return draw.standings[centre, stratum.code]


def plain_standing(draw: Draw, centre: str, stratum: Stratum) -> d.Standing:
    """The same from order and outcomes. The draw keeps it (``_stood``): nearly every event of a check-in asks who
    stands, and few change it."""
    histories: dict[str, list[d.Outcome]] = {}
    for outcome in draw.outcomes.get(centre, ()):
        if outcome.stratum == stratum.code:
            histories.setdefault(outcome.leaf, []).append(outcome.outcome)  # type: ignore[arg-type]
    order = draw.orders[centre, stratum.code]
    return d.standing(order, histories, need=stratum.need, reserves=stratum.reserves)


def members(state: State, centre: str) -> Mapping[str, str]:
    """Leaves that are members of the committee from this centre, each with its stratum; those named, too."""
    named = representatives.standing(state, centre)
    if len(state.draws) == 1 and not named:
        return state.draws[0].members.get(centre, {})
    drawn = {leaf: code for draw in state.draws for leaf, code in draw.members.get(centre, {}).items()}
    return {**drawn, **named}


def seats_of(state: State, centre: str) -> int:
    """Seats of the committee that this centre fills, by draw or by name."""
    named = state.the_plan().project.committee.representatives if centre == state.host() else 0
    return state.the_plan().share_of(centre).seats() + named


def standing_leaves(state: State, centre: str) -> frozenset[str]:
    """Leaves of this centre that sit or wait as reserves, in any stratum of any draw: each may stand only once."""
    found: set[str] = set()
    for draw in state.draws:
        if draw.seed:
            for stratum in draw.requests.get(centre, ()):
                current = standing(draw, centre, stratum)
                found.update(current.members, current.reserves)
    return frozenset(found)


def recusal(state: State, centre: str, leaf: str) -> str:
    """The outcome by which this leaf was recused, or removed, in any draw of the session, or empty."""
    for draw in state.draws:
        for outcome in draw.outcomes.get(centre, ()):
            if outcome.leaf == leaf and outcome.outcome.startswith(BARS) and outcome.outcome != SITS_ALREADY:
                return outcome.outcome
    return ""


def shortfall(state: State, centre: str) -> dict[str, int]:
    """Members still missing in each stratum of one centre's share."""
    held = Counter(members(state, centre).values())
    share = state.the_plan().share_of(centre)
    return {s.code: missing for s in share.strata if (missing := s.need - held[s.code]) > 0}


def committee_complete(state: State) -> bool:
    """Every centre supplies all its members, drawn and named."""
    return not any(shortfall(state, one) or representatives.missing(state, one) for one in state.centres())


def dead_ends(state: State) -> tuple[tuple[str, str], ...]:
    """(centre, stratum) of missing members for whom no draw, early or late, has a leaf left to call."""
    return tuple(
        (centre, code)
        for centre in state.centres()
        for code in shortfall(state, centre)
        if not any(_has_next(draw, centre, code) for draw in state.draws)
    )


def _has_next(draw: Draw, centre: str, code: str) -> bool:
    """A draw without a seed may still bring someone, if it asks at all."""
    asked = [stratum for stratum in draw.requests.get(centre, ()) if stratum.code == code]
    return any(not draw.seed or standing(draw, centre, stratum).next is not None for stratum in asked)


def next_requests(state: State) -> dict[str, tuple[Stratum, ...]]:
    """What the next draw has to find: everything at first, later only what is missing (without new reserves)."""
    if not state.draws:
        return {share.centre: share.strata for share in state.the_plan().shares}
    requests = {}
    for share in state.the_plan().shares:
        missing = shortfall(state, share.centre)
        strata = [
            msgspec.structs.replace(stratum, need=missing[stratum.code], reserves=0)
            for stratum in share.strata
            if stratum.code in missing
        ]
        if strata:
            requests[share.centre] = tuple(strata)
    return requests


def _draw(state: State, number: int) -> Draw:
    if not state.draws or number != state.draw().number:
        raise Refusal("wrong-draw", draw=number)
    return state.draw()


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_freeze(state: State, command: c.FreezePool, by: By) -> None:
    """Once, for the request logged; leaves sorted and under the stated root; strata point into them.

    A further draw is from the same registered pool. That it was registered in time, the hub's gate checks.
    """
    draw = _draw(state, command.draw)
    if by.site not in draw.requests:
        raise Refusal("not-asked", party=by.site)
    if by.site in draw.pools:
        raise Refusal("already-frozen", party=by.site)
    strata = draw.requests[by.site]
    if command.request != request_digest(DrawRequest(centre=by.site, strata=strata)):
        raise Refusal("wrong-request")
    if [stratum.code for stratum in command.strata] != [stratum.code for stratum in strata]:
        raise Refusal("wrong-strata")
    earlier = [one.pools[by.site].registered for one in state.draws if by.site in one.pools]
    if earlier and earlier[0] != command.registered:
        raise Refusal("pool-changed", party=by.site)
    if d.pool_root([bytes.fromhex(leaf) for leaf in command.leaves]).hex() != command.root:
        raise Malformed("the root is not that of the leaves", "body.root")
    for stratum in command.strata:
        indexes = stratum.leaves
        if list(indexes) != sorted(set(indexes)) or (
            indexes and not 0 <= indexes[0] <= indexes[-1] < len(command.leaves)
        ):
            raise Malformed("indexes must ascend and point into the leaves", f"body.strata.{stratum.code}")


def may_commit(state: State, command: c.CommitRandomness, by: By) -> None:
    """Once, after all pools are frozen (or a pool could be chosen to suit the seed)."""
    draw = _draw(state, command.draw)
    if not frozen(draw):
        raise Refusal("pools-not-frozen")
    if by.site in draw.commits:
        raise Refusal("already-committed", party=by.site)
    unb64u_exactly(32, command.commit, where="body.commit")


def may_escrow(state: State, command: c.EscrowRandomness, by: By) -> None:
    """Once, sealed by the contributor itself, after the commitments were countersigned."""
    context = command.context
    draw = _draw(state, context.round)
    _gate_passed(state, f"commit:{draw.number}")
    if context.seat != by.site or context.rev != 1 or context.pad != ESCROW_PAD:
        raise Refusal("wrong-escrow", party=by.site)
    if by.site in draw.escrows:
        raise Refusal("already-escrowed", party=by.site)


def may_reveal(state: State, command: c.RevealRandomness, by: By) -> None:
    """What was committed to, once, after every escrow was countersigned."""
    draw = _draw(state, command.draw)
    _check_reveal(state, draw, by.site, command.r)


def may_call_escrow(state: State, command: c.CallEscrow, _: By) -> None:
    """Only for a contributor that has not revealed."""
    draw = _draw(state, command.draw)
    _gate_passed(state, f"escrow:{draw.number}")
    if command.missing not in draw.commits or command.missing in draw.reveals or command.missing in draw.called:
        raise Refusal("nothing-to-call", party=command.missing)


def may_release_escrow(state: State, command: c.ReleaseEscrow, by: By) -> None:
    """All pieces this trustee holds of an escrow that was called, each matching its digest."""
    draw = _draw(state, command.draw)
    if command.missing not in draw.called or by.site in draw.released.get(command.missing, {}):
        raise Refusal("nothing-to-release", party=command.missing)
    check_pieces(state, draw.escrows[command.missing].pieces, command.pieces, by.site)


def may_record_recovery(state: State, command: c.RecordRecovery, _: By) -> None:
    """The opened escrow must be what its owner committed to."""
    draw = _draw(state, command.draw)
    if command.missing not in draw.called:
        raise Refusal("nothing-to-release", party=command.missing)
    _check_reveal(state, draw, command.missing, command.r)


def may_record_outcome(state: State, command: c.RecordOutcome, by: By) -> None:
    """The next leaf in rank order with any first outcome, or a removal of one that had accepted."""
    draw = _draw_of(state, command, by)
    if command.outcome not in d.OUTCOMES:
        raise Refusal("unknown-outcome", outcome=command.outcome)
    stratum = next(s for s in draw.requests[by.site] if s.code == command.stratum)
    current = standing(draw, by.site, stratum)
    if command.outcome in REMOVALS and command.leaf in (*current.members, *current.reserves):
        if any(seat.leaf == command.leaf and seat.redeemed for seat in state.seats.values()):
            raise Refusal("already-seated", leaf=command.leaf)
        return
    if command.leaf != current.next:
        raise Refusal("not-the-next-leaf", next=current.next)
    if command.outcome in ("late", "withdrawn"):
        raise Refusal("never-accepted", leaf=command.leaf)
    stands = command.leaf in standing_leaves(state, by.site)
    if stands and command.outcome != SITS_ALREADY:
        raise Refusal("already-member", leaf=command.leaf)
    if command.outcome == SITS_ALREADY and not stands:
        raise Refusal("not-a-member", leaf=command.leaf)
    if command.outcome.startswith(REMOVED) and command.outcome != recusal(state, by.site, command.leaf):
        raise Refusal("never-removed", leaf=command.leaf)
    if command.outcome == "accepted":
        _may_sit(state, command.leaf, by.site)


def _may_sit(state: State, leaf: str, centre: str) -> None:
    """Nobody who was recused in this session sits in it (条例 art 46), whichever draw it was."""
    earlier = recusal(state, centre, leaf)
    if earlier:
        raise Refusal("recused-before", leaf=leaf, outcome=earlier)


def may_order_draw(state: State, command: c.OrderDraw, _: By) -> None:
    """Only when members are missing and nobody is left to call for any of them (or one seat could be filled twice)."""
    if command.draw != len(state.draws) + 1:
        raise Refusal("wrong-draw", draw=command.draw)
    missing = {(centre, code) for centre in state.centres() for code in shortfall(state, centre)}
    if not missing or missing != set(dead_ends(state)):
        raise Refusal("draw-not-exhausted")


def check_pieces(state: State, digests: tuple[str, ...], pieces: tuple[c.Piece, ...], trustee: str) -> None:
    """Raise unless these are exactly the pieces ``trustee`` holds, each the one its envelope names."""
    assert state.roster is not None
    if tuple(piece.index for piece in pieces) != held_by(trustee, state.roster.blind):
        raise Refusal("wrong-pieces", party=trustee)
    for piece in pieces:
        value = unb64u_exactly(32, piece.value, where="body.pieces")
        if piece_digest(state.session, piece.index, value) != digests[piece.index]:
            raise Refusal("piece-mismatch", party=trustee, piece=piece.index)


def _check_reveal(state: State, draw: Draw, name: str, r: str) -> None:
    _gate_passed(state, f"escrow:{draw.number}")
    if name in draw.reveals:
        raise Refusal("already-revealed", party=name)
    value = unb64u_exactly(32, r, where="body.r")
    if d.commitment(state.session, draw.number, name, value) != draw.commits[name]:
        raise Refusal("contribution-mismatch", name=name)


def _gate_passed(state: State, gate: str) -> None:
    if gate not in state.gates:
        raise Refusal("gate-open", gate=gate)


def _draw_of(state: State, command: c.RecordOutcome, by: By) -> Draw:
    """A removal may concern an earlier draw's member; a call always concerns the latest draw."""
    for draw in state.draws:
        if draw.number == command.draw and draw.seed and (by.site, command.stratum) in draw.orders:
            return draw
    raise Refusal("wrong-draw", draw=command.draw)


# -- what it changes -----------------------------------------------------------------------------------------------


def opened(state: State, event: DrawOpened) -> State:
    """A new numbered draw; the committee is being drawn (again)."""
    draw = Draw(number=event.draw, requests={request.centre: request.strata for request in event.requests})
    return state.with_(phase=Phase.DRAWING, draws=(*state.draws, draw), draw_ordered=False)


def ordered(state: State) -> State:
    """The next draw follows at once."""
    return state.with_(phase=Phase.DRAWING, draw_ordered=True)


def frozen_pool(state: State, command: c.FreezePool, by: By) -> State:
    """Only the eligible leaves of each stratum are kept in the state; all of them are in the ledger."""
    strata = {s.code: tuple(command.leaves[index] for index in s.leaves) for s in command.strata}
    freeze = Freeze(root=command.root, registered=command.registered, size=len(command.leaves), strata=strata)
    return _change(state, pools=put(state.draw().pools, by.site, freeze))


def committed(state: State, command: c.CommitRandomness, by: By) -> State:
    """One more commitment."""
    return _change(state, commits=put(state.draw().commits, by.site, command.commit))


def escrowed(state: State, command: c.EscrowRandomness, by: By) -> State:
    """One more escrow."""
    draw = state.draw()
    return _change(
        state.with_(envelopes=state.envelopes + 1),
        escrows=put(draw.escrows, by.site, command.context),
        escrow_digests=put(draw.escrow_digests, by.site, command.envelope),
    )


def revealed(state: State, name: str, r: str) -> State:
    """One more contribution, revealed or recovered."""
    return _change(state, reveals=put(state.draw().reveals, name, r))


def escrow_called(state: State, command: c.CallEscrow, _: By) -> State:
    """Trustees may release this escrow."""
    return _change(state, called=state.draw().called | {command.missing})


def escrow_released(state: State, command: c.ReleaseEscrow, by: By) -> State:
    """One trustee's pieces of it."""
    draw = state.draw()
    pieces = tuple((piece.index, piece.value) for piece in command.pieces)
    released = put(draw.released.get(command.missing, {}), by.site, pieces)
    return _change(state, released=put(draw.released, command.missing, released))


def seeded(state: State, event: DrawSeeded) -> State:
    """Every stratum's calling order follows from the seed."""
    draw = state.draw()
    seed = bytes.fromhex(event.seed)
    orders = {
        (centre, code): tuple(
            d.leaf_id(leaf) for leaf in d.rank(seed, centre, code, [bytes.fromhex(leaf) for leaf in leaves])
        )
        for centre, pool in draw.pools.items()
        for code, leaves in pool.strata.items()
    }
    after = msgspec.structs.replace(draw, seed=event.seed, orders=orders)
    for centre, strata in draw.requests.items():
        for stratum in strata:
            after = _stood(after, centre, stratum)
    return state.with_(draws=(*state.draws[:-1], after))


def outcome_recorded(state: State, centre: str, number: int, outcome: Outcome) -> State:
    """One more outcome in the draw it concerns; a vacated committee goes back to drawing by its shortfall alone."""

    def noted(draw: Draw) -> Draw:
        history = (*draw.outcomes.get(centre, ()), outcome)
        after = msgspec.structs.replace(draw, outcomes=put(draw.outcomes, centre, history))
        return _stood(after, centre, next(one for one in draw.requests[centre] if one.code == outcome.stratum))

    return state.with_(draws=tuple(noted(draw) if draw.number == number else draw for draw in state.draws))


def _stood(draw: Draw, centre: str, stratum: Stratum) -> Draw:
    """The draw with what one stratum's order and outcomes say now."""
    standings = put(draw.standings, (centre, stratum.code), plain_standing(draw, centre, stratum))
    members = {
        leaf: one.code
        for one in draw.requests[centre]
        if (centre, one.code) in standings
        for leaf in standings[centre, one.code].members
    }
    return msgspec.structs.replace(draw, standings=standings, members=put(draw.members, centre, members))


def exhausted(state: State, centre: str, stratum: str) -> State:
    """Remembered, so that it is said once."""
    return _change(state, exhausted=state.draw().exhausted | {(centre, stratum)})


def find_draw(state: State, centre: str, leaf: str) -> tuple[int, str]:
    """(draw number, stratum) in which a member's leaf stands. KeyError if it is no member."""
    for draw in reversed(state.draws):
        if draw.seed:
            for stratum in draw.requests.get(centre, ()):
                if leaf in standing(draw, centre, stratum).members:
                    return draw.number, stratum.code
    raise KeyError(leaf)


def _change(state: State, **changes: object) -> State:
    draw = msgspec.structs.replace(state.draw(), **changes)
    return state.with_(draws=(*state.draws[:-1], draw))
