"""The draw: bytes against vectors and other tools, commitments that bind, an order that removals never reshuffle."""

import hashlib
import hmac
import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.rules import draw as d

ROOT = Path(__file__).parents[3]
VECTOR = json.loads((ROOT / "tests/vectors/rules/draw.json").read_text("utf-8"))
BLOCKS = re.findall(r"```bash\n(.*?)```", (ROOT / "docs/draw-by-hand.md").read_text("utf-8"), re.S)
R = {"guest": b"g" * 32, "host": b"h" * 32, "oversight": b"o" * 32}


def transcript(**changes):
    commits = tuple(d.Commit(name=name, commit=d.commitment("s-1", 1, name, r)) for name, r in sorted(R.items()))
    centres = ("guest", "host")
    fields = {
        "session": "s-1",
        "draw": 1,
        "requests": tuple(d.CentreRequest(centre=centre, request="00" * 32) for centre in centres),
        "pools": tuple(d.CentrePool(centre=centre, root="11" * 32, size=9) for centre in centres),
        "commits": commits,
    }
    return d.Transcript(**{**fields, **changes})


def leaves(count):
    return [hashlib.sha256(bytes([number])).digest() for number in range(count)]


def plain_root(nodes):
    """RFC 6962 §2.1 as it is written there: recursive, split at the largest power of two below the size."""
    if len(nodes) <= 1:
        return nodes[0] if nodes else hashlib.sha256(b"").digest()
    half = 1 << (len(nodes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + plain_root(nodes[:half]) + plain_root(nodes[half:])).digest()


# --- bytes ---------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R13")
def test_the_vector_to_the_byte():
    salt = bytes.fromhex(VECTOR["pool_salt"])
    made = d.expert_leaves(salt, [(one["id"], one["entry"].encode()) for one in VECTOR["experts"]])
    assert [leaf.hex() for leaf in made] == [one["leaf"] for one in VECTOR["experts"]]
    assert d.pool_root(sorted(made)).hex() == VECTOR["root"]
    contributions = {name: bytes.fromhex(r) for name, r in VECTOR["contributions"].items()}
    fixed = d.Transcript(
        session=VECTOR["session"],
        draw=VECTOR["draw"],
        requests=tuple(d.CentreRequest(**one) for one in VECTOR["requests"]),
        pools=tuple(d.CentrePool(**one) for one in VECTOR["pools"]),
        commits=tuple(d.Commit(**one) for one in VECTOR["commits"]),
    )
    seed = d.seed(fixed, contributions)
    assert seed.hex() == VECTOR["seed"]
    order = d.rank(seed, VECTOR["centre"], VECTOR["stratum"], made)
    assert [d.leaf_id(leaf) for leaf in order] == VECTOR["order"]


@given(count=st.integers(0, 70))
@settings(max_examples=40, deadline=None)
def test_the_root_is_that_of_rfc_6962(count):
    nodes = sorted(leaves(count))
    assert d.pool_root(nodes) == plain_root(nodes)


@pytest.mark.parametrize("key", [b"", b"k", b"k" * 64, b"k" * 65])
def test_ranking_keys_are_plain_hmac(key):
    prefix = b"evalhub/draw/v1\0" + canonical(["host", "甲"]) + b"\0"
    expected = sorted(leaves(20), key=lambda leaf: hmac.digest(key, prefix + leaf, "sha256"))
    assert d.rank(key, "host", "甲", leaves(20)) == expected


def test_pool_leaves_must_ascend_and_differ():
    one, two = sorted(leaves(2))
    for wrong in ([two, one], [one, one]):
        with pytest.raises(Malformed):
            d.pool_root(wrong)
    with pytest.raises(Malformed):
        d.rank(b"s", "host", "A", [one, two, one])


def run_block(block, folder, **environment):
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_page_for_hand_work_gives_the_same_order(tmp_path):
    seed, pool = hashlib.sha256(b"seed").digest(), leaves(8)
    (tmp_path / "seed.txt").write_text(seed.hex() + "\n")
    (tmp_path / "leaves.txt").write_text("".join(f"{leaf.hex()}\n" for leaf in pool))
    order = run_block(BLOCKS[0], tmp_path, CENTRE="guest", STRATUM="B2").split()
    assert order == [leaf.hex() for leaf in d.rank(seed, "guest", "B2", pool)]


def test_the_page_for_hand_work_gives_the_same_seed(tmp_path):
    fixed = transcript()
    (tmp_path / "contributions.txt").write_text(b"".join(R[name] for name in sorted(R)).hex())
    (tmp_path / "salt.txt").write_text(hashlib.sha256(canonical(fixed)).hexdigest())
    assert run_block(BLOCKS[1], tmp_path) == d.seed(fixed, R).hex()


# --- commit and reveal ---------------------------------------------------------------------------------------


@pytest.mark.requirement("R22")
def test_the_seed_needs_every_contribution_as_committed():
    with pytest.raises(Refusal, match="contribution-missing"):
        d.seed(transcript(), {name: r for name, r in R.items() if name != "host"})
    with pytest.raises(Refusal, match="contribution-mismatch"):
        d.seed(transcript(), {**R, "host": b"x" * 32})
    with pytest.raises(Refusal, match="contribution-mismatch"):
        d.seed(transcript(), {**R, "stranger": b"x" * 32})
    with pytest.raises(Malformed):
        d.seed(transcript(), {**R, "host": b"short"})


def test_a_commitment_binds_session_draw_and_name():
    made = d.commitment("s-1", 1, "host", b"h" * 32)
    assert "=" not in made
    assert made not in {
        d.commitment("s-2", 1, "host", b"h" * 32),
        d.commitment("s-1", 2, "host", b"h" * 32),
        d.commitment("s-1", 1, "guest", b"h" * 32),
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"commits": transcript().commits[::-1]},
        {"commits": transcript().commits[:1]},
        {"pools": transcript().pools[:1]},
        {"requests": transcript().requests * 2},
        {"requests": (), "pools": ()},
    ],
)
def test_an_unlawful_transcript_has_no_seed(changes):
    with pytest.raises(Malformed):
        d.seed(transcript(**changes), R)


