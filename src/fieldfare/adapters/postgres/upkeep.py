"""Forgetting what has run out, business by business."""

from __future__ import annotations

from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import answered
from fieldfare.adapters.postgres.tables import geocodes, sessions

ANSWERS_KEPT = text("interval '48 hours'")
"""For how long an idempotency key gives the same answer again (rule B10)."""


async def forget_expired(connection: AsyncConnection, business: str) -> int:
    """Delete the sessions, remembered addresses and kept answers of one business that have run out; gives how many."""
    over = {
        sessions: sessions.c.expires_at <= func.now(),
        geocodes: geocodes.c.expires_at <= func.now(),
        answered: answered.c.created_at <= func.now() - ANSWERS_KEPT,
    }
    forgotten = 0
    for table, condition in over.items():
        forgotten += (
            await connection.execute(delete(table).where(table.c.business_id == business, condition))
        ).rowcount
    return forgotten
