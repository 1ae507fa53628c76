"""``python -m host_site --config FILE``: the host centre's process."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evalhub.party.console import Action
from evalhub.party.logins import Logins
from evalhub.party.party import Party
from evalhub.party.process import ProcessSettings, Routes, run
from evalhub.site.app import Centre, build
from host_site import clarifying, concluding, convening, filing, representatives


async def _build(party: Party, settings: ProcessSettings, logins: Logins, base: Path) -> Routes:
    def actions(centre: Centre) -> tuple[Action, ...]:
        rooms = (convening, representatives, concluding, clarifying)
        return tuple(action for room in rooms for action in room.actions(centre))

    common = await build(party, settings, logins, base, actions)
    return [*common, *filing.routes(logins)]


def main(arguments: list[str] | None = None) -> int:
    """Parse, run, return the exit code."""
    parser = argparse.ArgumentParser(prog="host_site", description="主场站点 / the host centre's site")
    parser.add_argument("--config", type=Path, required=True, help="设置文件（TOML）/ settings file (TOML)")
    return run(parser.parse_args(arguments).config, reserve=False, build=_build)


if __name__ == "__main__":
    sys.exit(main())
