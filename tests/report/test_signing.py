"""The signed PDF: valid for pyHanko and for poppler, rebuilt byte for byte from the ledger, spoilt by any change."""

from __future__ import annotations

import copy
import hashlib
import re
import subprocess
from functools import cache
from io import BytesIO

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from support.bundle import bundle_of
from support.countersigning import countersign, lay_out, signature
from support.roads import road
from support.world import World

from evalhub.core.errors import Broken
from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning
from evalhub.core.rules.state import State
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.replay.verify import verify
from evalhub.report import signing


@cache
def signed() -> World:
    """Four sign, one dissents, and the session is archived."""
    world = road("signing")
    for number, seat in enumerate(sorted(world.state.seats)):
        answer, text = ("dissent", "对技术分有不同意见") if number == 2 else ("signed", "")
        world.booth_say(seat, c.SignReport(report=world.state.report, answer=answer, text=text))
    countersign(world, real=True)
    world.settle()
    return world


@cache
def files() -> dict[str, bytes]:
    return signing.report_files(signed().state)


def pdf() -> bytes:
    return files()["report.pdf"]


def roots(state: State) -> list[x509.Certificate]:
    return [x509.Certificate.load(unb64u(layout.authority)) for layout in state.layouts.values()]


@pytest.mark.requirement("R77")
def test_every_signature_is_valid_for_pyhanko_under_the_centres_certificates():
    state = signed().state
    found = PdfFileReader(BytesIO(pdf())).embedded_signatures
    assert [one.field_name for one in found] == [f"member-{n}" for n in range(1, 6)]
    for number, one in enumerate(found):
        status = validate_pdf_signature(one, ValidationContext(trust_roots=roots(state), allow_fetching=False))
        assert status.bottom_line, status.pretty_print_details()
        last = number == len(found) - 1
        assert status.modification_level is (ModificationLevel.NONE if last else ModificationLevel.FORM_FILLING)
        subject = one.signer_cert.subject.native
        seat = state.signatures[number].seat
        assert subject["common_name"] == f"{state.aliases[seat]} {seat}"


@pytest.mark.requirement("R78")
def test_every_signature_is_valid_for_poppler(tmp_path):
    (tmp_path / "report.pdf").write_bytes(pdf())
    done = subprocess.run(["pdfsig", "report.pdf"], cwd=tmp_path, capture_output=True, check=False)
    text = done.stdout.decode(errors="replace")
    assert text.count("Signature Validation: Signature is Valid.") == 5
    assert text.count("Signature Type: ETSI.CAdES.detached") == 5
    assert text.count("Signing Hash Algorithm: SHA-256") == 5
    assert text.count("Total document signed") == 1, "the last one covers the whole file"


def test_whoever_holds_the_ledger_and_the_pages_builds_the_same_file():
    state = signed().state
    layout = countersigning.agreed(state)
    assert layout is not None
    pages = pdf()[: layout.length]
    assert hashlib.sha256(pages).hexdigest() == layout.pdf
    assert signing.sign_all(signed().replayer.state, pages) == pdf()
    assert signing.lay_out(state) == pages, "and whoever has the fonts makes the pages too"
    assert signing.check_signed(state, pdf()) == 5


def test_an_archive_with_the_signed_pdf_is_whole_and_says_so():
    found = verify(bundle_of(signed(), **{"report.pdf": pdf()}))
    assert found.ok, found.broken
    assert next(row.detail for row in found.checks if row.name == "report") == "report.pdf: 5 signatures"


def test_any_change_of_the_pdf_breaks_the_archive():
    layout = countersigning.agreed(signed().state)
    assert layout is not None
    last = pdf().rindex(b"/Contents")
    for at in (10, layout.length // 2, layout.length - 3, layout.length + 40, last + 30, len(pdf()) - 4):
        spoilt = bytearray(pdf())
        spoilt[at] ^= 1
        found = verify(bundle_of(signed(), **{"report.pdf": bytes(spoilt)}))
        assert not found.ok, at
        assert found.broken is not None
        assert found.broken.check == "report"
    for other in (pdf()[:-1], pdf() + b"\n", pdf()[: layout.length], b"", b"%PDF-1.7\n"):
        assert not verify(bundle_of(signed(), **{"report.pdf": other})).ok


def test_an_archive_without_the_pdf_is_whole_and_one_with_a_pdf_nobody_agreed_on_is_not():
    assert verify(bundle_of(signed())).ok
    world = road("archived")
    assert verify(bundle_of(world)).ok
    assert not verify(bundle_of(world, **{"report.pdf": pdf()})).ok
    failed = road("signing")
    with pytest.raises(Broken):
        signing.check_signed(failed.state, pdf())


def test_a_signature_over_other_attributes_is_none_of_this_pdf():
    world = copy.deepcopy(road("answered"))
    pages = signing.lay_out(world.state)
    lay_out(world, pages)
    seat = countersigning.turn(world.state)
    data = b"\x31\x05wrong"
    good = signature(world, seat, pages)
    odd = c.CountersignReport(pdf=good.pdf, attributes=b64u(data), signature=b64u(world.booths[seat].key.sign(data)))
    world.booth_say(seat, odd)
    second = countersigning.turn(world.state)
    world.booth_say(second, signature(world, second, signing.sign_all(world.state, pages)))
    made = signing.sign_all(world.state, pages)
    fields = [one.field_name for one in PdfFileReader(BytesIO(made)).embedded_signatures]
    assert fields == [world.state.aliases[second]]


def test_a_computer_that_makes_other_pages_puts_no_pdf_into_the_archive():
    world = road("archived")  # its centres agreed on bytes that nobody prints
    assert set(signing.report_files(world.state)) == {"report.json"}
    assert set(signing.report_files(road("detailed").state)) == set()


def test_the_report_is_signed_as_far_as_it_has_come():
    assert signing.report_pdf(signed().state) == pdf()
    assert not re.search(rb"/ByteRange", signing.report_pdf(signed().state, "en")), "only the Chinese one is signed"
    assert not re.search(rb"/ByteRange", signing.report_pdf(road("signing").state))
