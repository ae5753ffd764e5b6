"""The links of a business in their table: hashes of tokens, and what each of them opens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import links as table
from fieldfare.ports.bookings import Link, LinkPurpose


class PostgresLinkBook:
    """The links of one business, in an open transaction; see `ports.bookings.LinkBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business

    async def add(self, link: Link) -> None:
        """Write a link; one that is there already stays."""
        row = {
            "business_id": self._business,
            "token_hash": link.token_hash,
            "purpose": link.purpose.value,
            "booking_id": link.booking,
            "waiting_id": link.waiting,
            "expires_at": None if link.expires_at is None else datetime.fromtimestamp(link.expires_at, UTC),
        }
        same = ["business_id", "token_hash"]
        await self._connection.execute(upsert(table).values(row).on_conflict_do_nothing(index_elements=same))

    async def find(self, token_hash: bytes, purpose: LinkPurpose) -> Link | None:
        """Look up a link that, by the database's clock, has not run out, and that nobody has revoked."""
        query = select(table).where(
            self._here,
            table.c.token_hash == token_hash,
            table.c.purpose == purpose.value,
            table.c.revoked_at.is_(None),
            or_(table.c.expires_at.is_(None), table.c.expires_at > func.clock_timestamp()),
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _link(row)

    async def revoke(self, *, booking: str | None = None, waiting: str | None = None, purpose: LinkPurpose) -> int:
        """Revoke all links of a purpose to a booking or a wait; gives how many there were."""
        # Each link has exactly one of the two, so whoever names neither revokes nothing.
        revoking = (
            update(table)
            .where(
                self._here,
                table.c.booking_id == booking,
                table.c.waiting_id == waiting,
                table.c.purpose == purpose.value,
                table.c.revoked_at.is_(None),
            )
            .values(revoked_at=func.clock_timestamp())
        )
        return (await self._connection.execute(revoking)).rowcount


def _link(row: Row[Any]) -> Link:
    return Link(
        token_hash=row.token_hash,
        purpose=LinkPurpose(row.purpose),
        booking=row.booking_id,
        waiting=row.waiting_id,
        expires_at=None if row.expires_at is None else int(row.expires_at.timestamp()),
    )
