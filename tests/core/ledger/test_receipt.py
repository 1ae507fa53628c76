"""Receipts: what is promised, by whom, and nothing else."""

import pytest

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.checkpoint import Checkpoint, parse_checkpoint
from evalhub.core.ledger.note import log_verifier, sign_note
from evalhub.core.ledger.receipt import Receipt, make_receipt, parse_receipt, verify_receipt
from evalhub.core.sealing.notekeys import NoteKey

KEY = NoteKey.from_seed(bytes(range(32)))
ORIGIN = "hub.test/evalhub/S-1"
SAID = Receipt(ORIGIN, "S-1", "host/A1-01", "A" * 43)
LOG = log_verifier(ORIGIN, KEY.public)


def test_a_receipt_says_what_was_promised_and_who_promised_it():
    text = make_receipt(SAID, KEY)
    assert text.startswith("hub.test/evalhub/S-1/receipt\nS-1\nhost/A1-01\n" + "A" * 43 + "\n\n— ")
    assert parse_receipt(text)[0] == SAID
    assert verify_receipt(text, LOG) == SAID


@pytest.mark.parametrize(("old", "new"), [("A1-01", "A1-02"), ("\nS-1\n", "\nS-2\n"), ("A" * 43, "B" * 43)])
def test_a_changed_receipt_does_not_verify(old, new):
    text = make_receipt(SAID, KEY)
    assert old in text
    with pytest.raises(Broken):
        verify_receipt(text.replace(old, new), LOG)


def test_only_this_log_promises_for_its_origin():
    text = make_receipt(SAID, KEY)
    for other in (
        log_verifier(ORIGIN, NoteKey.from_seed(bytes(32)).public),
        log_verifier("hub.test/evalhub/S-2", KEY.public),
    ):
        with pytest.raises(Broken):
            verify_receipt(text, other)


def test_a_checkpoint_is_no_receipt_and_a_receipt_no_checkpoint():
    text = Checkpoint(ORIGIN, 1, bytes(32)).text()
    with pytest.raises(Malformed):
        verify_receipt(f"{text}\n{sign_note(text, ORIGIN, KEY).line()}", LOG)
    with pytest.raises(Malformed):
        parse_checkpoint(SAID.text())


@pytest.mark.parametrize("seat", ["", "host/A\nB", "host/A\n"])
def test_a_field_is_one_line(seat):
    with pytest.raises(Malformed):
        make_receipt(Receipt(ORIGIN, "S-1", seat, "A" * 43), KEY)


@pytest.mark.parametrize("text", ["", "a\n", f"{ORIGIN}/receipt\nS\nseat\n\n", f"{ORIGIN}\nS\nseat\nd\n"])
def test_anything_else_is_malformed(text):
    with pytest.raises(Malformed):
        parse_receipt(f"{text}\n— x AAAAAAAA\n")
