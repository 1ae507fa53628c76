"""Frozen records ⇄ canonical JSON (RFC 8785, the profile below). The only place where a dict becomes a record.

Rules
- A record is a ``Record`` subclass: frozen, unknown fields refused, every field typed.
- The profile: keys are ASCII, integers lie within ±(2^53 - 1), decimals are strings, no float, no duplicate key,
  nesting at most ``MAX_DEPTH``. Inside this profile ``msgspec``'s sorted encoding equals RFC 8785 byte for byte
  (a property test holds it against the ``rfc8785`` package).
- ``decode`` accepts exactly the canonical bytes: one record, one text. That also refuses duplicate keys.
- Nothing is ever re-serialised in order to be verified: hashes and signatures are over the received bytes.

Raises ``Malformed`` with the JSON path of the first mistake.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from functools import cache
from typing import Any, TypeVar, cast, dataclass_transform

import msgspec
from msgspec import inspect

from evalhub.core.errors import Malformed

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class RecordMeta(msgspec.StructMeta):
    """Tells type checkers that every record is frozen and keyword-only without saying so at each class."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **config: Any) -> Any:
        """Create the record class; ``config`` is msgspec's own struct configuration."""
        return super().__new__(cls, name, bases, namespace, **{"frozen": True, "kw_only": True, **config})


class Record(msgspec.Struct, metaclass=RecordMeta, forbid_unknown_fields=True):
    """Base of every record on the wire, in the ledger and in files."""


T = TypeVar("T")
Json = dict[str, "Json"] | list["Json"] | str | int | bool | None

_encoder = msgspec.json.Encoder(order="sorted")


_decoders: dict[object, msgspec.json.Decoder[Any]] = {}


def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    found = _decoders.get(kind)
    if found is None:
        found = _decoders[kind] = msgspec.json.Decoder(kind, strict=True)
    return found


def canonical(value: object) -> bytes:
    """The canonical bytes of a record or of plain JSON data. Raises ``Malformed`` outside the profile."""
    try:
        data = _encoder.encode(value)
        if b"null" in data:  # msgspec writes NaN and infinity as null; look at the values themselves
            _check_no_float(msgspec.to_builtins(value, enc_hook=_raw))
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
        raise Malformed(str(error)) from None
    _check_profile(data)
    return data


def decode(kind: type[T], data: bytes, *, where: str = "$", raw: bool = True) -> T:
    """Read canonical bytes as ``kind``. Raises ``Malformed`` naming the path of the first mistake.

    ``raw=False``: members that are raw JSON are not looked into, because the caller decodes each as a record next.
    """
    value = loosely(kind, data, where=where)
    if _encoder.encode(value) != data:
        raise Malformed("not the canonical form (RFC 8785): key order, spacing, number or duplicate key", where)
    raw_members = _raw_members(cast(Hashable, type(value)))
    if raw_members is None:
        _check_profile(data)
    elif raw_members and raw:
        for name in raw_members:
            if isinstance(raw := getattr(value, name), msgspec.Raw):
                _check_profile(bytes(raw), depth=1)
    return value


def loosely(kind: type[T], data: bytes, *, where: str = "$") -> T:
    """Like ``decode`` but any JSON spelling is accepted: for files written by people, never for signed bytes."""
    try:
        value: T = _decoder(kind).decode(data)
    except RecursionError:
        raise Malformed("nested too deeply", where) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(str(error).replace("$", where), where) from None
    return value


def from_plain(kind: type[T], value: object, *, where: str = "$") -> T:
    """Plain data (from YAML or a spreadsheet) as ``kind``. Raises ``Malformed`` naming the path."""
    try:
        return msgspec.convert(value, kind, strict=True)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Malformed(str(error).replace("$", where), where) from None


def to_plain(value: object) -> Any:
    """A record as plain JSON data (dicts, lists, strings, integers), for templates and reports."""
    return msgspec.json.decode(_encoder.encode(value))


@cache
def within_profile(kind: type) -> bool:
    """Whether every value that the decoder accepts as this record lies in the profile, by its types alone.

    Then ``decode`` need not look at the values again. Cautious: False for whatever it does not know, such as raw JSON,
    integers without bounds, keys without a pattern of ASCII classes, and records inside themselves.
    """
    return issubclass(kind, Record) and _bounded(inspect.type_info(kind), ())


