"""The archive bundle from the own mirror. Of the hub's bundle only the final checkpoint is taken, and only if it is of
exactly the entries held here and cosigned by everyone. A session called off before it had a roster has an empty one.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from aiohttp import ClientError, ClientSession, ClientTimeout

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.archive import CHECKPOINT, build
from evalhub.core.ledger.checkpoint import parse_checkpoint
from evalhub.core.ledger.note import MAX_NOTE, parse_note
from evalhub.core.ledger.policy import check_checkpoint, format_policy
from evalhub.party.followed import Followed
from evalhub.party.settings import PartySettings

TIMEOUT = 60.0  # seconds


async def fetch_note(settings: PartySettings, session: str) -> bytes:
    """The checkpoint in the hub's bundle (a zip). Raises ``Refusal("not-archived")``, ``Malformed``, ``OSError``."""
    tls = settings.tls.context() if settings.tls else False
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=TIMEOUT)) as client,
            client.get(settings.api(f"/sessions/{session}/bundle"), ssl=tls) as answer,
        ):
            if answer.status != 200:
                raise Refusal("not-archived", session=session, status=answer.status)
            data = await answer.read()
    except (ClientError, TimeoutError) as error:
        raise OSError(f"the hub's bundle cannot be had: {error or type(error).__name__}") from None
    return read_note(data)


def read_note(data: bytes) -> bytes:
    """The file ``checkpoint`` of a zipped bundle. Raises ``Malformed``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(CHECKPOINT) as file:
            note = file.read(MAX_NOTE + 1)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError) as error:
        raise Malformed(f"not a zipped bundle: {error}", "bundle") from None
    if len(note) > MAX_NOTE:
        raise Malformed("the checkpoint is too long", "bundle")
    return note


def size_of(note: bytes) -> int:
    """Entries of the tree a checkpoint is of. Raises ``Malformed``."""
    return parse_checkpoint(parse_note(note).text).size


def check_note(followed: Followed, note: bytes) -> None:
    """Raise ``Broken`` unless the checkpoint is of exactly this ledger, with the full quorum."""
    assert followed.policy is not None
    checkpoint, _ = check_checkpoint(followed.policy, note)
    if checkpoint.size != followed.size:
        raise Broken(f"the hub's final checkpoint has {checkpoint.size} entries, the mirror {followed.size}")
    if checkpoint.root != followed.tree.root():
        raise Broken("the hub's final checkpoint is not of the entries it sent: a fork")


def assemble(followed: Followed, entries: Sequence[bytes], blobs: Mapping[str, bytes], note: bytes,
             extra: Mapping[str, bytes] | None = None) -> dict[str, bytes]:  # fmt: skip
    """The files of the bundle."""
    assert followed.policy is not None
    roster = followed.state.roster
    return build(entries=entries, blobs=blobs, checkpoint_note=note, policy=format_policy(followed.policy),
                 roster=canonical(roster if roster else {}), extra=extra)  # fmt: skip
