"""Measure what docs/anomalies.md says, on simulated panels, and write its tables.

    python -m benchmarks.anomaly_rates [--panels N] [--seed N] [--only TABLE]     every figure again (half an hour)

The simulated sheet: four subjective factors of 0 to 15 in steps; each bid has a quality and each member a severity for
each factor; the rest of a score is the member's own (standard deviation 1 a factor, so 2 for a total of four). Favour
of 3 means: 3 standard deviations of a total, here 6 points of 60, spread evenly over the four factors.
Panels are made from the seed and judged by the very functions that judge a session.
"""

from __future__ import annotations

import argparse
import math
import re
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from evalhub.core.rules.scoring.anomalies import Anomaly, groups, outliers, twins
from evalhub.core.rules.scoring.panel import SCALE, Panel
from evalhub.core.rules.scoring.tendency import Seen, tendencies

PAGE = Path(__file__).parent.parent / "docs" / "anomalies.md"
FACTORS, TOP = 4, 15
SIZES = [(members, bids) for members in (5, 7, 9) for bids in (3, 6, 12)]
SHIFTS = (3, 4, 5, 6, 8)
Sheet = list[list[list[float]]]  # factor, member, bid: before steps
Rest = Callable[[Random], float]
Change = Callable[[Sheet, Random], None]
Test = Callable[[Panel], list[Anomaly]]


@dataclass(frozen=True)
class World:
    """How honest members judge. ``middle``: usual score of a factor; ``severity``: its standard deviation."""

    step: float = 0.5
    rest: Rest = lambda rng: rng.gauss(0, 1)
    middle: float = 9
    severity: float = 1


WORLDS = {
    "steps of 0.5 (the sheet of the tables below)": World(),
    "steps of 0.01": World(step=0.01),
    "steps of 1": World(step=1),
    "steps of 3: six values": World(step=3),
    "steps of 7.5: three values": World(step=7.5),
    "everybody near the top": World(middle=14),
    "no difference of severity": World(severity=0),
    "rests uniform": World(rest=lambda rng: rng.uniform(-math.sqrt(3), math.sqrt(3))),
    "rests with heavy tails (Laplace)": World(rest=lambda rng: rng.choice((-1, 1)) * rng.expovariate(math.sqrt(2))),
}


def panel(rng: Random, members: int, bids: int, world: World, change: Change | None = None) -> Panel:
    """One committee. ``change`` does to the judgement, before it is written down in steps, what is to be found out."""
    sheet: Sheet = []
    for _ in range(FACTORS):
        quality = [rng.gauss(world.middle, 1.5) for _ in range(bids)]
        severity = [rng.gauss(0, world.severity) for _ in range(members)]
        sheet.append([[quality[j] + severity[i] + world.rest(rng) for j in range(bids)] for i in range(members)])
    if change:
        change(sheet, rng)
    written = tuple(tuple(tuple(_written(score, world) for score in row) for row in rows) for rows in sheet)
    return Panel(
        seats=tuple(f"m{i}" for i in range(members)),
        bidders=tuple(f"b{j}" for j in range(bids)),
        items=written,
        steps=(round(world.step * SCALE),) * FACTORS,
    )


def _written(score: float, world: World) -> int:
    steps = min(max(round(score / world.step), 0), round(TOP / world.step))
    return round(steps * world.step * SCALE)


def favour(who: Sequence[int], shift: float, against: float = 0) -> Change:
    """``who`` give bid 0 more by ``shift`` standard deviations of a total, and bid 1 less by ``against`` of them."""
    each = math.sqrt(FACTORS) / FACTORS

    def change(sheet: Sheet, _: Random) -> None:
        for rows in sheet:
            for i in who:
                rows[i][0] += shift * each
                rows[i][1] -= against * each

    return change


def copied(changed: float) -> Change:
    """Member 1 hands in member 0's sheet, one point higher, with this share of the scores moved by half a point."""

    def change(sheet: Sheet, rng: Random) -> None:
        for rows in sheet:
            rows[1] = [score + 1 + (rng.choice((-0.5, 0.5)) if rng.random() < changed else 0) for score in rows[0]]

    return change


