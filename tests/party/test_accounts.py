"""Accounts: what is kept, what is refused and for how long, logins that end, the first account."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.party_end import GivenClock

from evalhub.core.errors import Refusal
from evalhub.core.sealing import passwords
from evalhub.party.accounts import IDLE_MS, LOCK_MS, LONGEST_MS, MAX_FAILURES, TRIES, TRIES_MS, Accounts, Declared
from evalhub.party.database import Database

SECRET = b"12345678901234567890"
PASSWORD = "correct horse battery"
PHC = passwords.hash_password(PASSWORD, bytes(16))
START = 1_800_000_000_000
OPERATOR = Declared(name="operator", password=PHC, totp=passwords.secret_text(SECRET))


class Door:
    """Accounts with a clock in hand; every try comes from its own address unless one is given."""

    def __init__(self, accounts: Accounts, clock: GivenClock) -> None:
        self.accounts, self.clock, self._guests = accounts, clock, 0

    def code(self, ahead: int = 0) -> str:
        return passwords.code_at(SECRET, self.clock.now() // 1000 + ahead * passwords.STEP_SECONDS)

    def wait(self, ms: int) -> None:
        self.clock.ms += ms

    async def try_(self, name: str = "operator", password: str = PASSWORD, code: str = "", address: str = ""):
        self._guests += 1
        return await self.accounts.log_in(name, password, code or self.code(), address or f"10.0.0.{self._guests}")

    async def refused(self, **typed: str) -> Refusal:
        with pytest.raises(Refusal) as caught:
            await self.try_(**typed)
        return caught.value


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "party.sqlite")
    yield opened
    await opened.close()


@pytest.fixture
async def door(database: Database) -> Door:
    clock = GivenClock(START)
    accounts = Accounts(database=database, clock=clock, random=os.urandom, issuer="test")
    await accounts.open((OPERATOR,))
    assert accounts.setup_code == ""
    return Door(accounts, clock)


async def test_a_login_needs_all_three_and_its_cookie_says_who(door: Door) -> None:
    welcome = await door.try_()
    assert (welcome.failures, welcome.last) == (0, 0)
    assert await door.accounts.who(welcome.token) == "operator"
    assert await door.accounts.who(welcome.token + "x") is None
    await door.accounts.log_out(welcome.token)
    assert await door.accounts.who(welcome.token) is None


async def test_whatever_is_wrong_the_answer_is_the_same(door: Door) -> None:
    wrong = ({"name": "nobody"}, {"password": "wrong"}, {"code": "000000"}, {"code": door.code(-3)})
    for typed in wrong:
        refusal = await door.refused(**typed)
        assert (refusal.code, refusal.detail) == ("login-failed", {})


async def test_a_code_counts_once(door: Door) -> None:
    code = door.code()
    await door.try_(code=code)
    assert (await door.refused(code=code)).code == "login-failed"
    door.wait(30_000)
    await door.try_()


async def test_a_code_typed_twice_at_the_same_moment_counts_once(door: Door) -> None:
    tries = await asyncio.gather(door.try_(), door.try_(), return_exceptions=True)
    assert sorted(isinstance(one, Refusal) for one in tries) == [False, True]


async def test_failures_lock_and_are_told_at_the_next_login(door: Door) -> None:
    for _ in range(MAX_FAILURES):
        assert (await door.refused(password="wrong")).code == "login-failed"
    locked = await door.refused()
    assert (locked.code, locked.detail) == ("login-locked", {"minutes": str(LOCK_MS // 60_000)})
    door.wait(LOCK_MS)
    assert (await door.try_()).failures == MAX_FAILURES
    door.wait(60_000)
    welcome = await door.try_()
    assert (welcome.failures, welcome.last) == (0, START + LOCK_MS)


async def test_one_address_tries_only_so_often(door: Door) -> None:
    for _ in range(TRIES):
        await door.refused(name="nobody", address="10.9.9.9")
    refusal = await door.refused(address="10.9.9.9")
    assert (refusal.code, refusal.detail) == ("login-too-often", {"seconds": str(TRIES_MS // 1000 + 1)})
    await door.try_(address="10.9.9.8")
    door.wait(TRIES_MS)
    await door.try_(address="10.9.9.9")


async def test_a_login_ends_when_idle_and_in_any_case(door: Door) -> None:
    token = (await door.try_()).token
    door.wait(IDLE_MS - 1)
    assert await door.accounts.who(token) == "operator"
    door.wait(IDLE_MS)
    assert await door.accounts.who(token) is None
    token = (await door.try_()).token
    for _ in range(LONGEST_MS // IDLE_MS * 2 - 1):
        door.wait(IDLE_MS // 2)
        assert await door.accounts.who(token) == "operator"
    door.wait(IDLE_MS // 2)
    assert await door.accounts.who(token) is None


async def test_nothing_in_the_database_lets_anybody_in(door: Door, tmp_path: Path) -> None:
    token = (await door.try_()).token
    held = contents(tmp_path)
    assert b"operator" in held
    assert token.encode() not in held
    assert PASSWORD.encode() not in held


def contents(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_accounts_survive_a_restart_and_settings_do_not_replace_them(door: Door, database: Database) -> None:
    token = (await door.try_()).token
    again = Accounts(database=database, clock=door.clock, random=os.urandom, issuer="test")
    other = passwords.hash_password("another password", bytes(16))
    await again.open((Declared(name="operator", password=other, totp=OPERATOR.totp),))
    assert await again.who(token) == "operator"
    door.wait(30_000)
    await Door(again, door.clock).try_()


async def test_the_first_account_needs_the_printed_code_and_a_telephone(database: Database) -> None:
    clock = GivenClock(START)
    accounts = Accounts(database=database, clock=clock, random=os.urandom, issuer="test")
    await accounts.open(())
    printed = accounts.setup_code
    assert printed
    with pytest.raises(Refusal, match="setup-code-wrong"):
        accounts.begin_setup("0000-0000-0000", "a")
    secret = accounts.begin_setup(printed.lower(), "a")
    assert accounts.begin_setup(printed, "a") == secret  # a page loaded again shows the same
    code = passwords.code_at(passwords.secret_of(secret.text), clock.now() // 1000)
    for password, one_time, why in (("short", code, "weak-password"), (PASSWORD, "000000", "one-time-code-wrong")):
        with pytest.raises(Refusal, match=why):
            await accounts.finish_setup(printed, "zhang", password, one_time, "a")
    await accounts.finish_setup(printed, "zhang", PASSWORD, code, "a")
    with pytest.raises(Refusal, match="setup-code-wrong"):
        await accounts.finish_setup(printed, "li", PASSWORD, code, "a")
    assert (await accounts.log_in("zhang", PASSWORD, code, "b")).token
    again = Accounts(database=database, clock=clock, random=os.urandom, issuer="test")
    await again.open(())
    assert again.setup_code == ""