@cache
def _raw_members(kind: type) -> tuple[str, ...] | None:
    """The members that are raw JSON, if by its types everything else in this record lies in the profile; else None."""
    info = inspect.type_info(kind)
    if not isinstance(info, inspect.StructType) or not issubclass(kind, Record):
        return None
    raw = [field for field in info.fields if isinstance(field.type, inspect.RawType)]
    rest = [field for field in info.fields if field not in raw]
    if not info.forbid_unknown_fields or not _bounded_fields(rest, (kind,)):
        return None
    return tuple(field.name for field in raw) if all(field.encode_name.isascii() for field in raw) else None


_ASCII_CLASSES = re.compile(r"\^(\[(?!\^)[A-Za-z0-9._-]+\]([+*]|\{\d+(,\d*)?\})?)+(\$|\\Z)")
_TEXTS = (inspect.NoneType, inspect.BoolType, inspect.StrType, inspect.LiteralType, inspect.DecimalType)


def _bounded(info: inspect.Type, inside: tuple[type, ...]) -> bool:
    """``inside``: the records around this type, for the depth and against recursion."""
    if isinstance(info, inspect.Metadata):
        return _bounded(info.type, inside)
    if isinstance(info, inspect.IntType):
        low, high = info.gt if info.ge is None else info.ge, info.lt if info.le is None else info.le
        return low is not None and high is not None and -MAX_INTEGER <= low <= high <= MAX_INTEGER
    if isinstance(info, inspect.UnionType):
        return all(_bounded(item, inside) for item in info.types)
    if isinstance(info, inspect.VarTupleType):
        return _bounded(info.item_type, (*inside, tuple))
    if isinstance(info, inspect.DictType):
        return _ascii_keys(info.key_type) and _bounded(info.value_type, (*inside, dict))
    return _bounded_struct(info, inside) if isinstance(info, inspect.StructType) else isinstance(info, _TEXTS)


def _bounded_struct(info: inspect.StructType, inside: tuple[type, ...]) -> bool:
    if info.cls in inside or len(inside) > MAX_DEPTH // 2 or not info.forbid_unknown_fields:
        return False
    return _bounded_fields(info.fields, (*inside, info.cls))


def _bounded_fields(fields: Iterable[inspect.Field], inside: tuple[type, ...]) -> bool:
    return all(field.encode_name.isascii() and _bounded(field.type, inside) for field in fields)


def _ascii_keys(info: inspect.Type) -> bool:
    return isinstance(info, inspect.StrType) and bool(info.pattern and _ASCII_CLASSES.fullmatch(info.pattern))


def _raw(value: object) -> None:
    """Raw JSON is text already: a float in it is found by ``_check_profile``."""
    if not isinstance(value, msgspec.Raw):
        raise TypeError(f"a {type(value).__name__} is not data")


def _check_no_float(value: object) -> None:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, float):
            raise Malformed("a float is not allowed; write decimals as strings")
        if isinstance(value, dict):
            value = tuple(value.values())
        if isinstance(value, list | tuple):
            waiting += [item for item in value if type(item) is not str]


def _check_profile(data: bytes, depth: int = 0) -> None:
    """Refuse what JSON allows and the profile does not: one C-speed parse, then level by level. ``depth``: of ``data``
    itself. (The parse gives exactly these types, so they are told apart by identity: half the time of a walk.)"""
    level: list[Any] = [msgspec.json.decode(data)]
    while level:
        if depth > MAX_DEPTH:
            raise Malformed(f"nested deeper than {MAX_DEPTH}")
        below: list[Any] = []
        for value in level:
            kind = type(value)
            if kind is str:
                continue
            if kind is dict:
                _check_keys(value)
                below += value.values()
            elif kind is list:
                below += value
            else:
                _check_scalar(value)
        level, depth = below, depth + 1


def _check_keys(value: dict[str, Any]) -> None:
    for key in value:
        if not key.isascii():
            raise Malformed(f"key {key!r} is not ASCII")


def _check_scalar(value: float | bool | None) -> None:
    if isinstance(value, float):
        raise Malformed("a float is not allowed; write decimals as strings")
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise Malformed(f"integer {value} is outside ±(2^53-1)")
