"""Windows are at most 28 days long, overlap, and reach back to what began before."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fieldfare.adapters.crms.ghl.windows import BEFORE, LONGEST, windows
from fieldfare.ports.crm import SourceKind
from tests.unit.crms.ghl.account import DAY, NOON


@pytest.mark.parametrize(
    ("source", "days", "count"),
    [
        (SourceKind.APPOINTMENTS, 1, 1),
        (SourceKind.APPOINTMENTS, 20, 1),
        (SourceKind.APPOINTMENTS, 21, 2),
        (SourceKind.APPOINTMENTS, 30, 2),
        (SourceKind.APPOINTMENTS, 44, 2),
        (SourceKind.SERVICES, 44, 2),
        (SourceKind.BLOCKS, 2, 1),  # a day and what surrounds it
        (SourceKind.BLOCKS, 30, 3),
        (SourceKind.BLOCKS, 44, 3),
    ],
)
def test_windows(source: SourceKind, days: int, count: int) -> None:
    since, until = NOON, NOON + days * DAY

    cut = list(windows(source, since=since, until=until))

    assert len(cut) == count
    assert cut[0][0] == since - BEFORE[source]
    assert cut[-1][1] == until + DAY
    assert all(0 < end - start <= LONGEST for start, end in cut)
    assert all(later[0] == earlier[1] - DAY for earlier, later in pairwise(cut))
