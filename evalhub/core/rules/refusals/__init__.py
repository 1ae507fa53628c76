"""What a person reads when something is refused: one sentence for each stable code, in Chinese and English.

Every sentence says what to do next. Placeholders are keys of ``Refusal.detail``; a test reads the whole source tree
and fails when a code that can be raised has no sentence, when a sentence has no code, or when a placeholder is not in
the detail of every place that raises the code.

Never here: rules. Mistakes in files (paths, rows) have their shorter texts beside the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from evalhub.core.rules.refusals.checkin import CHECKIN
from evalhub.core.rules.refusals.clarification import CLARIFICATION
from evalhub.core.rules.refusals.conclusion import CONCLUSION
from evalhub.core.rules.refusals.deliberation import DELIBERATION
from evalhub.core.rules.refusals.draw import DRAW
from evalhub.core.rules.refusals.files import FILES
from evalhub.core.rules.refusals.login import LOGIN
from evalhub.core.rules.refusals.pairing import PAIRING
from evalhub.core.rules.refusals.plan import PLAN
from evalhub.core.rules.refusals.prices import PRICES
from evalhub.core.rules.refusals.rounds import ROUNDS
from evalhub.core.rules.refusals.seats import SEATS
from evalhub.core.rules.refusals.session import SESSION

Lang = Literal["zh", "en"]

SENTENCES: dict[str, tuple[str, str]] = {
    **PAIRING,
    **PLAN,
    **FILES,
    **PRICES,
    **DRAW,
    **CHECKIN,
    **ROUNDS,
    **CLARIFICATION,
    **SEATS,
    **DELIBERATION,
    **CONCLUSION,
    **SESSION,
    **LOGIN,
}
_UNKNOWN = ("操作被拒绝（{code}）。请联系工作人员。", "Refused ({code}). Ask the staff.")
_PLACE = {"zh": 0, "en": 1}


class _Known(dict[str, str]):
    """Leaves a dash where the detail says nothing."""

    def __missing__(self, key: str) -> str:
        return "-"


def sentence(code: str, detail: Mapping[str, object], lang: Lang) -> str:
    """The sentence for a refusal. Never raises: unknown codes name themselves, missing detail shows as a dash."""
    values = _Known({"code": code, **{key: str(value) for key, value in detail.items()}})
    return SENTENCES.get(code, _UNKNOWN)[_PLACE[lang]].format_map(values)
