"""Alerts of a session, derived from its state: red stops people, amber asks them to look. Each is closed with a note.

    GET /api/sessions/{session}/alerts

An alert's key says what it is about, so that the same alert is the same after a restart, and a new one is a new one.
Nothing here is in the ledger, and nothing here needs a score.
"""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.rules import clocks, concluding, rounds, unsubmit
from evalhub.core.rules.state import Phase, State
from evalhub.core.rules.visibility import progress_view
from evalhub.party.console import Console

OVER = frozenset({Phase.FAILED, Phase.CANCELLED, Phase.ARCHIVED})


class Alert(Record):
    """``code`` names the sentence on the page; ``place`` is the seat, centre or round it is about."""

    key: str
    level: Literal["red", "amber"]
    code: str
    place: str
    detail: str = ""


class AlertList(Record):
    """All of them, red first."""

    alerts: tuple[Alert, ...]


class AlertView:
    """The route."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def routes(self) -> list[web.RouteDef]:
        """For oversight's web application."""
        return [web.get("/api/sessions/{session}/alerts", self.alerts)]

    async def alerts(self, request: web.Request) -> web.Response:
        """Alerts of one session, whether closed or not."""
        await self.console.logins.operator(request)
        followed = self.console.party.mirror.followed(self.console.session_of(request))
        found = AlertList(alerts=alerts(followed.state, followed.stopped, self.console.party.hub_now()))
        return web.json_response(codec.to_plain(found), headers={"Cache-Control": "no-store"})


def alerts(state: State, stopped: str, now: int) -> tuple[Alert, ...]:
    """Alerts of a state. ``stopped``: why its ledger is followed no more, or empty. ``now``: hub time in ms."""
    found = [*_ledger(state, stopped, now), *_draws(state), *_seats(state), *_rounds(state, now), *_ending(state)]
    return tuple(sorted(found, key=lambda alert: alert.level != "red"))


def _ledger(state: State, stopped: str, now: int) -> list[Alert]:
    found = []
    if stopped:
        found.append(Alert(key="ledger", level="red", code="ledger-stopped", place="", detail=stopped))
    if state.gate is not None and state.phase not in OVER:
        key = f"gate:{state.gate.name}:{state.gate.size}"
        found.append(Alert(key=key, level="amber", code="gate-open", place=state.gate.name))
    if clocks.exceeded(state.with_(now=max(now, state.now))):
        key = f"standstill:{state.paused_since}"
        code = "fault-too-long" if state.rounds else "delay-too-long"
        found.append(Alert(key=key, level="red", code=code, place="", detail=state.pause_reason))
    if state.rollback is not None:
        asked = state.rollback
        key = f"rollback:{asked.to}:{len(state.rounds)}"
        found.append(Alert(key=key, level="red", code="rollback-asked", place=asked.by, detail=asked.reason))
    if state.phase is Phase.SEALING:
        found += [
            Alert(
                key=f"unsubmit:{seat}:{state.round().number}",
                level="red",
                code="sheet-back",
                place=seat,
                detail=row.reason,
            )
            for seat, row in unsubmit.pending(state, "oversight")
        ]
    if state.paused_since is not None:
        key = f"paused:{state.paused_since}"
        found.append(Alert(key=key, level="amber", code="paused", place="", detail=state.pause_reason))
    return found


def _draws(state: State) -> list[Alert]:
    found = [
        Alert(key=f"refused:{state.plan_digest}:{name}", level="amber", code="plan-refused", place=name,
              detail=answer.reason)
        for name, answer in state.acceptances.items() if answer.rooms is None
    ]  # fmt: skip
    for draw in state.draws:
        for centre, stratum in sorted(draw.exhausted):
            key = f"exhausted:{draw.number}:{centre}:{stratum}"
            found.append(Alert(key=key, level="red", code="draw-exhausted", place=centre, detail=stratum))
        for name in sorted(draw.called):
            found.append(Alert(key=f"escrow:{draw.number}:{name}", level="amber", code="escrow-called", place=name))
    return found


def _seats(state: State) -> list[Alert]:
    found = [
        Alert(key=f"shared:{seat.seat}", level="amber", code="shared-room", place=seat.seat, detail=seat.room)
        for seat in state.seats.values()
        if seat.shared
    ]
    found += [
        Alert(key=f"removed:{one.seat}", level="amber", code="member-removed", place=one.seat, detail=one.reason)
        for one in state.removals
    ]
    for draw in state.draws:
        for centre, outcomes in draw.outcomes.items():
            left = [row for row in outcomes if row.outcome in ("recused:declared", "withdrawn", "late")]
            found += [
                Alert(key=f"left:{centre}:{row.leaf}:{row.outcome}", level="amber", code="member-left", place=centre,
                      detail=row.outcome)
                for row in left
            ]  # fmt: skip
    return found


def _rounds(state: State, now: int) -> list[Alert]:
    found = []
    for round_ in state.rounds:
        for seat in rounds.faults(round_):
            key = f"fault:{round_.number}:{seat}"
            found.append(Alert(key=key, level="red", code="sheet-fault", place=seat))
        if round_.lawfully_closed:
            key = f"closed:{round_.number}"
            found.append(Alert(key=key, level="amber", code="round-closed", place=str(round_.number),
                               detail=round_.lawfully_closed))  # fmt: skip
    if state.phase is Phase.SEALING and state.paused_since is None:
        round_ = state.round()
        if now > rounds.ends_at(state, round_):
            found.append(Alert(key=f"late:{round_.number}", level="amber", code="time-over", place=str(round_.number)))
    return found


def _ending(state: State) -> list[Alert]:
    found = [
        Alert(key=f"dispute:{number}", level="red", code="result-disputed", place="",
              detail=", ".join(f"{row.centre} {row.result[:12]}" for row in rows))
        for number, rows in enumerate(state.disputes, start=1)
    ]  # fmt: skip
    waiting = progress_view(state).open_findings if state.findings else 0
    found += [
        Alert(key=f"finding:{finding.code}", level="amber", code=f"finding-{finding.kind}", place=finding.bidder,
              detail=finding.factor)
        for finding in state.findings or () if waiting
    ]  # fmt: skip
    found += [
        Alert(key=f"answer:{seat}", level="amber", code="dissent", place=seat, detail=answer.text)
        for seat, answer in state.answers.items()
        if answer.answer != "signed"
    ]
    if state.ending not in ("", concluding.CANCELLED):
        found.append(Alert(key="failed", level="red", code="session-failed", place="", detail=state.failure))
    return found
