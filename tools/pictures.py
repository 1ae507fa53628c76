"""Make the pictures of the guides from the screenshots that the browser tests take.

    rm -rf .shots                               old screenshots show old pages
    python -m pytest tests/web                  take them again, into ``.shots``
    python tools/pictures.py [FOLDER] [NAME …]  write all pictures, or those named; FOLDER is ``.shots`` unless told

A picture shows one window of 1366 × 768: a long page is cut, a wide one is scaled down. It has a palette of at most 256
colours and is refused above 120 KB. Needs nothing but Python. Look at every picture before it is committed.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "guide" / "pictures"
WIDTH, HEIGHT = 1366, 768
LIMIT = 120_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"
FLAT = 1 / 2000  # a colour of at least this part of a picture is a surface and is kept as it is

Row = Sequence[int]  # red, green, blue of one pixel after another


@dataclass(frozen=True)
class Cut:
    """From which screenshot, and how many of its rows down."""

    shot: str
    top: int = 0


PLAN = {
    "expert-ticket": Cut("01-ticket"),
    "expert-compare": Cut("02-compare"),
    "expert-score": Cut("08-score"),
    "expert-review": Cut("10-review"),
    "expert-sealed": Cut("06-sealed"),
    "operator-mistakes": Cut("host-mistakes"),
    "operator-accept": Cut("guest-accept"),
    "operator-draw": Cut("host-draw"),
    "operator-tickets": Cut("host-tickets", 196),
    "supervisor-approve": Cut("oversight-approve"),
    "supervisor-paused": Cut("oversight-paused"),
    "supervisor-replay": Cut("replay-1-1366"),
    "supervisor-broken": Cut("replay-broken"),
}


def main(words: list[str]) -> int:
    """Write the pictures; exit code 1 if one cannot be made."""
    folder = Path(words[0]) if words else ROOT / ".shots"
    PICTURES.mkdir(parents=True, exist_ok=True)
    code = 0
    for name in words[1:] or PLAN:
        try:
            data = shrunk((folder / f"{PLAN[name].shot}.png").read_bytes(), PLAN[name].top)
        except (OSError, ValueError) as problem:
            sys.stderr.write(f"{name}: {problem}\n")
            code = 1
            continue
        (PICTURES / f"{name}.png").write_bytes(data)
        sys.stdout.write(f"{name}: {len(data)} bytes\n")
    return code


def shrunk(png: bytes, top: int = 0) -> bytes:
    """One window of a screenshot as a small PNG. Raises ``ValueError`` for other PNGs, or what stays too large."""
    size = width_and_height(png)
    last = top + -(-HEIGHT * size[0] // WIDTH)
    rows = [row for at, row in enumerate(pixels(png)) if top <= at < last]
    if len(rows) < HEIGHT:
        raise ValueError(f"shows only {len(rows)} rows from row {top} on")
    if size[0] != WIDTH:
        rows = scaled(rows)
    data = indexed(rows[:HEIGHT])
    if len(data) > LIMIT:
        raise ValueError(f"{len(data)} bytes are more than {LIMIT}")
    return data


# -- reading ---------------------------------------------------------------------------------------------------------


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of each chunk (PNG, section 5)."""
    if not png.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def width_and_height(png: bytes) -> tuple[int, int]:
    """Of a PNG as browsers write screenshots: eight bits, red, green, blue, not interlaced."""
    width, height, *form = struct.unpack(">IIBBBBB", dict(chunks(png))[b"IHDR"])
    if form != [8, 2, 0, 0, 0]:
        raise ValueError("not a screenshot of a browser")
    return width, height


def pixels(png: bytes) -> Iterator[Row]:
    """The rows, their filters undone (PNG, section 9)."""
    length = width_and_height(png)[0] * 3
    data = zlib.decompress(b"".join(content for kind, content in chunks(png) if kind == b"IDAT"))
    above = bytearray(length)
    for at in range(0, len(data), length + 1):
        row = bytearray(data[at + 1 : at + 1 + length])
        unfilter(data[at], row, above)
        yield row
        above = row


