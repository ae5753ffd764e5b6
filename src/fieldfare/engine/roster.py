"""Who could take a visit: the people in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from fieldfare.domain.fleet import Technician
from fieldfare.domain.places import Place
from fieldfare.engine.columns import Mask
from fieldfare.engine.points import PointTable
from fieldfare.engine.problem import Fleet, weekly_caps
from fieldfare.engine.resolution import Sale


def in_order(technicians: Iterable[Technician]) -> tuple[Technician, ...]:
    """Put technicians into the order in which columns hold them."""
    return tuple(sorted(technicians, key=lambda person: person.id))


def fleet_of(people: Sequence[Technician], *, hq: Place, points: PointTable) -> Fleet:
    """Put technicians into columns; that nobody qualifies for anything yet is left to `qualified_for`."""
    jobs, seconds = weekly_caps([person.weekly_jobs for person in people], [p.weekly_minutes for p in people])
    return Fleet(
        ids=tuple(person.id for person in people),
        qualified=np.zeros(len(people), dtype=np.bool_),
        weekly_jobs=jobs,
        weekly_seconds=seconds,
        depot=np.array([points.row(person.depot or hq) for person in people], dtype=np.int64),
    )


def qualified_for(people: Sequence[Technician], sale: Sale) -> Mask:
    """Tell who is active, assigned to the zone and skilled for the product (rule F4)."""
    return np.array([_qualifies(person, sale) for person in people], dtype=np.bool_)


def _qualifies(person: Technician, sale: Sale) -> bool:
    return person.active and sale.zone.id in person.zones and sale.product.skills <= person.skills
