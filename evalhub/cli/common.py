"""What sub-commands share: options, one clear sentence for what went wrong, and running until interrupted."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from evalhub.cli.texts import Lang, t
from evalhub.core.errors import EvalhubError, Malformed, Refusal
from evalhub.core.rules.refusals import sentence
from evalhub.demo.processes import Died, StartFailed

T = TypeVar("T")
REFUSED = 1
Language = Annotated[Lang, typer.Option("--lang", help="zh-CN / en")]
AsJson = Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")]


def fail(error: BaseException, lang: Lang, code: int = 2) -> NoReturn:
    """Say what is wrong in one sentence and leave."""
    typer.echo(why(error, lang), err=True)
    raise typer.Exit(code) from None


def why(error: BaseException, lang: Lang) -> str:
    """The sentence for an error, in the reader's language where the error has one."""
    if isinstance(error, Refusal):
        return sentence(error.code, error.detail, "zh" if lang is Lang.ZH else "en")
    if isinstance(error, Malformed):
        return t("common.malformed", lang, where=error.where or "-", reason=error.reason)
    if isinstance(error, Died):
        return t("demo.dead", lang, names=error)
    if isinstance(error, StartFailed):
        return t("common.start-failed", lang, reason=error)
    if isinstance(error, OSError):
        return t("common.os", lang, where=error.filename or "-", reason=error.strerror or error)
    return str(error)


def run(work: Coroutine[Any, Any, T], lang: Lang) -> T:
    """Run to the end. Exit codes: 130 after Ctrl-C, 1 for a refusal, 2 for any other error of ours; each a sentence."""
    try:
        return asyncio.run(_interruptible(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        typer.echo(t("common.interrupted", lang), err=True)
        raise typer.Exit(130) from None
    except Refusal as refusal:
        fail(refusal, lang, REFUSED)
    except (EvalhubError, OSError) as error:
        fail(error, lang)


async def _interruptible(work: Coroutine[Any, Any, T]) -> T:
    """SIGINT and SIGTERM cancel the work, so that everything it started is ended by its own clean-up.

    Once: a second Ctrl-C would cancel the clean-up itself and leave processes behind.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: task.cancelling() or task.cancel())
    return await task
