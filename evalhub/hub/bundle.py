"""The archive of a session that has ended, as the hub hands it out: ``ledger.archive.build`` in a zip.

Parties can build the same files from their own mirrors. Nothing in it is compressed by guess: the same ledger gives the
same bytes.
"""

from __future__ import annotations

import io
import zipfile

from evalhub.core.codec import canonical
from evalhub.core.ledger import archive
from evalhub.core.ledger.entry import blob_name
from evalhub.core.ledger.note import Verifier
from evalhub.core.ledger.policy import format_policy, policy_for
from evalhub.core.rules.state import State
from evalhub.hub.store import Row
from evalhub.report.signing import report_files

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name: the same files give the same zip


def files(state: State, rows: list[Row], note: bytes, log: Verifier) -> dict[str, bytes]:
    """Path → bytes. ``note``: the final checkpoint with every countersignature."""
    witnesses = [(name, Verifier.parse(party.witness)) for name, party in state.parties.items()]
    return archive.build(
        entries=[data for _, _, data, _ in rows],
        blobs={blob_name(blob): blob for _, _, _, blob in rows if blob is not None},
        checkpoint_note=note,
        policy=format_policy(policy_for(log, witnesses)),
        roster=canonical(state.roster if state.roster else {}),
        extra=report_files(state),
    )


def zipped(state: State, rows: list[Row], note: bytes, log: Verifier) -> bytes:
    """The bundle as one zip file, in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for path, data in sorted(files(state, rows, note, log).items()):
            container.writestr(zipfile.ZipInfo(path, EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
