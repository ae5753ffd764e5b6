"""What reports read of a business, as slim rows: each book's few columns, with instants as whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import TextClause, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.moments import moment
from fieldfare.adapters.postgres.report_tables import tallies
from fieldfare.domain.clock import DAY
from fieldfare.ports.reports import Altered, Deed, Door, Sold, Step, Stop, Tally, Who, Wish

_SOON_OVER = 31 * DAY
"""What takes longer than this is looked for by its end: an index by starts alone would read all of the past."""

_AT_ONCE = 5_000
"""So many rows are read while nobody else gets their turn."""

_STOPS = text(
    """
    SELECT id, technician_id, extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint,
        kind = 'visit', lat, lng, NULL AS zone_id
    FROM commitments
    WHERE business_id = :business AND deleted_at IS NULL AND technician_id IS NOT NULL
        AND starts_at >= :earliest AND starts_at < :until AND ends_at > :since
    UNION ALL
    SELECT id, technician_id, extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint,
        kind = 'visit', lat, lng, NULL AS zone_id
    FROM commitments
    WHERE business_id = :business AND deleted_at IS NULL AND technician_id IS NOT NULL
        AND starts_at < :earliest AND ends_at > :since
    UNION ALL
    SELECT id, technician_id, extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint,
        TRUE, lat, lng, zone_id
    FROM bookings
    WHERE business_id = :business AND technician_id IS NOT NULL
        AND (status IN ('confirmed', 'en_route', 'in_progress', 'completed')
            OR (status IN ('no_show', 'failed') AND ended_at >= starts_at))
        AND starts_at >= :earliest AND starts_at < :until AND ends_at > :since
    """
)

_SOLD = """
    SELECT id, technician_id, zone_id, extract(epoch FROM created_at)::bigint, extract(epoch FROM starts_at)::bigint,
        (reasons->>'detour_seconds')::bigint, (reasons->>'recommended')::boolean,
        coalesce(jsonb_array_length(reasons->'overridden') > 0, FALSE)
    FROM bookings
    WHERE business_id = :business AND technician_id IS NOT NULL
        AND status NOT IN ('held', 'expired', 'requested') AND {at} >= :since AND {at} < :until
    ORDER BY {at}, id
"""
_SOLD_WITHIN = text(_SOLD.format(at="created_at"))
_STARTING_WITHIN = text(_SOLD.format(at="starts_at"))

# A visit that only went to somebody else at its time was not moved, and a request that was refused never stood.
_ALTERED = text(
    """
    SELECT extract(epoch FROM a.at)::bigint, a.action, a.actor_kind,
        coalesce((a.before->>'start')::bigint, extract(epoch FROM b.starts_at)::bigint), b.technician_id, b.zone_id
    FROM audit a JOIN bookings b ON b.business_id = a.business_id AND b.id = a.subject_id
    WHERE a.business_id = :business AND a.subject = 'bookings' AND a.action IN ('reschedule', 'cancel')
        AND a.at >= :since AND a.at < :until
        AND (a.action = 'cancel' OR a.before->>'start' IS NOT NULL)
        AND a.before->>'status' IS DISTINCT FROM 'requested'
    ORDER BY a.at, a.number
    """
)

# What somebody on the waitlist is offered is held for them, and not by them.
_WISHES = text(
    """
    SELECT extract(epoch FROM created_at)::bigint, zone_id, status NOT IN ('held', 'expired')
    FROM bookings
    WHERE business_id = :business AND source = 'public' AND waiting_id IS NULL AND technician_id IS NOT NULL
        AND status <> 'requested' AND created_at >= :since AND created_at < :until
    """
)

_DEEDS = {"reschedule": Deed.MOVED, "cancel": Deed.CANCELLED}
_WHO = {"customer": Who.CUSTOMER, "system": Who.SYSTEM}


class PostgresReportBook:
    """The rows of one business's reports, in an open transaction; see `ports.reports.ReportBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business

    async def stops(self, *, since: int, until: int) -> tuple[Stop, ...]:
        """List what takes technicians' time and overlaps a span."""
        rows = await self._rows(_STOPS, since=since, until=until, earliest=moment(since - _SOON_OVER))
        return tuple(
            Stop(id_, technician, start, end, visit, None if lat is None else (lat, lng), zone)
            for id_, technician, start, end, visit, lat, lng, zone in rows
        )

    async def starting(self, *, since: int, until: int) -> tuple[Sold, ...]:
        """List the slots that were sold and start within a span."""
        return tuple(Sold(*row) for row in await self._rows(_STARTING_WITHIN, since=since, until=until))

    async def sold(self, *, since: int, until: int) -> tuple[Sold, ...]:
        """List the slots that were sold within a span."""
        return tuple(Sold(*row) for row in await self._rows(_SOLD_WITHIN, since=since, until=until))

    async def altered(self, *, since: int, until: int) -> tuple[Altered, ...]:
        """List the visits that were moved or cancelled within a span."""
        return tuple(
            Altered(at, _DEEDS[action], _WHO.get(actor, Who.STAFF), start, technician, zone)
            for at, action, actor, start, technician, zone in await self._rows(_ALTERED, since=since, until=until)
        )

    async def wishes(self, *, since: int, until: int) -> tuple[Wish, ...]:
        """List the times that customers themselves held or booked within a span."""
        return tuple(Wish(*row) for row in await self._rows(_WISHES, since=since, until=until))

    async def count(self, counted: Mapping[Tally, int]) -> None:
        """Add to what was counted, in the order of the keys: two servers that count never wait for each other."""
        if not counted:
            return
        rows = sorted((_key(tally) | {"count": count} for tally, count in counted.items()), key=_in_order)
        adding = upsert(tallies)
        adding = adding.on_conflict_do_update(
            index_elements=list(tallies.primary_key), set_={"count": tallies.c.count + adding.excluded.count}
        )
        # Row by row, in one go to the server: a single statement would have room for some thousand rows only.
        await self._connection.execute(adding, [{"business_id": self._business, **row} for row in rows])

    async def counted(self, *, first: date, last: date) -> dict[Tally, int]:
        """Give what was counted on some dates, both included."""
        query = select(tallies).where(
            tallies.c.business_id == self._business, tallies.c.day >= first, tallies.c.day <= last
        )
        return {_tally(row): row["count"] for row in (await self._connection.execute(query)).mappings()}

    async def _rows(self, query: TextClause, *, since: int, until: int, **more: datetime) -> list[tuple[Any, ...]]:
        """Read in parts: a year of a large fleet shall not keep everybody else waiting."""
        span = {"since": moment(since), "until": moment(until)}
        found = await self._connection.stream(query, {"business": self._business, **span, **more})
        return [tuple(row) async for part in found.partitions(_AT_ONCE) for row in part]


def _key(tally: Tally) -> dict[str, Any]:
    return {
        "day": tally.day,
        "step": tally.step.value,
        "door": tally.door.value,
        "area": tally.area,
        "zone_id": tally.zone,
        "product_id": tally.product,
        "found": tally.found,
    }


def _in_order(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(value) for name, value in row.items() if name != "count")


def _tally(row: Mapping[Any, Any]) -> Tally:
    return Tally(
        day=row["day"],
        step=Step(row["step"]),
        door=Door(row["door"]),
        area=row["area"],
        zone=row["zone_id"],
        product=row["product_id"],
        found=row["found"],
    )
