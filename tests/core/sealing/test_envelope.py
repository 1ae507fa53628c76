"""Sealed sheets: the frozen one, every refusal by stage, and what must hold of all."""

import json
from itertools import combinations

import msgspec
import pytest
import sealing_reference as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sealing_vectors import kem_key, load, signing_key

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.sealing import envelope as room
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.envelope import SEAL_TYP, Envelope, SealRequest, Trustee
from evalhub.core.sealing.jws import sign
from evalhub.core.sealing.keys import KemKey, SigningKey
from evalhub.core.sealing.pieces import can_open, held_by

VECTOR = load("envelope")
REFUSED = load("refused")["cases"]
ROSTER = room.read_roster(VECTOR["roster"].encode())
BOOTH = signing_key(VECTOR["booth"])
TRUSTEES = {name: kem_key(jwk) for name, jwk in VECTOR["trustees"].items()}
REQUEST = SealRequest(**VECTOR["request"])
SALT, SHEET = unb64u(VECTOR["salt"]), unb64u(VECTOR["sheet"])
PIECES = [unb64u(piece) for piece in VECTOR["pieces"]]


def walk(text: str) -> tuple[str, str]:
    """(stage that refuses, message); ("none", digest) when everything passes."""
    stage = "read"
    try:
        jws, envelope, context = room.read_envelope(text)
        stage = "verify"
        jws.check(BOOTH.public, SEAL_TYP)
        stage = "check"
        room.check_envelope(context, envelope, ROSTER)
        stage = "box"
        pieces = room.open_box(TRUSTEES["host"], "host", envelope, ROSTER)
        pieces |= room.open_box(TRUSTEES["guest"], "guest", envelope, ROSTER)
        stage = "open"
        assert room.open_envelope(envelope, pieces) == (SALT, SHEET)
    except Malformed as refused:
        return stage, str(refused)
    return "none", room.envelope_digest(jws.payload)


def test_the_frozen_envelope_opens_for_ever() -> None:
    assert walk(VECTOR["jws"]) == ("none", VECTOR["envelope_digest"])


def test_the_frozen_envelope_is_what_the_format_says() -> None:
    """Made again to the byte, from the inputs, by the writer that knows only RFC 9180 and the format."""
    booth = unb64u(VECTOR["booth"]["d"])
    roster = json.loads(VECTOR["roster"])
    ctx = reference.jcs(reference.context(VECTOR["request"], roster, booth, SALT, SHEET, PIECES))
    assert ctx.decode() == VECTOR["context"]
    ephemerals = {name: unb64u(jwk["d"]) for name, jwk in VECTOR["ephemeral"].items()}
    ct = reference.content(ctx, PIECES, reference.padded(SALT, SHEET, REQUEST.pad))
    payload = reference.envelope(ctx, ct, reference.boxes(ctx, roster, PIECES, ephemerals))
    assert reference.jws(booth, payload) == VECTOR["jws"]


def test_seal_writes_the_same_but_for_the_boxes() -> None:
    """HPKE picks its own ephemeral keys; all else follows from the arguments, as in the frozen envelope."""
    text = room.seal(REQUEST, SHEET, ROSTER, BOOTH, salt=SALT, pieces=PIECES)
    assert walk(text)[0] == "none"
    ours, frozen = (room.read_envelope(each) for each in (text, VECTOR["jws"]))
    assert (ours[1].ctx, ours[1].ct, ours[0].header) == (frozen[1].ctx, frozen[1].ct, frozen[0].header)
    assert len(text) == len(VECTOR["jws"])
    for name, box in ours[1].boxes.items():
        assert box != frozen[1].boxes[name]
        opened = reference.hpke_open(
            unb64u(VECTOR["trustees"][name]["d"]), unb64u(VECTOR["box_info"][name]), unb64u(box)
        )
        assert b64u(opened) == VECTOR["box_plain"][name]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case['stage']}: {case['case']}")
def test_refused(case: dict) -> None:
    stage, message = walk(case["jws"])
    assert stage == case["stage"]
    if stage in ("box", "open"):
        assert message == "does not open"
    if stage == "verify":
        assert message == "signature does not verify"
    if stage == "none":
        assert message == VECTOR["envelope_digest"]


def test_every_stage_has_cases() -> None:
    assert {case["stage"] for case in REFUSED} == {"read", "verify", "check", "box", "open", "none"}


def world(names: tuple[str, ...]) -> tuple[room.Roster, dict[str, KemKey]]:
    keys = {name: KemKey.generate() for name in names}
    return room.roster_for("s", [Trustee(name=name, pk=key.public) for name, key in keys.items()]), keys


def request(**change: object) -> SealRequest:
    plain: dict = VECTOR["request"] | {"session": "s"} | change
    return SealRequest(**plain)


