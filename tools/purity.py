"""What no import contract and no ruff rule can see in the core: built-ins that reach outside, and floats in the rules.

    python tools/purity.py [FOLDER]     prints path:line: sentence for each fault; exit code 1 if there is any

Rules
- Nowhere in ``evalhub/core``: ``open``, ``print``, ``input``, ``breakpoint``, ``eval``, ``exec``, ``__import__``.
- Nowhere in ``evalhub/core/rules``: the name ``float`` (a call, an annotation, a check) or a float literal. Scores and
  prices are decimals with a declared place of rounding.
- No exceptions, and no comment that grants one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE = ROOT / "evalhub" / "core"
BUILTINS = frozenset({"open", "print", "input", "breakpoint", "eval", "exec", "__import__"})


def faults(source: str, *, exact: bool) -> Iterator[tuple[int, str]]:
    """Line and sentence of each fault. ``exact``: the module belongs to the rules, where no float may be."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in BUILTINS:
            yield node.lineno, f"{node.id} reaches outside the core"
        elif exact and isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float is not exact; use Decimal"
        elif exact and isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"{node.value} is a float literal; use Decimal"


def check(core: Path) -> list[str]:
    """All faults below ``core``, in order of path and line."""
    found = []
    for path in sorted(core.rglob("*.py")):
        exact = path.relative_to(core).parts[0] == "rules"
        for line, sentence in sorted(faults(path.read_text("utf-8"), exact=exact)):
            found.append(f"{path}:{line}: {sentence}")
    return found


def main() -> int:
    """Check the folder named, or the project's core."""
    found = check(Path(sys.argv[1]) if len(sys.argv) > 1 else CORE)
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
