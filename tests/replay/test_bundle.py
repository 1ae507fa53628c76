"""A bundle is opened without following anything it says: no link, no way out, no bomb."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bundle import as_folder, as_zip

from evalhub.core.errors import Malformed
from evalhub.replay import bundle
from evalhub.replay.bundle import open_bundle
from evalhub.replay.verify import verify


def zipped(path, *members):
    """A zip of (name or ZipInfo, data) pairs, with a checkpoint so that it looks like a bundle."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("checkpoint", b"x")
        for name, data in members:
            target.writestr(name, data)
    return path


def refused(path, reason):
    with pytest.raises(Malformed, match=reason):
        open_bundle(path)


def test_folder_zip_and_mapping_hold_the_same(files, tmp_path):
    folder, packed = open_bundle(as_folder(files, tmp_path / "b")), open_bundle(as_zip(files, tmp_path / "b.zip"))
    assert dict(folder) == dict(packed) == dict(files)
    assert len(folder) == len(packed) == len(files)
    assert verify(folder) == verify(packed) == verify(files)
    for opened in (folder, packed):
        with pytest.raises(KeyError):
            opened["../checkpoint"]


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/passwd", "a/../../evil", "tile/./0", "tile//0", "C:/x", "a\\..\\b", "é", "a b", "x" * 201, "~"],
)
def test_paths_that_lead_elsewhere_are_refused(tmp_path, name):
    refused(zipped(tmp_path / "b.zip", (name, b"")), "not a plain path")


def test_a_nul_in_a_name_is_refused(tmp_path):
    path = zipped(tmp_path / "b.zip", ("policyXevil", b""))
    path.write_bytes(path.read_bytes().replace(b"policyXevil", b"policy\0evil"))
    refused(path, "not a plain path")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_zip_holds_plain_files_only(tmp_path, kind):
    info = zipfile.ZipInfo("policy")
    info.external_attr = (kind | 0o777) << 16
    refused(zipped(tmp_path / "b.zip", (info, b"/etc/passwd")), "neither a file nor a folder")


def test_a_folder_holds_plain_files_only(files, tmp_path):
    root = as_folder(files, tmp_path / "b")
    (root / "report.txt").symlink_to("/etc/passwd")
    refused(root, "neither a file nor a folder")
    (root / "report.txt").unlink()
    os.mkfifo(root / "report.txt")
    refused(root, "neither a file nor a folder")


def test_a_link_to_a_folder_is_not_followed(files, tmp_path):
    root = as_folder(files, tmp_path / "b")
    (root / "blobs" / "more").symlink_to(tmp_path, target_is_directory=True)
    refused(root, "neither a file nor a folder")


def test_a_name_listed_twice_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zipped(tmp_path / "b.zip", ("policy", b"1"), ("policy", b"2"))
    refused(path, "listed twice")


def test_an_encrypted_member_is_refused(tmp_path):
    path = zipped(tmp_path / "b.zip", ("policy", b"1"))
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    path.write_bytes(data)
    refused(path, "encrypted")


def test_an_unknown_compression_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_LZMA) as target:
        target.writestr("checkpoint", b"x")
    refused(tmp_path / "b.zip", "unknown method")


def test_a_bomb_is_refused(tmp_path):
    refused(zipped(tmp_path / "b.zip", ("policy", bytes(8 * 2**20))), "expands too much")


def test_caps_hold(files, tmp_path, monkeypatch):
    path, root = as_zip(files, tmp_path / "b.zip"), as_folder(files, tmp_path / "b")
    for name, value, reason in (("MAX_FILES", 5, "more than 5 files"), ("MAX_FILE", 100, "too large"),
                                ("MAX_TOTAL", 1000, "more than 1000 bytes")):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(bundle, name, value)
            refused(path, reason)
            refused(root, reason)


def test_members_that_share_bytes_are_refused(tmp_path):
    path = zipped(tmp_path / "b.zip", ("policy", os.urandom(100)), ("roster.json", os.urandom(100)))
    data = bytearray(path.read_bytes())
    last = data.rindex(b"PK\x01\x02")
    first = data.index(b"PK\x01\x02")
    data[last + 42 : last + 46] = data[first + 42 : first + 46]
    path.write_bytes(data)
    refused(path, "overlaps")


def test_what_is_no_bundle_is_refused(tmp_path):
    refused(tmp_path / "nothing", "no such file")
    (tmp_path / "text").write_text("hello")
    refused(tmp_path / "text", "neither a folder nor a zip")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "no bundle")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as target:
        target.writestr("readme.md", b"x")
    refused(tmp_path / "other.zip", "no bundle")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_zip_never_passes_for_another_and_never_crashes(cancelled, tmp_path_factory, data):
    path = as_zip(cancelled, tmp_path_factory.mktemp("zip") / "b.zip")
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    try:
        found = verify(open_bundle(path))
    except Malformed:
        return
    assert not found.ok or dict(open_bundle(path)) == cancelled


def test_a_member_whose_checksum_is_wrong_is_damaged(files, tmp_path):
    path = as_zip(files, tmp_path / "b.zip")
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 16 : central + 20] = zlib.crc32(b"other").to_bytes(4, "little")
    path.write_bytes(data)
    assert not verify(open_bundle(path)).ok


def test_a_fork_reads_a_zip_through_a_handle_of_its_own(tmp_path, files, monkeypatch):
    """Else parent and fork would move each other's place in the file."""
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as packed:
        for path, data in files.items():
            packed.writestr(path, data)
    opened = open_bundle(tmp_path / "bundle.zip")
    parents = opened._zip
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert opened["checkpoint"] == files["checkpoint"]
    assert opened._zip is not parents
