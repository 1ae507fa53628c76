"""Replicated sharing: who can open, and that the others know nothing."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.errors import Malformed
from evalhub.core.sealing.pieces import blind_sets, can_open, combine, held_by, piece_digest

NAMES = ("guest", "guest-2", "guest-3", "host", "oversight")
RULES = [(n, k) for n in range(2, 6) for k in range(2, n + 1)]
KEYS = st.binary(min_size=32, max_size=32)


def test_two_centres_and_oversight() -> None:
    blind = blind_sets(["oversight", "host", "guest"], 2)
    assert blind == (("guest",), ("host",), ("oversight",))
    assert [held_by(name, blind) for name in ("guest", "host", "oversight")] == [(1, 2), (0, 2), (0, 1)]


@pytest.mark.parametrize(("n", "k"), RULES)
def test_exactly_k_and_more_hold_every_piece(n: int, k: int) -> None:
    blind = blind_sets(NAMES[:n], k)
    for size in range(n + 1):
        for some in combinations(NAMES[:n], size):
            held = {j for name in some for j in held_by(name, blind)}
            assert can_open(some, blind) == (size >= k) == (held == set(range(len(blind))))


@settings(max_examples=30)
@given(st.sampled_from(RULES), st.lists(KEYS, min_size=10, max_size=10), KEYS, st.data())
def test_a_set_too_small_finds_every_key_equally_possible(
    rule: tuple[int, int], random: list[bytes], key: bytes, data: st.DataObject
) -> None:
    """For what it holds and any key at all, there is one value of the missing piece that gives this key."""
    n, k = rule
    blind = blind_sets(NAMES[:n], k)
    some = data.draw(st.sampled_from(list(combinations(NAMES[:n], k - 1))))
    pieces = dict(enumerate(random[: len(blind)]))
    missing = set(pieces) - {j for name in some for j in held_by(name, blind)}
    assert missing == {blind.index(tuple(sorted(some)))}  # exactly the piece made against them
    (absent,) = missing
    others = [piece for j, piece in pieces.items() if j != absent]
    fitting = combine([*others, key])
    assert combine([*others, fitting]) == key


@given(st.lists(KEYS, min_size=1, max_size=6), st.randoms())
def test_the_key_does_not_depend_on_the_order(pieces: list[bytes], chance) -> None:
    mixed = list(pieces)
    chance.shuffle(mixed)
    assert combine(mixed) == combine(pieces)
    assert combine([*pieces, *pieces]) == bytes(32)


def test_strangers_open_nothing() -> None:
    blind = blind_sets(["guest", "host", "oversight"], 2)
    assert not can_open(["mallory", "trent", "eve"], blind)
    assert not can_open(["host", "mallory"], blind)
    assert not can_open(["host", "host"], blind)
    with pytest.raises(Malformed, match="not a trustee"):
        held_by("mallory", blind)


@pytest.mark.parametrize(
    ("names", "k"),
    [
        (["a", "a", "b"], 2),
        (["a", "b"], 1),
        (["a", "b"], 3),
        (["a"], 1),
        ([], 2),
        ([str(i) for i in range(30)], 29),
    ],
)
def test_rules_that_keep_nobody_out_are_refused(names: list[str], k: int) -> None:
    with pytest.raises(Malformed):
        blind_sets(names, k)


@pytest.mark.parametrize("pieces", [[], [b""], [bytes(31)], [bytes(32), bytes(33)]])
def test_pieces_of_another_length_are_refused(pieces: list[bytes]) -> None:
    with pytest.raises(Malformed):
        combine(pieces)


def test_a_piece_digest_is_bound_to_session_and_index() -> None:
    digests = {piece_digest(session, j, bytes(32)) for session in ("a", "b") for j in (0, 1)}
    assert len(digests) == 4
