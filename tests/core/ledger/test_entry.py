"""Entries: exact bytes, exactly one payload, blobs that are what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core import codec
from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.entry import INLINE_LIMIT, MAX_ENTRY, Actor, blob_name, make_entry, read_entry

HUB = Actor(role="hub", site="hub.example")
AT = 1_795_226_584_567
COMMON = {"seq": 7, "ms": AT, "session": "S1", "type": "phase-opened"}


def nothing(name):
    raise KeyError(name)


def body_of(length):
    return codec.canonical({"text": "x" * (length - len('{"text":""}'))})


def jws_of(length):
    return "a.b." + "c" * (length - 4)


def test_the_bytes_of_a_hub_entry():
    data, blobs = make_entry(**COMMON, actor=HUB, body=b'{"phase":"detail"}')
    assert data == (
        b'{"actor":{"role":"hub","seat":null,"site":"hub.example"},"at":"2026-11-21T02:03:04.567Z",'
        b'"body":{"phase":"detail"},"seq":7,"session":"S1","type":"phase-opened","v":1}'
    )
    assert blobs == {}
    entry = read_entry(data, nothing)
    assert (entry.seq, entry.ms, entry.session, entry.type) == (7, AT, "S1", "phase-opened")
    assert (entry.actor, entry.body, entry.jws, entry.blob) == (HUB, b'{"phase":"detail"}', None, None)
    assert entry.payload == b'{"phase":"detail"}'


def test_the_bytes_of_a_signed_entry():
    data, blobs = make_entry(**COMMON, jws="aGk.aGk.aGk")
    assert data == (
        b'{"at":"2026-11-21T02:03:04.567Z","jws":"aGk.aGk.aGk","seq":7,"session":"S1","type":"phase-opened","v":1}'
    )
    assert blobs == {}
    entry = read_entry(data, nothing)
    assert (entry.actor, entry.body, entry.jws, entry.payload) == (None, None, "aGk.aGk.aGk", b"aGk.aGk.aGk")


@pytest.mark.parametrize("length", [INLINE_LIMIT, INLINE_LIMIT + 1, 80_000])
@pytest.mark.parametrize("kind", ["body", "jws"])
def test_large_payloads_go_to_a_blob(kind, length):
    payload = {"body": body_of, "jws": jws_of}[kind](length)
    data, blobs = make_entry(**COMMON, **{kind: payload}, actor=HUB if kind == "body" else None)
    raw = payload if kind == "body" else payload.encode()
    assert blobs == ({} if length <= INLINE_LIMIT else {blob_name(raw): raw})
    entry = read_entry(data, blobs.__getitem__)
    assert entry.payload == raw
    assert (entry.blob is None) == (length <= INLINE_LIMIT)
    assert len(data) < MAX_ENTRY


def test_a_spoilt_blob_is_broken_and_named():
    data, blobs = make_entry(**COMMON, actor=HUB, body=body_of(5000))
    (blob,) = blobs.values()
    for other in (blob[:-1], blob + b" ", b'{"texu' + blob[6:]):
        with pytest.raises(Broken) as caught:
            read_entry(data, lambda name, other=other: other)
        assert caught.value.entry == 7
    with pytest.raises(Broken):
        read_entry(data, nothing)


def test_a_payload_has_only_one_place():
    data, blobs = make_entry(**COMMON, actor=HUB, body=body_of(INLINE_LIMIT + 1))
    (blob,) = blobs.values()
    reference = b'"body_blob":{"length":4097,"sha256":"%s"}' % blob_name(blob).encode()
    assert reference in data
    with pytest.raises(Malformed):
        read_entry(data.replace(reference, b'"body":' + blob), nothing)
    small = codec.canonical({"a": 1})
    short = b'"body_blob":{"length":7,"sha256":"%s"}' % blob_name(small).encode()
    with pytest.raises(Malformed):
        read_entry(data.replace(reference, short), {blob_name(small): small}.__getitem__)


GOOD = make_entry(**COMMON, actor=HUB, body=b'{"a":1,"b":2}')[0]
SIGNED = make_entry(**COMMON, jws="a.b.c")[0]


@pytest.mark.parametrize(
    ("data", "old", "new"),
    [
        (GOOD, b'"v":1', b'"v":2'),
        (GOOD, b'"v":1', b'"v":1.0'),
        (GOOD, b'"seq":7', b'"seq":-1'),
        (GOOD, b'"seq":7', b'"seq":9007199254740992'),
        (GOOD, b"567Z", b"56Z"),
        (GOOD, b"11-21", b"02-30"),
        (GOOD, b'"session":"S1"', b'"session":""'),
        (GOOD, b'"type":"phase-opened"', b'"type":""'),
        (GOOD, b'"role":"hub"', b'"role":"king"'),
        (GOOD, b'"seat":null,', b""),
        (GOOD, b',"v":1', b',"v":1,"w":1'),
        (GOOD, b'{"a":1,"b":2}', b'{"b":2,"a":1}'),
        (GOOD, b'{"a":1,"b":2}', b'{"a":1, "b":2}'),
        (GOOD, b'{"a":1,"b":2}', b'{"a":1,"a":1}'),
        (GOOD, b'{"a":1,"b":2}', b'{"a":1.5}'),
        (GOOD, b'{"a":1,"b":2}', b'{"\xc3\xa9":1}'),
        (GOOD, b'{"a":1,"b":2}', b"[1]"),
        (GOOD, b'"body":{"a":1,"b":2},', b""),
        (GOOD, b'"seq"', b'"jws":"a.b.c","seq"'),
        (SIGNED, b'{"at"', b'{"actor":{"role":"hub","seat":null,"site":"h"},"at"'),
        (SIGNED, b'"jws":"a.b.c",', b""),
        (SIGNED, b"a.b.c", b"a.b"),
        (SIGNED, b"a.b.c", "a.b.é".encode()),
        (SIGNED, b'"v":1}', b'"v":1}\n'),
        (SIGNED, b'"jws":"a.b.c"', b'"jws_blob":{"length":5000,"sha256":"%s"}' % (b"A" * 64)),
        (SIGNED, b'"jws":"a.b.c"', b'"jws_blob":{"length":5000,"sha256":"%s\\n"}' % (b"a" * 64)),
    ],
)
def test_anything_else_is_malformed(data, old, new):
    assert old in data
    with pytest.raises(Malformed):
        read_entry(data.replace(old, new, 1), nothing)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"body": b"{}", "jws": "a.b.c", "actor": HUB},
        {"body": b"{}"},
        {"jws": "a.b.c", "actor": HUB},
        {"jws": "a.b"},
        {"jws": "a.b.é"},
        {"body": b"{", "actor": HUB},
        {"body": b'{ "a":1}', "actor": HUB},
        {"body": b"[]", "actor": HUB},
        {"body": b'"\xff"', "actor": HUB},
        {"jws": "a.b.c", "seq": -1},
        {"jws": "a.b.c", "ms": -1},
        {"jws": "a.b.c", "session": ""},
        {"jws": "a.b.c", "type": "t" * 201},
    ],
)
def test_what_cannot_be_made(changes):
    with pytest.raises(Malformed):
        make_entry(**{**COMMON, **changes})


def test_an_entry_that_is_too_long():
    huge = Actor(role="hub", site="s" * MAX_ENTRY)
    with pytest.raises(Malformed):
        make_entry(**COMMON, actor=huge, body=b"{}")
    with pytest.raises(Malformed):
        read_entry(codec.canonical({"a": "x" * MAX_ENTRY}), nothing)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text('ab"\\/\x00\x1f\x7fé中\u2028😀 ', max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abcZ_"\\/', max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), plain), st.integers(0, 2**53 - 1))
def test_any_body_comes_back(value, seq):
    body = codec.canonical(value)
    data, blobs = make_entry(**{**COMMON, "seq": seq}, actor=HUB, body=body)
    assert codec.canonical(codec.to_plain(codec.decode(dict, data))) == data
    entry = read_entry(data, blobs.__getitem__)
    assert (entry.body, entry.seq) == (body, seq)
