"""Registered pools: ahead of any session a centre tells the hub's own log under which root all its experts stand.

    payload = JCS{v:1, session:"hub", n, type:"register_pool", body:{root, size}}     JWS ES256, typ "evalhub-say+jws"

The leaves are those of ``draw.expert_leaves`` for every expert of the pool, under a salt of the registration's own, so
that nobody can match them with the leaves of a session. ``n`` grows with each registration by one identity key.
A session's frozen pool cites such a root; that it is a filter of it, only an audit with the pool file can show.

Never here: what is accepted (the hub's log decides), or names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Refusal
from evalhub.core.rules.draw import expert_leaves, pool_root
from evalhub.core.rules.plan import HexDigest
from evalhub.core.rules.statements import SAY_TYP, Statement
from evalhub.core.sealing.jws import read as read_jws
from evalhub.core.sealing.jws import sign
from evalhub.core.sealing.keys import PublicJwk, SigningKey

HUB_LOG = "hub"
REGISTER_POOL = "register_pool"


class RegisterPool(Record):
    """A centre's complete pool. ``root``: ``registered_root`` in hex; ``size``: number of experts."""

    root: HexDigest
    size: Annotated[int, Meta(ge=1, le=10_000_000)]


class Registration(Record):
    """What a registration says, and who says so. ``kid``: thumbprint of the identity key; ``n``: its number."""

    kid: str
    n: int
    pool: RegisterPool


def registered_root(salt: bytes, experts: Iterable[tuple[str, bytes]]) -> str:
    """The root over all experts, hex. ``salt``: 32 bytes of the registration's own; ``experts``: (id, canonical
    entry) in any order. Raises ``Malformed`` if one expert is listed twice.
    """
    return pool_root(sorted(expert_leaves(salt, experts))).hex()


def say(key: SigningKey, n: int, pool: RegisterPool) -> str:
    """The JWS in which ``key`` registers ``pool``, as its ``n``-th statement in the hub log."""
    statement = Statement(v=1, session=HUB_LOG, n=n, type=REGISTER_POOL, body=msgspec.Raw(canonical(pool)))
    return sign(key, SAY_TYP, canonical(statement))


def read(text: str, identity: PublicJwk) -> Registration:
    """A registration signed by ``identity``. Raises ``Malformed`` (bytes) or ``Refusal`` (key, session)."""
    said = claimed(text)
    if said.kid != identity.thumbprint():
        raise Refusal("unknown-key", kid=said.kid)
    read_jws(text).check(identity, SAY_TYP)
    return said


def claimed(text: str) -> Registration:
    """What a registration claims to be; its signature is not verified. Raises like ``read``."""
    jws = read_jws(text)
    statement = decode(Statement, jws.payload, where="statement")
    if statement.session != HUB_LOG:
        raise Refusal("wrong-session", session=statement.session)
    if statement.type != REGISTER_POOL:  # the hub log is no session, and nothing else is said to it
        raise Refusal("unknown-session", session=HUB_LOG)
    pool = decode(RegisterPool, bytes(statement.body), where="statement.body")
    return Registration(kid=jws.header.kid, n=statement.n, pool=pool)
