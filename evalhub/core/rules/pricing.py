"""Price draws of a session: due once, before the first round, from the seed of draw 1 (R13, R60).

The prices stand in the plan since it was agreed; the seed was made after that. What is drawn stays drawn, whatever is
rolled back or drawn again later.
"""

from __future__ import annotations

from decimal import Decimal

from evalhub.core.rules.events import DrawnValue, PriceDrawn
from evalhub.core.rules.prices import Drawn, draw_prices, draws
from evalhub.core.rules.prices.choices import written
from evalhub.core.rules.state import State, put


def due(state: State) -> PriceDrawn | None:
    """The draw that has to be recorded now, if the formula leaves anything to chance."""
    project = state.the_plan().project
    if "" in state.price_draws or not draws(project.price):
        return None
    bidders = [bidder.code for bidder in project.bidders]
    drawn = draw_prices(project.price, bidders, bytes.fromhex(state.draws[0].seed))
    values = tuple(DrawnValue(parameter=name, value=written(value)) for name, value in drawn.values.items())
    return PriceDrawn(lot="", values=values, order=drawn.order)


def recorded(state: State, event: PriceDrawn) -> State:
    """Kept for every later computation."""
    values = {one.parameter: Decimal(one.value) for one in event.values}
    return state.with_(price_draws=put(state.price_draws, event.lot, Drawn(values=values, order=event.order)))
