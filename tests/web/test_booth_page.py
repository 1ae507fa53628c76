"""What the booth page does by itself, with no centre behind it: altered code, a second page, an old browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from booth_hand import Hand
from hall import chromium
from playwright.async_api import BrowserContext, expect

from evalhub.core.codec import Record, canonical
from evalhub.core.rules.plan import Text2
from evalhub.web.manifest import snapshot
from evalhub.web.pages import Served, routes

Serve = Callable[[list[web.RouteDef]], Awaitable[str]]


class Facts(Record):
    """As a centre gives them."""

    name: str
    title: Text2


FACTS = Facts(name="wuhan", title=Text2(zh="武汉市公共资源交易中心", en="Wuhan Trading Centre"))


@pytest.fixture
async def context() -> AsyncIterator[BrowserContext]:
    async with chromium() as browser:
        yield await browser.new_context(viewport={"width": 1366, "height": 768})


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves routes; gives the base address. Ends every server."""
    servers: list[TestServer] = []

    async def start(handlers: list[web.RouteDef]) -> str:
        app = web.Application()
        app.add_routes(handlers)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return str(servers[-1].make_url("")).rstrip("/")

    yield start
    for server in servers:
        await server.close()


async def test_an_altered_module_does_not_run(context: BrowserContext, serve: Serve) -> None:
    taken = snapshot("booth")
    altered = {**taken.files, "shared/envelope.js": taken.files["shared/envelope.js"] + b"\n// one line more\n"}
    served = Served("booth", taken, canonical(FACTS), lambda _: None)
    served.files = replace(taken, files=altered)
    base = await serve(
        [
            web.get("/booth/", served.document),
            web.get("/booth/static/{path:.+}", served.file),
            web.get("/booth/manifest.json", served.manifest),
            web.get("/booth/facts.json", served.facts),
        ]
    )
    hand = await Hand.sit(context, base)
    await expect(hand.page.locator("noscript")).to_have_count(1)
    assert any("integrity" in error for error in hand.errors), hand.errors
    assert await hand.page.locator(".bar").count() == 0


async def test_only_one_page_uses_a_booth_and_it_can_be_taken_over(context: BrowserContext, serve: Serve) -> None:
    base = await serve(routes("booth", facts=FACTS))
    first = await Hand.sit(context, base)
    await expect(first.page.locator(".ticket")).to_be_visible()
    second = await Hand.sit(context, base)
    await expect(second.page.get_by_role("heading", name="本工位已在另一个页面打开")).to_be_visible()
    assert await second.axe() == []
    await second.button("在本页继续").click()
    await expect(second.page.locator(".ticket")).to_be_visible()
    await expect(first.page.get_by_text("本页已停止")).to_be_visible()
    other = await context.new_page()
    await other.goto(f"{base}/booth/?place=A101-02")
    await expect(other.locator(".ticket")).to_be_visible()


async def test_keys_cannot_be_taken_out_and_drafts_are_not_in_the_clear(context: BrowserContext, serve: Serve) -> None:
    base = await serve(routes("booth", facts=FACTS))
    hand = await Hand.sit(context, base)
    await expect(hand.page.locator(".ticket")).to_be_visible()
    found = await hand.page.evaluate(
        """async () => {
          const { Vault } = await import("/booth/static/shared/vault.js");
          const vault = await Vault.open("trial");
          await vault.signingKey();
          await vault.save("drafts", { secret: "8.5" });
          const all = await new Promise((resolve) => {
            const store = vault.database.transaction("kept").objectStore("kept");
            const names = store.getAllKeys();
            const values = store.getAll();
            values.onsuccess = () => resolve(names.result.map((name, at) => [name, values.result[at]]));
          });
          const kept = Object.fromEntries(all);
          const raw = String.fromCharCode(...kept["record:drafts"]);
          const out = crypto.subtle.exportKey("pkcs8", kept.signing.key);
          const taken = await out.then(() => "out", (error) => error.name);
          return { names: Object.keys(kept).sort(), clear: raw.includes("8.5"), taken, aes: kept.key.extractable,
                   back: await (await Vault.open("trial")).load("drafts"), foreign: await vault.load("memory") };
        }"""
    )
    assert found == {
        "names": ["key", "record:drafts", "signing"],
        "clear": False,
        "taken": "InvalidAccessError",
        "aes": False,
        "back": {"secret": "8.5"},
        "foreign": None,
    }


async def test_without_ed25519_a_receipt_is_called_unchecked(context: BrowserContext, serve: Serve) -> None:
    """Chromium before 137 throws NotSupportedError on import; the page must not call such a receipt right."""
    base = await serve(routes("booth", facts=FACTS))
    hand = await Hand.sit(context, base)
    await expect(hand.page.locator(".ticket")).to_be_visible()
    verdict = await hand.page.evaluate(
        """async () => {
          const { verifyEd25519 } = await import("/booth/static/shared/note.js");
          const before = crypto.subtle.importKey;
          crypto.subtle.importKey = () => Promise.reject(new DOMException("unknown", "NotSupportedError"));
          try { return await verifyEd25519(new Uint8Array(32), new Uint8Array(64), new Uint8Array(1)); }
          finally { crypto.subtle.importKey = before; }
        }"""
    )
    assert verdict == "unchecked"
