"""``evalhub code DIR PARTY``: the one-time code of a demo account just now, for those without an authenticator at hand.

Only for a demo folder, whose secrets were made by the demo. Exit codes: 0 printed · 2 wrong use.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli.common import Language, fail
from evalhub.cli.texts import Lang
from evalhub.core.errors import Malformed
from evalhub.core.sealing.passwords import code_at, secret_of
from evalhub.demo.layout import read_info


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="code")(command)


def command(
    data: Annotated[Path, typer.Argument(help="演示的数据文件夹。Data folder of the demo.")],
    party: Annotated[str, typer.Argument(help="host / guest / oversight / wuhan …")],
    lang: Language = Lang.ZH,
) -> None:
    """显示演示账号此刻的动态口令。Show the one-time code of a demo account just now."""
    try:
        info = read_info(data)
        if info is None:
            raise Malformed("there is no demo in this folder; start one with evalhub demo", str(data))
        secret = secret_of(info.party(party).totp)
    except Malformed as error:
        fail(error, lang)
    typer.echo(code_at(secret, int(time.time())))
