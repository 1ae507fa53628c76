"""Canonical JSON: inside the profile the same bytes as the rfc8785 package; outside it, refused."""

import json
from decimal import Decimal
from typing import Annotated

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from evalhub.core.codec import (
    MAX_DEPTH,
    MAX_INTEGER,
    Record,
    canonical,
    decode,
    from_plain,
    loosely,
    to_plain,
    within_profile,
)
from evalhub.core.errors import Malformed

TRICKY = "aZ09 \"\\/\b\f\n\r\t\x00\x1f\x7f\x80é中評\u2028\u2029\ufeff\ufffd😀𝄞<>&'"
text = st.text(TRICKY, max_size=12)
keys = st.text('abAB09_-. ~"\\/\x00\x1f\n\x7f', max_size=6)
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | text
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=15,
)


class Sample(Record):
    """Every kind of field that records use."""

    zebra: str
    amount: Decimal
    count: int
    apple: tuple[str, ...] = ()
    inner: dict[str, int] | None = None


@given(values)
def test_the_same_bytes_as_another_implementation(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_canonical_bytes_come_back(value):
    data = canonical({"value": value})
    assert decode(dict, data) == {"value": value}
    assert json.loads(data) == {"value": value}


@given(st.builds(Sample, zebra=text, amount=st.decimals(0, 10**9, places=2), count=st.integers(0, MAX_INTEGER)))
def test_records_come_back(record):
    data = canonical(record)
    assert decode(Sample, data) == record
    assert data == rfc8785.dumps(to_plain(record))
    assert from_plain(Sample, to_plain(record)) == record


def test_keys_are_sorted_and_decimals_are_text():
    record = Sample(zebra="z", amount=Decimal("12.50"), count=3)
    assert canonical(record) == b'{"amount":"12.50","apple":[],"count":3,"inner":null,"zebra":"z"}'


def nested(depth):
    value = 0
    for _ in range(depth):
        value = [value]
    return value


OUTSIDE = [
    1.5,
    {"a": 0.0},
    [1e300],
    MAX_INTEGER + 1,
    -MAX_INTEGER - 1,
    2**64,
    10**30,
    {"é": 1},
    {"a": {"中": 1}},
    nested(MAX_DEPTH + 1),
    float("nan"),
    float("inf"),
    {1.5: 2},
    object(),
    {"a": "\ud800"},
]


@pytest.mark.parametrize("value", OUTSIDE, ids=lambda value: repr(value)[:20])
def test_outside_the_profile_is_refused(value):
    with pytest.raises(Malformed):
        canonical(value)


def test_the_limits_are_inside():
    assert canonical([MAX_INTEGER, -MAX_INTEGER]) == b"[9007199254740991,-9007199254740991]"
    assert canonical(nested(MAX_DEPTH)) == b"[" * MAX_DEPTH + b"0" + b"]" * MAX_DEPTH


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a":"\xff"}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b' {"a":1}',
        b'{"a":1}\n',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":18446744073709551616}',
        b'{"\xc3\xa9":1}',
        b'{"\\u0061":1}',
        b'{"a":"\\u0061"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u001F"}',
        b'{"a":"\\ud800"}',
        b'{"a":NaN}',
        b'{"a":' + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1) + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda data: repr(data)[:30],
)
def test_any_other_text_is_refused(data):
    with pytest.raises(Malformed):
        decode(dict, data)


def test_control_characters_have_the_spelling_of_rfc_8785():
    assert canonical("\b\t\n\f\r\x00\x1f\x7f\u2028/") == b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f\xe2\x80\xa8/"'


@pytest.mark.parametrize(
    "data",
    [
        b'{"amount":"1.00","count":1,"inner":null,"zebra":"z"}',
        b'{"amount":"1.00","apple":[],"count":1,"extra":1,"inner":null,"zebra":"z"}',
        b'{"amount":"1.00","apple":[],"count":"1","inner":null,"zebra":"z"}',
        b'{"amount":"1,00","apple":[],"count":1,"inner":null,"zebra":"z"}',
        b'{"amount":1.00,"apple":[],"count":1,"inner":null,"zebra":"z"}',
        b'{"amount":"01.00","apple":[],"count":1,"inner":null,"zebra":"z"}'.replace(b"01.00", b"1.00 "),
        b'{"amount":"1.00","apple":[1],"count":1,"inner":null,"zebra":"z"}',
        b'{"amount":"1.00","apple":[],"count":true,"inner":null,"zebra":"z"}',
        b'{"apple":[],"count":1,"inner":null,"zebra":"z"}',
    ],
)
def test_a_record_has_one_text(data):
    with pytest.raises(Malformed):
        decode(Sample, data)


def test_a_mistake_is_named_by_its_path():
    with pytest.raises(Malformed) as caught:
        decode(Sample, b'{"amount":"1","apple":[1],"count":1,"inner":null,"zebra":"z"}', where="plan")
    assert "plan.apple[...]" in str(caught.value) or "apple" in str(caught.value)
    assert caught.value.where == "plan"


def test_files_of_people_may_be_spelt_freely():
    record = loosely(Sample, b'{ "zebra": "z", "amount": "1", "count": 1 }')
    assert record == Sample(zebra="z", amount=Decimal(1), count=1)
    with pytest.raises(Malformed):
        loosely(Sample, b'{"zebra":"z"}')
    with pytest.raises(Malformed):
        from_plain(Sample, {"zebra": "z", "amount": "1", "count": "1"})


def test_the_word_null_inside_raw_json_is_no_number():
    class Wrapped(Record):
        body: msgspec.Raw

    assert canonical(Wrapped(body=msgspec.Raw(b'"annulled null"'))) == b'{"body":"annulled null"}'
    with pytest.raises(Malformed, match="float"):
        canonical(Wrapped(body=msgspec.Raw(b"[null,1.5]")))


def test_only_types_that_bound_every_value_skip_the_second_look():
    class Bounded(Record):
        name: str
        count: Annotated[int, Meta(ge=0, le=9)]
        parts: dict[Annotated[str, Meta(pattern=r"^[a-z]{1,3}\Z")], tuple[str, ...]]

    class Free(Record):
        count: int

    class Keyed(Record):
        parts: dict[str, str]

    class Wide(Record):
        parts: dict[Annotated[str, Meta(pattern=r"^[^a]\Z")], str]

    assert within_profile(Bounded)
    assert not any(within_profile(kind) for kind in (Free, Keyed, Wide, dict, tuple))
    for kind, data in ((Free, b'{"count":9007199254740992}'), (Keyed, '{"parts":{"é":"x"}}'.encode())):
        with pytest.raises(Malformed):
            decode(kind, data)
