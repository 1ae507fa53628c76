"""Frames: every kind survives the wire, goes one way only, and is refused when it is anything but itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Malformed
from evalhub.core.sealing.keys import SigningKey
from evalhub.core.wire import frames as f

KEY = SigningKey.generate().public
TEXT = st.text(max_size=60)
NUMBER = st.integers(1, 2**53 - 1)
COUNT = st.integers(0, 2**53 - 1)
DETAIL = st.dictionaries(st.text("abcdefghijklmnop-", min_size=1, max_size=8), TEXT, max_size=3)
HAVE = st.builds(f.Have, session=TEXT, size=COUNT)
ENTRY = st.builds(f.WireEntry, data=TEXT, blob=TEXT)

KINDS: dict[type[Record], st.SearchStrategy[Any]] = {
    f.Challenge: st.builds(f.Challenge, v=st.integers(0, 9), nonce=TEXT, name=TEXT),
    f.Welcome: st.builds(f.Welcome, last=COUNT, at=TEXT),
    f.Outcome: st.builds(f.Outcome, n=NUMBER, code=TEXT, detail=DETAIL, receipt=TEXT),
    f.Entries: st.builds(f.Entries, session=TEXT, first=COUNT, entries=st.lists(ENTRY, max_size=3).map(tuple)),
    f.WitnessRequest: st.builds(f.WitnessRequest, session=TEXT, request=TEXT),
    f.Tick: st.builds(f.Tick, at=TEXT),
    f.Bye: st.builds(f.Bye, code=TEXT, reason=TEXT),
    f.Hello: st.builds(f.Hello, v=COUNT, party=TEXT, proof=TEXT, have=st.lists(HAVE, max_size=3).map(tuple)),
    f.Submit: st.builds(f.Submit, n=NUMBER, session=TEXT, jws=TEXT),
    f.WitnessReply: st.builds(f.WitnessReply, session=TEXT, status=st.integers(200, 599), body=TEXT),
    f.Present: st.builds(f.Present, ticket=st.text(max_size=40)),
    f.Seat: st.builds(f.Seat, session=TEXT, seat=TEXT, title_zh=TEXT, title_en=TEXT, roster=TEXT, log=TEXT),
    f.Redeem: st.builds(f.Redeem, ticket=st.text(max_size=40), booth_key=st.just(KEY), client=TEXT, proof=TEXT),
    f.Resume: st.builds(f.Resume, session=TEXT, seat=TEXT, proof=TEXT),
    f.Say: st.builds(f.Say, id=NUMBER, jws=TEXT),
    f.Help: st.builds(f.Help, text=st.text(max_size=200)),
    f.Kept: st.builds(f.Kept, id=NUMBER),
    f.Told: st.builds(f.Told, id=NUMBER, code=TEXT, detail=DETAIL, receipt=TEXT),
    f.View: st.builds(f.View, view=TEXT, pad=TEXT),
    f.ReportText: st.builds(f.ReportText, report=TEXT),
    f.SignThis: st.builds(f.SignThis, pdf=TEXT, attributes=TEXT),
    f.Refused: st.builds(f.Refused, code=TEXT, detail=DETAIL),
}  # fmt: skip
READERS: dict[Callable[[str | bytes], Any], Any] = {
    f.from_hub: f.FromHub,
    f.from_party: f.FromParty,
    f.from_site: f.FromSite,
    f.from_booth: f.FromBooth,
}
WAYS = [(read, kind) for read, union in READERS.items() for kind in get_args(union)]
NAMES = [f"{read.__name__}-{kind.__name__}" for read, kind in WAYS]


def test_every_kind_of_frame_is_in_this_file() -> None:
    found = {kind for kind in vars(f).values() if isinstance(kind, type) and issubclass(kind, Record)}
    tagged = {kind for kind in found if getattr(kind.__struct_config__, "tag", None)}
    assert tagged == KINDS.keys() == {kind for _, kind in WAYS}
    tags = [kind.__struct_config__.tag for kind in tagged]
    assert len(tags) == len(set(tags))


@pytest.mark.parametrize(("read", "kind"), WAYS, ids=NAMES)
def test_a_frame_comes_back_as_it_was_written(read: Callable[[str], Any], kind: type[Record]) -> None:
    @settings(max_examples=15, deadline=None)
    @given(KINDS[kind])
    def back(frame: Record) -> None:
        text = f.write(frame)
        assert read(text) == frame
        assert read(text.encode()) == frame
        assert json.loads(text)["t"] == kind.__struct_config__.tag

    back()


@settings(max_examples=5)
@given(st.data())
def test_frames_of_another_direction_are_unknown(data: st.DataObject) -> None:
    for kind, frames in KINDS.items():
        text = f.write(data.draw(frames))
        for read, union in READERS.items():
            if kind not in get_args(union):
                with pytest.raises(Malformed):
                    read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "truncated"),
        ("hello", "malformed"),
        ("[]", "Expected `object`"),
        ('{"id":1,"jws":"x"}', "missing required field `t`"),
        ('{"id":1,"jws":"x","t":"shout"}', "Invalid value 'shout'"),
        ('{"id":1,"jws":"x","t":"SAY"}', "Invalid value 'SAY'"),
        ('{"id":0,"jws":"x","t":"say"}', ">= 1"),
        ('{"id":9007199254740992,"jws":"x","t":"say"}', "<= 9007199254740991"),
        ('{"id":"1","jws":"x","t":"say"}', "Expected `int`"),
        ('{"id":1,"jws":"x","t":"say","x":1}', "unknown field `x`"),
        ('{"id":1,"t":"say"}', "missing required field `jws`"),
        ('{"jws":"x","id":1,"t":"say"}', "not the canonical form"),
        ('{"id":1, "jws":"x","t":"say"}', "not the canonical form"),
        ('{"id":1,"id":1,"jws":"x","t":"say"}', "not the canonical form"),
        ('{"t":"present","ticket":"' + "0" * 41 + '"}', "length <= 40"),
        ('{"t":"help","text":"' + "0" * 201 + '"}', "length <= 200"),
    ],
)
def test_what_is_no_frame_of_a_booth_is_malformed_and_says_why(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said.replace("[", r"\[")) as error:
        f.from_booth(text)
    assert error.value.where == "frame"


def test_bytes_that_are_no_utf_8_are_malformed() -> None:
    with pytest.raises(Malformed):
        f.from_booth(b'{"t":"help","text":"\xff"}')


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_a_frame_may_be_a_mebibyte_and_not_a_byte_more(read: Callable[[str], Any]) -> None:
    kind = {"from_hub": f.WitnessRequest, "from_party": f.Submit, "from_site": f.ReportText, "from_booth": f.Say}
    made = {
        f.WitnessRequest: lambda text: f.WitnessRequest(session="", request=text),
        f.Submit: lambda text: f.Submit(n=1, session="", jws=text),
        f.ReportText: lambda text: f.ReportText(report=text),
        f.Say: lambda text: f.Say(id=1, jws=text),
    }[kind[read.__name__]]
    room = f.MAX_FRAME - len(f.write(made("")))
    assert read(f.write(made("a" * room))) == made("a" * room)
    with pytest.raises(Malformed, match=f"a frame of {f.MAX_FRAME + 1} bytes is longer than {f.MAX_FRAME}"):
        read(f.write(made("a" * (room + 1))))
    with pytest.raises(Malformed, match="longer than"):  # bytes count, not characters
        read(f.write(made("评" * (room // 3 + 1))))


@given(st.text(max_size=400))
def test_a_padded_view_has_a_whole_number_of_steps_whatever_it_says(view: str) -> None:
    frame = f.padded_view(view)
    assert len(f.write(frame).encode()) == f.VIEW_STEP
    assert frame.view == view
    assert set(frame.pad) <= {" "}


@given(st.integers(f.VIEW_STEP - 40, f.VIEW_STEP + 40))
def test_a_padded_view_steps_only_when_it_must(size: int) -> None:
    bare = len(f.write(f.View(view="", pad="")))
    length = len(f.write(f.padded_view("v" * size)))
    assert length == (f.VIEW_STEP if size + bare <= f.VIEW_STEP else 2 * f.VIEW_STEP)


def test_two_views_of_one_step_differ_in_no_length() -> None:
    short, long = (len(f.write(f.padded_view(canonical({"score": score}).decode()))) for score in ("1", "9" * 9_000))
    assert short == long == f.VIEW_STEP
