"""A hand at the booth page: what an expert does with keyboard and mouse, for the browser tests."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, CDPSession, Locator, Page, WebSocket, expect

from evalhub.core.rules.plan import Factor
from evalhub.site.reception import PrintedTicket

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / ".shots"
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WORDS = "v => `${v.id}: ${v.nodes.map(n => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join(' | ')}`"
NAMES = ["合成", "武汉", "中文", "依据充分", "切换到中文"]  # bidders, parties, title, language, what was typed
LAYOUT = """() => {
  const long = document.querySelector(".report, .deliberation, [id^=finding-]");
  const box = (b) => b.getBoundingClientRect();
  const seen = (b) => box(b).top >= 0 && box(b).bottom <= innerHeight && box(b).right <= innerWidth;
  const primary = [...document.querySelectorAll("button.primary, button.seal")];
  const targets = [...document.querySelectorAll("button, input:not([type=radio]):not([type=checkbox]), label.choice")];
  return {
    wide: document.documentElement.scrollWidth - innerWidth,
    hidden: long ? [] : primary.filter((b) => !seen(b)).map((b) => b.textContent),
    targets: targets.filter((b) => b.offsetParent && !b.closest(".missing"))
      .map((b) => ({ what: b.textContent || b.ariaLabel, size: box(b).height })),
  };
}"""
CHINESE = """() => {
  const found = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.nodeType === Node.ELEMENT_NODE) {
      for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(node.getAttribute(name) ?? "");
    } else if (!node.parentElement.closest("noscript, script")) found.push(node.data);
  }
  return found.filter((text) => /[\u3400-\u9fff\uff00-\uffef]/.test(text));
}"""
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIOLATIONS = """
window.blocked = [];
document.addEventListener("securitypolicyviolation", (e) => blocked.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


@dataclass
class Hand:
    """One browser page at one booth. ``requests``: every address asked for; ``errors``: what the page complained of;
    ``pointed_out``: findings it raised."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    pointed_out: int = 0
    _axe: tuple[float, CDPSession, int] | None = None

    @classmethod
    async def sit(cls, context: BrowserContext, base: str) -> Hand:
        """Open the booth page of a centre."""
        await context.add_init_script(VIOLATIONS)
        hand = cls(await context.new_page(), base)
        hand.listen()
        await hand.page.goto(f"{base}/booth/")
        return hand

    def listen(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", self.listen_in)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def listen_in(self, socket: WebSocket) -> None:
        """Keep what the line brings, pads left out."""
        self.requests.append(socket.url)
        socket.on("framereceived", lambda text: self.heard.append(str(text).replace("    ", "")))

    def button(self, *names: str) -> Locator:
        found = self.page.get_by_role("button", name=names[0], exact=True)
        for name in names[1:]:
            found = found.or_(self.page.get_by_role("button", name=name, exact=True))
        return found

    # -- check-in ----------------------------------------------------------------------------------------------------

    async def check_in(self, ticket: PrintedTicket) -> None:
        """Type the ticket, copy the two groups asked for, pass the self-test, declare."""
        await self.type_ticket(ticket.ticket)
        await self.compare(ticket.roster)
        await self.button("提交自检结果").click()
        await self.declare()

    async def type_ticket(self, ticket: str) -> None:
        await self.page.locator(".ticket input").first.focus()
        await self.page.keyboard.type(ticket.replace("-", ""))
        await self.button("下一步").click()

    async def compare(self, roster: str) -> None:
        groups = roster.split(" ")
        fields = self.page.locator(".print4")
        await expect(fields).to_have_count(2)
        for at in range(2):
            label = await fields.nth(at).locator("xpath=..").inner_text()
            number = int("".join(char for char in label.split("（")[0] if char.isdigit()))
            await fields.nth(at).fill(groups[number - 1].lower())
        await self.button("核对并签到").click()

    async def declare(self) -> None:
        answers = self.page.locator(".answer")
        await expect(answers.first).to_be_visible()
        for at in range(await answers.count()):
            await answers.nth(at).get_by_label("无利害关系").check()
        await self.page.get_by_label("我已阅读并承诺").check(timeout=60_000)
        await self.button("签名并提交声明").click()

    # -- sheets ------------------------------------------------------------------------------------------------------

    async def vote(self) -> None:
        await self.page.locator('input[name="choice"]').nth(1).check()

    async def examine(self) -> None:
        """Everything passes, by keyboard alone."""
        await self.page.locator("[data-key]").first.focus()
        for _ in range(await self.count_wanted()):
            await self.page.keyboard.press("1")
            await asyncio.sleep(0.03)

    async def count_wanted(self) -> int:
        return int(await self.page.locator("progress").get_attribute("max") or 0)

    async def seal(self) -> str:
        """Go through the ceremony; the receipt code."""
        await self.button("核对并签封").click()
        await self.page.get_by_label("以上内容是我独立评审的结果").check()
        await self.button("签名并封存").click()
        receipt = self.page.locator("[data-receipt]")
        await expect(receipt).to_be_visible(timeout=60_000)
        code: str = await receipt.inner_text()
        return code

    async def written_down(self) -> None:
        await self.button("我已抄下回执码").click()

    # -- looking -----------------------------------------------------------------------------------------------------

    def cell(self, bidder: str, factor: Factor) -> Locator:
        return self.page.locator(f'[data-key="score/{bidder}/{factor.code}"]')

    async def look(self, name: str, *, thorough: bool = False) -> None:
        """Look at the screen as it stands: axe, layout, untranslated text, in both languages and type sizes.

        ``thorough``: every size in every language; otherwise Chinese as it is, and English in the largest type.
        """
        await self.shot(name)
        views = [("zh-CN", 1), ("zh-CN", 2), ("zh-CN", 3), ("en", 1), ("en", 2)] if thorough else [("zh-CN", 1)]
        for language, scale in [*views, ("en", 3)]:
            await self.choose(language, scale)
            found = await self.axe()
            assert found == [], f"{name} {language} {scale}: {found}"
            await self.check_layout(f"{name} {language} {scale}", scale)
            if language == "en":
                assert await self.untranslated() == [], name
            if thorough or scale == 3:
                await self.shot(f"{name}-{language}-{scale}")
        await self.choose("zh-CN", 2)
        await self.check_layout(f"{name} zh-CN 2", 2)
        await self.choose("zh-CN", 1)

    async def choose(self, language: str, scale: int) -> None:
        """Language and type size, as a person chooses them; the large size has the large screen."""
        large = scale == 3
        await self.page.set_viewport_size({"width": 1920, "height": 1080} if large else {"width": 1366, "height": 768})
        if await self.page.locator("html").get_attribute("lang") != language:
            await self.page.locator("header.bar > button").click()
        await self.page.locator(".scales button").nth(scale - 1).click()
        await expect(self.page.locator("html")).to_have_attribute("lang", language)

    async def check_layout(self, name: str, scale: int) -> None:
        """Nothing is wider than the page; the primary action is in sight; targets are large enough."""
        found = await self.page.evaluate(LAYOUT)
        assert found["wide"] <= 0, f"{name}: {found['wide']} px too wide"
        assert found["hidden"] == [], f"{name}: out of sight: {found['hidden']}"
        small = [each for each in found["targets"] if each["size"] < (60 if scale > 1 else 44) - 0.5]
        assert small == [], f"{name}: {small}"

    async def untranslated(self) -> list[str]:
        """Chinese text on an English page that is not a name of the project."""
        texts: list[str] = await self.page.evaluate(CHINESE)
        return [text for text in texts if not any(name in text for name in NAMES)]

    async def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        (SHOTS / ".gitignore").write_text("*\n", "ascii")
        await self.page.screenshot(path=SHOTS / f"{name}.png")

    async def axe(self) -> list[str]:
        """Violations axe finds on the page as it stands, in the page's own world but not from its scripts."""
        session, world = await self.axe_world()
        options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
        answer = await session.send(
            "Runtime.evaluate",
            {
                "expression": f"axe.run(document, {options}).then(r => JSON.stringify(r.violations.map({WORDS})))",
                "contextId": world,
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        found: list[str] = json.loads(answer["result"]["value"])
        return found

    async def axe_world(self) -> tuple[CDPSession, int]:
        """An isolated world of this document with axe in it; made once for each document."""
        document = await self.page.evaluate("performance.timeOrigin")
        if self._axe is None or self._axe[0] != document:
            session = await self.page.context.new_cdp_session(self.page)
            tree = await session.send("Page.getFrameTree")
            frame = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "axe"}
            world = (await session.send("Page.createIsolatedWorld", frame))["executionContextId"]
            await session.send("Runtime.evaluate", {"expression": AXE, "contextId": world})
            self._axe = (document, session, world)
        return self._axe[1:]

    async def blocked(self) -> list[str]:
        found: list[str] = await self.page.evaluate("window.blocked")
        return found
