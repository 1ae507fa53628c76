"""Accounts of operators and supervisors: password and one-time code, lock-out, logins that expire, the first account.

Rules
- A password is kept as Argon2id, a cookie as its SHA-256, a one-time code counts once (its step is remembered).
- An unknown name costs the same work and gets the same answer as a wrong password or code.
- Five failures lock an account for 15 minutes; twenty tries a minute from one address are not looked at. Whoever logs
  in is told how many tries failed before.
- A login ends after 30 minutes without a request and after 12 hours in any case.
- While there is no account, a one-time code printed on the process's console lets a person make the first one.

Passkeys will stand beside ``log_in``. Never here: HTTP, what an account may do (``console``).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.tickets import ticket_text
from evalhub.core.sealing import passwords
from evalhub.party.clock import Clock
from evalhub.party.database import Database
from evalhub.party.tables import account, login

IDLE_MS = 30 * 60_000
LONGEST_MS = 12 * 3_600_000
TOUCH_MS = 60_000  # a login's last use is written at most this often
MAX_FAILURES = 5
LOCK_MS = 15 * 60_000
TRIES = 20
TRIES_MS = 60_000
LEAST_LETTERS = 12
MAX_LETTERS = 256


class Welcome(Record):
    """What a person is told on logging in: the cookie's value, failed tries, and the login before (ms, or 0)."""

    token: str
    failures: int
    last: int


class Secret(Record):
    """A new secret of one-time codes: as text, and as the address telephones read."""

    text: str
    uri: str


class Declared(Record):
    """An account that the process's settings name: PHC string and base32 secret."""

    name: str
    password: str
    totp: str


