"""Policies: the specification's example, quorums by brute force, and every rule of the file."""

import itertools

import pytest
from ledger_world import WITNESSES, key_of

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.checkpoint import Checkpoint, origin_for
from evalhub.core.ledger.note import Note, cosign, log_verifier, parse_note, sign_note, witness_verifier
from evalhub.core.ledger.policy import Group, check_quorum, format_policy, parse_policy

LOG = log_verifier("log.example", b"L" * 32).vkey()
KEYS = {name: witness_verifier(f"{name}.example", name.encode() * 16).vkey() for name in ("X1", "X2", "X3", "Y1")}
HEAD = f"log {LOG}\n" + "".join(f"witness {name} {vkey}\n" for name, vkey in KEYS.items())
EXAMPLE = (
    "# who must sign\n\n"
    + HEAD
    + " group\tX-witnesses  2 X1 X2 X3 \ngroup Y any Y1\n  # both\n"
    + "group X-and-Y all X-witnesses Y\nquorum X-and-Y\n"
)


def test_two_levels_of_groups():
    policy = parse_policy(EXAMPLE.encode())
    assert policy.groups[0] == Group("X-witnesses", 2, ("X1", "X2", "X3"))
    for count in range(5):
        for signers in itertools.combinations(KEYS, count):
            expected = "Y1" in signers and len(signers) >= 3
            assert policy.holds(signers) == expected
    assert parse_policy(format_policy(policy)) == policy


def test_simple_quorums():
    assert parse_policy((HEAD + "quorum none\n").encode()).holds(())
    alone = parse_policy((HEAD + "quorum X2\n").encode())
    assert alone.holds(["X2"])
    assert not alone.holds(["X1", "X3", "Y1"])


def test_addresses_are_kept():
    text = f"log {LOG} https://log.example/\nwitness X1 {KEYS['X1']} https://x1.example/\nquorum X1\n"
    assert format_policy(parse_policy(text.encode())).decode() == text


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "quorum none\nquorum none\n",
        "quorum X9\n",
        "quorum G\ngroup G any X1\n",
        "quorum\n",
        "quorum X1 X2\n",
        "group G any\nquorum none\n",
        "group G 0 X1\nquorum none\n",
        "group G 3 X1 X2\nquorum none\n",
        "group G 01 X1\nquorum none\n",
        "group G most X1\nquorum none\n",
        "group G any none\nquorum none\n",
        "group G any G\nquorum none\n",
        "group G any X1 X1\nquorum none\n",
        "group G any X1\ngroup H any X1\nquorum none\n",
        "group X1 any X2\nquorum none\n",
        "group none any X2\nquorum none\n",
        "group G any X1\ngroup G any X2\nquorum none\n",
        f"log {LOG}\nquorum none\n",
        f"log {KEYS['X1']}\nquorum none\n",
        f"witness Z {KEYS['X1']}\nquorum none\n",
        f"witness Z {LOG}\nquorum none\n",
        f"witness X1 {witness_verifier('z.example', b'z' * 32).vkey()}\nquorum none\n",
        f"witness {KEYS['X1']}\nquorum none\n",
        "log\nquorum none\n",
        "Quorum none\n",
        "quorum none",
        "quorum none\r\n",
        "quorum none # because\n",
        "\x00quorum none\n",
        "#\n" * 1001 + "quorum none\n",
    ],
)
def test_what_is_no_policy(tail):
    with pytest.raises(Malformed):
        parse_policy((HEAD + tail).encode())


def test_a_policy_is_utf_8():
    with pytest.raises(Malformed):
        parse_policy(b"# \xff\nquorum none\n")


def test_mistakes_name_their_line():
    with pytest.raises(Malformed) as caught:
        parse_policy(b"# one\n\nlog x\nquorum none\n")
    assert caught.value.where == "policy line 3"


def test_a_quorum_is_reached_or_broken(world):
    world.grow(3)
    assert check_quorum(world.policy, world.checkpoint()) == ["host", "guest", "oversight"]
    for missing in ("host", "guest", "oversight"):
        others = tuple(name for name in ("host", "guest", "oversight") if name != missing)
        with pytest.raises(Broken):
            check_quorum(world.policy, world.checkpoint(witnesses=others))


def test_one_witness_cannot_stand_for_two(world):
    world.grow(1)
    note = parse_note(world.checkpoint(witnesses=("host",)))
    doubled = f"{note.text}\n".encode() + b"".join(item.line().encode() * 3 for item in note.signatures)
    with pytest.raises(Broken):
        check_quorum(world.policy, doubled)


def test_the_log_itself_must_have_signed(world):
    world.grow(1)
    note = parse_note(world.checkpoint())
    unsigned = f"{note.text}\n{''.join(item.line() for item in note.signatures[1:])}".encode()
    with pytest.raises(Broken):
        check_quorum(world.policy, unsigned)


def test_a_log_signs_only_under_its_own_origin(world):
    """A rehearsal's head, signed by the real log's key under the real log's key name, does not pass."""
    head = Checkpoint(origin_for("hub.example", "S1", True), 1, world.grow(1).tree.root())
    lines = [cosign(head.text(), f"{name}.example/witness", key_of(name), 5) for name in WITNESSES]
    note = Note(head.text(), (sign_note(head.text(), world.origin, world.key), *lines))
    with pytest.raises(Broken):
        check_quorum(world.policy, note.to_bytes())


def test_a_changed_checkpoint_is_broken(world):
    world.grow(2)
    note = world.checkpoint()
    with pytest.raises(Broken):
        check_quorum(world.policy, note.replace(b"\n2\n", b"\n3\n", 1))
