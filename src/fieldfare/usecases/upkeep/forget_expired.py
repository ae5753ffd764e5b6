"""Forget what has run out: sessions, addresses that were looked up long ago, answers that nobody asks for again."""

from __future__ import annotations

from fieldfare.ports.storage import Storage


async def forget_expired(storage: Storage, *, business: str) -> int:
    """Delete a business's sessions, remembered addresses and kept answers that have run out; gives how many."""
    async with storage.open(business) as books:
        return await books.forget_expired()
