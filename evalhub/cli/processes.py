"""``evalhub hub|site|oversight --config FILE``: the long-running processes, as ``python -m …`` starts them too."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import evalhub.hub.__main__
import evalhub.oversight.__main__
import guest_site.__main__
import host_site.__main__

Config = Annotated[Path, typer.Option("--config", help="设置文件（TOML）。Settings file (TOML).")]


class Kind(StrEnum):
    """The two kinds of site."""

    HOST = "host"
    GUEST = "guest"


def register(app: typer.Typer) -> None:
    """Add the three commands to the application."""
    app.command(name="hub")(hub)
    app.command(name="site")(site)
    app.command(name="oversight")(oversight)


def hub(config: Config) -> None:
    """运行枢纽。Run the hub."""
    raise typer.Exit(evalhub.hub.__main__.main(["--config", str(config)]))


def site(kind: Annotated[Kind, typer.Argument(help="主场或客场。Host or guest.")], config: Config) -> None:
    """运行一个中心的站点。Run a centre's site."""
    module = host_site.__main__ if kind is Kind.HOST else guest_site.__main__
    raise typer.Exit(module.main(["--config", str(config)]))


def oversight(config: Config) -> None:
    """运行监督端。Run the oversight process."""
    raise typer.Exit(evalhub.oversight.__main__.main(["--config", str(config)]))
