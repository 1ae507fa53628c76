"""The forms the browser is tested with are what the rules make, and its sheets are sheets of them."""

from __future__ import annotations

import json

import make_forms

from evalhub.core import codec
from evalhub.core.rules.forms import Form, check_sheet, read_sheet


def test_the_file_is_what_is_made() -> None:
    assert json.loads(make_forms.FILE.read_text("utf-8")) == make_forms.vectors()


def test_every_sheet_may_be_sealed() -> None:
    for case in json.loads(make_forms.FILE.read_text("utf-8"))["cases"]:
        form = codec.from_plain(Form, case["form"])
        check_sheet(form, read_sheet(form, case["sheet"].encode()))
