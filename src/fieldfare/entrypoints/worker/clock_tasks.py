"""The tasks that come round by the clock, whatever happens or doesn't."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from fieldfare.ports.storage import Storage
from fieldfare.usecases.bookings.acting import Acting
from fieldfare.usecases.upkeep.forget_expired import forget_expired
from fieldfare.usecases.upkeep.watch_days import end_expired_holds, watch_days

HOURLY = "17 * * * *"
EACH_MINUTE = "* * * * *"
EACH_QUARTER_MINUTE = "* * * * * */15"
SILENT_SECONDS = 20.0
"""A worker that was not heard of for so long is gone, and what it was at is begun again."""
KEPT_HOURS = 14 * 24
"""For how long tasks that came to nothing can be looked at."""

Businesses = Callable[[], AsyncIterator[str]]


def register_clock(queue: procrastinate.App, *, storage: Storage, businesses: Businesses, acting: Acting) -> None:
    """Teach a queue what is done each hour and each minute, business by business."""

    @queue.task(name="forget_expired")
    async def forget(business: str) -> None:
        await forget_expired(storage, business=business)

    @queue.periodic(cron=HOURLY)
    @queue.task(name="upkeep")
    async def upkeep(timestamp: int) -> None:  # noqa: ARG001 - the moment that it was due, always given
        await queue.job_manager.delete_old_jobs(
            nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )
        async for business in businesses():
            await forget.defer_async(business=business)

    @queue.task(name="watch_business")
    async def watch_one(business: str) -> None:
        await end_expired_holds(storage, business)
        await watch_days(acting, business)

    @queue.periodic(cron=EACH_MINUTE)
    @queue.task(name="watch")
    async def watch(timestamp: int) -> None:  # noqa: ARG001
        async for business in businesses():
            # The one of a minute ago hasn't had its turn yet: it will do.
            with contextlib.suppress(AlreadyEnqueued):
                await watch_one.configure(queueing_lock=f"watch:{business}").defer_async(business=business)


def register_rescue(queue: procrastinate.App) -> None:
    """Teach a queue to begin again what dead workers were at.

    Without a lock of its own: whoever dies at it must not keep the next one from it.
    """

    @queue.periodic(cron=EACH_QUARTER_MINUTE)
    @queue.task(name="rescue")
    async def rescue(timestamp: int) -> None:  # noqa: ARG001
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
            try:
                await queue.job_manager.retry_job(job)
            except UniqueViolation:
                # The same was deferred once more meanwhile, and waits behind the lock of this one: it will do.
                await queue.job_manager.finish_job(job, Status.FAILED, delete_job=True)
