"""How much of a piece of equipment is held, and when too little is left (rule F14)."""

from __future__ import annotations

import numpy as np

from fieldfare.engine.usage import sum_up


def test_sums_stay_exact_where_a_column_would_overflow() -> None:
    # Four holders of 2**53 at once make 2**55; 2,000 of them would pass 2**63, and are kept at 2**62.
    many = np.zeros(2_000, dtype=np.int64)
    usage = sum_up(kind="lift", capacity=2**53, start=many, end=many + 60, quantity=[2**53] * 2_000)

    assert usage.held.tolist() == [2**62, 0]
    assert [times.tolist() for times in usage.taken(1)] == [[0], [60]]


def test_one_piece_too_many_of_very_many_is_seen() -> None:
    # Capacity 2**53, held 2**52 + 1, needed 2**52: one more than there is. Needed one less: just enough.
    one = np.zeros(1, dtype=np.int64)
    usage = sum_up(kind="lift", capacity=2**53, start=one, end=one + 60, quantity=[2**52 + 1])

    assert len(usage.taken(2**52)[0]) == 1
    assert len(usage.taken(2**52 - 1)[0]) == 0
