"""How much of everything: a short form in minutes, or with FIELDFARE_SOAK=1 the long one of docs/reliability.md."""

from __future__ import annotations

import os
from collections.abc import Iterator

SOAK = os.environ.get("FIELDFARE_SOAK") == "1"


def amount(*, short: int, long: int) -> int:
    """Give how often, or how many."""
    return long if SOAK else short


def batches(total: int, *, most: int = 40) -> Iterator[int]:
    """Part rounds that use slots up into businesses that have enough of them."""
    for done in range(0, total, most):
        yield min(most, total - done)