def sigma_rule(one: Panel) -> list[list[float]]:
    """The usual rule: how many standard deviations of its column each total is from the mean of its column."""
    columns = list(zip(*one.totals, strict=True))
    middle, spread = [statistics.fmean(c) for c in columns], [statistics.stdev(c) for c in columns]
    return [[abs(v - middle[j]) / spread[j] if spread[j] else 0 for j, v in enumerate(row)] for row in one.totals]


@dataclass(frozen=True)
class Outcome:
    """Shares of panels. ``k``: the limit at which the rule of sigmas has the same share of false alarms."""

    alarms: float
    plain: float
    k: float
    found: tuple[float, ...]
    sigmas: tuple[float, ...]
    pressed: tuple[float, float]


def outlier_outcome(members: int, bids: int, panels: int, seed: int) -> Outcome:
    """Honest panels set the limit of the usual rule; then one member favours one bid."""
    rng, world = Random(f"{seed}/outlier/{members}/{bids}"), World()
    honest = [panel(rng, members, bids, world) for _ in range(panels)]
    alarms = sum(bool(outliers(one)) for one in honest)
    tops = sorted((max(map(max, sigma_rule(one))) for one in honest), reverse=True)
    limit = tops[alarms]
    found, sigmas = zip(*(_detected(rng, honest, favour((0,), s), limit) for s in SHIFTS), strict=True)
    return Outcome(
        alarms=alarms / panels,
        plain=sum(top > 2 for top in tops) / panels,
        k=limit,
        found=found,
        sigmas=sigmas,
        pressed=_detected(rng, honest, favour((0,), 4, 4), limit),
    )


