"""``evalhub init --data DIR``: keys, certificates and settings for hub, centres and oversight; nothing is started.

For containers and tests: each process then runs from its own folder. Exit codes: 0 laid out, or found · 2 could not.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli.common import Language, run
from evalhub.cli.texts import Lang, t
from evalhub.core.ledger.times import format_time
from evalhub.demo.examples import example, project_folder
from evalhub.demo.layout import Source, import_pools, lay_out, read_info


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="init")(command)


def command(
    data: Annotated[Path, typer.Option("--data", help="数据文件夹。Data folder.")],
    port_base: Annotated[int, typer.Option("--port-base", min=1024, max=65_000, help="第一个端口。First port.")] = 8600,
    hub_host: Annotated[str, typer.Option("--hub-host", help="各站点如何找到枢纽。The hub's host name.")] = "127.0.0.1",
    listen: Annotated[str, typer.Option("--listen", help="各进程监听的地址。Address to listen on.")] = "127.0.0.1",
    project: Annotated[
        Path | None, typer.Option("--project", help="含 session.yaml 的文件夹。Folder with a session.yaml.")
    ] = None,
    lang: Language = Lang.ZH,
) -> None:
    """生成密钥、证书与各进程设置。Make keys, certificates and settings for every process."""
    run(_init(data, project, port_base, hub_host, listen, lang), lang)


async def _init(data: Path, project: Path | None, port_base: int, hub_host: str, listen: str, lang: Lang) -> None:
    if read_info(data) is not None:
        print(t("init.found", lang, data=data))
        return
    folder = project_folder(project) if project else example(1)
    now = datetime.now(UTC)
    info = lay_out(data, folder, port_base, Source(now, os.urandom), hub_host=hub_host, listen=listen)
    await import_pools(data, info, format_time(int(now.timestamp() * 1000)))
    print(t("init.done", lang, data=data, parties=", ".join(party.name for party in info.parties)))
