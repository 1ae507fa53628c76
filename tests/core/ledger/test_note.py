"""Signed notes: published notes verify, everything else is refused or ignored as the specification says."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.note import (
    MAX_NOTE,
    Note,
    Signature,
    Verifier,
    cosign,
    cosigned_message,
    decimal,
    decode64,
    encode64,
    key_id,
    log_verifier,
    parse_note,
    parse_signatures,
    sign_note,
    verify_note,
    witness_verifier,
)
from evalhub.core.sealing.notekeys import NoteKey

CASES = json.loads((Path(__file__).parents[2] / "vectors/ledger/notes.json").read_text())
KEY = NoteKey.from_seed(b"k" * 32)
LOG = log_verifier("log.example", KEY.public)
WITNESS = witness_verifier("log.example", KEY.public)
TEXT = "first line\n\nlast line\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["source"][:20])
def test_published_notes_verify(case):
    verifiers = [Verifier.parse(vkey) for vkey in case["vkeys"]]
    assert [verifier.vkey() for verifier in verifiers] == case["vkeys"]
    note = parse_note(case["note"].encode())
    assert note.to_bytes() == case["note"].encode()
    assert [item.verifier for item in verify_note(note, verifiers)] == verifiers
    assert [item.timestamp for item in verify_note(note, verifiers)] == case["timestamps"]
    for verifier in verifiers:
        with pytest.raises(Broken):
            verify_note(Note(note.text + "more\n", note.signatures), [verifier])


def test_a_published_note_is_signed_to_the_byte():
    case = CASES[0]
    key = NoteKey.from_seed(bytes.fromhex(case["seed"]))
    note = parse_note(case["note"].encode())
    assert sign_note(note.text, "PeterNeumann", key) == note.signatures[0]


def test_our_own_come_back():
    note = Note(TEXT, (sign_note(TEXT, "log.example", KEY), cosign(TEXT, "log.example", KEY, 1_795_226_584)))
    assert parse_note(note.to_bytes()) == note
    assert [(item.verifier, item.timestamp) for item in verify_note(note, [WITNESS, LOG])] == [
        (WITNESS, 1_795_226_584),
        (LOG, None),
    ]
    assert LOG.key_id != WITNESS.key_id
    assert parse_signatures(note.signatures[1].line().encode()) == note.signatures[1:]


def test_unknown_lines_are_ignored():
    mine = sign_note(TEXT, "log.example", KEY)
    same_name = Signature("log.example", b"\1\2\3\4", b"junk")
    same_id = Signature("other.example", mine.key_id, b"junk")
    assert len(verify_note(Note(TEXT, (same_name, mine, same_id)), [LOG, WITNESS])) == 1
    assert verify_note(Note(TEXT, (same_name, same_id)), [LOG]) == []


def test_a_bad_line_of_a_known_key_spoils_the_note():
    mine = sign_note(TEXT, "log.example", KEY)
    bad = Signature(mine.name, mine.key_id, mine.value[:-1] + bytes([mine.value[-1] ^ 1]))
    for lines in ((mine, bad), (bad, mine), (Signature(mine.name, mine.key_id, mine.value + b"x"),)):
        with pytest.raises(Broken):
            verify_note(Note(TEXT, lines), [LOG])


def test_a_key_counts_once():
    one, two = (cosign(TEXT, "log.example", KEY, moment) for moment in (5, 6))
    assert [item.timestamp for item in verify_note(Note(TEXT, (one, two)), [WITNESS])] == [5]
    assert Note(TEXT, (one,)).plus(one, two, two).signatures == (one, two)


def test_a_cosignature_is_bound_to_its_time():
    line = cosign(TEXT, "log.example", KEY, 5)
    moved = Signature(line.name, line.key_id, (6).to_bytes(8, "big") + line.value[8:])
    late = Signature(line.name, line.key_id, b"\xff" * 8 + line.value[8:])
    short = Signature(line.name, line.key_id, line.value[:7])
    for other in (moved, late, short):
        with pytest.raises(Broken):
            verify_note(Note(TEXT, (other,)), [WITNESS])
    with pytest.raises(Malformed):
        cosign(TEXT, "log.example", KEY, -1)
    with pytest.raises(Malformed):
        cosign(TEXT, "log.example", KEY, 2**63)


def test_no_time_beyond_the_last():
    value = (2**63).to_bytes(8, "big") + KEY.sign(cosigned_message(TEXT, 2**63))
    with pytest.raises(Broken):
        verify_note(Note(TEXT, (Signature("log.example", WITNESS.key_id, value),)), [WITNESS])


def test_a_log_signature_is_no_cosignature():
    line = sign_note(TEXT, "log.example", KEY)
    disguised = Signature(line.name, WITNESS.key_id, bytes(8) + line.value)
    with pytest.raises(Broken):
        verify_note(Note(TEXT, (disguised,)), [WITNESS])


LINE = sign_note("a\n", "log.example", KEY).line()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n\n",
        f"a\n{LINE}",
        f"a\n\n{LINE[:-1]}",
        f"a\n\n{LINE}\n",
        f"a\n\n{LINE} ",
        f"a\n\n{LINE.replace('—', '-')}",
        f"a\n\n{LINE.replace('— ', '—')}",
        f"a\n\n{LINE.replace('log.example', '')}",
        f"a\n\n{LINE.replace('log.example', 'log+example')}",
        "a\n\n" + LINE.replace("log.example", "log\u00a0example"),
        "a\n\n" + LINE.replace("=", ""),
        f"a\n\n— log.example {encode64(b'1234')}\n",
        f"a\tb\n\n{LINE}",
        f"a\r\n\n{LINE}",
        f"a\0\n\n{LINE}",
        f"a\n\n{LINE * 65}",
        f"{'a' * MAX_NOTE}\n\n{LINE}",
    ],
)
def test_what_is_no_note(text):
    with pytest.raises(Malformed):
        parse_note(text.encode())


def test_a_note_is_utf_8():
    with pytest.raises(Malformed):
        parse_note(b"\xff\n\n" + LINE.encode())


def test_sixteen_signatures_and_more_are_accepted():
    assert len(parse_note(f"a\n\n{LINE * 16}".encode()).signatures) == 16


def test_a_text_without_newline_cannot_be_written():
    with pytest.raises(Malformed):
        Note("a", (sign_note("a", "log.example", KEY),)).to_bytes()


def test_every_character_of_a_vkey_counts():
    vkey = CASES[0]["vkeys"][0]
    for at in range(len(vkey)):
        with pytest.raises(Malformed):
            Verifier.parse(vkey[:at])
        with pytest.raises(Malformed):
            Verifier.parse(vkey[:at] + chr(ord(vkey[at]) + 1) + vkey[at + 1 :])


def test_other_keys_are_refused():
    for material in (b"\x02" + KEY.public, b"\x06" + KEY.public, b"\x01" + KEY.public + b"x"):
        shown = key_id("a", material[0], material[1:]).hex()
        with pytest.raises(Malformed):
            Verifier.parse(f"a+{shown}+{encode64(material)}")
    for name in ("", "a b", "a\nb", "a+b"):
        with pytest.raises(Malformed):
            log_verifier(name, KEY.public)
        with pytest.raises(Malformed):
            sign_note(TEXT, name, KEY)


@given(st.binary(max_size=40))
def test_base64_has_one_spelling(data):
    text = encode64(data)
    assert decode64(text) == data
    others = [text + "\n", " " + text, text + "=", text.replace("+", "-"), text.rstrip("=")]
    if text.endswith("=") and not text.endswith("A==") and len(data) % 3 == 1:
        others.append(text[:-3] + chr(ord(text[-3]) + 1) + "==")
    for other in set(others) - {text}:
        with pytest.raises(Malformed):
            decode64(other)


def test_spare_bits_of_base64_are_refused():
    assert decode64("AA==") == b"\0"
    for other in ("AB==", "AA", "AA=", "A A==", "ÀA=="):
        with pytest.raises(Malformed):
            decode64(other)


@pytest.mark.parametrize("text", ["", "00", "01", "-1", "+1", " 1", "1 ", "1_0", "٣", "²", str(2**63), "9" * 30])
def test_numbers_have_one_spelling(text):
    with pytest.raises(Malformed):
        decimal(text)


@given(st.integers(0, 2**63 - 1))
def test_numbers_come_back(value):
    assert decimal(str(value)) == value
