"""The replay page as a person meets it: ``evalhub replay BUNDLE --serve`` as a process of its own, Debian's browser."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from playwright.sync_api import Browser, Page

from evalhub.replay.serve import ADDRESS, application
from evalhub.replay.timeline import Timeline
from evalhub.web.pages import routes

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / ".shots"
CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LISTEN = """
window.blocked = [];
const noted = (e) => window.blocked.push(`${e.violatedDirective} ${e.blockedURI}`);
document.addEventListener("securitypolicyviolation", noted);
"""


@contextmanager
def serving(bundle: Path) -> Iterator[str]:
    """The address of the page, while the command runs."""
    command = [sys.executable, "-c", "from evalhub.cli import main; main()"]
    arguments = ["replay", str(bundle), "--serve", "--port", "0", "--lang", "en"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout
            first = process.stdout.readline()
            found = re.search(r"http://[0-9.]+:\d+/replay/", first)
            assert found, first
            yield found[0]
        finally:
            process.terminate()


@contextmanager
def served(files: Mapping[str, bytes]) -> Iterator[str]:
    """The same page without a process: quicker, for the records that only differ in what they hold."""
    with serving_timeline(Timeline(files)) as address:
        yield address


@contextmanager
def serving_timeline(timeline: Timeline) -> Iterator[str]:
    """The page of a record that has been read already, from a thread of its own."""
    bound: Future[str] = Future()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def run() -> None:
        runner = web.AppRunner(application(timeline, routes("replay")), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, ADDRESS, 0).start()
        bound.set_result(f"http://{ADDRESS}:{runner.addresses[0][1]}/replay/")
        await over.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: (loop.run_until_complete(run()), loop.close()))
    thread.start()
    try:
        yield bound.result(10)
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


@dataclass
class Seen:
    """One page and what it did. ``requests``: every address asked for; ``errors``: what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def axe(self) -> list[str]:
        """What axe finds on the page as it stands, run beside the page's own scripts."""
        session = self.page.context.new_cdp_session(self.page)
        frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
        here = {"contextId": world["executionContextId"], "awaitPromise": True, "returnByValue": True}
        session.send("Runtime.evaluate", {"expression": AXE.read_text("utf-8"), **here})
        options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
        told = "v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | ')"
        run = f"axe.run(document, {options}).then(r => JSON.stringify(r.violations.map({told})))"
        answer = session.send("Runtime.evaluate", {"expression": run, **here})
        session.detach()
        found: list[str] = json.loads(answer["result"]["value"])
        return found

    def shot(self, name: str) -> None:
        """A picture to look at."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"replay-{name}.png", full_page=True)

    def close(self) -> None:
        """Nothing was blocked, nothing failed, nothing left the origin."""
        origin = "/".join(self.page.url.split("/")[:3])
        assert self.page.evaluate("window.blocked") == []
        assert self.errors == []
        assert [url for url in self.requests if not url.startswith(origin + "/")] == []
        self.page.context.close()


def look(
    browser: Browser, address: str, *, language: str = "zh-CN", scale: int = 1, size: tuple[int, int] = (1366, 768)
) -> Seen:
    """Open the page in a fresh context."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_init_script(LISTEN)
    chosen = json.dumps(json.dumps({"language": language, "scale": scale}))
    context.add_init_script(
        f"localStorage.getItem('evalhub-settings') ?? localStorage.setItem('evalhub-settings', {chosen});"
    )
    seen = Seen(context.new_page())
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.on("console", lambda line: seen.errors.append(line.text) if line.type == "error" else None)
    seen.page.goto(address)
    return seen
