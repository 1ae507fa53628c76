"""Receipts: what an off-line reader can believe."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_world import World

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.note import encode64
from evalhub.core.ledger.proof import TlogProof, format_proof, parse_proof, verify_proof
from evalhub.core.ledger.tree import inclusion_proof

HASH = encode64(bytes(range(32)))


def test_the_form():
    data = format_proof(7, [bytes(range(32))], b"origin\n8\nroot\n\nsig\n", b"more")
    assert data.decode() == f"c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 7\n{HASH}\n\norigin\n8\nroot\n\nsig\n"
    assert parse_proof(data) == TlogProof(7, (bytes(range(32)),), b"origin\n8\nroot\n\nsig\n", b"more")
    assert parse_proof(format_proof(0, [], b"x\n")) == TlogProof(0, (), b"x\n", b"")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\n\nx\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nx\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nx\n",
        "c2sp.org/tlog-proof@v1\nindex 0",
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nx\n",
        "c2sp.org/tlog-proof@v1\nextra AB==\nindex 0\n\nx\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n\nx\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{HASH}\n" * 64 + "\nx\n",
        "c2sp.org/tlog-proof@v1\nindex é\n\nx\n",
    ],
)
def test_what_is_no_receipt(text):
    with pytest.raises(Malformed):
        parse_proof(text.encode())


@settings(max_examples=25)
@given(st.data())
def test_a_receipt_proves_its_entry_and_no_other(data):
    size = data.draw(st.integers(1, 40))
    index = data.draw(st.integers(0, size - 1))
    world = World().grow(size)
    receipt = format_proof(index, inclusion_proof(index, size, world.tree), world.checkpoint())
    found, checkpoint = verify_proof(world.entries[index], receipt, world.policy)
    assert (found, checkpoint.size) == (index, size)
    with pytest.raises(Broken):
        verify_proof(world.entries[index] + b" ", receipt, world.policy)
    moved = receipt.replace(b"index %d\n" % index, b"index %d\n" % (index + size))
    with pytest.raises(Broken):
        verify_proof(world.entries[index], moved, world.policy)


def test_a_receipt_needs_the_quorum(world):
    world.grow(3)
    receipt = format_proof(1, inclusion_proof(1, 3, world.tree), world.checkpoint(witnesses=("host",)))
    with pytest.raises(Broken):
        verify_proof(world.entries[1], receipt, world.policy)
