"""Entries that something unforeseen happens with: told once, and they don't keep the others from their turn."""

from __future__ import annotations

from collections.abc import Collection

from fieldfare.ports.integrations import IntegrationFailure
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.failures import SYSTEM, lasting
from fieldfare.usecases.integrations.way import Way
from fieldfare.usecases.people.tokens import new_id

STUCK = "entry_stuck"


async def tell_stuck(way: Way, key: str, error: Exception, *, now: int) -> None:
    """Note that an entry could not be followed or adopted, and report it where that is new."""
    # What an error says may hold somebody's name; what kind it is doesn't.
    facts = {"error": type(error).__name__}
    failure = IntegrationFailure(
        id=new_id(now=now), system=SYSTEM, code=STUCK, first_at=now, last_at=now, subject=key, facts=facts
    )
    async with way.outward.storage.open(way.business.id) as books:
        known = {one.subject for one in await lasting(books, code=STUCK)}
        await books.integrations.failures.note(failure)
    if key not in known:
        way.outward.reports.tell(
            STUCK,
            "a booking could not be brought to what its entry in the CRM says",
            level="error",
            business=way.business.id,
            facts=facts | {"subject": key},
        )


async def end_stuck(books: Books, keys: Collection[str], *, now: int) -> None:
    """Note of entries that all is well with them again."""
    for one in await lasting(books, code=STUCK):
        if one.subject in keys:
            await books.integrations.failures.over(system=SYSTEM, code=STUCK, subject=one.subject, at=now)
