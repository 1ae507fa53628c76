"""The pool as one draw sees it: who may be drawn for which stratum, as opaque leaves (the design's "Draw",
step 1).

Pure: the caller brings 32 fresh random bytes as ``pool_salt`` and keeps them; with the same pool file and
salt, oversight gets the same leaves and the same names.

Rules
- Taken out beforehand, each with its outcome code: suspended experts, and experts whose employer is a bidder
  (R15; spelling does not matter, see ``names``). Kinship and interests are declared by the expert at
  check-in.
- An expert belongs to every stratum whose specialty one of his codes covers; in which he sits, the draw
  decides.
- A leaf is made from the expert's canonical record, so a leaf pins name, employer and status without showing
  them.

Never here: chance, order (``draw.rank``), contact with anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.rules.draw import Outcome, expert_leaves
from evalhub.core.rules.names import normalise_employer, same_employer
from evalhub.core.rules.plan import Stratum
from evalhub.party.specialties import covers
from evalhub.site.pool.records import Expert, Pool

SALT_BYTES = 32


@dataclass(frozen=True)
class FrozenPool:
    """Public: ``leaves`` (strictly ascending) and ``strata`` (code → ascending leaves). Private: the rest.

    ``experts``: leaf → expert. ``excluded``: id of an expert who was taken out → why. Leaves are 32 bytes.
    """

    leaves: tuple[bytes, ...]
    strata: Mapping[str, tuple[bytes, ...]]
    experts: Mapping[bytes, Expert]
    excluded: Mapping[str, Outcome]


def excluded(pool: Pool, bidders: Iterable[str]) -> dict[str, Outcome]:
    """Who cannot be drawn whatever the stratum: expert id → outcome code. ``bidders``: names as in the
    project.
    """
    barred = {normalise_employer(name) for name in bidders} - {""}
    found: dict[str, Outcome] = {}
    for expert in pool.experts:
        if expert.status == "suspended":
            found[expert.id] = "recused:suspended"
        elif normalise_employer(expert.employer) in barred:
            found[expert.id] = "recused:employer"
    return found


def eligible(pool: Pool, strata: Iterable[Stratum], bidders: Iterable[str]) -> dict[str, tuple[Expert, ...]]:
    """Stratum code → experts who may be drawn for it, ascending by id."""
    out = excluded(pool, bidders)
    able = [expert for expert in pool.experts if expert.id not in out]
    return {stratum.code: tuple(one for one in able if _holds(one, stratum.specialty)) for stratum in strata}


def freeze(pool: Pool, strata: Iterable[Stratum], bidders: Iterable[str], *, pool_salt: bytes) -> FrozenPool:
    """Freeze the eligible experts of all strata under a fresh salt. Raises ``Malformed`` for a salt of wrong
    length.
    """
    if len(pool_salt) != SALT_BYTES:
        raise Malformed(f"a pool salt is {SALT_BYTES} bytes", "pool_salt")
    bidders = tuple(bidders)
    lists = eligible(pool, strata, bidders)
    chosen = {expert.id: expert for experts in lists.values() for expert in experts}
    leaves = expert_leaves(pool_salt, ((expert.id, canonical(expert)) for expert in chosen.values()))
    leaf_of = dict(zip(chosen, leaves, strict=True))
    return FrozenPool(
        leaves=tuple(sorted(leaves)),
        strata={code: tuple(sorted(leaf_of[one.id] for one in experts)) for code, experts in lists.items()},
        experts={leaf_of[expert.id]: expert for expert in chosen.values()},
        excluded=excluded(pool, bidders),
    )


def settled(leaf: str, expert: Expert, members: Mapping[str, Expert]) -> Outcome | Literal[""]:
    """The outcome of a leaf that needs no call, or empty. ``members``: who sits or waits already, by leaf (R20)."""
    if leaf in members:
        return "recused:already-member"
    if any(same_employer(member.employer, expert.employer) for member in members.values()):
        return "same-unit"
    return ""


def _holds(expert: Expert, wanted: str) -> bool:
    return any(covers(wanted, held) for held in expert.specialties)
