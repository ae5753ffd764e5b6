"""What only a business itself has: a secret that signs what it offers and hides whose a hold is."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import secrets as table

_BYTES = 32


async def secret_of(connection: AsyncConnection, business: str) -> bytes:
    """Give a business's secret; of several who make it at once, all get that of the first."""
    query = select(table.c.value).where(table.c.business_id == business)
    kept: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    if kept is not None:
        return kept
    new = upsert(table).values(business_id=business, value=secrets.token_bytes(_BYTES))
    await connection.execute(new.on_conflict_do_nothing(index_elements=["business_id"]))
    made: bytes = (await connection.execute(query)).scalar_one()
    return made
