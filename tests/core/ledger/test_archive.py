"""The bundle: exactly its files, and a VERIFY.txt whose commands run."""

import re
import subprocess

import pytest

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.archive import Archive, blob_path, build
from evalhub.core.ledger.entry import blob_name, read_entry
from evalhub.core.ledger.policy import check_quorum, format_policy


def bundle_of(world, **changes):
    parts = {
        "entries": world.entries,
        "blobs": world.blobs,
        "checkpoint_note": world.checkpoint(),
        "policy": format_policy(world.policy),
        "roster": b"{}",
        **changes,
    }
    return build(**parts)


@pytest.fixture
def files(world):
    return bundle_of(world.grow(3).grow(2, length=5000).grow(260))


def test_what_went_in_comes_out(world, files):
    archive = Archive(files)
    entries = archive.entries()
    assert entries == world.entries
    assert archive.check_tree(entries).root() == archive.checkpoint.root == world.tree.root()
    assert archive.roster == b"{}"
    assert check_quorum(archive.policy, archive.note) == ["host", "guest", "oversight"]
    assert archive.blob_paths() == sorted(map(blob_path, world.blobs))
    assert read_entry(entries[3], archive.blob).body == world.blobs[read_entry(entries[3], archive.blob).blob.sha256]


def test_optional_files(world):
    world.grow(1)
    archive = Archive(bundle_of(world, extra={"report.json": b"{}"}))
    assert archive.optional("report.json") == b"{}"
    assert archive.optional("report.pdf") is None
    with pytest.raises(Malformed):
        archive.optional("checkpoint")
    with pytest.raises(Malformed):
        bundle_of(world, extra={"notes.txt": b""})
    with pytest.raises(Malformed):
        bundle_of(world, extra={"checkpoint": b""})


@pytest.mark.parametrize(
    "path",
    [
        "extra.txt",
        "../checkpoint",
        "/checkpoint",
        "./checkpoint",
        "Checkpoint",
        "tile/0/002",
        "tile/0/000.p/3",
        "tile/entries/001.p/8",
        "blobs/sha256/" + "A" * 64,
        "blobs/sha256/" + "a" * 63,
        "blobs/sha256/" + "a" * 64 + "\n",
        "blobs/" + "a" * 64,
    ],
)
def test_no_other_path_is_accepted(files, path):
    with pytest.raises(Malformed) as caught:
        Archive({**files, path: b""})
    assert caught.value.where == path


@pytest.mark.parametrize("path", ["checkpoint", "policy", "roster.json", "VERIFY.txt"])
def test_required_files(files, path):
    del files[path]
    with pytest.raises(Broken):
        Archive(files)


def test_a_cut_tail_is_broken(world, files):
    """The hub cannot show fewer entries than the checkpoint signs."""
    with pytest.raises(Broken):
        bundle_of(world, entries=world.entries[:-1])
    del files["tile/entries/001.p/9"]
    with pytest.raises(Broken):
        Archive(files).entries()


def test_a_changed_entry_is_broken(world, files):
    entries = list(world.entries)
    entries[5] = entries[6]
    with pytest.raises(Broken):
        Archive(files).check_tree(entries)


def test_a_changed_hash_tile_is_broken(world, files):
    files["tile/0/000"] = files["tile/0/000"][:-1] + b"\0"
    with pytest.raises(Broken):
        Archive(files).check_tree(world.entries)


def test_blobs_are_what_they_are_called(world, files):
    name = next(iter(world.blobs))
    files[blob_path(name)] += b" "
    with pytest.raises(Broken):
        Archive(files).blob(name)
    with pytest.raises(Broken):
        Archive(files).blob("0" * 64)
    with pytest.raises(Broken):
        bundle_of(world, blobs={"0" * 64: b"x"})


def test_a_rehearsal_says_so(world):
    text = bundle_of(world.grow(1))["VERIFY.txt"].decode()
    assert "rehearsal" not in text
    world.origin = "hub.example/evalhub/rehearsal/S1"
    text = bundle_of(world)["VERIFY.txt"].decode()
    assert "演练" in text
    assert "rehearsal" in text
    assert text.index("核验") < text.index("How to check")


def commands_of(text, heading, temporary):
    """The indented commands below a heading of the English part."""
    english = text.split("How to check")[1]
    block = re.search(rf"{heading}.*?\n((?:    .*\n)+)", english).group(1)
    return block.replace("/tmp/", f"{temporary}/")


def test_the_commands_of_verify_txt(world, files, tmp_path):
    folder = tmp_path / "bundle"
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def run(heading):
        script = commands_of(files["VERIFY.txt"].decode(), heading, tmp_path)
        done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.stdout

    assert run("1. Blobs") == ""
    first = run("2. The first entry").split()
    assert len(first) == 2
    assert first[0] == first[1] == world.tree.node(0, 0).hex()
    assert run("3. Signatures").count("Signature Verified Successfully") == 4

    target = folder / blob_path(next(iter(world.blobs)))
    target.write_bytes(b"changed")
    assert run("1. Blobs").startswith("BAD ")
    (folder / "checkpoint").write_bytes(files["checkpoint"].replace(b"\n265\n", b"\n264\n", 1))
    assert "Verified" not in subprocess.run(
        ["sh", "-c", commands_of(files["VERIFY.txt"].decode(), "3. Signatures", tmp_path)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.replace("Signature Verification Failure", "")
    assert blob_name(b"changed") not in world.blobs
