"""The archive bundle of a session as a mapping of path → bytes; folder or zip is the affair of the shell.

    checkpoint            the last checkpoint with every signature (a signed note)
    tile/**               hash tiles and entry bundles of exactly that tree
    blobs/sha256/<hex>    payloads too large for their entry, and files that entries name by digest
    policy                who must have signed (trust it only if you know its keys)
    roster.json           the trustees and their keys
    VERIFY.txt            how to check all this with tools of other people
    checkpoint.tsr        optional, as are report.json, report.txt, report.pdf

Any other path is ``Malformed``. Whether each blob is named by an entry, and each named blob present, is the
verifier's question; ``blob_paths`` answers half of it. Never touches a disk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger import tiles
from evalhub.core.ledger.checkpoint import Checkpoint, parse_checkpoint
from evalhub.core.ledger.entry import blob_name
from evalhub.core.ledger.note import parse_note
from evalhub.core.ledger.policy import Policy, parse_policy
from evalhub.core.ledger.tree import MemoryTree, leaf_hash
from evalhub.core.ledger.verifytext import verify_text

CHECKPOINT, POLICY, ROSTER, VERIFY = "checkpoint", "policy", "roster.json", "VERIFY.txt"
REQUIRED = frozenset({CHECKPOINT, POLICY, ROSTER, VERIFY})
OPTIONAL = frozenset({"checkpoint.tsr", "report.json", "report.txt", "report.pdf"})

_BLOB = re.compile(r"blobs/sha256/([0-9a-f]{64})")


def blob_path(sha256: str) -> str:
    """Where the blob with this hex SHA-256 lies."""
    return f"blobs/sha256/{sha256}"


def build(
    *,
    entries: Sequence[bytes],
    blobs: Mapping[str, bytes],
    checkpoint_note: bytes,
    policy: bytes,
    roster: bytes,
    extra: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The whole bundle. ``blobs``: hex SHA-256 → bytes; ``extra``: optional files by their path.

    Raises ``Broken`` if the checkpoint is not of these entries or a blob is misnamed, ``Malformed`` on other
    mistakes.
    """
    tree = MemoryTree(map(leaf_hash, entries))
    checkpoint = parse_checkpoint(parse_note(checkpoint_note).text)
    if (checkpoint.size, checkpoint.root) != (tree.size, tree.root()):
        raise Broken(f"the checkpoint is not of these {tree.size} entries")
    unknown = (extra or {}).keys() - OPTIONAL
    if unknown:
        raise Malformed("not a file of the bundle", min(unknown))
    text = verify_text(checkpoint_note, parse_policy(policy), entries)
    return {
        CHECKPOINT: checkpoint_note,
        POLICY: policy,
        ROSTER: roster,
        VERIFY: text.encode(),
        **(extra or {}),
        **tiles.hash_tiles(tree),
        **tiles.entry_bundles(entries),
        **{blob_path(name): _named(name, data) for name, data in blobs.items()},
    }


class Archive:
    """A bundle to be read. The constructor checks the set of paths and the checkpoint's form, nothing else.

    Files are fetched from the mapping only when asked for, so it may read a folder or a zip lazily. No
    signature is checked here: ``policy.check_quorum(policy_you_trust, archive.note)`` does that.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.note = self._required(CHECKPOINT)
        self.checkpoint: Checkpoint = parse_checkpoint(parse_note(self.note).text)
        self._check_paths()

    @property
    def policy(self) -> Policy:
        """The bundle's own policy: a claim, until its keys are known from elsewhere."""
        return parse_policy(self._required(POLICY))

    @property
    def roster(self) -> bytes:
        """Bytes of ``roster.json``."""
        return self._required(ROSTER)

    def optional(self, path: str) -> bytes | None:
        """An optional file, or None. Raises ``Malformed`` if a bundle has no such file."""
        if path not in OPTIONAL:
            raise Malformed("not an optional file of the bundle", path)
        return self._files.get(path)

    def entries(self) -> list[bytes]:
        """All entries in order, not yet compared with the checkpoint. Raises ``Broken`` or ``Malformed``."""
        return tiles.read_entries(self._files, self.checkpoint.size)

    def check_tree(self, entries: Sequence[bytes], tree: MemoryTree | None = None) -> MemoryTree:
        """The tree of ``entries``, which matches hash tiles and checkpoint. Raises ``Broken``.

        ``tree``: of these entries, where the caller has computed it already.
        """
        tree = tree or MemoryTree(map(leaf_hash, entries))
        if (tree.size, tree.root()) != (self.checkpoint.size, self.checkpoint.root):
            raise Broken("the entries do not have the root that the checkpoint signs")
        tiles.check_hash_tiles(self._files, tree)
        return tree

    def blob(self, sha256: str) -> bytes:
        """A blob by its hex SHA-256, re-hashed. Raises ``Broken`` if it is missing or different."""
        try:
            data = self._files[blob_path(sha256)]
        except KeyError:
            raise Broken(f"blob {sha256} is missing") from None
        return _named(sha256, data)

    def blob_paths(self) -> list[str]:
        """Paths of all blobs in the bundle, sorted."""
        return sorted(path for path in self._files if _BLOB.fullmatch(path))

    def _required(self, path: str) -> bytes:
        try:
            return self._files[path]
        except KeyError:
            raise Broken(f"{path} is missing") from None

    def _check_paths(self) -> None:
        known = {*REQUIRED, *OPTIONAL, *tiles.tile_paths(self.checkpoint.size)}
        for path in self._files:
            if path not in known and not _BLOB.fullmatch(path):
                raise Malformed("not a file of this bundle", path)
        for path in sorted(REQUIRED):
            if path not in self._files:
                raise Broken(f"{path} is missing")


def _named(name: str, data: bytes) -> bytes:
    if blob_name(data) != name:
        raise Broken(f"blob {name} is not the one that was recorded")
    return data
