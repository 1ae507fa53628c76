"""Bidders of a demonstration: their keys, and answers signed by them as a real bidder would, off-line."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from evalhub.core.codec import from_plain
from evalhub.core.rules.bidder_answers import Notice, reply_to, sign_reply
from evalhub.core.rules.plan import BidFile, Project
from evalhub.core.sealing.keys import SigningKey
from evalhub.demo.operators import Desk

HANDLED = frozenset({"wrong-phase", "clarification-moved-on", "already-vetted"})
_TEXT = "合成证明材料".encode()
EVIDENCE = BidFile(name="证明材料.txt", sha256=hashlib.sha256(_TEXT).hexdigest(), length=len(_TEXT))


class Bidders:
    """One key for each bidder of a project."""

    def __init__(self) -> None:
        self._keys: dict[str, SigningKey] = {}

    def project(self, project: Project) -> Project:
        """The project with every bidder's public key in it."""
        self._keys = {bidder.code: SigningKey.generate() for bidder in project.bidders}
        keyed = tuple(msgspec.structs.replace(b, key=self._keys[b.code].public) for b in project.bidders)
        return msgspec.structs.replace(project, bidders=keyed)

    async def answer(self, host: Desk, *, confirmed: bool = True) -> int:
        """Answer every question that is out, and have the host file the answers; how many there were."""
        found = (await host.patiently("notices"))["notices"]
        for plain in found:
            notice = from_plain(Notice, plain)
            confirms = confirmed if notice.kind == "price-confirmation" else None
            reply = reply_to(notice, "情况属实，详见附件（合成答复）", confirms, (EVIDENCE,))
            answer = sign_reply(self._keys[notice.bidder], reply)
            filed: dict[str, Any] = {"clarification": notice.clarification, "answer": answer}
            await host.ensure("file-answer", filed, done=HANDLED)
        return len(found)


async def vet_all(desk: Desk) -> int:
    """Approve every question this party has not approved; how many there were."""
    asked = [
        row["question"]
        for row in (await desk.patiently("clarifications"))["questions"]
        if row["question"]["status"] == "asked" and desk.name not in row["question"]["approved"]
    ]
    for question in asked:
        await desk.ensure("vet", {"clarification": question["code"], "decision": "approve"}, done=HANDLED)
    return len(asked)
