"""The receipts the browser is tested with are what Python makes, and Python judges them alike."""

from __future__ import annotations

import json

import make_receipts

from evalhub.core.errors import EvalhubError
from evalhub.core.ledger.note import Verifier
from evalhub.core.ledger.receipt import verify_receipt


def test_the_file_is_what_is_made() -> None:
    assert json.loads(make_receipts.FILE.read_text("utf-8")) == make_receipts.vectors()


def test_python_gives_the_same_verdicts() -> None:
    for case in json.loads(make_receipts.FILE.read_text("utf-8"))["cases"]:
        try:
            receipt = verify_receipt(case["receipt"], Verifier.parse(case["log"]))
            right = (receipt.session, receipt.seat, receipt.digest) == (case["session"], case["seat"], case["digest"])
        except EvalhubError:
            right = False
        assert right == (case["verdict"] == "right")
