"""What a page consists of: every file by SHA-256, and one digest over them all.

Rules
- The files of a page are those under ``static/<page>``, ``static/shared`` and ``static/vendor`` (operator and oversight
  share ``static/desk`` besides), and the sentences of refusals made from the core (``GENERATED``). Nothing else is
  served, nothing else runs.
- ``Snapshot`` reads each file once; what is served is what was hashed, whatever happens on disk afterwards.
- The digest of the booth page's manifest is the client digest inside every sealed sheet.

Never here: a route, a header.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Malformed
from evalhub.core.rules.refusals import SENTENCES

STATIC = Path(__file__).parent / "static"
ALSO: Mapping[str, tuple[str, ...]] = {"operator": ("desk",), "oversight": ("desk",)}  # what two pages share
GENERATED = "shared/refusals.json"
SUFFIXES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}

Page = Literal["booth", "operator", "oversight", "replay"]


class ManifestFile(Record):
    """One file: path below ``static``, lower-case hex SHA-256, length in bytes."""

    path: str
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    length: int


class Manifest(Record):
    """Every file of one page, sorted by path."""

    v: Literal[1]
    page: str
    files: tuple[ManifestFile, ...]

    def digest(self) -> str:
        """SHA-256 of the canonical manifest, lower-case hex: the client digest."""
        return hashlib.sha256(canonical(self)).hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """A page's files as read once, and their manifest. ``files``: bytes by path."""

    manifest: Manifest
    files: Mapping[str, bytes]

    def integrity(self, path: str) -> str:
        """The subresource-integrity text of a file (W3C SRI)."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.files[path]).digest()).decode()

    def scripts(self) -> tuple[str, ...]:
        """Paths of all modules, sorted."""
        return tuple(sorted(path for path in self.files if path.endswith((".js", ".mjs"))))


def snapshot(page: Page, static: Path = STATIC) -> Snapshot:
    """Read a page. Raises ``Malformed`` if the browser libraries were not installed or a file has a foreign suffix."""
    files = {GENERATED: refusals()}
    for folder in (page, *ALSO.get(page, ()), "shared", "vendor"):
        if not (static / folder).is_dir():
            raise Malformed("is not installed; run the set-up step (python tools/web.py)", f"static/{folder}")
        for path in sorted((static / folder).rglob("*")):
            if path.is_file() and path.suffix in SUFFIXES:
                files[path.relative_to(static).as_posix()] = path.read_bytes()
    rows = tuple(
        ManifestFile(path=path, sha256=hashlib.sha256(data).hexdigest(), length=len(data))
        for path, data in sorted(files.items())
    )
    return Snapshot(manifest=Manifest(v=1, page=page, files=rows), files=files)


def refusals() -> bytes:
    """Sentences of refusals by code, both languages, for the browser."""
    return canonical({code: {"zh-CN": zh, "en": en} for code, (zh, en) in SENTENCES.items()})
