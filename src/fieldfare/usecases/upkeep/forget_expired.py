"""Forget what has run out: sessions, and addresses that were looked up long ago."""

from __future__ import annotations

from fieldfare.ports.storage import Storage


async def forget_expired(storage: Storage, *, business: str) -> int:
    """Delete a business's sessions and remembered addresses that have run out; gives how many there were."""
    async with storage.open(business) as books:
        return await books.forget_expired()
