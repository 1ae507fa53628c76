"""``python -m evalhub.hub --config FILE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evalhub.hub.app import CONFIGURATION, run
from evalhub.hub.settings import SettingsError, load


def main(arguments: list[str] | None = None) -> int:
    """Read the settings and serve; the exit code."""
    parser = argparse.ArgumentParser(prog="evalhub.hub", description="The hub of paired evaluation centres.")
    parser.add_argument("--config", type=Path, required=True, help="settings in TOML")
    given = parser.parse_args(arguments)
    try:
        settings = load(given.config)
    except SettingsError as error:
        sys.stderr.write(f"evalhub hub: {error}\n")
        return CONFIGURATION
    return run(settings)


if __name__ == "__main__":
    sys.exit(main())
