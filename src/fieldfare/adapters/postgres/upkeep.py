"""Forgetting what has run out, business by business."""

from __future__ import annotations

from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import answered
from fieldfare.adapters.postgres.integration_tables import integration_failures, mirror_places, mirrored, received
from fieldfare.adapters.postgres.report_tables import tallies
from fieldfare.adapters.postgres.tables import geocodes, sessions

ANSWERS_KEPT = text("interval '48 hours'")
"""For how long an idempotency key gives the same answer again (rule B10)."""

TALLIES_KEPT_DAYS = 400
"""For how long it is known how often customers searched: a year can be held against the one before it."""

RECEIVED_KEPT = text("interval '30 days'")
"""For how long it is known which webhooks came in: none is taken that is older than minutes."""

FAILURES_KEPT = text("interval '90 days'")
"""For how long failures are shown that are over."""

MIRRORED_KEPT = text("interval '400 days'")
"""For how long it is known what the CRM held, and where an address was found."""

# What the pipeline asks for is over once nobody has settled it for so long; a proposal that is over holds nothing
# personal any longer, nor does one whose visit was that long ago.
_DISMISS = text(
    """
    UPDATE proposals SET state = 'dismissed', settled_at = now(), settled_by = 'system:upkeep', trouble = NULL
    WHERE business_id = :business AND state IN ('open', 'sent') AND created_at <= now() - interval '90 days'
    RETURNING id
    """
)
_BLANK = text(
    """
    UPDATE proposals p SET said = '{}', contact = NULL, lat = NULL, lng = NULL, postal_code = NULL
    WHERE business_id = :business AND state IN ('booked', 'dismissed')
        AND (id = ANY (:dismissed) OR settled_at <= now() - interval '90 days')
        AND (said <> '{}' OR contact IS NOT NULL OR lat IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM bookings b
            WHERE b.business_id = p.business_id AND b.id = p.booking_id AND b.ends_at > now() - interval '90 days'
        )
    """
)

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
        received: received.c.received_at <= func.now() - RECEIVED_KEPT,
        integration_failures: integration_failures.c.over_at <= func.now() - FAILURES_KEPT,
        mirrored: mirrored.c.ends_at <= func.now() - MIRRORED_KEPT,
        mirror_places: mirror_places.c.kept_at <= func.now() - MIRRORED_KEPT,
    }
    forgotten = 0
    for table, condition in over.items():
        forgotten += (
            await connection.execute(delete(table).where(table.c.business_id == business, condition))
        ).rowcount
    await connection.execute(_COARSEN, {"business": business})
    dismissed = await connection.execute(_DISMISS, {"business": business})
    await connection.execute(_BLANK, {"business": business, "dismissed": list(dismissed.scalars())})
    return forgotten