def _detected(rng: Random, honest: Sequence[Panel], change: Change, limit: float) -> tuple[float, float]:
    """Shares of panels in which the member is named for the bid: by the method, and by the rule of sigmas."""
    ours = usual = 0
    members, bids, panels = len(honest[0].seats), len(honest[0].bidders), max(len(honest) // 8, 1)
    for _ in range(panels):
        one = panel(rng, members, bids, World(), change)
        ours += any(flag.seats == ("m0",) and flag.bidder in ("b0", "b1") for flag in outliers(one))
        usual += max(sigma_rule(one)[0][:2]) > limit
    return ours / panels, usual / panels


def false_alarms(world: World, members: int, bids: int, panels: int, seed: int) -> tuple[float, float, float, float]:
    """Shares of honest panels with an outlier, a group, twins, anything."""
    rng = Random(f"{seed}/honest/{members}/{bids}")
    counts = [0, 0, 0, 0]
    for _ in range(panels):
        one = panel(rng, members, bids, world)
        flags = [bool(outliers(one)), bool(groups(one)), bool(twins(one))]
        for at, flag in enumerate([*flags, any(flags)]):
            counts[at] += flag
    return tuple(count / panels for count in counts)  # type: ignore[return-value]


def share_found(test: Test, size: tuple[int, int], change: Change, panels: int, seed: int) -> float:
    """Share of panels in which a test flags anything."""
    rng = Random(f"{seed}/found/{size}")
    return sum(bool(test(panel(rng, *size, World(), change))) for _ in range(panels)) / panels


def tendency_found(sessions: int, shift: float, panels: int, seed: int) -> float:
    """Share of series in which one of five members, who favours the same bidder of six each time, is named."""
    rng = Random(f"{seed}/tendency/{sessions}/{shift}")
    named = 0
    for _ in range(panels):
        seen = [
            Seen(panel=panel(rng, 5, 6, World(), favour((0,), shift)), who={"x": (0,)}, bidders=_names(6))
            for _ in range(sessions)
        ]
        named += any(one.who == "x" and one.bidder == "company-0" for one in tendencies(seen))
    return named / panels


def _names(bids: int) -> tuple[str, ...]:
    return tuple(f"company-{j}" for j in range(bids))


# -- the page ------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def per_cent(share: float, places: int = 0) -> str:
    """12 %"""
    return f"{100 * share:.{places}f} %"


def honest_table(panels: int, seed: int) -> str:
    """False alarms in nine worlds, panel of seven with six bids."""
    head = ["honest panels of 7 with 6 bids", "outlier", "group", "twins", "anything"]
    rows = (
        [name, *(per_cent(share, 2) for share in false_alarms(world, 7, 6, panels, seed))]
        for name, world in WORLDS.items()
    )
    return table(head, rows)


def sizes_table(panels: int, seed: int) -> str:
    """False alarms by size of panel, usual sheet."""
    head = ["members", "bids", "outlier", "group", "twins", "anything"]
    rows = (
        [str(members), str(bids), *(per_cent(s, 2) for s in false_alarms(World(), members, bids, panels, seed))]
        for members, bids in SIZES
    )
    return table(head, rows)


def outlier_table(panels: int, seed: int) -> str:
    """Detection of one member's favour, ours / the rule of sigmas at the same share of false alarms."""
    head = [
        "members",
        "bids",
        "false alarms",
        "2σ rule: false alarms",
        "k of the kσ rule",
        *(f"favour {s}" for s in SHIFTS),
    ]
    head += ["4 for one, 4 against another"]

    def row(members: int, bids: int) -> list[str]:
        out = outlier_outcome(members, bids, panels, seed)
        cells = [f"**{per_cent(a)}** / {per_cent(b)}" for a, b in zip(out.found, out.sigmas, strict=True)]
        cells.append(f"**{per_cent(out.pressed[0])}** / {per_cent(out.pressed[1])}")
        return [str(members), str(bids), per_cent(out.alarms, 2), per_cent(out.plain, 1), f"{out.k:.3f}", *cells]

    return table(head, (row(*size) for size in SIZES))


def clique_table(panels: int, seed: int) -> str:
    """Detection of groups and of copied sheets."""
    head = [
        "members",
        "bids",
        *(f"two members, favour {s}" for s in (3, 4, 5, 6)),
        "sheet copied, all",
        "a tenth changed",
        "a third changed",
    ]

    def row(members: int, bids: int) -> list[str]:
        shares = [share_found(groups, (members, bids), favour((0, 1), s), panels, seed) for s in (3, 4, 5, 6)]
        shares += [share_found(twins, (members, bids), copied(s), panels, seed) for s in (0, 0.1, 1 / 3)]
        return [str(members), str(bids), *map(per_cent, shares)]

    return table(head, (row(*size) for size in SIZES))


def tendency_table(panels: int, seed: int) -> str:
    """Detection of a small favour that is repeated."""
    head = ["sessions", "no favour", *(f"favour {s} each time" for s in (1, 1.5, 2, 3))]
    rows = (
        [str(n), *(per_cent(tendency_found(n, s, panels, seed), 1) for s in (0, 1, 1.5, 2, 3))] for n in (2, 4, 8, 16)
    )
    return table(head, rows)


TABLES = {
    "honest": (honest_table, 1),
    "sizes": (sizes_table, 1),
    "outlier": (outlier_table, 1),
    "clique": (clique_table, 0.1),
    "tendency": (tendency_table, 0.05),
}


def main() -> int:
    """Write every table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--panels", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--only", choices=sorted(TABLES), nargs="*", default=sorted(TABLES))
    given = parser.parse_args()
    text = PAGE.read_text("utf-8")
    for name, (make, share) in TABLES.items():
        if name in given.only:
            panels = max(int(given.panels * share), 40)
            made = f"{make(panels, given.seed)}\n\n*{panels} a cell or row, seed {given.seed}.*"
            text = re.sub(
                rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)",
                lambda found, made=made: f"{found[1]}{made}\n{found[2]}",
                text,
                flags=re.DOTALL,
            )
            PAGE.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name}\n{made}\n\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
