"""The manifest names exactly what is served, and changes with every byte."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path

import pytest

from evalhub.core.codec import canonical, decode
from evalhub.core.errors import Malformed
from evalhub.web.manifest import GENERATED, STATIC, Manifest, snapshot


@pytest.fixture
def static(tmp_path: Path) -> Path:
    for folder in ("booth", "shared", "vendor"):
        shutil.copytree(STATIC / folder, tmp_path / folder)
    return tmp_path


def test_every_file_of_the_page_and_no_other(static: Path) -> None:
    (static / "operator").mkdir()
    (static / "operator" / "main.js").write_text("")
    paths = {row.path for row in snapshot("booth", static).manifest.files}
    on_disk = {p.relative_to(static).as_posix() for p in static.rglob("*") if p.is_file()}
    assert paths == {path for path in on_disk if not path.startswith("operator/")} | {GENERATED}


def test_digests_are_those_of_the_bytes_served(static: Path) -> None:
    taken = snapshot("booth", static)
    for row in taken.manifest.files:
        assert row.sha256 == hashlib.sha256(taken.files[row.path]).hexdigest()
        assert row.length == len(taken.files[row.path])


def test_one_changed_byte_is_another_client(static: Path) -> None:
    before = snapshot("booth", static).manifest.digest()
    path = static / "shared" / "envelope.js"
    path.write_bytes(path.read_bytes() + b"\n")
    assert snapshot("booth", static).manifest.digest() != before


def test_what_was_read_is_what_is_served_even_if_the_disk_changes(static: Path) -> None:
    taken = snapshot("booth", static)
    (static / "shared" / "jws.js").write_bytes(b"altered")
    assert taken.files["shared/jws.js"] != b"altered"


def test_a_checkout_without_its_libraries_says_what_to_do(static: Path) -> None:
    shutil.rmtree(static / "vendor")
    with pytest.raises(Malformed, match=r"tools/web\.py"):
        snapshot("booth", static)


def test_the_manifest_reads_back() -> None:
    manifest = snapshot("booth").manifest
    assert decode(Manifest, canonical(manifest)) == manifest


def test_the_booth_stays_light() -> None:
    """Script and style of the page, compressed: at most 100 KB."""
    taken = snapshot("booth")
    code = b"".join(data for path, data in sorted(taken.files.items()) if path.endswith((".js", ".mjs", ".css")))
    assert len(gzip.compress(code)) < 100_000
