"""P6: seeking to any moment of a long record, and checking it in the browser.

- seek: the state after a random number of entries, from the server's fold to its JSON, by the 50 ms allowed;
- scrub: the same in a real browser, from the slider's event to the new state on the page, by the 50 ms allowed;
- check: tree, notes, cosignatures, payload digests and order of the whole record, in the page's worker, fetching
  included, by the five seconds allowed for 50,000 entries (as much less for fewer);
- signatures: the same and the signature of every statement, by the time in which this browser verifies as many P-256
  signatures and does nothing else.

The record: a session whose oversight pauses and resumes without end, every entry a signed statement. Browser rows are
left out, and said to be, where there is no chromium.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "web"))

from playwright.sync_api import Page, sync_playwright
from replay_kit import ARGS, CHROMIUM, look, serving_timeline
from support.bundle import bundle_of
from support.world import World

from benchmarks.pairing import Row, row
from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import journal, statements
from evalhub.core.rules import session as rules
from evalhub.core.rules.state import Phase
from evalhub.replay.timeline import Timeline

SIZE, QUICK = 50_000, 5_000
SEEKS = 200
SCRUBS = 60
ALLOWED = 50.0
CHECK_ALLOWED = 5_000 / 50_000  # ms an entry
VERIFY = """async ([count]) => {
  const kind = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'};
  const pair = await crypto.subtle.generateKey(kind, false, ['sign', 'verify']);
  const data = new Uint8Array(600);
  const signature = await crypto.subtle.sign(kind, pair.privateKey, data);
  const begun = performance.now();
  for (let at = 0; at < count; at += 500)
    await Promise.all(Array.from({length: 500}, () => crypto.subtle.verify(kind, pair.publicKey, signature, data)));
  return performance.now() - begun;
}"""
SCRUB = """([seq]) => new Promise((done) => {
  const slider = document.querySelector('input[type="range"]');
  const begun = performance.now();
  const look = () => document.querySelector('[data-size]')?.dataset.size === String(seq + 1)
    ? done(performance.now() - begun) : requestAnimationFrame(look);
  slider.value = seq;
  slider.dispatchEvent(new Event('input', {bubbles: true}));
  look();
})"""


def run(quick: bool) -> list[Row]:
    """Rows of P6. ``quick``: a tenth of the entries."""
    size = QUICK if quick else SIZE
    world = _ledger(size)
    begun = time.perf_counter()
    timeline = Timeline(bundle_of(world))
    loaded = time.perf_counter() - begun
    seeks = list(_seeks(timeline))
    note = f"p50 {median(seeks):.1f} ms; loading the record {loaded:.1f} s"
    what = f"seek in {size:,} entries ÷ {ALLOWED:g} ms"
    pairs = [(one, ALLOWED) for one in seeks]
    rows = [row("P6", what, pairs, floor=1, target=0.32, higher_is_better=False, note=note)]
    return rows + (_in_browser(timeline, size) if Path(CHROMIUM).exists() else [])


def _ledger(size: int) -> World:
    """A session that is sealing, paused and resumed until it has ``size`` entries."""
    world = World().until(Phase.SEALING)
    oversight = world.parties["oversight"].identity
    while len(world.entries) < size:
        pause = world.state.paused_since is None
        command = c.PauseSession(reason="合成停电") if pause else c.ResumeSession(reason="合成恢复")
        jws = world.statement(oversight, command)
        read, by = statements.read(world.state, jws)
        for event in rules.decide(world.state, read, by, world.now()):
            data, blobs = journal.write(world.session, len(world.entries), event, jws)
            world.entries.append(data)
            world.blobs.update(blobs)
            world.state = rules.evolve(world.state, event)
    return world


def _seeks(timeline: Timeline) -> Iterator[float]:
    random = Random(1)
    for _ in range(SEEKS):
        begun = time.perf_counter()
        canonical(timeline.at(random.randrange(timeline.size + 1)))
        yield 1000 * (time.perf_counter() - begun)


def _in_browser(timeline: Timeline, size: int) -> list[Row]:
    """Scrubbing and checking, as the page does them."""
    random = Random(2)
    with serving_timeline(timeline) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = look(browser, address).page
        page.locator('[data-verdict="interrupted"]').wait_for(timeout=600_000)
        checks, signatures = [], []
        for _ in range(3):
            early, whole = _check(page)
            checks.append((early, CHECK_ALLOWED * size))
            signatures.append((whole, page.evaluate(VERIFY, [size])))
        scrubs = [page.evaluate(SCRUB, [random.randrange(size)]) for _ in range(SCRUBS)]
        browser.close()
    took, whole = (median(one for one, _ in pairs) for pairs in (checks, signatures))
    return [
        row(
            "P6b", f"scrub in {size:,} entries, browser ÷ {ALLOWED:g} ms", [(one, ALLOWED) for one in scrubs],
            floor=1, target=0.5, higher_is_better=False, note=f"p50 {median(scrubs):.1f} ms",
        ),
        row(
            "P6c", f"check {size:,} entries but for statements' signatures, browser ÷ {CHECK_ALLOWED * size:,.0f} ms",
            checks, floor=1, target=0.5, higher_is_better=False, note=f"p50 {took:,.0f} ms",
        ),
        row(
            "P6d", f"all of {size:,} signed entries ÷ as many P-256 verifications, browser", signatures,
            floor=4, target=2, higher_is_better=False, note=f"p50 {whole:,.0f} ms",
        ),
    ]  # fmt: skip


def _check(page: Page) -> tuple[float, float]:
    """Milliseconds of one more check, from the button until all but the signatures is known, and to the verdict."""
    begun = time.perf_counter()
    page.locator("[data-again]").click()
    page.locator("[data-verdict]").wait_for(state="detached")
    page.locator("[data-early], [data-verdict]").first.wait_for(timeout=600_000)
    early = time.perf_counter()
    page.locator("[data-verdict]").wait_for(timeout=600_000)
    return 1000 * (early - begun), 1000 * (time.perf_counter() - begun)
