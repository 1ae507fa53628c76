"""``evalhub report``: the PDF of a bundle, the same the members signed."""

from __future__ import annotations

import pytest
from bundle_cli import run
from support.bundle import as_zip, bundle_of
from support.world import World

from evalhub.core.rules.state import Phase
from evalhub.report.signing import report_pdf


@pytest.fixture(scope="module")
def world():
    return World().until(Phase.ARCHIVED)


@pytest.fixture(scope="module")
def bundle(world, tmp_path_factory):
    return as_zip(bundle_of(world), tmp_path_factory.mktemp("report") / "b.zip")


def test_the_pdf_of_a_bundle_in_either_language(world, bundle, tmp_path):
    for lang, code in (("zh-CN", "zh"), ("en", "en")):
        out = tmp_path / f"{code}.pdf"
        done, text, _ = run("report", bundle, "-o", out, "--lang", lang)
        assert done == 0
        assert str(out.stat().st_size) in text
        assert out.read_bytes() == report_pdf(world.state, code)


def test_no_report_no_bundle_no_place_to_write(bundle, tmp_path):
    early = as_zip(bundle_of(World().until(Phase.SEALING)), tmp_path / "b.zip")
    done, _, error = run("report", early, "-o", tmp_path / "r.pdf", "--lang", "en")
    assert done == 1
    assert "No report has been issued" in error
    assert run("report", tmp_path / "none.zip", "-o", tmp_path / "r.pdf")[0] == 2
    assert run("report", bundle, "-o", tmp_path / "missing" / "r.pdf")[0] == 2
    assert not (tmp_path / "r.pdf").exists()


def test_nothing_is_made_from_a_broken_record(world, tmp_path):
    files = bundle_of(world)
    path = next(path for path in files if path.startswith("blobs/"))
    files[path] = b"x" + files[path][1:]
    done, _, error = run("report", as_zip(files, tmp_path / "b.zip"), "-o", tmp_path / "r.pdf", "--lang", "en")
    assert done == 1
    assert "does not hold" in error
    assert not (tmp_path / "r.pdf").exists()