WORLDS = [world(("guest", "host", "oversight")), world(("guest-1", "guest-2", "host", "oversight"))]


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(WORLDS), st.binary(max_size=64), st.randoms())
def test_every_set_large_enough_opens_to_the_same_bytes_and_no_other_does(world, sheet: bytes, chance) -> None:
    roster, keys = world
    salt, pieces = room.seal_material(roster, chance.randbytes)
    _, envelope, _ = room.read_envelope(room.seal(request(pad=64), sheet, roster, BOOTH, salt=salt, pieces=pieces))
    boxes = {name: room.open_box(key, name, envelope, roster) for name, key in keys.items()}
    for size in range(len(keys) + 1):
        for some in combinations(keys, size):
            held = {j: piece for name in some for j, piece in boxes[name].items()}
            if can_open(some, roster.blind):
                assert room.open_envelope(envelope, held) == (salt, sheet)
            else:
                assert set(held) < set(range(len(roster.blind)))
                with pytest.raises(Malformed, match="does not open"):
                    room.open_envelope(envelope, held)


def test_a_box_opens_for_its_trustee_alone() -> None:
    _, envelope, _ = room.read_envelope(VECTOR["jws"])
    for name in TRUSTEES:
        for holder, key in TRUSTEES.items():
            if holder == name:
                assert tuple(room.open_box(key, name, envelope, ROSTER)) == held_by(name, ROSTER.blind)
            else:
                with pytest.raises(Malformed, match="does not open"):
                    room.open_box(key, name, envelope, ROSTER)


PARTS = ["ct", "ctx", *TRUSTEES]


def part_of(envelope: Envelope, part: str) -> bytes:
    return unb64u(envelope.boxes[part] if part in envelope.boxes else getattr(envelope, part))


def with_part(envelope: Envelope, part: str, data: bytes) -> Envelope:
    plain = {"boxes": dict(envelope.boxes), "ct": envelope.ct, "ctx": envelope.ctx}
    (plain["boxes"] if part in envelope.boxes else plain)[part] = b64u(data)  # type: ignore[index]
    return Envelope(**plain)  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PARTS), st.integers(0, 10**6), st.integers(0, 7))
def test_any_flipped_bit_is_refused_even_when_signed_again(part: str, at: int, bit: int) -> None:
    _, envelope, _ = room.read_envelope(VECTOR["jws"])
    data = bytearray(part_of(envelope, part))
    data[at % len(data)] ^= 1 << bit
    changed = with_part(envelope, part, bytes(data))
    with pytest.raises(Malformed):
        open_with_all(sign(BOOTH, SEAL_TYP, canonical(changed)))


def open_with_all(text: str) -> None:
    _, envelope, context = room.read_envelope(text)
    room.check_envelope(context, envelope, ROSTER)
    pieces: dict[int, bytes] = {}
    for name, key in TRUSTEES.items():
        pieces |= room.open_box(key, name, envelope, ROSTER)
    room.open_envelope(envelope, pieces)


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=64), st.binary(max_size=64))
def test_lengths_say_nothing(one: bytes, two: bytes) -> None:
    roster, _ = WORLDS[0]
    texts = [room.seal(request(pad=64), sheet, roster, BOOTH, salt=SALT, pieces=PIECES) for sheet in (one, two)]
    first, second = (room.read_envelope(text)[1] for text in texts)
    assert len(texts[0]) == len(texts[1])
    assert [len(part_of(first, part)) for part in ("ct", "ctx")] == [
        len(part_of(second, part)) for part in ("ct", "ctx")
    ]


def test_the_same_pieces_give_another_key_in_another_context() -> None:
    roster, _ = WORLDS[0]
    texts = [room.seal(request(seat=seat), SHEET, roster, BOOTH, salt=SALT, pieces=PIECES) for seat in ("a", "b")]
    first, second = (part_of(room.read_envelope(text)[1], "ct") for text in texts)
    assert first[:32] != second[:32]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_each_piece_is_checked(index: int) -> None:
    _, envelope, _ = room.read_envelope(VECTOR["jws"])
    good = dict(enumerate(PIECES))
    assert room.open_envelope(envelope, good) == (SALT, SHEET)
    wrong = good | {index: bytes(32)}
    # two pieces changed so that their XOR, and so the key, stays right: still refused
    mask = b"\1" * 32
    twisted = {j: bytes(a ^ b for a, b in zip(piece, mask, strict=True)) for j, piece in good.items()}
    twisted[index] = good[index]
    for pieces in (wrong, twisted, good | {3: bytes(32)}, good | {index: good[index][:-1]}):
        with pytest.raises(Malformed) as caught:
            room.open_envelope(envelope, pieces)
        assert str(caught.value) == "does not open"


def test_content_of_another_length_than_the_pad_does_not_open() -> None:
    """Also for a caller that did not come through ``read_envelope``."""
    _, envelope, context = room.read_envelope(VECTOR["jws"])
    for pad in (context.pad - 1, context.pad + 1):
        plain = reference.padded(SALT, SHEET, pad)
        other = with_part(envelope, "ct", reference.content(part_of(envelope, "ctx"), PIECES, plain))
        with pytest.raises(Malformed, match="does not open"):
            room.open_envelope(other, dict(enumerate(PIECES)))


