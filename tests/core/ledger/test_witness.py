"""A witness: follows an honest log, answers each mistake with the status of the specification."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_world import World, key_of

from evalhub.core.errors import Malformed
from evalhub.core.ledger.note import encode64, parse_note
from evalhub.core.ledger.tree import MemoryTree, consistency_proof, leaf_hash
from evalhub.core.ledger.witness import (
    Accepted,
    Head,
    Refused,
    Request,
    decide,
    format_request,
    parse_request,
)


def request_of(world, old, size=None, proof=None):
    size = world.tree.size if size is None else size
    proof = consistency_proof(old, size, world.tree) if proof is None else proof
    return format_request(old, proof, world.checkpoint(size, witnesses=()))


def status(answer):
    return answer.status if isinstance(answer, Refused) else 200


def test_the_form_of_a_request():
    note = b"example.com/log\n1\nAAAA\n\n\xe2\x80\x94 x y\n"
    data = format_request(7, [b"\1" * 32, b"\2" * 32], note)
    assert data.startswith(b"old 7\n" + encode64(b"\1" * 32).encode() + b"\n")
    assert parse_request(data) == Request(7, (b"\1" * 32, b"\2" * 32), note)
    assert parse_request(format_request(0, [], note)) == Request(0, (), note)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 1\nnote\n",
        b"old 01\n\nnote\n",
        b"old -1\n\nnote\n",
        b"Old 1\n\nnote\n",
        b"old  1\n\nnote\n",
        b"old 1\nAAAA\n\nnote\n",
        b"old 1\nnot base64\n\nnote\n",
        b"old 1\n\xff\n\nnote\n",
        b"old 1\n" + (encode64(bytes(32)) + "\n").encode() * 64 + b"\nnote\n",
    ],
)
def test_what_is_no_request(data, world):
    with pytest.raises(Malformed):
        parse_request(data)
    assert status(decide(Head(), data, world.log)) == 400


@settings(max_examples=30)
@given(steps=st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_an_honest_log_is_followed(steps):
    world, head = World(), Head()
    for step in steps:
        world.grow(step)
        answer = decide(head, request_of(world, head.size), world.log)
        assert isinstance(answer, Accepted)
        head = answer.head
        assert head == Head(world.tree.size, world.tree.root())
        assert answer.note == parse_note(world.checkpoint(witnesses=()))


def test_a_rollback_is_409_and_tells_the_size(world):
    world.grow(9)
    head = Head(9, world.tree.root())
    answer = decide(head, request_of(world, 4, 6), world.log)
    assert (answer.status, answer.size, answer.body()) == (409, 9, b"9\n")
    assert status(decide(head, request_of(world, 9, 6, []), world.log)) == 400


def test_a_log_that_is_ahead_or_behind_is_409(world):
    world.grow(9)
    for old in (0, 3, 5):
        assert status(decide(Head(4, world.tree.root(4)), request_of(world, old), world.log)) == 409


@settings(max_examples=40)
@given(st.data())
def test_a_fork_is_never_accepted(data):
    """Another history, signed by the log itself, with the best proof either history offers."""
    old = data.draw(st.integers(1, 12))
    size = data.draw(st.integers(old, 20))
    changed = data.draw(st.integers(0, old - 1))
    world = World().grow(size)
    head = Head(old, world.tree.root(old))
    fork = MemoryTree(leaf_hash(b"forged" if i == changed else entry) for i, entry in enumerate(world.entries))
    note = world.checkpoint(size, witnesses=(), root=fork.root())
    for tree in (fork, world.tree):
        answer = decide(head, format_request(old, consistency_proof(old, size, tree), note), world.log)
        assert (answer.status, answer.keep) == (409 if size == old else 422, True)


def test_a_wrong_proof_is_422(world):
    world.grow(9)
    head = Head(4, world.tree.root(4))
    for proof in ([], [bytes(32)], consistency_proof(3, 9, world.tree)):
        assert status(decide(head, request_of(world, 4, 9, proof), world.log)) == 422
    assert status(decide(Head(), request_of(world, 0, 9, [bytes(32)]), world.log)) == 422


def test_signatures(world):
    world.grow(2)
    good = request_of(world, 0)
    assert status(decide(Head(), good, world.log)) == 200
    stranger = World()
    stranger.key = key_of("stranger")
    assert status(decide(Head(), request_of(stranger.grow(2), 0), world.log)) == 403
    assert status(decide(Head(), good.replace(b"\n2\n", b"\n3\n", 1), world.log)) == 403
    elsewhere = World(origin="hub.example/evalhub/S2").grow(2)
    assert status(decide(Head(), request_of(elsewhere, 0), world.log)) == 404


def test_what_is_no_checkpoint_is_400(world):
    assert status(decide(Head(), b"old 0\n\nnonsense\n", world.log)) == 400
