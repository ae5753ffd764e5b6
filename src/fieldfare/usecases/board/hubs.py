"""The hubs of visits (rules P5, F8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.places import Hub
from fieldfare.engine.hubs import nearest_hubs


def hubs_of(commitments: Iterable[Commitment], hubs: Sequence[Hub]) -> dict[str, str]:
    """Give the hub of each visit that has one, by the visit's id; places without a hub are looked up at once."""
    known = {hub.id for hub in hubs}
    found: dict[str, str] = {}
    asks: list[tuple[str, tuple[float, float]]] = []
    for one in commitments:
        named = one.named_hub(known)
        if named is not None:
            found[one.id] = named
        elif one.kind is CommitmentKind.VISIT and one.place is not None and hubs:
            asks.append((one.id, one.place.point))
    if asks:
        rows = nearest_hubs(np.array([point for _, point in asks], dtype=np.float64), hubs)
        found |= {id_: hubs[row].id for (id_, _), row in zip(asks, rows.tolist(), strict=True)}
    return found
