"""Forgetting what has run out, business by business."""

from __future__ import annotations

from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import answered
from fieldfare.adapters.postgres.report_tables import tallies
from fieldfare.adapters.postgres.tables import geocodes, sessions

ANSWERS_KEPT = text("interval '48 hours'")
"""For how long an idempotency key gives the same answer again (rule B10)."""

TALLIES_KEPT_DAYS = 400
"""For how long it is known how often customers searched: a year can be held against the one before it."""

# A hold that nobody confirmed belongs to no customer who could have it erased: of its place a kilometre is kept.
_COARSEN = text(
    """
    UPDATE bookings
    SET lat = round(lat::numeric, 2), lng = round(lng::numeric, 2),
        postal_code = CASE WHEN postal_code ~ '^[A-Z][0-9][A-Z]' THEN left(postal_code, 3) END
    WHERE business_id = :business AND status = 'expired' AND customer_id IS NULL
        AND expires_at < now() - interval '1 hour'
        AND (lat <> round(lat::numeric, 2)::float8 OR lng <> round(lng::numeric, 2)::float8
            OR length(postal_code) > 3)
    """
)


async def forget_expired(connection: AsyncConnection, business: str) -> int:
    """Delete a business's sessions, remembered addresses, kept answers and counts that have run out; gives how many."""
    over = {
        sessions: sessions.c.expires_at <= func.now(),
        geocodes: geocodes.c.expires_at <= func.now(),
        answered: answered.c.created_at <= func.now() - ANSWERS_KEPT,
        tallies: tallies.c.day < func.current_date() - TALLIES_KEPT_DAYS,
    }
    forgotten = 0
    for table, condition in over.items():
        forgotten += (
            await connection.execute(delete(table).where(table.c.business_id == business, condition))
        ).rowcount
    await connection.execute(_COARSEN, {"business": business})
    return forgotten
