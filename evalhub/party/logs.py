"""Logs of a party: JSON lines on stderr through structlog, for operators and their tools.

Rules
- Events are short fixed words; facts are fields. Field names outside ``FIELDS`` are dropped, so that no key, piece,
  contribution, ticket, sheet or name of an expert gets into a log by a new call that nobody looked at.
- The record is the ledger; a log line is never evidence.
"""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

FIELDS = frozenset(
    {
        *("event", "level", "timestamp", "party", "session", "n", "size", "entry", "phase", "duty", "number"),
        *("address", "seat", "older"),
        *("code", "reason", "status", "attempt", "delay", "url", "error", "entries", "sessions", "pending"),
    }
)

Logger = structlog.typing.FilteringBoundLogger


def only_known_fields(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
    return {key: value for key, value in line.items() if key in FIELDS}


PROCESSORS: tuple[structlog.typing.Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    only_known_fields,
    structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
)


def make_logger(party: str, stream: TextIO | None = None, level: str = "info") -> Logger:
    """A logger bound to this party's name, on stderr unless told otherwise."""
    logger: Logger = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    return logger.bind(party=party)


def configure(level: str = "info") -> None:
    """The process's own loggers (``structlog.get_logger``) speak the same way. Called once, at start."""
    structlog.configure(
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
