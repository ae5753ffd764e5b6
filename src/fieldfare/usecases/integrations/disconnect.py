"""Take a connection away: its credentials are forgotten, and what was only the CRM's is nobody's time any more.

Bookings stay, those that came from the CRM, too; what waited to be written is dropped, and told in the trail by number.
"""

from __future__ import annotations

from dataclasses import replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.connections import Connection, ConnectionState
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.integrations.connection_trail import version_of, write_down
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.refusals import NotConnectedError


async def disconnect(outward: Outward, business: str, *, actor: Actor, expected: str | None = None) -> Connection:
    """Forget the connection of a business; raises `NotConnectedError` and `ChangedMeanwhileError`."""
    async with outward.storage.open(business) as books:
        known = await books.integrations.connections.find(for_change=True)
        if known is None:
            raise NotConnectedError
        if expected is not None and version_of(known) != expected:
            raise ChangedMeanwhileError
        counts = await books.integrations.writes.counts()
        gone = replace(known, state=ConnectionState.REMOVED, failing=None)
        made = await books.integrations.connections.save(gone)
        dropped = {"dropped_writes": sum(counts.values())} if counts else {}
        await write_down(books, "disconnect", actor, before=known, after=made, **dropped)
    outward.crms.forget(business)
    return made
