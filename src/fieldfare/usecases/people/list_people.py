"""List accounts and keys, a page at a time."""

from __future__ import annotations

from fieldfare.ports.people import Account, Key
from fieldfare.ports.storage import Storage
from fieldfare.usecases.people.accounts import known_account
from fieldfare.usecases.people.revoke_key import UnknownKeyError


async def list_accounts(
    *, business: str, after: str | None, limit: int, storage: Storage
) -> tuple[tuple[Account, ...], str | None]:
    """List accounts, the oldest first, and say after which the next page begins; None if there is none."""
    async with storage.open(business) as books:
        found = await books.people.accounts(after=after, limit=limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


async def list_keys(
    *, business: str, after: str | None, limit: int, storage: Storage
) -> tuple[tuple[Key, ...], str | None]:
    """List keys, the oldest first, revoked ones too, and say after which the next page begins."""
    async with storage.open(business) as books:
        found = await books.people.keys(after=after, limit=limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


async def read_account(id_: str, *, business: str, storage: Storage) -> Account:
    """Look an account up; raises `UnknownAccountError`."""
    async with storage.open(business) as books:
        return await known_account(id_, books=books)


async def read_key(id_: str, *, business: str, storage: Storage) -> Key:
    """Look a key up; raises `UnknownKeyError`."""
    async with storage.open(business) as books:
        key = await books.people.key(id_)
    if key is None:
        raise UnknownKeyError
    return key
