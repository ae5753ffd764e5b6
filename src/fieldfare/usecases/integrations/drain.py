"""Take up what waits to be written to a CRM: all that is due, or in an outage one thing at a time as a probe.

The first attempt is made by the task that a change leaves behind; all later ones begin here. So an outage costs one
attempt each quarter of a minute, and as soon as one gets through, everything else follows (R9).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fieldfare.ports.integrations import CrmWrite, WriteState
from fieldfare.usecases.integrations.claim import Outcome
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.troubles import trouble_of
from fieldfare.usecases.integrations.write_visit import Written, write_out
from fieldfare.usecases.reactions import CRM_GRACE_SECONDS

MOST_AT_ONCE = 200

Defer = Callable[[CrmWrite], Awaitable[None]]
"""Sees to it that something is attempted: in order for each customer, and not while it is waiting its turn already."""


async def drain(outward: Outward, business: str, *, now: int, defer: Defer) -> int:
    """Defer what is due, and tell how much it is; nothing where no CRM is connected or it asked to be left alone."""
    async with outward.storage.open(business) as books:
        due = await books.integrations.writes.due(now=now, limit=MOST_AT_ONCE)
        if not due:
            return 0
        connection = await books.integrations.connections.find()
        trouble = await trouble_of(books)
    if connection is None or not connection.live:
        return 0
    if trouble is not None:
        if trouble.until > now:
            return 0
        # Not what has failed the most: if that alone is what fails, all else would wait behind it.
        due = (min(due, key=lambda write: write.attempts),)
    for write in due:
        await defer(write)
    return len(due)


async def attempt(outward: Outward, business: str, write_id: str, *, now: int, defer: Defer) -> Written:
    """Attempt one thing, unless nothing gets through just now; where it is the first to do so again, all else follows.

    What has just been written down waits while the CRM is in trouble, and is taken up by `drain`.
    """
    async with outward.storage.open(business) as books:
        write = await books.integrations.writes.find(write_id)
        trouble = await trouble_of(books)
        # One after the other for each customer: what failed before this one is tried again by `drain`, and then this.
        behind = await books.integrations.writes.is_behind(write_id)
    if write is None or write.state is not WriteState.WAITING or behind:
        return Written(outcome=Outcome.NOTHING)
    tried_lately = trouble is not None and now < max(trouble.last_at + CRM_GRACE_SECONDS, trouble.until)
    if tried_lately and write.next_at > now:
        return Written(outcome=Outcome.NOTHING)
    written = await write_out(outward, business, write_id, now=now)
    if trouble is not None and written.outcome in {Outcome.DONE, Outcome.AGAIN}:
        await drain(outward, business, now=now, defer=defer)
    return written