@dataclass
class Accounts:
    """Of one party. ``random`` gives salts, secrets and cookies; ``issuer`` names this party in telephones."""

    database: Database
    clock: Clock
    random: Callable[[int], bytes]
    issuer: str
    setup_code: str = ""
    _tries: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    _secret: bytes = b""
    _nobody: str = ""

    async def open(self, declared: tuple[Declared, ...]) -> None:
        """Take over accounts of the settings that are not there yet; make a set-up code if there is none at all."""
        self._nobody = await self._hash(ticket_text(self.random(8)))
        rows = [_row(one.name, one.password, passwords.secret_of(one.totp)) for one in declared]
        if not await self.database.write(lambda db: _declare(db, rows)):
            self.setup_code = ticket_text(self.random(8))

    # -- logging in and out --------------------------------------------------------------------------------------------

    async def log_in(self, name: str, password: str, code: str, address: str) -> Welcome:
        """A fresh login. Raises ``Refusal``: ``login-failed``, ``login-locked``, ``login-too-often``."""
        self._count(address)
        now = self.clock.now()
        row = await self.database.read(lambda db: db.execute(select(account).where(account.c.name == name)).first())
        if row is not None and row.locked_until > now:
            raise Refusal("login-locked", minutes=-(-(row.locked_until - now) // 60_000))
        right = await asyncio.to_thread(
            passwords.is_password, password[:MAX_LETTERS], row.password if row else self._nobody
        )
        step = passwords.counter_of(row.secret, code, now // 1000, row.counter) if row else None
        if row is None or not right or step is None:
            await self.database.write(lambda db: _failed(db, name, now))
            raise Refusal("login-failed")
        token = urlsafe_b64encode(self.random(32)).decode().rstrip("=")
        if not await self.database.write(lambda db: _begin(db, row, step, token, now)):
            raise Refusal("login-failed")  # the same code was used at the same moment
        return Welcome(token=token, failures=row.failures, last=row.last)

    async def who(self, token: str) -> str | None:
        """The account behind a cookie, if its login still holds."""
        now, digest = self.clock.now(), _digest(token)
        row = await self.database.read(lambda db: db.execute(select(login).where(login.c.digest == digest)).first())
        if row is None or row.seen + IDLE_MS <= now or row.since + LONGEST_MS <= now:
            return None
        if row.seen + TOUCH_MS <= now:
            change = update(login).where(login.c.digest == digest).values(seen=now)
            await self.database.write(lambda db: db.execute(change).rowcount)
        return str(row.account)

    async def log_out(self, token: str) -> None:
        """End a login."""
        gone = delete(login).where(login.c.digest == _digest(token))
        await self.database.write(lambda db: db.execute(gone).rowcount)

    # -- the first account ---------------------------------------------------------------------------------------------

    def begin_setup(self, code: str, address: str) -> Secret:
        """The secret for the first account's telephone. Raises ``Refusal("setup-code-wrong")``."""
        self._check_setup(code, address)
        self._secret = self._secret or self.random(passwords.SECRET_BYTES)
        return Secret(
            text=passwords.secret_text(self._secret), uri=passwords.secret_uri(self._secret, "first", self.issuer)
        )

    async def finish_setup(self, code: str, name: str, password: str, one_time: str, address: str) -> None:
        """Make the first account, once its telephone shows right codes; the set-up code is then worthless."""
        self._check_setup(code, address)
        check_strength(password)
        step = passwords.counter_of(self._secret, one_time, self.clock.now() // 1000, 0) if self._secret else None
        if step is None:
            raise Refusal("one-time-code-wrong")
        row = _row(name, await self._hash(password), self._secret)
        if not await self.database.write(lambda db: _first(db, row)):
            raise Refusal("setup-code-wrong")
        self.setup_code, self._secret = "", b""

    def _check_setup(self, code: str, address: str) -> None:
        self._count(address)
        typed = "".join(code.upper().split()).replace("-", "")
        kept = self.setup_code.replace("-", "").replace(" ", "")
        if not kept or not hmac.compare_digest(typed.encode(), kept.encode()):
            raise Refusal("setup-code-wrong")

    def _count(self, address: str) -> None:
        now = self.clock.monotonic()
        recent = self._tries[address]
        while recent and recent[0] <= now - TRIES_MS:
            recent.popleft()
        if len(recent) >= TRIES:
            raise Refusal("login-too-often", seconds=(recent[0] + TRIES_MS - now) // 1000 + 1)
        recent.append(now)

    async def _hash(self, password: str) -> str:
        return await asyncio.to_thread(passwords.hash_password, password, self.random(passwords.SALT_BYTES))


def check_strength(password: str) -> None:
    """Raise ``Refusal("weak-password")`` below 12 characters; no rule about kinds of characters (NIST SP 800-63B)."""
    if not LEAST_LETTERS <= len(password) <= MAX_LETTERS:
        raise Refusal("weak-password", least=LEAST_LETTERS)


def _row(name: str, password: str, secret: bytes) -> dict[str, object]:
    return {"name": name, "password": password, "secret": secret,
            "counter": 0, "failures": 0, "locked_until": 0, "last": 0}  # fmt: skip


def _declare(db: Connection, rows: list[dict[str, object]]) -> bool:
    """Insert those not known; whether there is any account now."""
    known = set(db.execute(select(account.c.name)).scalars())
    fresh = [row for row in rows if row["name"] not in known]
    if fresh:
        db.execute(insert(account), fresh)
    return bool(known or fresh)


def _first(db: Connection, row: dict[str, object]) -> bool:
    if db.execute(select(func.count()).select_from(account)).scalar_one():
        return False
    db.execute(insert(account), [row])
    return True


def _failed(db: Connection, name: str, now: int) -> None:
    """Count one; every fifth in a row locks."""
    row = db.execute(select(account).where(account.c.name == name)).first()
    if row is not None:
        failures = row.failures + 1
        locked = now + LOCK_MS if failures % MAX_FAILURES == 0 else row.locked_until
        db.execute(update(account).where(account.c.name == name).values(failures=failures, locked_until=locked))


def _begin(db: Connection, row: Row[tuple[object, ...]], step: int, token: str, now: int) -> bool:
    """Use up the code and note the login; False if the code was used meanwhile. Logins that are over are forgotten."""
    mine = (account.c.name == row.name) & (account.c.counter < step)
    change = update(account).where(mine).values(counter=step, failures=0, locked_until=0, last=now)
    if not db.execute(change).rowcount:
        return False
    db.execute(delete(login).where((login.c.seen <= now - IDLE_MS) | (login.c.since <= now - LONGEST_MS)))
    db.execute(insert(login).values(digest=_digest(token), account=row.name, since=now, seen=now))
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
