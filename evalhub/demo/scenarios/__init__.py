"""The roads a rehearsal can take, by name: the straight one, and each lawful side road.

A new side road is a module here with one ``SCENARIO``, and its line in ``SCENARIOS``; ``evalhub rehearse --scenario``
and the suite then play it.
"""

from __future__ import annotations

from evalhub.core.errors import Malformed
from evalhub.demo.scenarios import (
    abnormally_low,
    clarification,
    committee_incomplete,
    look_again,
    lowest_price,
    member_replaced,
    pause,
    price_correction,
    reasonable_low_price,
    recusal,
    rejection,
    representative,
    roll_back,
    stop,
    straight,
    suspension,
    too_few_bids,
    unsubmit,
    verification,
)
from evalhub.demo.scenarios.scenario import Scenario, unmet

_ALL = (
    *(straight, recusal, representative, pause, clarification, verification, stop, member_replaced),
    *(lowest_price, reasonable_low_price, price_correction, abnormally_low),
    *(rejection, look_again, too_few_bids),
    *(unsubmit, roll_back, suspension, committee_incomplete),
)
SCENARIOS: dict[str, Scenario] = {module.SCENARIO.name: module.SCENARIO for module in _ALL}


def scenario(name: str) -> Scenario:
    """The scenario of that name. Raises ``Malformed`` and names those there are."""
    if name not in SCENARIOS:
        raise Malformed(f"there is no scenario {name!r}; there are: {', '.join(SCENARIOS)}", "--scenario")
    return SCENARIOS[name]


__all__ = ["SCENARIOS", "Scenario", "scenario", "unmet"]
