"""``python -m benchmarks [--quick] [NAME …]``: every benchmark as ratios taken in this one run; one table, one file.

Each ``benchmarks/bench_<name>.py`` has ``run(quick: bool) -> list[Row]``. Results go to
``benchmarks/results/<date>.json``, which git ignores: numbers of another run or machine are not compared with.
Exit code 1 if a benchmark could not run or a row misses its floor.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
import traceback
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pairing import Row

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"
COLUMNS = "{id:<5} {what:<58} {ratio:>7} {interval:>15} {goal:>15}  {verdict}"


def names() -> list[str]:
    """Every benchmark there is, sorted."""
    return sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))


def verdict(row: Row) -> str:
    """Where the ratio stands: its interval must reach the floor, its median decides about the target."""
    sign = 1 if row.higher_is_better else -1
    if sign * row.ratio >= sign * row.target:
        return "target reached"
    best = row.high if row.higher_is_better else row.low
    return "floor held" if sign * best >= sign * row.floor else "BELOW FLOOR"


def line(row: Row) -> str:
    """One line of the table."""
    better = "≥" if row.higher_is_better else "≤"
    return COLUMNS.format(
        id=row.id,
        what=row.what,
        ratio=f"{row.ratio:.2f}",
        interval=f"{row.low:.2f} – {row.high:.2f}",
        goal=f"{better} {row.floor:g} / {row.target:g}",
        verdict=f"{verdict(row)}{'  ' + row.note if row.note else ''}",
    )


def write(rows: list[Row], quick: bool, now: datetime) -> Path:
    """The run as JSON."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
    found = [{**asdict(row), "verdict": verdict(row)} for row in rows]
    record = {"at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "quick": quick, **machine, "rows": found}
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Ratios, taken alternately in one run.")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, for a look")
    parser.add_argument("name", nargs="*", help=f"which ones (default: all): {', '.join(names())}")
    options = parser.parse_args()
    if unknown := sorted(set(options.name) - set(names())):
        parser.error(f"no benchmark named {', '.join(unknown)}")
    rows, failed = [], False
    heading = {"id": "id", "what": "what", "ratio": "ratio", "interval": "90 % interval", "goal": "floor / target"}
    print(COLUMNS.format(**heading, verdict=""))
    for name in options.name or names():
        start = time.monotonic()
        try:
            found: list[Row] = importlib.import_module(f"benchmarks.bench_{name}").run(options.quick)
        except Exception:
            traceback.print_exc()
            print(f"      {name}: could not run")
            failed = True
            continue
        rows += found
        print("\n".join(map(line, found)) + f"\n      ({name}: {time.monotonic() - start:.0f} s)", flush=True)
    print(
        f"written to {write(rows, options.quick, datetime.fromtimestamp(time.time(), UTC)).relative_to(FOLDER.parent)}"
    )
    return 1 if failed or any(verdict(row) == "BELOW FLOOR" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
