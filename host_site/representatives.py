"""Representatives of the procuring entity (招标人代表): the host files who they are, and tells the ledger only that.

The person's record stays in this centre's database; the ledger gets an opaque leaf, made with the session's pool salt
as those of the pool are, and the digest of the letter of appointment. Somebody who sits as an expert cannot represent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sqlalchemy import Connection, insert, select

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.draw import expert_leaf
from evalhub.core.rules.plan import Code, HexDigest
from evalhub.core.rules.statements import Operator
from evalhub.party.console import Action
from evalhub.site.app import Centre
from evalhub.site.pool.frozen import SALT_BYTES
from evalhub.site.pool.records import Employer, Expert, ExpertName, JobTitle
from evalhub.site.tables import drawn_expert, pool_salt


class Representative(Record):
    """Who is named. ``letter``: SHA-256 (hex) of the procuring entity's letter of appointment."""

    id: Code
    name: ExpertName
    title: JobTitle
    employer: Employer
    letter: HexDigest


class Leaving(Record):
    """Who does not come, or leaves before the start."""

    leaf: HexDigest
    outcome: Literal["unreachable", "declined", "late", "withdrawn"]


def actions(centre: Centre) -> tuple[Action, ...]:
    """Naming a representative, and recording that one leaves."""
    party, office = centre.party, centre.office

    async def designate(session: str, params: Representative, operator: Operator) -> None:
        members = (await office.members(session)).members
        if any(member.expert.id == params.id for member in members):
            raise Refusal("represents-and-sits", id=params.id)
        person = Expert(id=params.id, name=params.name, title=params.title, employer=params.employer, specialties=())
        leaf = await party.database.write(lambda db: _file(db, session, person, office.random))
        await party.submit_own(session, c.DesignateRepresentative(leaf=leaf, letter=params.letter), operator)

    async def withdraw(session: str, params: Leaving, operator: Operator) -> None:
        command = c.WithdrawRepresentative(leaf=params.leaf, outcome=params.outcome)
        await party.submit_own(session, command, operator)

    return (
        Action("designate", c.DesignateRepresentative, Representative, designate),
        Action("withdraw-representative", c.WithdrawRepresentative, Leaving, withdraw),
    )


def _file(db: Connection, session: str, person: Expert, random: Callable[[int], bytes]) -> str:
    """The leaf of this person in this session; filed once."""
    salt = db.execute(select(pool_salt.c.salt).where(pool_salt.c.session == session)).scalar()
    if salt is None:
        salt = random(SALT_BYTES)
        db.execute(insert(pool_salt).values(session=session, salt=salt))
    leaf = expert_leaf(salt, person.id, canonical(person)).hex()
    known = select(drawn_expert.c.leaf).where(drawn_expert.c.session == session, drawn_expert.c.leaf == leaf)
    if db.execute(known).scalar() is None:
        db.execute(insert(drawn_expert).values(session=session, leaf=leaf, expert=canonical(person).decode()))
    return leaf
