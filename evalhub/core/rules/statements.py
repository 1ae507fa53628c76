"""Signed statements: how a site, oversight or a booth asserts a command.

    payload = JCS{v:1, session, n, type, operator?, body}      JWS ES256, typ "evalhub-say+jws"
    n counts up by one for each key: a statement can be neither repeated nor reordered

Sealed sheets and escrows are not wrapped again: the envelope's own JWS (typ "evalhub-seal+jws") is the statement, and
its revision chain takes the place of ``n``. A redeemed ticket carries a proof by the fresh booth key
(typ "evalhub-hello+jws"), so that nobody can register a key they do not hold.

``read`` finds the signer in the state, verifies, and gives (command, by). It decides nothing else.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from evalhub.core.codec import MAX_INTEGER, Record, canonical, decode
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules.commands import (
    COMMANDS,
    ENVELOPES,
    HUB_COMMANDS,
    NAMES,
    Command,
    EscrowRandomness,
    OpenSession,
    RedeemTicket,
    SealSheet,
)
from evalhub.core.rules.events import By
from evalhub.core.rules.state import State
from evalhub.core.sealing.envelope import (
    SEAL_TYP,
    Context,
    Envelope,
    check_envelope,
    envelope_digest,
    envelope_of,
)
from evalhub.core.sealing.jws import Jws, sign
from evalhub.core.sealing.jws import read as read_jws
from evalhub.core.sealing.keys import SigningKey

SAY_TYP = "evalhub-say+jws"
HELLO_TYP = "evalhub-hello+jws"
ESCROW_FORM = "draw-escrow"
ESCROW_PAD = 64


class Operator(Record):
    """Who sat at the console: account and network address (20号令 art 49)."""

    account: Annotated[str, Meta(min_length=1, max_length=64)]
    address: Annotated[str, Meta(min_length=1, max_length=64)]


class Statement(Record, omit_defaults=True):
    """The payload of a statement. ``body`` is read by ``type`` only after the signature holds."""

    v: Literal[1]
    session: str
    n: Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
    type: str
    body: msgspec.Raw
    operator: Operator | None = None


class Hello(Record):
    """What a fresh booth key signs when a ticket is redeemed."""

    session: str
    seat: str
    ticket: str
    roster: str


def say(key: SigningKey, session: str, n: int, command: Command, operator: Operator | None = None) -> str:
    """The JWS in which ``key`` asserts ``command`` as its ``n``-th statement in this session."""
    statement = Statement(
        v=1,
        session=session,
        n=n,
        type=NAMES[type(command)],
        body=msgspec.Raw(canonical(command)),
        operator=operator,
    )
    return sign(key, SAY_TYP, canonical(statement))


def hello(key: SigningKey, greeting: Hello) -> str:
    """Proof that ``key`` exists at the booth that redeems this ticket."""
    return sign(key, HELLO_TYP, canonical(greeting))


def read(state: State, text: str, *, digest: bytes = b"") -> tuple[Command, By]:
    """Verify one statement against the state's keys. Raises ``Malformed`` (bytes) or ``Refusal`` (unknown key).

    ``digest``: of what is signed, where the caller has hashed the text already (``jws.hashes``).
    """
    jws = read_jws(text, digest)
    if jws.header.typ == SEAL_TYP:
        return _read_envelope(state, jws)
    if jws.header.typ != SAY_TYP:
        raise Malformed(f"not a statement but {jws.header.typ}")
    statement = decode(Statement, jws.payload, where="statement", raw=False)
    command = _command(statement)
    by = _signer(state, jws, command, statement.n)
    if statement.session != state.session:
        raise Refusal("wrong-session", session=statement.session)
    if isinstance(command, RedeemTicket):
        _check_hello(state, command)
    return command, by


def _command(statement: Statement) -> Command:
    kind = COMMANDS.get(statement.type)
    if kind is None or kind in HUB_COMMANDS or kind in ENVELOPES:
        raise Malformed(f"unknown type {statement.type!r}", "statement.type")
    return decode(kind, bytes(statement.body), where="statement.body")


def _signer(state: State, jws: Jws, command: Command, n: int) -> By:
    """The owner of the signing key. Only the first statement of a session brings its own key along."""
    kid = jws.header.kid
    if isinstance(command, OpenSession) and not state.size:
        return _opener(jws, command, n)
    principal = state.keys.get(kid)
    if principal is None:
        raise Refusal("unknown-key", kid=kid)
    jws.check(principal.key, jws.header.typ)
    return msgspec.structs.replace(principal.by, kid=kid, n=n)


def _opener(jws: Jws, command: OpenSession, n: int) -> By:
    for party in command.parties:
        if party.role == "host" and party.identity.thumbprint() == jws.header.kid:
            jws.check(party.identity, SAY_TYP)
            return By(role="host", site=party.name, kid=jws.header.kid, n=n)
    raise Refusal("unknown-key", kid=jws.header.kid)


def _read_envelope(state: State, jws: Jws) -> tuple[Command, By]:
    envelope, context = envelope_of(jws)
    principal = state.keys.get(jws.header.kid)
    if principal is None:
        raise Refusal("unknown-key", kid=jws.header.kid)
    jws.check(principal.key, SEAL_TYP)
    by = msgspec.structs.replace(principal.by, kid=jws.header.kid)
    _check_roster(state, context, envelope)
    kind = EscrowRandomness if context.form == ESCROW_FORM else SealSheet
    return kind(envelope=envelope_digest(jws.payload), context=context), by


def _check_roster(state: State, context: Context, envelope: Envelope) -> None:
    if context.session != state.session:
        raise Refusal("wrong-session", session=context.session)
    if state.roster is None or context.roster != state.roster_digest:
        raise Refusal("foreign-roster")
    check_envelope(context, envelope, state.roster, state.roster_digest)


def _check_hello(state: State, command: RedeemTicket) -> None:
    proof = read_jws(command.proof)
    expected = Hello(session=state.session, seat=command.seat, ticket=command.ticket, roster=state.roster_digest)
    if proof.check(command.booth_key, HELLO_TYP) != canonical(expected):
        raise Malformed("the booth key's proof is for something else", "statement.body.proof")
