"""Writes ``tests/vectors/sealing/receipt.json``: receipts by a fixed key, for the browser and for Python.

python tests/web/make_receipts.py
"""

from __future__ import annotations

import json
from pathlib import Path

from evalhub.core.ledger.note import log_verifier
from evalhub.core.ledger.receipt import Receipt, make_receipt
from evalhub.core.sealing.notekeys import NoteKey

FILE = Path(__file__).parents[1] / "vectors" / "sealing" / "receipt.json"
ORIGIN = "evalhub.example/evalhub/synthetic-session-1"
SHEET = {
    "session": "synthetic-session-1",
    "seat": "host/A101-02",
    "digest": "_8DRezCDJvTvahWkRLDC9428Cxq-k1tU4D5Z9GdLUwo",
}


def vectors() -> dict[str, object]:
    """One right receipt and what must not pass for one."""
    key, other = NoteKey.from_seed(bytes(range(32))), NoteKey.from_seed(bytes(range(1, 33)))
    right = make_receipt(Receipt(ORIGIN, **SHEET), key)
    text, line = right.rsplit("\n\n", 1)
    cases = [
        {"receipt": right, "verdict": "right"},
        {"receipt": make_receipt(Receipt(ORIGIN, **SHEET), other), "verdict": "wrong"},
        {"receipt": make_receipt(Receipt(ORIGIN, **{**SHEET, "seat": "host/A101-03"}), key), "verdict": "wrong"},
        {"receipt": f"{text.replace('A101-02', 'A101-03')}\n\n{line}", "verdict": "wrong"},
        {"receipt": f"{text}\n\n", "verdict": "wrong"},
    ]
    log = log_verifier(ORIGIN, key.public).vkey()
    about = "Receipts for one sheet (signed notes, Ed25519, seed 00 01 … 1f); the verdict is for that sheet and log."
    return {"about": about, "cases": [{**case, **SHEET, "log": log} for case in cases]}


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=2, ensure_ascii=False) + "\n", "utf-8")
