"""Checkpoints of one session against witnesses that behave, lag, refuse and cheat."""

import pytest

from evalhub.core.errors import Malformed
from evalhub.core.ledger.checkpoint import parse_checkpoint
from evalhub.core.ledger.note import cosign, log_verifier, parse_note, verify_note, witness_verifier
from evalhub.core.ledger.tree import MemoryTree, leaf_hash
from evalhub.core.ledger.witness import Accepted, Head, decide
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.core.wire.frames import WitnessReply
from evalhub.hub.checkpoints import Checkpoints, witness_keys
from evalhub.hub.logs import logger

ORIGIN = "hub.test/evalhub/S-1"
LOG = NoteKey.from_seed(bytes(32))
KEYS = {name: NoteKey.from_seed(bytes([n]) * 32) for n, name in enumerate(("host", "guest"), 1)}


class Table:
    """One session's checkpoints and its two witnesses, each with the real decision."""

    def __init__(self, size=5):
        self.tree = MemoryTree(leaf_hash(b"%d" % n) for n in range(size))
        self.heads = dict.fromkeys(KEYS, Head())
        self.asked, self.complete, self.absent = [], [], set()
        verifiers = {name: witness_verifier(name, key.public) for name, key in KEYS.items()}
        self.checkpoints = Checkpoints(
            ORIGIN, LOG, self.tree, verifiers, ask=self.ask, complete=self.completed, log=logger("error")
        )

    def completed(self, checkpoint, note):
        self.complete.append((checkpoint, note))

    def ask(self, party, request):
        if party in self.absent:
            return False
        self.asked.append((party, request))
        return True

    def answer(self, party, request, key=None):
        found = decide(self.heads[party], request, log_verifier(ORIGIN, LOG.public))
        if not isinstance(found, Accepted):
            return WitnessReply(session="S-1", status=found.status, body=found.body().decode())
        self.heads[party] = found.head
        line = cosign(found.note.text, party, key or KEYS[party], 1_774_000_000).line()
        return WitnessReply(session="S-1", status=200, body=line)

    def settle(self):
        while self.asked:
            party, request = self.asked.pop(0)
            self.checkpoints.reply(party, self.answer(party, request))

    def grow(self, count):
        for _ in range(count):
            self.tree.append(leaf_hash(b"more"))
        self.checkpoints.make(self.tree.size)


def test_every_witness_signs_the_same_checkpoint():
    table = Table()
    table.checkpoints.make(5)
    table.settle()
    ((checkpoint, note),) = table.complete
    parsed = parse_note(note)
    assert parse_checkpoint(parsed.text) == checkpoint
    verifiers = [log_verifier(ORIGIN, LOG.public), *(witness_verifier(n, k.public) for n, k in KEYS.items())]
    assert len(verify_note(parsed, verifiers)) == 3
    assert (checkpoint.size, checkpoint.root) == (5, table.tree.root())


def test_the_next_one_proves_that_it_extends_the_last():
    table = Table()
    for _ in range(4):
        table.grow(3)
        table.settle()
    assert [checkpoint.size for checkpoint, _ in table.complete] == [8, 11, 14, 17]


def test_a_hub_that_forgot_what_they_hold_asks_again_from_there():
    table = Table()
    table.heads["host"] = Head(3, table.tree.root(3))
    table.checkpoints.make(5)
    table.settle()
    assert len(table.complete) == 1


def test_a_witness_that_holds_a_later_one_is_an_alarm(capsys):
    table = Table()
    table.heads["host"] = Head(9, bytes(32))
    table.checkpoints.make(5)
    table.settle()
    assert not table.complete
    assert "witness-contradicts" in capsys.readouterr().err


def test_one_question_at_a_time_and_the_newest_wins():
    table = Table()
    table.checkpoints.make(5)
    table.grow(1)
    assert len(table.asked) == 2  # the new one waits for the answers to the old one
    table.settle()
    assert [checkpoint.size for checkpoint, _ in table.complete] == [6]


def test_an_absent_witness_is_asked_when_it_comes():
    table = Table()
    table.absent = {"guest"}
    table.checkpoints.make(5)
    table.settle()
    assert not table.complete
    table.absent = set()
    table.checkpoints.ask()
    table.settle()
    assert len(table.complete) == 1


def test_a_question_whose_line_closed_is_asked_on_the_next():
    table = Table()
    table.checkpoints.make(5)
    table.asked.clear()
    table.absent = {"guest"}
    table.checkpoints.gone("guest")
    table.absent = set()
    table.checkpoints.gone("host")
    table.checkpoints.ask()
    table.settle()
    assert len(table.complete) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 422, 500])
def test_a_refusal_is_no_signature(status):
    table = Table()
    table.checkpoints.make(5)
    for party in KEYS:
        table.checkpoints.reply(party, WitnessReply(session="S-1", status=status, body="no\n"))
    assert not table.complete


def test_a_signature_by_another_key_or_over_another_text_does_not_count():
    table = Table()
    table.checkpoints.make(5)
    requests = dict(table.asked)
    table.checkpoints.reply("host", table.answer("host", requests["host"], key=KEYS["guest"]))
    other = cosign("another text\n", "guest", KEYS["guest"], 1).line()
    table.checkpoints.reply("guest", WitnessReply(session="S-1", status=200, body=other))
    assert not table.complete
    table.checkpoints.reply("guest", WitnessReply(session="S-1", status=200, body="not a line"))
    assert not table.complete


def test_the_same_wrong_size_twice_is_not_asked_for_ever():
    table = Table()
    table.checkpoints.make(5)
    table.asked.clear()
    for body in ("0\n", "x\n", "99\n"):
        table.checkpoints.reply("host", WitnessReply(session="S-1", status=409, body=body))
    assert table.asked == []


def test_witness_keys_are_cosignature_keys():
    good = witness_verifier("w", LOG.public)
    assert witness_keys([("p", good.vkey())]) == {"p": good}
    for vkey in (log_verifier("w", LOG.public).vkey(), "nonsense"):
        with pytest.raises(Malformed):
            witness_keys([("p", vkey)])
