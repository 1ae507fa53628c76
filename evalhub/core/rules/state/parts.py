"""What the state is made of: frozen parts, each about one thing. Never encoded."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from evalhub.core.codec import RecordMeta
from evalhub.core.rules.commands import Ground, OpenedSheet
from evalhub.core.rules.draw import Standing
from evalhub.core.rules.events import By
from evalhub.core.rules.plan import Room, Stratum
from evalhub.core.rules.state.phase import Phase, Stage
from evalhub.core.sealing.envelope import Context
from evalhub.core.sealing.keys import PublicJwk


class Part(msgspec.Struct, metaclass=RecordMeta):
    """Base of state parts: frozen, keyword-only; never encoded."""


class Principal(Part):
    """Who a key belongs to."""

    by: By
    key: PublicJwk


class Acceptance(Part):
    """A guest's answer to the standing plan; ``rooms`` is None when it refused."""

    rooms: tuple[Room, ...] | None
    reason: str = ""


class Freeze(Part):
    """A centre's frozen pool: leaves per stratum, as lower-case hex. ``registered``: root of the pool it filters."""

    root: str
    registered: str
    size: int
    strata: Mapping[str, tuple[str, ...]]


class Outcome(Part):
    """One recorded outcome, in ledger order."""

    stratum: str
    leaf: str
    outcome: str


class Draw(Part):
    """One numbered draw: what was asked, everyone's contribution, and what came of each leaf called."""

    number: int
    requests: Mapping[str, tuple[Stratum, ...]]
    pools: Mapping[str, Freeze] = {}
    commits: Mapping[str, str] = {}
    escrows: Mapping[str, Context] = {}
    escrow_digests: Mapping[str, str] = {}
    reveals: Mapping[str, str] = {}
    called: frozenset[str] = frozenset()
    released: Mapping[str, Mapping[str, tuple[tuple[int, str], ...]]] = {}  # missing -> trustee -> pieces
    seed: str = ""
    orders: Mapping[tuple[str, str], tuple[str, ...]] = {}  # (centre, stratum) -> leaves in rank order
    outcomes: Mapping[str, tuple[Outcome, ...]] = {}  # centre -> outcomes
    exhausted: frozenset[tuple[str, str]] = frozenset()
    # these two follow from orders and outcomes alone, and are kept because they are asked for all the time
    standings: Mapping[tuple[str, str], Standing] = {}  # (centre, stratum) -> who stands
    members: Mapping[str, Mapping[str, str]] = {}  # centre -> leaf -> stratum


class Representative(Part):
    """A member named by the procuring entity. ``letter``: digest of its appointment; ``gone``: the outcome by which it
    left, empty while it stands."""

    leaf: str
    letter: str
    gone: str = ""


class Admission(Part):
    """An expert who has arrived and has no booth yet."""

    leaf: str
    centre: str
    at: int


class SeatState(Part):
    """One member at one booth."""

    seat: str
    leaf: str
    room: str
    shared: bool
    ticket: str = ""
    expires: str = ""
    redeemed: bool = False
    booth_key: PublicJwk | None = None
    client: str = ""
    tested: bool = False
    declared: bool = False
    conflict: str = ""
    admitted_at: int = 0
    redeemed_at: int = 0
    declared_at: int = 0
    unfit: str = ""  # ground of its removal, until the seat is vacated


class Removal(Part):
    """A member who was removed; its entries stay in the ledger and count no more. ``round``: the last one opened."""

    seat: str
    leaf: str
    ground: str
    reason: str
    by: str
    at: int
    round: int


class RollbackRequest(Part):
    """Somebody asked to go back to a stage; ``returns``: where the session stood."""

    to: str
    reason: str
    by: str
    returns: Phase
    approved: bool = False


class Unsubmit(Part):
    """A member asked for its sheet back. ``status``: requested, approved, refused, or done when it sealed again."""

    reason: str
    status: str = "requested"
    approved: frozenset[str] = frozenset()


class Sealed(Part):
    """A seat's highest sealed revision in a round."""

    digest: str
    context: Context


class Round(Part):
    """One round of sealed sheets."""

    number: int
    stage: Stage
    form: str
    opened_at: int
    pad: int = 0  # bytes of a sheet as its envelope shows them; of the form, derived once
    paused_before: int = 0  # ms of pause already given back when it opened
    candidates: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()  # whose round it is; empty: everybody's
    bidders: tuple[str, ...] = ()  # bids its form asks about
    void: bool = False  # counts no more; its entries stay
    interrupted: tuple[int, int] | None = None  # hub time, and ms of pause until then
    given_back: int = 0  # ms of interruptions
    unsubmits: Mapping[str, Unsubmit] = {}  # by seat
    sealed: Mapping[str, Sealed] = {}
    lawfully_closed: str = ""
    closed: bool = False
    set_digest: str = ""
    released: Mapping[str, Mapping[str, tuple[tuple[int, str], ...]]] = {}  # trustee -> seat -> pieces
    opened: Mapping[str, OpenedSheet] = {}


class Gate(Part):
    """A point where the ledger must be countersigned by all before anything else happens."""

    name: str
    size: int


class Answer(Part):
    """A member's answer to the report: signed, dissent or deemed."""

    answer: str
    text: str = ""


class Layout(Part):
    """One centre's typesetting of the report: digest and length of the PDF, certificates (DER, base64url) by seat."""

    pdf: str
    length: int
    authority: str
    certificates: Mapping[str, str]


class PdfSignature(Part):
    """One signature in the PDF. ``at``: when its turn began, ms; the time inside the signature."""

    seat: str
    at: int
    attributes: str
    signature: str


class Correction(Part):
    """One corrected item."""

    seat: str
    bidder: str
    factor: str
    before: str
    after: str
    ground: Ground
    reason: str
    finding: str


class Closing(Part):
    """What one seat did about one finding: a correction, or an explanation."""

    finding: str
    seat: str
    how: str
    text: str
