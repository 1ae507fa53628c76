"""``evalhub operate DIR PARTY [ACTION] [k=v …]``: one step as operator or supervisor of a running demo.

Without an action it shows progress and the actions open now. Exit codes: 0 done · 1 refused · 2 wrong use.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer

from evalhub.cli.common import Language, fail, run
from evalhub.cli.texts import Lang, t
from evalhub.core.errors import Malformed, Refusal
from evalhub.demo.demo import read_session_file
from evalhub.demo.layout import read_info
from evalhub.demo.operators import Desk


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="operate")(command)


def command(
    data: Annotated[Path, typer.Argument(help="演示的数据文件夹。Data folder of the demo.")],
    party: Annotated[str, typer.Argument(help="wuhan / host / oversight …")],
    action: Annotated[str, typer.Argument(help="approve-start, pause, …")] = "",
    params: Annotated[list[str] | None, typer.Argument(help="k=v")] = None,
    lang: Language = Lang.ZH,
) -> None:
    """以某中心或监督端操作员身份执行一步。Take one step as the operator of a centre or as oversight."""
    try:
        body = dict(_pair(param) for param in params or ())
    except Malformed as error:
        fail(error, lang)
    answer = run(_do(data, party, action, body), lang)
    print(json.dumps(answer, ensure_ascii=False, indent=2) if answer else t("operate.done", lang))


def _pair(param: str) -> tuple[str, Any]:
    name, found, value = param.partition("=")
    if not found:
        raise Malformed("write parameters as name=value", param)
    return name, value


async def _do(data: Path, party: str, action: str, params: dict[str, Any]) -> dict[str, Any]:
    info, known = read_info(data), read_session_file(data)
    if info is None or known is None:
        raise Malformed("there is no demo in this folder; start one with evalhub demo", str(data))
    entry = info.party(party)
    async with aiohttp.ClientSession() as http:
        desk = Desk(http, entry.name, f"http://127.0.0.1:{entry.port}", entry.token, known.session)
        if action:
            return await _act(desk, action, params)
        view = await desk.view()
        if view is None:
            raise Malformed("does not answer; is the demo running?", desk.url)
        return view


async def _act(desk: Desk, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """Run one action. What is no lawful refusal but wrong use (no such action, a wrong parameter) is ``Malformed``."""
    try:
        return await desk.do(action, params)
    except Refusal as refusal:
        if refusal.code == "malformed" or refusal.code.startswith("http-"):
            raise Malformed(refusal.detail["reason"], f"{desk.name} {action}") from None
        raise
