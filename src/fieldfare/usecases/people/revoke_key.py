"""Make a key open nothing any more."""

from __future__ import annotations

from fieldfare.domain.actors import Actor
from fieldfare.ports.storage import Entry, Storage
from fieldfare.usecases.people.trail import KEYS


class UnknownKeyError(LookupError):
    """The business has no key of that id."""


async def revoke_key(key: str, *, business: str, actor: Actor, storage: Storage, now: int) -> None:
    """Revoke a key; one that is revoked stays so. Raises `UnknownKeyError`."""
    async with storage.open(business) as books:
        if await books.people.key(key) is None:
            raise UnknownKeyError
        if await books.people.revoke_key(key, at=now):
            await books.audit.write([Entry(actor=actor, action="revoke", subject=KEYS, subject_id=key)])
