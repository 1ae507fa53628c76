"""evalhub: remote bid evaluation with isolated booths, sealed scoring and a ledger that proves every step."""

__version__ = "0.1.0"
