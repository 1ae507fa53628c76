"""The gate: what a party submits becomes a command for a desk, or a refusal with a code.

Rules
- Submissions of a party are numbered 1, 2, 3 …; a number already taken is answered with the stored outcome, a gap ends
  the line. The number, the outcome and the entries are one write.
- A party speaks for itself and its own booths, in sessions it belongs to. Other sessions do not exist for it.
- A session is opened only with parties this hub knows, under the origin and key of this hub.
- A centre registers its pools in the hub's own log, and freezes for a session only under a root it had registered
  before that session was opened. The session's rules cannot know this: the hub log is not part of its ledger.
- A malformed statement inside a well-formed frame is an outcome too: a booth cannot close its centre's line.

Never decides what a session allows: ``decide`` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.checkpoint import origin_for
from evalhub.core.ledger.note import log_verifier
from evalhub.core.rules import registration, statements
from evalhub.core.rules.commands import FreezePool, OpenSession, PartyEntry
from evalhub.core.rules.events import By
from evalhub.core.rules.phases import CENTRES
from evalhub.core.sealing.jws import hashes
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.core.wire import frames
from evalhub.hub.checkpoints import witness_keys
from evalhub.hub.desk import Desk
from evalhub.hub.fanout import Line, encoded, framed
from evalhub.hub.hublog import HubLog
from evalhub.hub.metrics import Metrics
from evalhub.hub.settings import HUB_SESSION, SESSION_ROLES, Settings
from evalhub.hub.store import Row, Store, Write

SESSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,47}\Z")
CODE = re.compile(r"[a-z][a-z0-9-]{0,47}\Z")
MAX_JWS = frames.MAX_FRAME - 16 * 1024  # so that its entry fits a frame as well


class Gap(Exception):
    """A submission number is missing: what follows cannot be taken."""


@dataclass(slots=True)
class Sender:
    """One party's numbering. ``taken`` runs ahead of ``durable`` by what is in flight; owned by the gate."""

    name: str
    taken: int
    durable: int
    waiting: dict[int, list[Line]] = field(default_factory=dict)


