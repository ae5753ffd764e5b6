"""How much of everything: a short form in minutes, or with FIELDFARE_SOAK=1 the long one of docs/reliability.md."""

from __future__ import annotations

import os

SOAK = os.environ.get("FIELDFARE_SOAK") == "1"


def amount(*, short: int, long: int) -> int:
    """Give how often, or how many."""
    return long if SOAK else short
