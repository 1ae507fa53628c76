"""What a bidder is shown of a question, and how it answers: files, signed off-line (R56).

    notice = JCS{v:1, session, project, bidder, clarification, kind, text, deadline, price?, tests}
    answer = JWS ES256, typ "evalhub-answer+jws", by the bidder's key of the plan, over
             JCS{v:1, session, bidder, clarification, notice: hex SHA-256 of the notice, text, confirmed?, attachments}

A notice names no seat and no member: it is built from the vetted question alone. Its digest is inside the answer, so a
bidder cannot be made to have answered another question. Attachments are named by digest and kept by the host.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Refusal
from evalhub.core.rules.basic import Code, HexDigest, LongText, SessionId, Stamp, Text2
from evalhub.core.rules.plan import BidFile
from evalhub.core.rules.prices.correction import CorrectedPrice
from evalhub.core.rules.prices.low_bids import LowBid
from evalhub.core.sealing import jws
from evalhub.core.sealing.keys import PublicJwk, SigningKey

ANSWER_TYP = "evalhub-answer+jws"


class Notice(Record, omit_defaults=True):
    """A question as the bidder gets it. ``deadline``: hub time; pauses of the session move it on."""

    v: Literal[1]
    session: SessionId
    project: Code
    title: Text2
    bidder: Code
    clarification: Code
    kind: Literal["question", "abnormally-low", "price-confirmation"]
    deadline: Stamp
    text: Annotated[str, Meta(max_length=2000)] = ""
    price: CorrectedPrice | None = None
    tests: tuple[LowBid, ...] = ()

    def digest(self) -> str:
        """SHA-256 of the canonical notice, lower-case hex."""
        return hashlib.sha256(canonical(self)).hexdigest()


class Notices(Record):
    """A file of questions that went out; ``evalhub bidder questions`` reads it."""

    notices: tuple[Notice, ...]


class Reply(Record, omit_defaults=True):
    """What the bidder signs. ``confirmed`` answers a price confirmation and nothing else."""

    v: Literal[1]
    session: SessionId
    bidder: Code
    clarification: Code
    notice: HexDigest
    text: LongText
    confirmed: bool | None = None
    attachments: Annotated[tuple[BidFile, ...], Meta(max_length=20)] = ()


def reply_to(notice: Notice, text: str, confirmed: bool | None, attachments: tuple[BidFile, ...]) -> Reply:
    """The reply to a notice."""
    return Reply(
        v=1,
        session=notice.session,
        bidder=notice.bidder,
        clarification=notice.clarification,
        notice=notice.digest(),
        text=text,
        confirmed=confirmed,
        attachments=attachments,
    )


def sign_reply(key: SigningKey, reply: Reply) -> str:
    """The bidder's signed answer."""
    return jws.sign(key, ANSWER_TYP, canonical(reply))


def read_reply(answer: str, key: PublicJwk, notice: str, bidder: str) -> Reply:
    """The reply inside an answer to the notice of this digest. Raises ``Malformed`` (bytes, signature) or
    ``Refusal("answer-to-another")``."""
    reply = decode(Reply, jws.verify(answer, key, ANSWER_TYP), where="answer")
    if (reply.notice, reply.bidder) != (notice, bidder):
        raise Refusal("answer-to-another", clarification=reply.clarification, bidder=reply.bidder)
    return reply
