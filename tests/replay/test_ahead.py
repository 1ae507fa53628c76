"""Reading ahead saves time and never changes an outcome."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from zipfile import ZipFile

import msgspec
import pytest
from dishonest import drafts, first
from support.bundle import bundle_of
from support.repository import ROOT
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.ledger.entry import make_entry, read_entry
from evalhub.replay import ahead
from evalhub.replay.bundle import open_bundle
from evalhub.replay.verify import verify


@pytest.fixture
def everywhere(monkeypatch):
    """Workers in this very process, however small the ledger: what they answer is the same."""
    monkeypatch.setattr(ahead, "WORTHWHILE", 0)

    def here(entries, fetch, book, processes):
        ahead._start(book)
        yield from ahead.read_chunk([(data, ahead._blob(data, fetch)) for data in entries])

    monkeypatch.setattr(ahead, "read_ahead", here)


def book(world, roster=None):
    return ahead.book_of(world.session, world.entries, roster or canonical(world.state.roster), world.blobs.__getitem__)


ALONE = "EVALHUB_TEST_ALONE"


@pytest.mark.parametrize("forked", [True, False])
def test_real_processes_find_the_same(files, tmp_path, monkeypatch, forked):
    """From a zip file too, whose forked readers must not share one place in it."""
    if forked and not ahead._alone():  # only a program with one thread may be forked: one of its own
        assert ALONE not in os.environ, "a process of its own has more threads, too"
        here = f"{__file__}::test_real_processes_find_the_same[True]"
        alone = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts=", here],
            check=False, capture_output=True, text=True, timeout=300, cwd=ROOT,
            env={**os.environ, ALONE: "1"},
        )  # fmt: skip
        assert "1 passed" in alone.stdout, alone.stdout
        return
    monkeypatch.setattr(ahead, "WORTHWHILE", 0)
    monkeypatch.setattr(ahead, "CHUNK", 8)
    monkeypatch.setattr(ahead, "_alone", lambda: forked)
    with ZipFile(tmp_path / "bundle.zip", "w") as packed:
        for path, data in files.items():
            packed.writestr(path, data)
    taken = _count_answers(monkeypatch)
    assert verify(open_bundle(tmp_path / "bundle.zip"), processes=2) == verify(files)
    assert taken == [True] * verify(files).size


def _count_answers(monkeypatch):
    taken, unpacked = [], ahead._unpacked

    def noted(packed):
        taken.append(packed is not None)
        return unpacked(packed)

    monkeypatch.setattr(ahead, "_unpacked", noted)
    return taken


def test_answers_cross_between_processes_unchanged(whole):
    for answer in _answers(whole):
        (packed,) = ahead._unpack.decode(ahead._pack.encode([ahead._packed(answer)]))
        entry, spoken = ahead._unpacked(packed)
        kept = {"jws": None, "blob": None, "signed": b""} if spoken else {"blob": None}
        assert (entry, spoken) == (msgspec.structs.replace(answer[0], **kept), answer[1])


def test_workers_read_nearly_everything(whole):
    ahead._start(book(whole))
    chunk = [(data, ahead._blob(data, whole.blobs.__getitem__)) for data in whole.entries]
    answers = ahead.read_chunk(chunk)
    assert sum(answer is not None for answer in answers) == len(answers)
    replayer = ahead.AheadReplayer(book(whole))
    taken = 0
    for (data, _), answer in zip(chunk, answers, strict=True):
        slow = []
        replayer.feed_read(data, lambda name, slow=slow: slow.append(name) or whole.blobs[name], answer)
        taken += replayer._ready is not None
    assert replayer.state == whole.state
    assert taken > 0.8 * sum(draft.jws is not None for draft in drafts(whole))


def test_what_is_broken_is_broken_alike(files, whole, everywhere, monkeypatch):
    path = next(path for path, data in files.items() if data == first(whole, "sheet_sealed", 3).jws.encode())
    signed, _, signature = files[path].rpartition(b".")
    other = signature.swapcase()  # another signature, still well-formed but for its last character
    cases = [{**files, path: signed + b"." + other}, {**files, path: b""}, {**files, "roster.json": b"{}"}]
    cases += [{name: data for name, data in files.items() if name != path}]
    for at in range(int(len(whole.entries[0]) / 2), len(files["tile/entries/000.p/130"]), 4001):
        data = bytearray(files["tile/entries/000.p/130"])
        data[at] ^= 4
        cases.append({**files, "tile/entries/000.p/130": bytes(data)})
    for case in cases:
        assert verify(case, processes=2) == verify(case)
        assert not verify(case, processes=2).ok


def test_another_roster_in_the_bundle_misleads_nobody(files, everywhere):
    other = World().pair()
    found = verify({**files, "roster.json": canonical(other.state.roster)}, processes=2)
    assert found.broken.check == "roster"
    assert found.check("steps").ok


def test_an_envelope_sealed_to_the_roster_of_the_bundle_alone_is_refused(interrupted, everywhere):
    """Only the ledger's roster counts, even if ``roster.json`` and the envelope agree on another."""
    world = copy.copy(interrupted)
    foreign = World().pair().state.roster
    world.state = interrupted.state.with_(roster=foreign, roster_digest=foreign.digest())
    seat = list(world.state.seats)[1]
    jws = world.envelope(seat, world.sheet(seat))
    seq = len(interrupted.entries)
    data, blobs = make_entry(seq=seq, ms=world.now(), session=world.session, type="sheet_sealed", jws=jws)
    world.entries, world.blobs = [*interrupted.entries, data], {**interrupted.blobs, **blobs}
    found = verify(bundle_of(world), processes=2)
    assert found.broken.entry == seq
    assert "foreign-roster" in found.broken.reason


def test_a_statement_with_a_wrong_signature_is_not_taken(whole):
    """A worker that lies about whose key signed changes nothing: the fold compares the key."""
    answers = dict(enumerate(_answers(whole)))
    seq = first(whole, "start_approved").seq
    command, _, n = answers[seq][1]
    wrong = (answers[seq][0], (command, whole.parties["wuhan"].identity.kid, n))
    replayer = ahead.AheadReplayer(book(whole))
    for at, data in enumerate(whole.entries[: seq + 1]):
        event = replayer.feed_read(data, whole.blobs.__getitem__, wrong if at == seq else answers[at])
    assert event.by.site == "oversight"


def test_an_interrupted_session_is_the_same(interrupted, everywhere):
    files = bundle_of(interrupted)
    assert verify(files, processes=2) == verify(files)


def test_a_bundle_without_a_roster_is_read_in_place():
    world = World().open()
    assert book(world, b"{}") is None
    assert read_entry(world.entries[0], world.blobs.__getitem__).type == "session_opened"


def _answers(world):
    ahead._start(book(world))
    return ahead.read_chunk([(data, ahead._blob(data, world.blobs.__getitem__)) for data in world.entries])
