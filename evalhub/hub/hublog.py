"""The hub's own append-only log: which sessions there are and how each ended, so that none can vanish unnoticed; and
which pools were registered before them.

    session_listed {session, host, first}             first: hex SHA-256 of the session's first entry
    session_sealed {session, size, root, checkpoint}  root: hex; checkpoint: hex SHA-256 of the final note
    pool_registered                                   the centre's JWS verbatim (``core/rules/registration.py``)

Session id "hub", origin ``<domain>/evalhub/hub``, signed by the log key. Each entry is written in the transaction that
makes it true. The hub's own entries have no rules; a registration carries a higher number than its key's last one, and
a root is registered once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.checkpoint import Checkpoint, origin_for
from evalhub.core.ledger.entry import Actor, make_entry, read_entry
from evalhub.core.ledger.note import Note, sign_note
from evalhub.core.ledger.tree import MemoryTree, leaf_hash
from evalhub.core.rules import registration
from evalhub.core.rules.registration import Registration
from evalhub.core.sealing.keys import PublicJwk
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.hub.settings import HUB_SESSION
from evalhub.hub.store import Row

ACTOR = Actor(role="hub", site="hub")


class SessionListed(Record):
    """A session began."""

    session: str
    host: str
    first: str


class SessionSealed(Record):
    """A session ended under a checkpoint with every countersignature."""

    session: str
    size: int
    root: str
    checkpoint: str


KINDS: dict[str, type[SessionListed | SessionSealed]] = {
    "session_listed": SessionListed,
    "session_sealed": SessionSealed,
}
POOL_REGISTERED = "pool_registered"


class HubLog:
    """The log in memory: its tree, the time of its last entry, what it lists. One owner: the loop.

    ``identities``: keys by thumbprint with which stored registrations are verified again. One by a key that is nobody's
    any more is kept unverified: no session can cite it, because none can be opened with that key.
    """

    def __init__(
        self, domain: str, key: NoteKey, rows: Iterable[Row] = (), identities: Mapping[str, PublicJwk] | None = None
    ) -> None:
        self._origin = origin_for(domain, HUB_SESSION, False)
        self._key = key
        self._now = 0
        self._identities = identities or {}
        self._counters: dict[str, int] = {}  # by kid
        self._pools: dict[tuple[str, str], int] = {}  # kid and root → index of the entry
        self._places: dict[str, int] = {}  # session → index of its listing
        self.tree = MemoryTree()
        self.listed: dict[str, SessionListed] = {}
        self.sealed: dict[str, SessionSealed] = {}
        for row in rows:
            self._load(row)

    def listing(self, session: str, host: str, first: bytes, now: int) -> Row:
        """The row that lists a session whose first entry is ``first``."""
        return self._append("session_listed", SessionListed(session=session, host=host, first=_hex(first)), now)

    def sealing(self, session: str, checkpoint: Checkpoint, note: bytes, now: int) -> Row:
        """The row that says how a session ended."""
        said = SessionSealed(session=session, size=checkpoint.size, root=checkpoint.root.hex(), checkpoint=_hex(note))
        return self._append("session_sealed", said, now)

    def registering(self, said: Registration, jws: str, now: int) -> Row:
        """The row that registers a pool. ``said``: what ``jws``, whose signature holds, says. Raises ``Refusal``."""
        self._check(said)
        self._now = max(self._now, now)
        seq = self.tree.size
        data, _ = make_entry(seq=seq, ms=self._now, session=HUB_SESSION, type=POOL_REGISTERED, jws=jws)
        self._register(said, data)
        return HUB_SESSION, seq, data, None

    def registered_before(self, session: str, kid: str, root: str) -> bool:
        """Whether this key registered a pool of this root before the session was opened."""
        place = self._pools.get((kid, root))
        return place is not None and session in self._places and place < self._places[session]

    def checkpoint(self, size: int) -> bytes:
        """A note signed by the log key over the first ``size`` entries."""
        text = Checkpoint(self._origin, size, self.tree.root(size)).text()
        return Note(text, (sign_note(text, self._origin, self._key),)).to_bytes()

    def _append(self, kind: str, said: SessionListed | SessionSealed, now: int) -> Row:
        self._now = max(self._now, now)
        seq = self.tree.size
        data, _ = make_entry(seq=seq, ms=self._now, session=HUB_SESSION, type=kind, actor=ACTOR, body=canonical(said))
        self._note(said, data)
        return HUB_SESSION, seq, data, None

    def _load(self, row: Row) -> None:
        """Check one stored entry. Raises ``Broken`` with its number."""
        seq = self.tree.size
        try:
            entry = read_entry(row[2], _no_blob)
            if (entry.seq, entry.session) != (seq, HUB_SESSION) or entry.ms < self._now:
                raise Broken("not an entry of the hub log here, or its time runs backwards")
            if entry.jws is not None and entry.type == POOL_REGISTERED:
                said = self._read(entry.jws)
                self._check(said)
                self._register(said, row[2])
            elif entry.actor == ACTOR and entry.body is not None and entry.type in KINDS:
                self._note(decode(KINDS[entry.type], entry.body), row[2])
            else:
                raise Broken("its type is unknown, or nobody may say this here")
        except (Malformed, Broken) as error:
            raise Broken(error.reason, seq) from None
        except Refusal as error:
            raise Broken(str(error), seq) from None
        self._now = entry.ms

    def _read(self, jws: str) -> Registration:
        said = registration.claimed(jws)
        identity = self._identities.get(said.kid)
        return registration.read(jws, identity) if identity else said

    def _check(self, said: Registration) -> None:
        """A number that its key has not used (or it would be a repetition), and a root that is new for this key."""
        expected = self._counters.get(said.kid, 0) + 1
        if said.n < expected:
            raise Refusal("wrong-counter", expected=expected, got=said.n)
        if (said.kid, said.pool.root) in self._pools:
            raise Refusal("already-registered", root=said.pool.root)

    def _register(self, said: Registration, data: bytes) -> None:
        self._counters[said.kid] = said.n
        self._pools[said.kid, said.pool.root] = self.tree.size
        self.tree.append(leaf_hash(data))

    def _note(self, said: SessionListed | SessionSealed, data: bytes) -> None:
        if isinstance(said, SessionListed):
            self.listed[said.session] = said
            self._places[said.session] = self.tree.size
        else:
            self.sealed[said.session] = said
        self.tree.append(leaf_hash(data))


def _no_blob(name: str) -> bytes:
    raise KeyError(name)


def _hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
