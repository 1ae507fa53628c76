"""The small words of the rules: codes, texts, digests, and one named mistake. Everything else stands on them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from evalhub.core.codec import Record

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}\Z")]  # a centre or oversight body
SessionId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{2,47}\Z")]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z")]
Specialty = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{0,6}\Z")]  # national classification, 发改法规〔2018〕316号
HexDigest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Ocid = Annotated[str, Meta(pattern=r"^(?:ocds-[a-z0-9]{6}-[!-~]{1,160})?\Z")]  # or empty
ShortText = Annotated[str, Meta(min_length=1, max_length=200)]
LongText = Annotated[str, Meta(min_length=1, max_length=4000)]
Stamp = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")]


class Text2(Record):
    """One text in both languages; Chinese is the authoritative one."""

    zh: LongText
    en: LongText


class Problem(Record):
    """One mistake: where in the file (path), a stable code, what was found, and the article it breaks, if one does."""

    path: str
    code: str
    found: str = ""
    law_zh: str = ""
    law_en: str = ""
