"""Plain data held against the table of ``schema``: every mistake with its JSON path, not only the first.

Beyond types and code lists, what the standard says in words: at least one release; ids of releases, parties, lots,
bids and awards are unique; organisations, lots and bids that are referred to exist; a release is not dated after its
package; amounts come with a currency. A field that neither the standard nor a language suffix (``title_en``) explains
is a mistake too, so that a misspelt one is not taken for an absent one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from evalhub.core.codec import Record
from evalhub.core.errors import Malformed
from evalhub.ocds.schema import OBJECTS, TRANSLATED, Field

Plain = Any


class Number(str):
    """The digits of a JSON number with a point or exponent, exactly as they were written."""

    __slots__ = ()


_DATE = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
)
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_LANGUAGE = re.compile(r"_[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_OCID = re.compile(r"ocds-[a-z0-9]{6}-\S+")


def _text(value: Plain) -> bool:
    return isinstance(value, str) and not isinstance(value, Number) and value != ""


def _whole(value: Plain) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_KINDS: dict[str, Callable[[Plain], bool]] = {
    "string": _text,
    "number": lambda value: _whole(value) or isinstance(value, Number),
    "integer": _whole,
    "boolean": lambda value: isinstance(value, bool),
    "id": lambda value: _whole(value) or _text(value),
    "uri": lambda value: _text(value) and bool(_URI.fullmatch(value)),
    "date-time": lambda value: _text(value) and bool(_DATE.fullmatch(value)),
}


class Mistake(Record):
    """Where (a JSON path such as ``releases[0].tender.value``), a stable code, and what was found."""

    path: str
    code: str
    found: str = ""


def read_json(data: bytes, *, where: str = "$") -> Plain:
    """Plain data of a JSON text. Raises ``Malformed``: no JSON, NaN, or a key given twice."""
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, parse_float=Number, parse_constant=_no_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise Malformed(f"{error.msg} (line {error.lineno})", where) from None
    except (RecursionError, ValueError) as error:
        raise Malformed(f"cannot be read as JSON: {error}", where) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def package_mistakes(package: Plain) -> tuple[Mistake, ...]:
    """Every mistake of a release package; empty when it may be published."""
    found = list(_object("ReleasePackage", package, ""))
    releases = package.get("releases") if isinstance(package, dict) else None
    if isinstance(releases, list):
        if not releases:
            found.append(Mistake(path="releases", code="ocds-empty"))
        found += _unique(releases, "releases")
        for index, release in enumerate(releases):
            found += _related(release, f"releases[{index}].")
            found += _dated(package, release, f"releases[{index}].date")
    return tuple(found)


def release_mistakes(release: Plain) -> tuple[Mistake, ...]:
    """Every mistake of one release that stands alone."""
    return (*_object("Release", release, ""), *_related(release, ""))


def _object(name: str, value: Plain, path: str) -> Iterator[Mistake]:
    if not isinstance(value, dict):
        yield Mistake(path=path or "$", code="ocds-type", found="object")
        return
    fields = OBJECTS[name]
    for key, field in fields.items():
        if field.required and key not in value:
            yield Mistake(path=_under(path, key), code="ocds-missing")
    for key, inner in value.items():
        known = fields.get(key) or _translation(key, fields)
        if known is None:
            yield Mistake(path=_under(path, key), code="ocds-unknown")
        else:
            yield from _value(known, inner, _under(path, key))
    if name == "Value" and value.get("amount") is not None and not _CURRENCY.fullmatch(str(value.get("currency"))):
        yield Mistake(path=_under(path, "currency"), code="ocds-currency", found=str(value.get("currency", "")))
    if name == "Release" and isinstance(value.get("ocid"), str) and not _OCID.fullmatch(value["ocid"]):
        yield Mistake(path=_under(path, "ocid"), code="ocds-ocid", found=value["ocid"])


def _translation(key: str, fields: dict[str, Field]) -> Field | None:
    word, mark, _ = key.partition("_")
    known = word in TRANSLATED and word in fields and _LANGUAGE.fullmatch(key[len(word) :]) if mark else None
    return Field(kind="string") if known else None


def _value(field: Field, value: Plain, path: str) -> Iterator[Mistake]:
    if value is None:
        if not field.nullable:
            yield Mistake(path=path, code="ocds-null")
        return
    if field.kind == "any":
        return
    if field.kind.startswith("["):
        if not isinstance(value, list):
            yield Mistake(path=path, code="ocds-type", found="array")
            return
        inner = Field(kind=field.kind[1:-1], nullable=False, codes=field.codes)
        for index, item in enumerate(value):
            yield from _value(inner, item, f"{path}[{index}]")
    elif field.kind in OBJECTS:
        yield from _object(field.kind, value, path)
    elif not _KINDS[field.kind](value):
        yield Mistake(path=path, code="ocds-type", found=field.kind)
    elif field.codes and value not in field.codes:
        yield Mistake(path=path, code="ocds-code", found=str(value))


def _related(release: Plain, path: str) -> Iterator[Mistake]:
    """References inside one release, where its lists have their shape at all."""
    if not isinstance(release, dict):
        return
    tender, bids = _dict(release, "tender"), _dict(release, "bids")
    lists = {
        "parties": _items(release, "parties"),
        "awards": _items(release, "awards"),
        "tender.lots": _items(tender, "lots"),
        "bids.details": _items(bids, "details"),
    }
    for name, items in lists.items():
        yield from _unique(items, f"{path}{name}")
    known = {str(party.get("id")) for party in lists["parties"]}
    for place, reference in _references(release, tender, lists):
        if known and str(reference.get("id")) not in known:
            yield Mistake(path=f"{path}{place}.id", code="ocds-party", found=str(reference.get("id")))
    lots = {str(lot.get("id")) for lot in lists["tender.lots"]}
    named = {str(bid.get("id")) for bid in lists["bids.details"]}
    for name in ("bids.details", "awards"):
        for index, item in enumerate(lists[name]):
            related = item.get("relatedLots")
            for lot in related if isinstance(related, list) else ():
                if str(lot) not in lots:
                    yield Mistake(path=f"{path}{name}[{index}].relatedLots", code="ocds-lot", found=str(lot))
            bid = item.get("relatedBid")
            if bid is not None and str(bid) not in named:
                yield Mistake(path=f"{path}{name}[{index}].relatedBid", code="ocds-bid", found=str(bid))


def _references(
    release: Plain, tender: Plain, lists: dict[str, list[dict[str, Plain]]]
) -> Iterator[tuple[str, dict[str, Plain]]]:
    for place, owner, key in (("buyer", release, "buyer"), ("tender.procuringEntity", tender, "procuringEntity")):
        if isinstance(owner.get(key), dict):
            yield place, owner[key]
    rows = [("tender", tender, "tenderers")]
    rows += [(f"bids.details[{index}]", bid, "tenderers") for index, bid in enumerate(lists["bids.details"])]
    rows += [(f"awards[{index}]", award, "suppliers") for index, award in enumerate(lists["awards"])]
    for place, owner, key in rows:
        for index, one in enumerate(_items(owner, key)):
            yield f"{place}.{key}[{index}]", one


def _unique(items: list[Plain], path: str) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        name = str(item.get("id")) if isinstance(item, dict) else ""
        if name in seen:
            yield Mistake(path=f"{path}[{index}].id", code="ocds-twice", found=name)
        seen.add(name)


def _dated(package: Plain, release: Plain, path: str) -> Iterator[Mistake]:
    """Only moments of one spelling are compared: both in UTC."""
    whole, part = package.get("publishedDate"), release.get("date") if isinstance(release, dict) else None
    both = [isinstance(one, str) and one.endswith("Z") and _DATE.fullmatch(one) for one in (whole, part)]
    if all(both) and str(part)[:19] > str(whole)[:19]:
        yield Mistake(path=path, code="ocds-date", found=str(part))


def _dict(owner: Plain, key: str) -> dict[str, Plain]:
    inner = owner.get(key)
    return inner if isinstance(inner, dict) else {}


def _items(owner: Plain, key: str) -> list[dict[str, Plain]]:
    inner = owner.get(key)
    return [item for item in inner if isinstance(item, dict)] if isinstance(inner, list) else []


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
