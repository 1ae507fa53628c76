"""One session's ledger as this party re-executes it: state, tree, keys of its checkpoints. Pure; the mirror feeds it.

What the rules cannot know is checked here as well, and is ``Broken`` all the same:
- the first entry introduces this very party with its own two keys, and everybody else as the directory has them;
- the checkpoint in a gate is of this tree, signed by the log, and cosigned by every party (``policy_for``).
"""

from __future__ import annotations

from evalhub.core.errors import Broken, EvalhubError
from evalhub.core.ledger.note import Verifier
from evalhub.core.ledger.policy import Policy, check_checkpoint, policy_for
from evalhub.core.ledger.tree import MemoryTree, leaf_hash
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import Event
from evalhub.core.rules.journal import Fetch, Replayer
from evalhub.core.rules.state import State
from evalhub.core.sealing.keys import PublicJwk
from evalhub.party.directory import Directory


class Me:
    """What the first entry must say of this party."""

    def __init__(self, name: str, identity: PublicJwk, witness: str, directory: Directory | None = None) -> None:
        self.name = name
        self.identity = identity
        self.witness = witness
        self.directory = directory

    def check(self, session: str, opening: c.OpenSession) -> None:
        """Raise ``Broken`` unless this party is named, with its own keys; ``Refusal`` if the directory, where there is
        one, knows other keys of anybody, or of the log.
        """
        if self.directory is not None:
            self.directory.check(session, opening)
        mine = [party for party in opening.parties if party.name == self.name]
        if not mine:
            raise Broken(f"{self.name} is no party of it")
        if mine[0].identity != self.identity or mine[0].witness != self.witness:
            raise Broken(f"it names other keys for {self.name} than its own")


class Followed:
    """A ledger being followed. Changed only by ``feed`` and ``stop``, on the event loop of its mirror."""

    def __init__(self, session: str, me: Me) -> None:
        self.session = session
        self.tree = MemoryTree()
        self.log: Verifier | None = None
        self.policy: Policy | None = None
        self.envelopes: dict[str, int] = {}  # envelope digest → leaf index
        self.gate_times: dict[str, int] = {}  # gate → hub ms at which it was passed
        self.stopped = ""
        self._me = me
        self._replayer = Replayer(session)

    @property
    def state(self) -> State:
        """The state after every entry held."""
        return self._replayer.state

    @property
    def size(self) -> int:
        """Entries held and re-executed."""
        return self.tree.size

    @property
    def settled(self) -> bool:
        """No consequence is outstanding: the state is one that stands."""
        return self._replayer.settled

    def feed(self, data: bytes, fetch: Fetch) -> Event:
        """Check and fold the next entry. Raises ``Broken`` with its number; then nothing has changed but that the
        ledger must not be fed any further.
        """
        before, seq = self._replayer.state, self.size
        try:
            event = self._replayer.feed(data, fetch)
            self._check(event)
        except Broken as error:
            self._replayer.state = before
            raise Broken(error.reason, seq) from None
        except EvalhubError as error:
            self._replayer.state = before
            raise Broken(str(error), seq) from None
        self._note(event, self.tree.append(leaf_hash(data)))
        return event

    def stop(self, reason: str) -> None:
        """Follow no further."""
        self.stopped = reason

    def _check(self, event: Event) -> None:
        content = event.content
        if isinstance(content, c.OpenSession):
            self._check_opening(content)
        elif isinstance(content, c.RecordGate):
            self._check_gate(content)

    def _check_opening(self, opening: c.OpenSession) -> None:
        self._me.check(self.session, opening)
        log = Verifier.parse(opening.log)
        self.policy = policy_for(log, [(party.name, Verifier.parse(party.witness)) for party in opening.parties])
        self.log = log

    def _check_gate(self, gate: c.RecordGate) -> None:
        assert self.policy is not None, "the first entry opened the session"
        checkpoint, _ = check_checkpoint(self.policy, gate.note.encode())
        if checkpoint.size != gate.size or checkpoint.root != self.tree.root(gate.size):
            raise Broken(f"the checkpoint of gate {gate.gate} is not of this ledger")

    def _note(self, event: Event, index: int) -> None:
        content = event.content
        if isinstance(content, c.SealSheet | c.EscrowRandomness):
            self.envelopes[content.envelope] = index
        elif isinstance(content, c.RecordGate):
            self.gate_times[content.gate] = event.at
