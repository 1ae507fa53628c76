"""Frames of the two lines. Text messages of canonical JSON, one frame each, told apart by ``t``.

    hub line    party ⇄ hub     wss, mutual TLS; the party also proves its identity key (challenge → hello)
    booth line  booth ⇄ site    wss inside the centre's LAN; the booth proves its booth key to resume

Rules
- Exactly-once in effect: a party numbers what it submits (1, 2, 3 …, over all sessions and connections) and keeps each
  until its ``Outcome`` came; the hub answers a repeated number with the outcome it stored in the same transaction.
- Entries are numbered by the ledger itself: a party says how many it holds, and gets the rest in order.
- Whatever follows from entries is told only after they are durable; one queue a connection keeps the order.
- A frame that does not parse closes the line with ``Bye``; a lawful refusal is an ``Outcome`` and the line stays.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from msgspec import Meta

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Malformed
from evalhub.core.sealing.keys import PublicJwk

MAX_FRAME = 1 << 20  # bytes; a whole frozen pool of 10,000 leaves fits
VERSION = 1
LINE_TYP = "evalhub-line+jws"

N = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class LineProof(Record):
    """Payload of the JWS (typ ``LINE_TYP``) that answers a challenge: by identity key to the hub, by booth key to a
    site. ``to``: the name of the one who challenged."""

    nonce: str
    name: str
    to: str


class Have(Record):
    """How many entries of one session's ledger the party holds."""

    session: str
    size: Count


class WireEntry(Record):
    """An entry as stored, and the text of its blob if it has one (empty string otherwise)."""

    data: str
    blob: str = ""


# -- hub → party ---------------------------------------------------------------------------------------------------


class Challenge(Record, tag_field="t", tag="challenge"):
    """First frame on any line. ``nonce``: 32 bytes base64url; ``v``: protocol version."""

    v: int
    nonce: str
    name: str


class Welcome(Record, tag_field="t", tag="welcome"):
    """The party is known. ``last``: highest submission number the hub has taken from it; ``at``: hub time."""

    last: Count
    at: str


class Outcome(Record, tag_field="t", tag="outcome"):
    """What became of submission ``n``: accepted (``code`` is "") or refused, with its stable code and detail.

    ``receipt``: for sealed sheets, a note signed with the log key that promises inclusion without telling where.
    """

    n: N
    code: str
    detail: dict[str, str] = {}
    receipt: str = ""


class Entries(Record, tag_field="t", tag="entries"):
    """Consecutive entries of one session, the first of them with index ``first``."""

    session: str
    first: Count
    entries: tuple[WireEntry, ...]


class WitnessRequest(Record, tag_field="t", tag="witness-request"):
    """Ask for a cosignature; ``request`` is the body of a C2SP tlog-witness add-checkpoint request."""

    session: str
    request: str


class Tick(Record, tag_field="t", tag="tick"):
    """Hub time, every second."""

    at: str


class Bye(Record, tag_field="t", tag="bye"):
    """Why the line is being closed."""

    code: str
    reason: str


# -- party → hub ---------------------------------------------------------------------------------------------------


class Hello(Record, tag_field="t", tag="hello"):
    """The answer to the challenge, and what the party holds. Sessions it does not name are sent from the start."""

    v: int
    party: str
    proof: str
    have: tuple[Have, ...]


class Submit(Record, tag_field="t", tag="submit"):
    """Submission ``n`` of this party: a statement or an envelope, verbatim, by itself or by one of its booths."""

    n: N
    session: str
    jws: str


class WitnessReply(Record, tag_field="t", tag="witness-reply"):
    """Answer to a witness request: C2SP status (200, 400, 403, 404, 409, 422) and body."""

    session: str
    status: int
    body: str


FromHub = Challenge | Welcome | Outcome | Entries | WitnessRequest | Tick | Bye
FromParty = Hello | Submit | WitnessReply | Bye


# -- booth line ------------------------------------------------------------------------------------------------------


class Present(Record, tag_field="t", tag="present"):
    """Booth → site: the ticket as typed. The answer is ``Seat`` or ``Refused``."""

    ticket: Annotated[str, Meta(max_length=40)]


