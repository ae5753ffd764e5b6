"""The answers that a business gave under an idempotency key, in their table."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import answered as table
from fieldfare.ports.bookings import Given


class PostgresOnceBook:
    """The answered keys of one business, in an open transaction; see `ports.bookings.OnceBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business

    async def find(self, key_hash: bytes) -> Given | None:
        """Look for a key's answer, without waiting for anybody."""
        query = select(table.c.fingerprint, table.c.answer).where(
            table.c.business_id == self._business, table.c.key_hash == key_hash, table.c.answer.is_not(None)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Given(fingerprint=row.fingerprint, answer=row.answer)

    async def claim(self, key_hash: bytes, fingerprint: bytes) -> Given | None:
        """Take a key for this transaction, or give what it was answered before.

        Two who insert the same key meet at the table's key: the second waits until the first has committed, and then
        inserts nothing, or has rolled back, and then the key is the second's.
        """
        row = {"business_id": self._business, "key_hash": key_hash, "fingerprint": fingerprint}
        claiming = (
            upsert(table)
            .values(row)
            .on_conflict_do_nothing(index_elements=["business_id", "key_hash"])
            .returning(table.c.key_hash)
        )
        while (await self._connection.execute(claiming)).first() is None:
            given = await self.find(key_hash)
            if given is not None:
                return given
            # It was forgotten between the two statements: the key is free again.
        return None

    async def keep(self, key_hash: bytes, answer: bytes) -> None:
        """Keep the sealed answer under the key that this transaction has claimed."""
        await self._connection.execute(
            update(table)
            .where(table.c.business_id == self._business, table.c.key_hash == key_hash)
            .values(answer=answer)
        )
