"""A centre registers its pool before anything is drawn from it, and tells its salts only after the archive."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import select
from support.party_end import HubEnd, adopt, make_identity, open_party, until
from support.world import World

import evalhub.site.registrar
from evalhub.core.errors import Refusal
from evalhub.core.rules import drawing
from evalhub.core.rules.state import Phase
from evalhub.core.rules.statements import Operator
from evalhub.site.draw_office import DrawOffice
from evalhub.site.pool.audit import audit
from evalhub.site.pool.records import Expert, Pool
from evalhub.site.pool.store import replace_pool
from evalhub.site.registrar import Registrar, root_of
from evalhub.site.tables import pool_registration

CLERK = Operator(account="clerk", address="127.0.0.1")


def pool(size: int, *, employer: str = "合成单位") -> Pool:
    experts = (
        Expert(
            id=f"T-{n:03d}",
            name=f"合成专家{n:03d}",
            title="高级工程师",
            employer=f"{employer}{n}",
            specialties=("A0401",),
        )
        for n in range(size)
    )
    return Pool(experts=tuple(experts))


class Centre:
    """A real party with its registrar, at the hub end of a world."""

    def __init__(self, folder, world: World) -> None:
        self.folder, self.world, self.hub = folder, world, HubEnd(world)

    async def open(self) -> Centre:
        """Line up, registrar at work; no duties, which the world does."""
        self.party = await open_party(self.folder, self.hub.port)
        self.registrar = Registrar(self.party, os.urandom)
        self.office = DrawOffice(self.party, os.urandom)
        self.party.steward.start = lambda: None
        self.party.accompany(self.registrar.run)
        await self.party.start()
        await until(lambda: self.party.connected)
        return self

    async def bring(self, given: Pool) -> None:
        await self.party.database.write(
            lambda db: replace_pool(db, given, at="2026-01-01T00:00:00.000Z", source="a.csv")
        )

    async def registered(self, given: Pool) -> str:
        """Import, and wait until the hub has it; the root."""
        await self.bring(given)

        async def taken() -> bool:
            view = await self.registrar.view()
            return view.registered and view.digest == given.digest()

        await until(taken)
        return (await self.registrar.view()).root

    async def salt(self, root: str) -> bytes:
        query = select(pool_registration.c.salt).where(pool_registration.c.root == root)
        return await self.party.database.read(lambda db: db.execute(query).scalar_one())


@pytest.fixture
async def centre(tmp_path, monkeypatch):
    monkeypatch.setattr(evalhub.site.registrar, "LOOK_SECONDS", 0.02)
    world = adopt(World(), make_identity(tmp_path, "wuhan"))
    made = Centre(tmp_path, world)
    await made.hub.start()
    yield await made.open()
    await made.party.close()
    await made.hub.close()


async def test_every_import_is_registered_once_and_an_old_pool_keeps_its_root(centre: Centre) -> None:
    assert not (await centre.registrar.view()).registered
    first = await centre.registered(pool(9))
    assert first == root_of(pool(9), await centre.salt(first))
    second = await centre.registered(pool(10))
    assert await centre.registered(pool(9)) == first != second
    await centre.party.close()
    await centre.open()
    assert await centre.registered(pool(9)) == first
    assert [(said.n, said.pool.root, said.pool.size) for said in centre.hub.registered] == [
        (1, first, 9),
        (2, second, 10),
    ]


async def test_nothing_is_registered_before_the_first_import_nor_for_an_empty_pool(centre: Centre) -> None:
    await centre.registrar.look()
    await centre.bring(Pool(experts=()))
    await centre.registrar.look()
    assert centre.hub.registered == []
    assert await centre.registrar.view() == type(await centre.registrar.view())(
        digest=Pool(experts=()).digest(), root="", size=0, registered=False
    )


async def test_a_pool_is_frozen_under_its_registration_and_the_audit_closes_the_circle(centre: Centre) -> None:
    world, session = centre.world, centre.world.session
    world.pair()
    await centre.hub.publish()
    await until(lambda: session in centre.party.sessions() and centre.party.state(session).phase is Phase.DRAWING)
    root = await centre.registered(pool(9))
    await centre.office.freeze(session, CLERK)
    assert world.state.draw().pools["wuhan"].registered == root
    with pytest.raises(Refusal, match="not-archived"):
        await centre.office.secrets(session)
    world.say("wedz", world.freeze("wedz"))
    world.settle()
    for name in world.split:
        world.call(name)
    world.check_in().start().evaluate().conclude()
    with pytest.raises(Refusal, match="not-archived"):
        await centre.office.secrets(session)
    world.sign()
    await centre.hub.publish()
    await until(lambda: centre.party.state(session).phase is Phase.ARCHIVED)
    secrets = await centre.office.secrets(session)
    assert (secrets.session, secrets.centre, secrets.registered) == (session, "wuhan", root)
    assert secrets.pool_salt != secrets.registration_salt
    found = audit(world.entries, world.blobs.__getitem__, pool(9), secrets)
    assert found.differences == ()
    assert {one.leaf for one in found.members} == set(drawing.members(world.state, "wuhan"))


async def test_a_pool_that_was_never_registered_is_not_frozen(centre: Centre) -> None:
    world, session = centre.world, centre.world.session
    world.pair()
    await centre.hub.publish()
    await until(lambda: session in centre.party.sessions() and centre.party.state(session).phase is Phase.DRAWING)
    with pytest.raises(Refusal, match="pool-never-registered"):
        await centre.office.freeze(session, CLERK)