class Seat(Record, tag_field="t", tag="seat"):
    """Site → booth: where this ticket belongs. ``roster``: canonical text; the booth compares its digest's first 16
    bytes with the printed ones before it goes on. ``log``: vkey of the ledger, for receipts."""

    session: str
    seat: str
    title_zh: str
    title_en: str
    roster: str
    log: str


class Redeem(Record, tag_field="t", tag="redeem"):
    """Booth → site: redeem with a fresh key. ``proof``: JWS typ evalhub-hello+jws by that key."""

    ticket: Annotated[str, Meta(max_length=40)]
    booth_key: PublicJwk
    client: str
    proof: str


class Resume(Record, tag_field="t", tag="resume"):
    """Booth → site after a break: prove the booth key again (JWS over the challenge)."""

    session: str
    seat: str
    proof: str


class Say(Record, tag_field="t", tag="say"):
    """Booth → site: its ``id``-th message (1, 2, 3 … for this booth key), a statement or an envelope."""

    id: N
    jws: str


class Help(Record, tag_field="t", tag="help"):
    """Booth → site: call for staff."""

    text: Annotated[str, Meta(max_length=200)]


class Kept(Record, tag_field="t", tag="kept"):
    """Site → booth: message ``id`` is durable at the centre and will be delivered."""

    id: N


class Told(Record, tag_field="t", tag="told"):
    """Site → booth: what the hub made of message ``id`` (see ``Outcome``)."""

    id: N
    code: str
    detail: dict[str, str] = {}
    receipt: str = ""


class View(Record, tag_field="t", tag="view"):
    """Site → booth: everything this booth may know now (``visibility.BoothView`` as canonical text), padded with
    spaces to a multiple of ``VIEW_STEP`` bytes. Sent on the tick, when it changed."""

    view: str
    pad: str


class ReportText(Record, tag_field="t", tag="report-text"):
    """Site → booth, when signing opens: the canonical report; the booth compares its SHA-256 with the view's."""

    report: str


class SignThis(Record, tag_field="t", tag="sign-this"):
    """Site → booth, at its turn: ``attributes`` (DER, b64u) to sign with the booth key, of the PDF with this digest."""

    pdf: str
    attributes: str


class Refused(Record, tag_field="t", tag="refused"):
    """Site → booth: a request outside any session was refused."""

    code: str
    detail: dict[str, str] = {}


VIEW_STEP = 16_384

FromSite = Challenge | Seat | Kept | Told | View | ReportText | SignThis | Refused | Tick | Bye
FromBooth = Present | Redeem | Resume | Say | Help | Bye

T = TypeVar("T")


def write(frame: Record) -> str:
    """The text message of a frame."""
    return canonical(frame).decode()


def read(kind: type[T], message: str | bytes) -> T:
    """A frame of one direction (``FromHub``, ``FromParty``, ``FromSite``, ``FromBooth``). Raises ``Malformed``."""
    data = message.encode() if isinstance(message, str) else message
    if len(data) > MAX_FRAME:
        raise Malformed(f"a frame of {len(data)} bytes is longer than {MAX_FRAME}", "frame")
    return decode(kind, data, where="frame")


def from_site(message: str | bytes) -> FromSite:
    """A frame from a site to a booth. Raises ``Malformed``."""
    frame: FromSite = read(FromSite, message)  # type: ignore[arg-type]
    return frame


def from_booth(message: str | bytes) -> FromBooth:
    """A frame from a booth to a site. Raises ``Malformed``."""
    frame: FromBooth = read(FromBooth, message)  # type: ignore[arg-type]
    return frame


def from_hub(message: str | bytes) -> FromHub:
    """A frame from the hub to a party. Raises ``Malformed``."""
    frame: FromHub = read(FromHub, message)  # type: ignore[arg-type]
    return frame


def from_party(message: str | bytes) -> FromParty:
    """A frame from a party to the hub. Raises ``Malformed``."""
    frame: FromParty = read(FromParty, message)  # type: ignore[arg-type]
    return frame


def padded_view(view: str) -> View:
    """A view frame whose length says nothing below ``VIEW_STEP``."""
    size = len(write(View(view=view, pad="")).encode())
    return View(view=view, pad=" " * (-size % VIEW_STEP))
