"""Forgetting what has run out, business by business."""

from __future__ import annotations

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.tables import geocodes, sessions


async def forget_expired(connection: AsyncConnection, business: str) -> int:
    """Delete the sessions and remembered addresses of one business that have run out; gives their number."""
    forgotten = 0
    for table in (sessions, geocodes):
        forgotten += (
            await connection.execute(
                delete(table).where(table.c.business_id == business, table.c.expires_at <= func.now())
            )
        ).rowcount
    return forgotten