class Gate:
    """See the module. ``clock``: ms since the epoch, UTC."""

    def __init__(
        self,
        settings: Settings,
        key: NoteKey,
        store: Store,
        desks: dict[str, Desk],
        *,
        new_desk: Callable[[str], Desk],
        hublog: HubLog,
        clock: Callable[[], int],
        metrics: Metrics,
    ) -> None:
        self._settings, self._key, self._store, self._desks = settings, key, store, desks
        self._new_desk, self._hublog, self._clock, self._metrics = new_desk, hublog, clock, metrics
        self._senders = {party.name: self._sender(party.name) for party in settings.parties}

    def last(self, party: str) -> int:
        """The highest number taken durably: what the party need not send again to have it done."""
        return self._senders[party].durable

    def submit(self, line: Line, submit: frames.Submit) -> None:
        """Take one submission. Raises ``Gap``; everything else is told by an outcome."""
        sender = self._senders[line.party]
        if submit.n > sender.taken + 1:
            raise Gap(f"submission {submit.n} came after {sender.taken}")
        if submit.n <= sender.durable:
            self._repeat(line, sender, submit.n)
            return
        sender.waiting.setdefault(submit.n, []).append(line)
        line.in_flight += 1
        if submit.n > sender.taken:
            sender.taken = submit.n
            self._store.append(self._write(sender.name, submit))

    def committed(self, outcome: tuple[str, int, bytes]) -> None:
        """The outcome of a submission is durable: tell whoever sent it."""
        party, n, frame = outcome
        sender = self._senders[party]
        sender.durable = n
        for line in sender.waiting.pop(n, ()):
            line.in_flight -= 1
            line.send(framed(frame))
            line.room.set()

    def _sender(self, party: str) -> Sender:
        last = self._store.last(party)
        return Sender(name=party, taken=last, durable=last)

    def _repeat(self, line: Line, sender: Sender, n: int) -> None:
        frame = self._store.outcome(sender.name, n)
        assert frame is not None, "every number up to the last has an outcome"
        self._metrics.repeated.inc()
        line.send(framed(frame))

    def _write(self, party: str, submit: frames.Submit) -> Write:
        rows: tuple[Row, ...] = ()
        try:
            rows, receipt = self._accept(party, submit)
            outcome = frames.Outcome(n=submit.n, code="", receipt=receipt)
            self._metrics.accepted.inc()
        except Refusal as error:
            outcome = frames.Outcome(n=submit.n, code=error.code, detail=_short(error.detail))
        except Malformed as error:
            detail = {"reason": error.reason[:500], "where": error.where[:200]}
            outcome = frames.Outcome(n=submit.n, code="malformed", detail=detail)
        if outcome.code:
            self._metrics.refused.labels(outcome.code if CODE.fullmatch(outcome.code) else "other").inc()
        return Write(rows=rows, outcome=(party, submit.n, encoded(outcome)))

    def _accept(self, party: str, submit: frames.Submit) -> tuple[tuple[Row, ...], str]:
        if len(submit.jws) > MAX_JWS:
            raise Refusal("too-large", length=len(submit.jws), limit=MAX_JWS)
        if submit.session == HUB_SESSION:
            return self._register(party, submit.jws), ""
        desk = self._desks.get(submit.session)
        if desk is None:
            return self._open(party, submit), ""
        if party not in desk.state.parties:
            raise Refusal("unknown-session", session=submit.session)
        hashed = hashes(submit.jws.encode("utf-8", "replace"))  # once, for the signature and for the name of its blob
        command, by = statements.read(desk.state, submit.jws, digest=hashed.signed)
        if by.site != party:
            raise Refusal("not-your-line", site=by.site)
        if isinstance(command, FreezePool):
            self._check_registered(submit.session, command, by)
        rows = desk.accept(command, by, submit.jws, hashed.name)
        return rows, desk.receipt(command)

    def _open(self, party: str, submit: frames.Submit) -> tuple[Row, ...]:
        """The first statement of a new session."""
        if not SESSION_ID.fullmatch(submit.session):
            raise Refusal("unknown-session", session=submit.session[:100])
        desk = self._new_desk(submit.session)
        try:
            command, by = statements.read(desk.state, submit.jws)
        except Refusal:  # without a session only an opening has a key: anything else is for one that is not there
            raise Refusal("unknown-session", session=submit.session) from None
        if not isinstance(command, OpenSession) or by.site != party:
            raise Refusal("unknown-session", session=submit.session)
        self._check_opening(submit.session, command)
        rows = desk.accept(command, by, submit.jws)
        self._desks[submit.session] = desk
        return (*rows, self._hublog.listing(submit.session, party, rows[0][2], self._clock()))

    def _register(self, name: str, jws: str) -> tuple[Row, ...]:
        """A centre's statement to the hub itself."""
        party = self._settings.party(name)
        assert party is not None, "only parties of the settings have a line"
        if not SESSION_ROLES[party.role] & CENTRES:
            raise Refusal("not-yours", command=registration.REGISTER_POOL, role=party.role)
        said = registration.read(jws, party.identity)
        return (self._hublog.registering(said, jws, self._clock()),)

    def _check_registered(self, session: str, command: FreezePool, by: By) -> None:
        if not self._hublog.registered_before(session, by.kid, command.registered):
            raise Refusal("pool-not-registered", party=by.site)

    def _check_opening(self, session: str, command: OpenSession) -> None:
        for entry in command.parties:
            self._check_party(entry)
        origin = origin_for(self._settings.domain, session, command.rehearsal)
        if command.origin != origin:
            raise Refusal("wrong-origin", expected=origin)
        vkey = log_verifier(origin, self._key.public).vkey()
        if command.log != vkey:
            raise Refusal("wrong-log", expected=vkey)

    def _check_party(self, entry: PartyEntry) -> None:
        party = self._settings.party(entry.name)
        if party is None or entry.role not in SESSION_ROLES[party.role] or entry.identity != party.identity:
            raise Refusal("unknown-party", party=entry.name)
        try:
            witness_keys([(entry.name, entry.witness)])
        except Malformed:
            raise Refusal("wrong-witness", party=entry.name) from None


def _short(detail: dict[str, str]) -> dict[str, str]:
    return {key: value[:500] for key, value in detail.items()}
