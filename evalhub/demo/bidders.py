"""Bidders of a demonstration: their keys, and answers signed by them as a real bidder would, off-line."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from evalhub.core.codec import from_plain
from evalhub.core.errors import Refusal
from evalhub.core.rules.bidder_answers import Notice, reply_to, sign_reply
from evalhub.core.rules.plan import BidFile, Project
from evalhub.core.sealing.keys import SigningKey
from evalhub.demo.operators import Desk
from evalhub.demo.script import OVER, Script

HANDLED = frozenset({"wrong-phase", "clarification-moved-on", "already-vetted"})
_TEXT = "合成证明材料".encode()
EVIDENCE = BidFile(name="证明材料.txt", sha256=hashlib.sha256(_TEXT).hexdigest(), length=len(_TEXT))


class Bidders:
    """One key for each bidder of a project. ``declines``: bidders that do not confirm a corrected price."""

    def __init__(self, *, declines: frozenset[str] = frozenset()) -> None:
        self.declines = declines
        self._keys: dict[str, SigningKey] = {}

    def project(self, project: Project) -> Project:
        """The project with every bidder's public key in it."""
        self._keys = {bidder.code: SigningKey.generate() for bidder in project.bidders}
        keyed = tuple(msgspec.structs.replace(b, key=self._keys[b.code].public) for b in project.bidders)
        return msgspec.structs.replace(project, bidders=keyed)

    async def answer(self, host: Desk) -> int:
        """Answer every question that is out, and have the host file the answers; how many there were."""
        found = (await host.patiently("notices"))["notices"]
        for plain in found:
            notice = from_plain(Notice, plain)
            confirms = notice.bidder not in self.declines if notice.kind == "price-confirmation" else None
            reply = reply_to(notice, "情况属实，详见附件（合成答复）", confirms, (EVIDENCE,))
            answer = sign_reply(self._keys[notice.bidder], reply)
            filed: dict[str, Any] = {"clarification": notice.clarification, "answer": answer}
            await host.ensure("file-answer", filed, done=HANDLED)
        return len(found)


async def approve_all(script: Script) -> None:
    """Agency, and oversight where the plan says so, approve every question they have not approved."""
    rule = script.project.clarification
    for desk in (script.host, script.oversight) if rule.oversight_vets else (script.host,):
        await _approve_all(desk)


async def _approve_all(desk: Desk) -> None:
    for row in (await desk.patiently("clarifications"))["questions"]:
        question = row["question"]
        if question["status"] == "asked" and desk.name not in question["approved"]:
            await desk.ensure("vet", {"clarification": question["code"], "decision": "approve"}, done=HANDLED)


async def serve(script: Script, bidders: Bidders, vet: Callable[[Script], Awaitable[None]] = approve_all) -> None:
    """Vet and answer whatever is asked, until the session is over."""
    while True:
        view = await script.host.until(lambda view: bool(view["clarifications"]) or view["phase"] in OVER)
        if view["phase"] in OVER:
            return
        try:
            await vet(script)
            await bidders.answer(script.host)
        except Refusal as refusal:
            if refusal.code not in HANDLED:
                raise
        await asyncio.sleep(0.2)
