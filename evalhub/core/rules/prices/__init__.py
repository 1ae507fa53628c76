"""Price scores (F-1 … F-8): a formula is data, its working is shown, its rounding declared."""

from evalhub.core.rules.prices.check import check_formula
from evalhub.core.rules.prices.draws import draw_prices, draws, extremes
from evalhub.core.rules.prices.formulas import (
    Averaged,
    Composite,
    CostFloor,
    Deduction,
    Drawn,
    LowestEvaluated,
    LowestFirst,
    PricedBid,
    PriceFormula,
    PriceResult,
    PriceRow,
    RatedCriteria,
    ReasonableLow,
    Sample,
    Span,
    Step,
    TwoPass,
    Unpriced,
    Validity,
)
from evalhub.core.rules.prices.rounding import Rounding
from evalhub.core.rules.prices.score import score_prices

__all__ = [
    "Averaged",
    "Composite",
    "CostFloor",
    "Deduction",
    "Drawn",
    "LowestEvaluated",
    "LowestFirst",
    "PriceFormula",
    "PriceResult",
    "PriceRow",
    "PricedBid",
    "RatedCriteria",
    "ReasonableLow",
    "Rounding",
    "Sample",
    "Span",
    "Step",
    "TwoPass",
    "Unpriced",
    "Validity",
    "check_formula",
    "draw_prices",
    "draws",
    "extremes",
    "score_prices",
]
