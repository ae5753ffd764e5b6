"""Cuts a time into windows that the vendor answers whole: the lists have no pages, and leave out what began before."""

from __future__ import annotations

from collections.abc import Iterator

from fieldfare.domain.clock import DAY
from fieldfare.ports.crm import SourceKind

LONGEST = 28 * DAY
OVERLAP = DAY
"""By so much do neighbouring windows overlap, and the last one runs over: whichever end the vendor goes by."""
BEFORE = {SourceKind.APPOINTMENTS: 7 * DAY, SourceKind.BLOCKS: 25 * DAY, SourceKind.SERVICES: 7 * DAY}
"""How long before a time an entry may have begun that reaches into it: visits last a day, holidays weeks."""


def windows(source: SourceKind, *, since: int, until: int) -> Iterator[tuple[int, int]]:
    """Give the windows to ask for, so that all that overlaps `[since, until)` is in one of them."""
    start, end = since - BEFORE[source], until + OVERLAP
    while end - start > LONGEST:
        yield (start, start + LONGEST)
        start += LONGEST - OVERLAP
    yield (start, end)
