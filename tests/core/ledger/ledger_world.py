"""A small signed log with three witnesses, made afresh for whoever asks. Keys are fixed, so bytes are too."""

from dataclasses import dataclass, field

from evalhub.core import codec
from evalhub.core.ledger.checkpoint import Checkpoint, origin_for
from evalhub.core.ledger.entry import Actor, make_entry
from evalhub.core.ledger.note import Note, cosign, log_verifier, sign_note, witness_verifier
from evalhub.core.ledger.policy import policy_for
from evalhub.core.ledger.tree import MemoryTree, leaf_hash
from evalhub.core.sealing.notekeys import NoteKey

WITNESSES = ("host", "guest", "oversight")


def key_of(name):
    return NoteKey.from_seed(name.encode().ljust(32, b"\0"))


@dataclass
class World:
    """A log of our own entries; everything it signs is real."""

    origin: str = field(default_factory=lambda: origin_for("hub.example", "S1", False))
    entries: list = field(default_factory=list)
    blobs: dict = field(default_factory=dict)
    tree: MemoryTree = field(default_factory=MemoryTree)
    key = key_of("hub")

    def grow(self, count, length=10):
        for _ in range(count):
            body = codec.canonical({"n": len(self.entries), "text": "x" * length})
            actor = Actor(role="hub", site="hub.example")
            data, blobs = make_entry(
                seq=len(self.entries), ms=1_795_226_584_567, session="S1", type="tick", actor=actor, body=body
            )
            self.entries.append(data)
            self.blobs |= blobs
            self.tree.append(leaf_hash(data))
        return self

    @property
    def log(self):
        return log_verifier(self.origin, self.key.public)

    @property
    def policy(self):
        named = [(name, witness_verifier(f"{name}.example/witness", key_of(name).public)) for name in WITNESSES]
        return policy_for(self.log, named)

    def checkpoint(self, size=None, witnesses=WITNESSES, root=None):
        size = self.tree.size if size is None else size
        text = Checkpoint(self.origin, size, root or self.tree.root(size)).text()
        lines = [cosign(text, f"{name}.example/witness", key_of(name), 1_795_226_584) for name in witnesses]
        return Note(text, (sign_note(text, self.origin, self.key), *lines)).to_bytes()
