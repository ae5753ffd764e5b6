"""Working off the queue for as long as a process lives, whatever becomes of the database meanwhile."""

from __future__ import annotations

import asyncio
from typing import cast

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException

CONCURRENCY = 4
HEARTBEAT_SECONDS = 5.0
GRACE_SECONDS = 20
"""How long tasks that have begun may take once the worker was cancelled."""
RETRY_SECONDS = 2.0

_log = structlog.get_logger("fieldfare.worker")


async def work_off(queue: procrastinate.App) -> None:
    """Work off tasks until cancelled; then those that have begun are finished first.

    procrastinate's worker ends when it loses the database, with an exception or without: another one takes its place.
    """
    asking = cast("asyncio.Task[None]", asyncio.current_task())
    while True:
        try:
            await queue.run_worker_async(
                concurrency=CONCURRENCY,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        except ConnectorException as error:
            _log.warning("worker_lost_database", exc_info=error)
        if asking.cancelling():
            # It was told to stop just when it lost the database, and said only the one.
            raise asyncio.CancelledError
        _log.warning("worker_starts_again", delay_seconds=RETRY_SECONDS)
        await asyncio.sleep(RETRY_SECONDS)
