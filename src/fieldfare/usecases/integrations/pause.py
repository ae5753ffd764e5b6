"""Let a connection rest for a while, and wake it up: what is to be written waits, and nothing is read."""

from __future__ import annotations

from dataclasses import replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.connections import Connection, ConnectionState
from fieldfare.usecases.integrations.connection_trail import write_down
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.read_all import read_all
from fieldfare.usecases.integrations.refusals import NotConnectedError

_ON, _OFF = ConnectionState.CONNECTED, ConnectionState.PAUSED


async def pause(outward: Outward, business: str, *, actor: Actor) -> Connection:
    """Read and write nothing until further notice; one that doesn't work anyway stays as it is."""
    return await _changed(outward, business, "pause", actor=actor, before=_ON, after=_OFF)


async def resume(outward: Outward, business: str, *, actor: Actor) -> Connection:
    """Go on with a connection that was paused."""
    return await _changed(outward, business, "resume", actor=actor, before=_OFF, after=_ON)


async def _changed(
    outward: Outward, business: str, action: str, *, actor: Actor, before: ConnectionState, after: ConnectionState
) -> Connection:
    async with outward.storage.open(business) as books:
        known = await books.integrations.connections.find(for_change=True)
        if known is None:
            raise NotConnectedError
        if known.state is not before:
            return known
        made = await books.integrations.connections.save(replace(known, state=after))
        await write_down(books, action, actor, before=known, after=made)
        if made.live:
            await read_all(books)
        return made
