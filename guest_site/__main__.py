"""``python -m guest_site --config FILE``: a guest centre's process."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evalhub.party.logins import Logins
from evalhub.party.party import Party
from evalhub.party.process import ProcessSettings, Routes, run
from evalhub.site.app import build
from guest_site import acceptance


async def _build(party: Party, settings: ProcessSettings, logins: Logins, base: Path) -> Routes:
    return await build(party, settings, logins, base, acceptance.actions)


def main(arguments: list[str] | None = None) -> int:
    """Parse, run, return the exit code."""
    parser = argparse.ArgumentParser(prog="guest_site", description="客场站点 / a guest centre's site")
    parser.add_argument("--config", type=Path, required=True, help="设置文件（TOML）/ settings file (TOML)")
    return run(parser.parse_args(arguments).config, reserve=False, build=_build)


if __name__ == "__main__":
    sys.exit(main())
