"""The archive bundle of a ``World``: cosigned by its real log and witness keys; as a mapping, a folder or a zip."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evalhub.core.codec import canonical
from evalhub.core.ledger import archive
from evalhub.core.ledger.checkpoint import Checkpoint
from evalhub.core.ledger.note import Note, Verifier, cosign, log_verifier, sign_note, witness_verifier
from evalhub.core.ledger.policy import Policy, format_policy, policy_for
from evalhub.core.ledger.tree import leaf_hash, root_of
from evalhub.core.rules import report

if TYPE_CHECKING:
    from support.world import World


def witness_of(world: World, party: str) -> Verifier:
    """The witness key that ``World.opening`` introduces for a party."""
    return witness_verifier(f"evalhub.test/{party}", world.parties[party].witness.public)


def policy_of(world: World) -> Policy:
    """The policy that follows from the opening: the log, and every party's witness."""
    return policy_for(log_verifier(world.origin, world.log.public), [(p, witness_of(world, p)) for p in world.parties])


def checkpoint_note(world: World, size: int | None = None, witnesses: Iterable[str] | None = None) -> bytes:
    """The countersigned checkpoint of the first ``size`` entries (all of them by default)."""
    entries = world.entries[:size]
    text = Checkpoint(world.origin, len(entries), root_of(map(leaf_hash, entries))).text()
    lines = [
        cosign(text, witness_of(world, p).name, world.parties[p].witness, world.time // 1000)
        for p in (world.parties if witnesses is None else witnesses)
    ]
    return Note(text, (sign_note(text, world.origin, world.log), *lines)).to_bytes()


def bundle_of(world: World, **changes: bytes) -> dict[str, bytes]:
    """The bundle of a world as it stands. ``changes``: other ``checkpoint_note``, ``policy`` or ``roster`` bytes, and
    ``report.pdf`` where one is enclosed.
    """
    state = world.state
    extra = {"report.json": report.report_bytes(state)} if state.report else {}
    extra |= {"report.pdf": changes.pop("report.pdf")} if "report.pdf" in changes else {}
    parts = {
        "checkpoint_note": checkpoint_note(world),
        "policy": format_policy(policy_of(world)),
        "roster": canonical(state.roster) if state.roster else canonical({}),
        **changes,
    }
    return archive.build(entries=world.entries, blobs=world.blobs, extra=extra, **parts)


def as_folder(files: Mapping[str, bytes], root: Path) -> Path:
    """The bundle as files below ``root``."""
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def as_zip(files: Mapping[str, bytes], path: Path) -> Path:
    """The bundle as one zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path
