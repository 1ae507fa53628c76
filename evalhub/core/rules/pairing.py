"""Pairing: the host asks, guests answer, trustees file their keys (R2, R3, R5; ``sealing`` §2 roster).

The opening names the keys that everything after it is verified with, so it is refused unless a policy follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.checkpoint import origin_for
from evalhub.core.ledger.note import Verifier
from evalhub.core.ledger.policy import policy_for
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import By
from evalhub.core.rules.plan import plan_problems, room_problems
from evalhub.core.rules.state import Acceptance, Phase, Principal, State, put
from evalhub.core.sealing.keys import PublicJwk, load_public
from evalhub.core.sealing.roster import Roster, Trustee, roster_for

# -- what is allowed -----------------------------------------------------------------------------------------------


def may_open(state: State, command: c.OpenSession, _: By) -> None:
    """One host, at least one guest, exactly one oversight; no name and no key twice; a ledger that can be verified."""
    roles = [party.role for party in command.parties]
    if roles.count("host") != 1 or roles.count("oversight") != 1 or "guest" not in roles:
        raise Refusal("wrong-parties", roles=" ".join(roles))
    names = {party.name for party in command.parties}
    keys = {party.identity.thumbprint() for party in command.parties}
    witnesses = {Verifier.parse(party.witness).public for party in command.parties}
    if not len(names) == len(keys) == len(witnesses) == len(roles):
        raise Refusal("party-twice")
    for party in command.parties:
        load_public(party.identity)
    _check_ledger(state.session, command)


def may_propose(state: State, command: c.ProposePlan, _: By) -> None:
    """The next revision, for this host and its guests, without a mistake."""
    revision = state.plan.revision + 1 if state.plan else 1
    if command.plan.revision != revision:
        raise Refusal("wrong-revision", expected=revision, got=command.plan.revision)
    guests = sorted(name for name, party in state.parties.items() if party.role == "guest")
    shares = command.plan.shares
    if not shares or shares[0].centre != state.host() or sorted(command.plan.guests()) != guests:
        raise Refusal("wrong-centres", expected=" ".join([state.host(), *guests]))
    for problem in plan_problems(command.plan):
        raise Refusal(problem.code, path=problem.path, found=problem.found)


def may_accept(state: State, command: c.AcceptPlan, by: By) -> None:
    """Once for each plan, for the standing plan, with enough booths of one's own."""
    _standing(state, command.plan, by)
    for problem in room_problems(command.rooms, "rooms"):
        raise Refusal(problem.code, path=problem.path, found=problem.found)
    booths = sum(len(room.booths) for room in command.rooms)
    wanted = state.the_plan().share_of(by.site).seats()
    if booths < wanted:
        raise Refusal("too-few-booths", wanted=wanted, offered=booths)


def may_refuse(state: State, command: c.RefusePlan, by: By) -> None:
    """Once for each plan, for the standing plan."""
    _standing(state, command.plan, by)


def may_file_key(state: State, command: c.FileTrusteeKey, by: By) -> None:
    """One key for each trustee, on the curve, nobody else's."""
    if by.site in state.trustee_keys:
        raise Refusal("already-filed", party=by.site)
    load_public(command.pk)
    taken = {key.thumbprint() for key in state.trustee_keys.values()} | set(state.keys)
    if command.pk.thumbprint() in taken:
        raise Refusal("key-in-use")


def may_sign_roster(state: State, command: c.SignRoster, by: By) -> None:
    """The complete roster, once."""
    if state.roster is None:
        raise Refusal("roster-incomplete")
    if command.roster != state.roster_digest:
        raise Refusal("foreign-roster")
    if by.site in state.roster_signed:
        raise Refusal("already-signed", party=by.site)


def _check_ledger(session: str, command: c.OpenSession) -> None:
    """Origin and log key are this session's, and each witness has a key that cosigns (C2SP tlog-policy).

    Raises ``Refusal``: "wrong-origin", "wrong-log"; ``Malformed`` for a vkey that is none, or of the wrong type.
    """
    expected = origin_for(command.origin.partition("/")[0], session, command.rehearsal)
    if command.origin != expected:
        raise Refusal("wrong-origin", expected=expected)
    log = Verifier.parse(command.log)
    if log.name != command.origin:
        raise Refusal("wrong-log", expected=command.origin)
    try:
        policy_for(log, [(party.name, Verifier.parse(party.witness)) for party in command.parties])
    except Malformed as error:
        raise Malformed(error.reason, "body.parties") from None


def _standing(state: State, digest: str, by: By) -> None:
    if digest != state.plan_digest:
        raise Refusal("not-the-standing-plan", standing=state.plan_digest)
    if by.site in state.acceptances:
        raise Refusal("already-answered", party=by.site)


# -- what it changes -----------------------------------------------------------------------------------------------


def opened(state: State, command: c.OpenSession, _: By) -> State:
    """Parties and their keys are known from here on."""
    keys = {
        party.identity.thumbprint(): Principal(by=By(role=party.role, site=party.name), key=party.identity)
        for party in command.parties
    }
    return state.with_(
        phase=Phase.DRAFT,
        origin=command.origin,
        log=command.log,
        rehearsal=command.rehearsal,
        parties={party.name: party for party in command.parties},
        keys=keys,
    )


def proposed(state: State, command: c.ProposePlan, _: By) -> State:
    """A changed plan asks every guest again; earlier answers stay in the ledger."""
    return state.with_(phase=Phase.REQUESTED, plan=command.plan, plan_digest=command.plan.digest(), acceptances={})


def accepted(state: State, command: c.AcceptPlan, by: By) -> State:
    """The guest's rooms become part of the plan."""
    return state.with_(acceptances=put(state.acceptances, by.site, Acceptance(rooms=command.rooms)))


def refused(state: State, command: c.RefusePlan, by: By) -> State:
    """A refusal stands until the host changes the plan."""
    return state.with_(acceptances=put(state.acceptances, by.site, Acceptance(rooms=None, reason=command.reason)))


def key_filed(state: State, command: c.FileTrusteeKey, by: By) -> State:
    """The last key completes the roster."""
    keys = put(state.trustee_keys, by.site, command.pk)
    roster = _roster(state, keys) if len(keys) == len(state.parties) else None
    return state.with_(trustee_keys=keys, roster=roster, roster_digest=roster.digest() if roster else "")


def _roster(state: State, keys: Mapping[str, PublicJwk]) -> Roster:
    trustees = [Trustee(name=name, pk=pk) for name, pk in keys.items()]
    try:
        return roster_for(state.session, trustees)
    except Malformed as error:
        raise Refusal("roster-impossible", reason=error.reason) from None