def unfilter(kind: int, row: bytearray, above: bytearray) -> None:
    """Undo one row's filter in place."""
    for at in range(len(row) if kind else 0):
        left, up, corner = (row[at - 3], above[at], above[at - 3]) if at > 2 else (0, above[at], 0)
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            near = left + up - corner
            guess = min((abs(near - left), 0, left), (abs(near - up), 1, up), (abs(near - corner), 2, corner))[2]
        row[at] = (row[at] + guess) & 255


# -- scaling ---------------------------------------------------------------------------------------------------------


def shares(source: int, target: int) -> list[list[tuple[int, float]]]:
    """For each place of ``target``, which places of ``source`` it covers, and how much of it each makes."""
    step = source / target
    made = []
    for at in range(target):
        begin, end = at * step, min((at + 1) * step, source)
        covered = range(int(begin), min(int(end) + 1, source))
        parts = [(one, (min(end, one + 1) - max(begin, one)) / (end - begin)) for one in covered]
        made.append([part for part in parts if part[1] > 0])
    return made


def scaled(rows: list[Row]) -> list[Row]:
    """The same picture, ``WIDTH`` wide; every pixel is the mean of what it covers."""
    width = len(rows[0]) // 3
    across = shares(width, WIDTH)
    taps = [[(3 * one + channel, part) for one, part in parts] for parts in across for channel in range(3)]
    narrow = [[sum(row[one] * part for one, part in parts) for parts in taps] for row in rows]
    down = shares(len(rows), HEIGHT)
    return [[round(sum(v)) for v in zip(*weighted(narrow, parts), strict=True)] for parts in down]


def weighted(rows: list[list[float]], parts: list[tuple[int, float]]) -> Iterator[list[float]]:
    """Those rows, each times its part."""
    for one, part in parts:
        yield [value * part for value in rows[one]]


# -- writing ---------------------------------------------------------------------------------------------------------


def indexed(rows: list[Row]) -> bytes:
    """A PNG with a palette."""
    lines = [list(zip(row[::3], row[1::3], row[2::3], strict=True)) for row in rows]
    counts = Counter(colour for line in lines for colour in line)
    chosen = palette(counts)
    place = {colour: nearest(colour, chosen) for colour in counts}
    data = b"".join(b"\0" + bytes(place[colour] for colour in line) for line in lines)
    head = struct.pack(">IIBBBBB", len(lines[0]), len(lines), 8, 3, 0, 0, 0)
    colours = bytes(value for colour in chosen for value in colour)
    body = [(b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(data, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(chunk(kind, content) for kind, content in body)


def palette(counts: Counter[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """At most 256 colours: all of them if they are so few; else the surfaces, and for edges one of each region."""
    if len(counts) <= 256:
        return sorted(counts)
    total = counts.total()
    ordered = [colour for colour, _ in counts.most_common()]
    chosen = [colour for colour in ordered if counts[colour] >= total * FLAT][:64]
    regions = {region(colour) for colour in chosen}
    for colour in ordered:
        if len(chosen) < 256 and region(colour) not in regions:
            chosen.append(colour)
            regions.add(region(colour))
    return chosen


def region(colour: Iterable[int]) -> tuple[int, ...]:
    """Colours that look alike share one."""
    return tuple(value >> 4 for value in colour)


def nearest(colour: tuple[int, int, int], chosen: list[tuple[int, int, int]]) -> int:
    """The place of the colour of the palette that looks most like it; the eye sees green best."""
    red, green, blue = colour
    far = [2 * (r - red) ** 2 + 4 * (g - green) ** 2 + (b - blue) ** 2 for r, g, b in chosen]
    return far.index(min(far))


def chunk(kind: bytes, content: bytes) -> bytes:
    """With length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
