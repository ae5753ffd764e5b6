"""Bring a business in from a file, or bring it up to the file."""

from __future__ import annotations

from fieldfare.domain.actors import Actor
from fieldfare.domain.configuration import Change, Configuration, changes_between
from fieldfare.ports.storage import Storage
from fieldfare.usecases.businesses.apply import apply


async def import_business(storage: Storage, new: Configuration, *, actor: Actor, now: int) -> tuple[Change, ...]:
    """Make the business what the file says, and give what differed; the file was checked when it was read.

    A record that the file lacks is deleted, softly. Raises `InUseError`.
    """
    async with storage.open(new.id) as books:
        old = await books.configuration.load(for_change=True)
        return await apply(books, old=old, new=new, actor=actor, now=now)


async def compare_business(storage: Storage, new: Configuration) -> tuple[Change, ...]:
    """Tell what an import would change."""
    async with storage.open(new.id) as books:
        return tuple(changes_between(await books.configuration.load(), new))


async def export_business(storage: Storage, business: str) -> Configuration | None:
    """Give a business as it is kept; None if there is no such business."""
    async with storage.open(business) as books:
        return await books.configuration.load()