def test_a_draw_contribution_is_sealed_the_same_way() -> None:
    roster, keys = WORLDS[0]
    salt, pieces = room.seal_material(roster, lambda size: b"\7" * size)
    asked = request(form="draw-escrow", seat="host", round=0, pad=64)
    _, envelope, context = room.read_envelope(room.seal(asked, bytes(32), roster, BOOTH, salt=salt, pieces=pieces))
    assert (context.form, context.seat, context.pad) == ("draw-escrow", "host", 64)
    held = room.open_box(keys["guest"], "guest", envelope, roster)
    held |= room.open_box(keys["oversight"], "oversight", envelope, roster)
    assert room.open_envelope(envelope, held) == (salt, bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        {"session": "another"},
        {"rev": 0},
        {"rev": 2},
        {"prev": VECTOR["envelope_digest"]},
        {"rev": 2, "prev": "short"},
        {"round": -1},
        {"seat": ""},
        {"seat": "a\0b"},
        {"form": "f\n"},
        {"pad": 63},
        {"pad": 2**24 + 1},
    ],
)
def test_a_request_outside_the_format_is_not_sealed(change: dict) -> None:
    roster, _ = WORLDS[0]
    good = {"pad": 64}
    room.seal(request(**good), bytes(64), roster, BOOTH, salt=SALT, pieces=PIECES)
    with pytest.raises(Malformed):
        room.seal(request(**(good | change)), bytes(64), roster, BOOTH, salt=SALT, pieces=PIECES)


@pytest.mark.parametrize(
    ("salt", "pieces"), [(SALT[:-1], PIECES), (SALT, PIECES[:-1]), (SALT, [*PIECES[:-1], bytes(31)])]
)
def test_material_of_another_size_is_not_used(salt: bytes, pieces: list[bytes]) -> None:
    with pytest.raises(Malformed):
        room.seal(request(), SHEET, WORLDS[0][0], BOOTH, salt=salt, pieces=pieces)


def test_the_next_revision_names_the_one_before() -> None:
    asked = SealRequest(**(VECTOR["request"] | {"rev": 2, "prev": VECTOR["envelope_digest"]}))
    _, _, context = room.read_envelope(room.seal(asked, SHEET, ROSTER, BOOTH, salt=SALT, pieces=PIECES))
    assert (context.rev, context.prev) == (2, VECTOR["envelope_digest"])


def test_a_re_revealed_sheet_must_match() -> None:
    _, _, context = room.read_envelope(VECTOR["jws"])
    assert room.sheet_commitment(SALT, SHEET) == context.sheet
    assert room.sheet_commitment(SALT, SHEET + b"\0") != context.sheet
    with pytest.raises(Malformed):  # the boundary of salt and sheet cannot move
        room.sheet_commitment(SALT + SHEET[:1], SHEET[1:])


@pytest.mark.parametrize(("largest", "pad"), [(0, 4096), (1, 4096), (4096, 4096), (4097, 8192), (12288, 12288)])
def test_pad_for(largest: int, pad: int) -> None:
    assert room.pad_for(largest) == pad


def test_material_comes_from_the_given_source() -> None:
    asked: list[int] = []

    def source(size: int) -> bytes:
        asked.append(size)
        return bytes([len(asked)]) * size

    salt, pieces = room.seal_material(WORLDS[1][0], source)
    assert asked == [32] * 7
    assert salt == b"\1" * 32
    assert len(set(pieces)) == 6


def test_another_booth_cannot_pass_as_this_one() -> None:
    text = room.seal(REQUEST, SHEET, ROSTER, SigningKey.generate(), salt=SALT, pieces=PIECES)
    assert walk(text)[0] == "verify"


def context_with(**changes: object) -> bytes:
    return canonical(msgspec.structs.replace(room.read_envelope(VECTOR["jws"])[2], **changes))


@pytest.mark.parametrize("field", ["session", "form", "form_hash", "seat", "client"])
@pytest.mark.parametrize("bad", ["\0", "\n", "\x1f", "\x7f"])
def test_no_control_character_anywhere_in_a_context(field: str, bad: str) -> None:
    assert getattr(room.read_context(context_with(**{field: 'a"\\é合'})), field) == 'a"\\é合'
    for text in (bad, f"a\\{bad}", f"{bad}合"):
        with pytest.raises(Malformed, match=field):
            room.read_context(context_with(**{field: text}))


def test_other_texts_of_a_context_are_refused() -> None:
    good = room.read_envelope(VECTOR["jws"])[2]
    for field in ("booth_key", "roster", "sheet", "prev", "pieces"):
        for bad in ("+" * 43, "é" * 43, "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "\n"):
            value = (*good.pieces[:-1], bad) if field == "pieces" else bad
            with pytest.raises(Malformed):
                room.read_context(context_with(**{"rev": 2, "prev": "A" * 43, field: value}))
    for bad in ("a b", "", "a" * 129):
        with pytest.raises(Malformed):
            room.read_context(context_with(session=bad))
    assert room.read_context(context_with(rev=2, prev="A" * 43, session="a" * 128)).rev == 2
