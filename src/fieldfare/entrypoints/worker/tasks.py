"""The tasks by name. A task's arguments are ids alone, and each acts for one business."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import procrastinate

from fieldfare.ports.storage import Storage
from fieldfare.usecases.upkeep.forget_expired import forget_expired

HOURLY = "17 * * * *"


def register_tasks(queue: procrastinate.App, *, storage: Storage, businesses: Callable[[], AsyncIterator[str]]) -> None:
    """Teach a queue its tasks; `businesses` names all of them, one after the other."""

    @queue.task(name="forget_expired", queueing_lock=None, pass_context=False)
    async def forget(business: str) -> None:
        await forget_expired(storage, business=business)

    @queue.periodic(cron=HOURLY)
    @queue.task(name="upkeep")
    async def upkeep(timestamp: int) -> None:  # noqa: ARG001 - the moment that it was due, always given
        async for business in businesses():
            await forget.defer_async(business=business)
