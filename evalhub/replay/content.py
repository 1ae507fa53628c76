"""What the verifier reads beside the fold: entries (with the first bad one named), blobs, policy text, report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.archive import Archive
from evalhub.core.ledger.entry import blob_name, read_entry
from evalhub.core.ledger.policy import Policy, format_policy
from evalhub.core.ledger.tiles import WIDTH, bundle_paths, tile_path
from evalhub.core.ledger.tree import HASH, MemoryTree, leaf_hash
from evalhub.core.rules.state import State
from evalhub.replay.findings import CheckName
from evalhub.report import signing

REPORT = "report.json"
_BLOBS = "blobs/sha256/"
_SIGNATURE_REASONS = ("malformed: signature does not verify", "refusal: unknown-key", "nobody signed")
_ENTRY_REASONS = ("carries number", "belongs to session", "its time runs backwards")


class _Ref(msgspec.Struct):
    """A blob's name. The walk has checked it, and the blob."""

    sha256: str


class _Refs(msgspec.Struct):
    """The two fields of an entry that name a blob."""

    body_blob: _Ref | None = None
    jws_blob: _Ref | None = None


_refs = msgspec.json.Decoder(_Refs)


def kind_of(reason: str) -> CheckName:
    """Which row an end of the walk belongs to."""
    if reason.startswith("blob "):
        return "blobs"
    if reason.startswith(_ENTRY_REASONS):
        return "entries"
    return "signatures" if reason.startswith(_SIGNATURE_REASONS) else "steps"


def read_all(archive: Archive, files: Mapping[str, bytes]) -> tuple[list[bytes], Broken | None]:
    """``read_tree`` for those who need no tree."""
    entries, _, error = read_tree(archive, files)
    return entries, error


def read_tree(archive: Archive, files: Mapping[str, bytes]) -> tuple[list[bytes], MemoryTree, Broken | None]:
    """All entries that can be read, their tree, and why it is not the checkpoint's, with the first bad entry."""
    size, root = archive.checkpoint.size, archive.checkpoint.root
    try:
        entries = archive.entries()
    except (Broken, Malformed) as error:
        return [], MemoryTree(), Broken(error.reason, _first_difference(files, size))
    tree = tree_of(entries)
    if tree.root() != root:
        reason = "the entries do not have the root that the checkpoint signs"
        return entries, tree, Broken(reason, _first_difference(files, size))
    return entries, tree, None


def entry_types(files: Mapping[str, bytes]) -> list[str]:
    """The type of every entry of a bundle that verifies, in order."""
    archive = Archive(files)
    return [read_entry(entry, archive.blob).type for entry in archive.entries()]


def tree_of(entries: Sequence[bytes]) -> MemoryTree:
    """The Merkle tree of these entries."""
    return MemoryTree(map(leaf_hash, entries))


def spelled(policy: Policy) -> bytes:
    """The one spelling of a policy: no comment, no other spacing."""
    return format_policy(policy)


def check_blobs(files: Mapping[str, bytes], entries: Sequence[bytes], state: State) -> tuple[int, str]:
    """No blob that nothing names; bid documents are what the plan names. Those of entries were hashed in the walk."""
    named = set(_references(entries))
    documents = {bidder.file.sha256: bidder.file.length for bidder in state.plan.project.bidders} if state.plan else {}
    stored = {path.removeprefix(_BLOBS) for path in files if path.startswith(_BLOBS)}
    for name in sorted(stored - named):
        data = files[_BLOBS + name]
        if name not in documents:
            raise Broken(f"blob {name} is named by nothing in the ledger")
        if blob_name(data) != name or len(data) != documents[name]:
            raise Broken(f"blob {name} is not the bid document that the plan names")
    return len(stored), f"{len(stored - named)} bid documents" if stored - named else ""


def check_report(files: Mapping[str, bytes], issued: bytes | None, state: State) -> str:
    """``report.json`` is there exactly if a report was issued, with exactly its bytes; ``report.pdf`` is the one that
    the centres laid out, with the signatures of the ledger. A computer without the fonts makes a bundle without it.
    """
    if files.get(REPORT) != issued:
        raise Broken(
            f"{REPORT} is not the report that was issued" if issued else f"no report was issued, but {REPORT} is there"
        )
    pdf = files.get(signing.PDF)
    return "" if pdf is None else f"{signing.PDF}: {signing.check_signed(state, pdf)} signatures"


def _references(entries: Sequence[bytes]) -> Iterator[str]:
    for data in entries:
        refs = _refs.decode(data)
        if ref := refs.body_blob or refs.jws_blob:
            yield ref.sha256


def _first_difference(files: Mapping[str, bytes], size: int) -> int | None:
    """The first entry that is not the one its hash tile holds, or that cannot be read."""
    for path, start, width in bundle_paths(size):
        hashes = files.get(tile_path(0, start // WIDTH, width), b"")
        found = 0
        for data in _leniently(files.get(path, b"")):
            if leaf_hash(data) != hashes[found * HASH : (found + 1) * HASH]:
                break
            found += 1
        if found != width:
            return start + found
    return None


def _leniently(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        yield data[start:at]
