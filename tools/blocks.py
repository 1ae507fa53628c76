"""Write the parts of Markdown pages that are drawn from the program, so that no page describes them by hand.

    python tools/blocks.py           write them
    python tools/blocks.py --check   change nothing; exit code 1 if a page is out of date

A block stands between ``<!-- from: NAME WORDS -->`` and ``<!-- end -->``:

    help WORDS     what ``evalhub WORDS --help`` prints
    phases         the table of ``core/rules/phases.py``: command, by whom, in which phases
    frames         the frames of both lines, from ``core/wire/frames.py``
    ocds           the fields of our extension to OCDS, from ``evalhub/ocds/schema.py``
    decisions      number, title, date and status of every record in ``docs/decisions``
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

from evalhub.core.rules.commands import NAMES
from evalhub.core.rules.phases import ANY, TABLE
from evalhub.core.rules.state import Phase
from evalhub.core.wire import frames
from evalhub.ocds.schema import OBJECTS

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(<!-- from: (\w+)((?: [\w-]+)*) -->\n).*?(<!-- end -->)", re.DOTALL)
WIDTH = "100"


def main() -> int:
    """Write or check every page."""
    stale = [page for page in pages() if page.read_text("utf-8") != renewed(page.read_text("utf-8"))]
    for page in stale:
        sys.stdout.write(f"{page.relative_to(ROOT)} is out of date\n")
        if "--check" not in sys.argv:
            page.write_text(renewed(page.read_text("utf-8")), encoding="utf-8")
    return 1 if stale and "--check" in sys.argv else 0


def pages() -> Iterator[Path]:
    """Pages that have a block."""
    for folder, pattern in ((ROOT, "*.md"), (ROOT / "docs", "**/*.md")):
        for page in sorted(folder.glob(pattern)):
            if BLOCK.search(page.read_text("utf-8")):
                yield page


def renewed(text: str) -> str:
    """The page with every block made again."""
    return BLOCK.sub(lambda found: f"{found[1]}{MAKERS[found[2]](*found[3].split())}\n{found[4]}", text)


def help_text(*words: str) -> str:
    """What the command prints, without colours and at a fixed width."""
    environment = os.environ | {"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH, "NO_COLOR": "1", "TERM": "dumb"}
    environment.pop("FORCE_COLOR", None)
    command = [sys.executable, "-c", "from evalhub.cli import main; main()", *words, "--help"]
    done = subprocess.run(  # noqa: S603 - our own words only
        command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    shown = done.stdout.replace("-c ", "evalhub ").replace("python evalhub", "evalhub")
    lines = [line.rstrip() for line in shown.strip("\n").splitlines()]
    return "\n".join(["```text", *lines, "```"])


def phases() -> str:
    """One row a command, in the table's order."""
    lines = ["| command | by | in the phases | while paused |", "|---|---|---|---|"]
    for kind, row in TABLE.items():
        listed = ", ".join(phase.value for phase in Phase if phase in row.phases)
        where = "any before the end" if row.phases == ANY else listed
        by = ", ".join(role for role in ("host", "guest", "oversight", "booth", "hub") if role in row.by)
        lines.append(f"| `{NAMES[kind]}` | {by} | {where} | {'yes' if row.while_paused else ''} |")
    return "\n".join(lines)


def frame_table() -> str:
    """One row a frame: direction, tag, fields, first sentence of its description."""
    ways = [("hub → party", frames.FromHub), ("party → hub", frames.FromParty)]
    ways += [("site → booth", frames.FromSite), ("booth → site", frames.FromBooth)]
    lines = ["| way | `t` | fields | what |", "|---|---|---|---|"]
    for way, kinds in ways:
        for kind in typing.get_args(kinds):
            fields = ", ".join(f"`{name}`" for name in kind.__struct_fields__)
            said = re.sub(r"\s+", " ", kind.__doc__ or "").strip().split(". ")[0].rstrip(".").replace("``", "`")
            said = re.sub(r"^(Site|Booth) → (booth|site)[^:]*: ", "", said)
            lines.append(f"| {way} | `{kind.__struct_config__.tag}` | {fields} | {said} |")
    return "\n".join(lines)


def decisions() -> str:
    """One row a record, by its first lines."""
    lines = ["| number | title | date and status |", "|---|---|---|"]
    for record in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        first, _, second = record.read_text("utf-8").split("\n", 3)[:3]
        number, title = first.removeprefix("# ").split(" ", 1)
        lines.append(f"| [{number}]({record.name}) | {title} | {second.rstrip('.').replace('. ', ', ').lower()} |")
    return "\n".join(lines)


def ocds_fields() -> str:
    """One row a field of our extension to OCDS, from ``evalhub/ocds/schema.py``."""
    lines = ["| object | field | type | |", "|---|---|---|---|"]
    for name, fields in OBJECTS.items():
        for key, field in fields.items() if name.startswith("Evaluation") else ():
            kind = f"list of {field.kind[1:-1]}" if field.kind.startswith("[") else field.kind
            codes = f": {', '.join(sorted(field.codes))}" if field.codes else ""
            lines.append(f"| {name} | `{key}` | {kind}{codes} | {'required' if field.required else ''} |")
    return "\n".join(lines)


MAKERS = {"ocds": ocds_fields, "help": help_text, "phases": phases, "frames": frame_table, "decisions": decisions}

if __name__ == "__main__":
    sys.exit(main())
