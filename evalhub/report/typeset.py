"""Document → PDF by typst: PDF/A-2a and PDF/UA-1, tagged, fonts embedded.

Rules
- The same document gives the same bytes, with the same version of typst and the same font files: the date of the PDF
  is the ledger's, its identifier is derived from its content, no system font is taken but the two families named here.
- A character that the fonts do not have is an error, never an empty box (typst refuses it under PDF/A).
- Text of people is data: it is shown as it stands and never read as markup.

Fonts are Debian's ``fonts-noto-cjk`` (SIL Open Font License). Without them there is no PDF, and ``report.json`` stands.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import typst

from evalhub.core import codec
from evalhub.core.errors import Broken, Refusal
from evalhub.report.document import Document

Lang = Literal["zh", "en"]
FAMILIES = ("Noto Sans CJK SC", "Noto Sans Mono CJK SC")
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')


def typeset(document: Document, lang: Lang = "zh") -> bytes:
    """The PDF. Raises ``Refusal``: fonts-missing, glyph-missing."""
    data = json.dumps({**codec.to_plain(document), "texts": texts(lang), "lang": lang}, ensure_ascii=False)
    compiler = typst.Compiler(_folder() / "report.typ", root=_folder(), font_paths=_fonts())
    try:
        made = compiler.compile(
            format="pdf", sys_inputs={"data": data}, pdf_standards=STANDARDS, timestamp=document.issued_at // 1000
        )
    except typst.TypstError as error:
        raise _why(str(error.message)) from None
    assert isinstance(made, bytes)
    return made


@cache
def texts(lang: Lang) -> dict[str, str]:
    """Every word of the pages in one language."""
    found: dict[str, dict[str, str]] = json.loads((_folder() / "texts.json").read_text(encoding="utf-8"))
    return {key: both[lang] for key, both in found.items()}


@cache
def _fonts() -> typst.Fonts:
    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    missing = [family for family in FAMILIES if family not in found.families()]
    if missing:
        raise Refusal("fonts-missing", fonts=", ".join(missing))
    return found


def _folder() -> Path:
    return Path(str(resources.files("evalhub.report").joinpath("templates")))


def _why(message: str) -> Refusal | Broken:
    characters = _MISSING.findall(message)
    if characters:
        return Refusal("glyph-missing", text="".join(dict.fromkeys(characters)))
    return Broken(f"the report cannot be typeset: {message}")