@pytest.mark.requirement("R22")
def test_everything_fixed_before_the_reveal_moves_the_seed():
    pool = (d.CentrePool(centre="guest", root="22" * 32, size=9), transcript().pools[1])
    assert d.seed(transcript(pools=pool), R) != d.seed(transcript(), R)


# --- who sits ------------------------------------------------------------------------------------------------

ORDER = tuple("abcdefgh")
YES: tuple[d.Outcome, ...] = ("accepted",)


def test_first_who_accept_are_members_the_next_reserves():
    outcomes = {"a": YES, "b": ("declined",), "c": YES, "d": YES}
    assert d.standing(ORDER, outcomes, need=2, reserves=1) == d.Standing(
        members=("a", "c"), reserves=("d",), next=None, exhausted=False
    )


@pytest.mark.requirement("R16")
def test_a_removed_member_is_followed_by_the_first_reserve():
    outcomes = {"a": ("accepted", "withdrawn"), "b": YES, "c": YES}
    found = d.standing(ORDER, outcomes, need=2, reserves=1)
    assert (found.members, found.reserves, found.next) == (("b", "c"), (), "d")


def test_exhausted_only_when_a_member_is_missing():
    assert d.standing("ab", {"a": YES, "b": ("unreachable",)}, need=2, reserves=0).exhausted
    found = d.standing("ab", {"a": YES, "b": YES}, need=2, reserves=1)
    assert (found.exhausted, found.next) == (False, None)


def test_nothing_tried_yet():
    assert d.standing(ORDER, {}, need=2, reserves=1).next == "a"
    assert d.standing((), {}, need=1, reserves=0).exhausted
    assert d.standing(ORDER, {}, need=0, reserves=0).next is None


@pytest.mark.parametrize(
    "outcomes",
    [
        {"b": YES},
        {"a": YES, "c": YES},
        {"a": YES, "z": YES},
        {"a": ("withdrawn",)},
        {"a": ("late",)},
        {"a": ("declined", "accepted")},
        {"a": ("accepted", "withdrawn", "accepted")},
        {"a": ("accepted", "accepted")},
        {"a": ("accepted", "withdrawn", "late")},
    ],
)
def test_an_impossible_history_proves_nothing(outcomes):
    with pytest.raises(Broken):
        d.standing(ORDER, outcomes, need=2, reserves=1)


FIRST = st.sampled_from([outcome for outcome in d.OUTCOMES if outcome not in ("late", "withdrawn")])


@settings(max_examples=150, deadline=None)
@given(first=st.lists(FIRST, max_size=8), need=st.integers(0, 4), data=st.data())
def test_removing_one_never_reshuffles_the_rest(first, need, data):
    outcomes = {leaf: (outcome,) for leaf, outcome in zip(ORDER, first, strict=False)}
    before = d.standing(ORDER, outcomes, need=need, reserves=2)
    seated = before.members + before.reserves
    if not seated:
        return
    gone = data.draw(st.sampled_from(seated))
    after = d.standing(ORDER, {**outcomes, gone: ("accepted", "withdrawn")}, need=need, reserves=2)
    kept = [leaf for leaf in seated if leaf != gone]
    assert list(after.members + after.reserves)[: len(kept)] == kept
    assert set(before.members) - {gone} <= set(after.members)


@settings(max_examples=100, deadline=None)
@given(answers=st.lists(st.booleans(), min_size=8, max_size=8), need=st.integers(1, 4), reserves=st.integers(0, 3))
def test_calling_on_always_ends_with_enough_or_nobody_left(answers, need, reserves):
    outcomes: dict[str, tuple[d.Outcome, ...]] = {}
    willing = dict(zip(ORDER, answers, strict=True))
    while (leaf := d.standing(ORDER, outcomes, need=need, reserves=reserves).next) is not None:
        assert leaf == ORDER[len(outcomes)]
        outcomes[leaf] = ("accepted",) if willing[leaf] else ("unreachable",)
    end = d.standing(ORDER, outcomes, need=need, reserves=reserves)
    accepted = [leaf for leaf in ORDER if willing[leaf]]
    assert list(end.members) == accepted[:need]
    assert end.exhausted == (len(accepted) < need)


@pytest.mark.requirement("R12")
def test_every_place_in_the_order_is_equally_likely():
    """2,000 seeds over 5 leaves: χ² of who comes first, 4 degrees of freedom, 0.1 % limit 18.47."""
    pool = leaves(5)
    first = [d.rank(number.to_bytes(4, "big"), "host", "A", pool)[0] for number in range(2000)]
    assert sum((first.count(leaf) - 400) ** 2 / 400 for leaf in pool) < 18.47
