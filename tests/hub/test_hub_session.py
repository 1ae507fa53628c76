"""A whole session through a real hub over real sockets, and what is left of it."""

import json
import os
import time
import zipfile
from io import BytesIO

import pytest
from hub_kit import LOGS, staged

from evalhub.core.ledger.checkpoint import parse_checkpoint
from evalhub.core.ledger.note import parse_note, verify_note
from evalhub.core.ledger.receipt import verify_receipt
from evalhub.core.ledger.tree import MemoryTree, consistency_proof, leaf_hash, verify_consistency
from evalhub.core.rules import commands as c
from evalhub.core.rules.state import Phase
from evalhub.replay.verify import verify


def eventually(get, seconds=5.0):
    """The first answer that is not an error; the hub does the last steps after the last outcome."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return get()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@pytest.fixture(scope="module")
def archived(tmp_path_factory):
    stage = staged(tmp_path_factory.mktemp("archived"))
    stage.world.run()
    stage.world._until(lambda: _sealed(stage))
    yield stage
    stage.end()


def _sealed(stage):
    return b"session_sealed" in stage.hub.get("/hub-log/entries")


def test_every_party_mirrors_the_same_ledger_to_its_end(archived):
    archived.world.sync()
    assert archived.world.state.phase is Phase.ARCHIVED
    ledgers = {tuple(line.mirrors[archived.world.session].entries) for line in archived.world.lines.values()}
    assert len(ledgers) == 1
    assert len(ledgers.pop()) == archived.world.state.size


def test_entries_come_before_the_outcome_of_what_caused_them(archived):
    seen = archived.world.lines["wuhan"].seen
    assert seen[:2] == ["Challenge", "Welcome"]
    begun = seen.index("Entries")  # before that the pool was registered, which is no entry of a session
    answers = [at for at, kind in enumerate(seen) if kind == "Outcome" and at > begun]
    assert len(answers) > 10
    assert all("Entries" in seen[before:at] for before, at in zip([begun, *answers], answers, strict=False))


def test_the_bundle_proves_itself_whole(archived):
    data = eventually(lambda: archived.hub.get(f"/sessions/{archived.world.session}/bundle"))
    with zipfile.ZipFile(BytesIO(data)) as container:
        files = {name: container.read(name) for name in container.namelist()}
    verification = verify(files)
    assert verification.ok, verification.broken or [check for check in verification.checks if not check.ok]
    assert verification.size == archived.world.state.size


def test_every_sealed_sheet_has_a_receipt_of_this_log(archived):
    world = archived.world
    sealed = {c.digest: seat for r in world.state.rounds for seat, c in r.sealed.items()}
    assert sealed
    for digest, seat in sealed.items():
        receipt = verify_receipt(world.receipts[digest], LOGS[world.origin])
        assert (receipt.session, receipt.seat, receipt.digest) == (world.session, seat, digest)


def test_every_gate_was_countersigned_by_all(archived):
    assert archived.hub.metric("evalhub_gates_total") == len(archived.world.state.gates) == 10


def test_a_session_that_goes_on_has_no_bundle_and_a_strange_one_does_not_exist(stage):
    stage.world.open()
    for path, status in ((f"/sessions/{stage.world.session}/bundle", "409"), ("/sessions/none/bundle", "404")):
        with pytest.raises(OSError, match=status):
            stage.hub.get(path)


def test_a_listed_session_cannot_vanish_unnoticed(archived):
    """The hub log grows only: a later checkpoint extends an earlier one, and one without an entry does not."""
    entries = [entry["data"].encode() for entry in json.loads(archived.hub.get("/hub-log/entries"))["entries"]]
    note = parse_note(archived.hub.get("/hub-log/checkpoint"))
    checkpoint = parse_checkpoint(note.text)
    assert verify_note(note, [_hub_verifier(archived)])
    assert [json.loads(entry)["type"] for entry in entries] == [
        *("pool_registered", "pool_registered", "session_listed", "session_sealed"),
    ]
    assert checkpoint.size == 4
    tree, old = MemoryTree(map(leaf_hash, entries)), MemoryTree(map(leaf_hash, entries[:3]))
    assert tree.root() == checkpoint.root
    verify_consistency(3, 4, old.root(), checkpoint.root, consistency_proof(3, 4, tree))
    hidden = MemoryTree(map(leaf_hash, [*entries[:2], entries[3]]))
    with pytest.raises(Exception, match="consistency"):
        verify_consistency(3, 4, hidden.root(), checkpoint.root, consistency_proof(3, 4, tree))


def _hub_verifier(stage):
    from evalhub.core.ledger.note import log_verifier

    return log_verifier("evalhub.test/evalhub/hub", stage.world.log.public)


def test_operators_see_numbers_and_no_content(archived):
    assert json.loads(archived.hub.get("/healthz")) == {"healthy": True, "sessions": 1}
    assert archived.hub.metric("evalhub_entries_total") == archived.world.state.size
    assert oct(os.stat(archived.data / "log.key").st_mode & 0o777) == "0o600"


def _called_off(stage):
    world = stage.world
    world.say(world.host, c.CancelSession(reason="理由"))
    for name in world.state.trustee_keys:
        world.say(name, c.DestroyKey(pk=world.parties[name].kem.public))
        world.sync()
    world._until(lambda: _sealed(stage))
    data = eventually(lambda: stage.hub.get(f"/sessions/{world.session}/bundle"))
    with zipfile.ZipFile(BytesIO(data)) as container:
        return verify({name: container.read(name) for name in container.namelist()})


def test_a_session_called_off_after_its_roster_is_archived_with_its_last_entry(fresh):
    fresh.world.pair()
    found = _called_off(fresh)
    assert (found.end, found.size, found.broken) == ("cancelled", fresh.world.state.size, None)
    assert fresh.world.state.phase is Phase.ARCHIVED


def test_a_session_called_off_before_its_roster_has_a_bundle_too(fresh):
    fresh.world.open()
    found = _called_off(fresh)
    assert (found.size, found.broken) == (2, None)
