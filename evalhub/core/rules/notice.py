"""What an expert is told before saying yes or no: time and place, and nothing of the project (R17).

The text is made of two facts and cannot hold a third: no title, no bidder, no session number, no other member. Who
knows the project beforehand can be reached beforehand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from evalhub.core.ledger.times import parse_time
from evalhub.core.rules.plan import Text2

_BEIJING = timezone(timedelta(hours=8))


def notice(opens: str, place: Text2) -> Text2:
    """The sentence to read out or send. ``opens``: hub time, RFC 3339 UTC; told as Beijing time, to the minute."""
    moment = datetime.fromtimestamp(parse_time(opens) / 1000, UTC).astimezone(_BEIJING)
    when = f"{moment:%Y-%m-%d %H:%M}"
    return Text2(
        zh=f"请您于 {when}（北京时间）前到{place.zh}报到，参加一项评审工作。请答复能否参加。",
        en=f"Please come to {place.en} by {when} (Beijing time) for an evaluation. Can you come?",
    )
