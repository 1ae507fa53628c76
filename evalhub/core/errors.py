"""The three families of error. Whose fault it is decides the family.

    Refusal    a lawful "no" to an honest peer: stable code + parameters; a sentence is made from them (zh, en)
    Malformed  the peer's bytes are not what the format says; nothing was changed
    Broken     our own record does not prove itself; the only safe reaction is to stop and show where

Each error is data first (code, where, parameters), so that shells can count, log and translate it.
"""

from __future__ import annotations


class EvalhubError(Exception):
    """Common base, so that a shell can catch our errors and nothing else."""


class Refusal(EvalhubError):
    """A lawful refusal. ``code`` is stable; ``detail`` fills the sentence shown to people.

    >>> str(Refusal("wrong-phase", phase="detail"))
    'wrong-phase (phase=detail)'
    """

    def __init__(self, code: str, /, **detail: object) -> None:
        self.code = code
        self.detail = {key: str(value) for key, value in detail.items()}
        shown = ", ".join(f"{key}={value}" for key, value in self.detail.items())
        super().__init__(f"{code} ({shown})" if shown else code)


class Malformed(EvalhubError):
    """Bytes that do not follow the format. ``where`` is a JSON path, a row, or a file name."""

    def __init__(self, reason: str, where: str = "") -> None:
        self.reason = reason
        self.where = where
        super().__init__(f"{where}: {reason}" if where else reason)


class Broken(EvalhubError):
    """A record that contradicts itself. ``entry`` is the ledger index of the first bad entry, if known."""

    def __init__(self, reason: str, entry: int | None = None) -> None:
        self.reason = reason
        self.entry = entry
        super().__init__(f"entry {entry}: {reason}" if entry is not None else reason)
