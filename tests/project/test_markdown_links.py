"""Every relative link in a Markdown file leads to a file of the repository, and every ``#part`` to a heading there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from support.repository import ROOT, files, shown

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^()\s>]+)>?(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
PAGES = files("*.md")


def broken_links(page: Path, root: Path) -> Iterator[str]:
    """Links of ``page`` that lead nowhere, or out of ``root``."""
    for link in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue  # other places are not ours to keep
        name, _, part = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        outside = not target.is_relative_to(root)
        if outside or not target.exists() or (part and part not in parts(target)):
            yield link


def parts(page: Path) -> set[str]:
    """Names by which headings of a page can be linked (as the usual hosts of Markdown make them)."""
    if page.suffix != ".md":
        return set()
    headings = HEADING.findall(re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page, ROOT)) == []


def test_there_are_pages_with_links() -> None:
    assert sum(len(LINK.findall(page.read_text("utf-8"))) for page in PAGES) > 10


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One `two`!\n[a](page.md#one-two) [b](no.md) [c](#three) [d](../up.md) [e](https://x.example)\n")
    (tmp_path.parent / "up.md").touch()
    assert list(broken_links(page, tmp_path)) == ["no.md", "#three", "../up.md"]
