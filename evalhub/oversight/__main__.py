"""``python -m evalhub.oversight --config FILE``: the supervision authority's process."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from aiohttp import web

from evalhub.oversight import orders
from evalhub.oversight.alerts import AlertView
from evalhub.party import vetting
from evalhub.party.console import Console
from evalhub.party.logins import Logins
from evalhub.party.party import Party
from evalhub.party.process import ProcessSettings, Routes, run
from evalhub.web.pages import routes


async def _build(party: Party, _: ProcessSettings, logins: Logins, __: Path) -> Routes:
    console = Console(party, logins, (*orders.actions(party), *vetting.actions(party)))

    def blocked(report: str) -> None:
        party.logger.warning("page-blocked-something", page="oversight", report=report)

    async def forward(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/oversight/")

    board = [web.get("/", forward), *routes("oversight", on_report=blocked)]
    return [*console.routes(), *AlertView(console).routes(), *board]


def main(arguments: list[str] | None = None) -> int:
    """Parse, run, return the exit code."""
    parser = argparse.ArgumentParser(prog="evalhub.oversight", description="监督端 / the oversight desk")
    parser.add_argument("--config", type=Path, required=True, help="设置文件（TOML）/ settings file (TOML)")
    return run(parser.parse_args(arguments).config, reserve=True, build=_build)


if __name__ == "__main__":
    sys.exit(main())
