"""Bookings as the commitments that they are to technicians, read from their table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row, func

from fieldfare.adapters.postgres.booking_tables import bookings as table
from fieldfare.domain.bookings import Status, Timing, visit_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place

VISIT_COLUMNS = (
    table.c.id,
    table.c.status,
    table.c.technician_id,
    table.c.starts_at,
    table.c.ends_at,
    table.c.expires_at,
    table.c.started_at,
    table.c.ended_at,
    table.c.estimated_end,
    table.c.lat,
    table.c.lng,
    table.c.postal_code,
    table.c.hub_id,
    table.c.product_name,
    table.c.resources,
)

_TAKING = (
    Status.HELD,
    Status.CONFIRMED,
    Status.EN_ROUTE,
    Status.IN_PROGRESS,
    Status.COMPLETED,
    Status.NO_SHOW,
)
TAKING = table.c.status == func.any([status.value for status in _TAKING])
"""Passes the bookings that may take time."""


def visits_of(rows: Iterable[Row[Any]], *, now: int) -> Iterator[Commitment]:
    """Give the commitments of those that take time now."""
    for row in rows:
        visit = visit_of(
            Timing(
                status=Status(row.status),
                start=int(row.starts_at.timestamp()),
                end=int(row.ends_at.timestamp()),
                expires_at=_instant(row.expires_at),
                started_at=_instant(row.started_at),
                ended_at=_instant(row.ended_at),
                estimated_end=_instant(row.estimated_end),
            ),
            now=now,
            id=row.id,
            technician=row.technician_id,
            place=Place(lat=row.lat, lng=row.lng, postal_code=row.postal_code),
            hub=row.hub_id,
            title=row.product_name,
            resources=row.resources,
        )
        if visit is not None:
            yield visit


def _instant(moment: Any) -> int | None:
    return None if moment is None else int(moment.timestamp())
