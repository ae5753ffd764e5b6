"""The queue of tasks: procrastinate, in a schema of its own in the same database."""

from __future__ import annotations

from dataclasses import dataclass

import procrastinate
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.security import QUEUE_SCHEMA

HEARTBEAT_SECONDS = 5
SILENT_AFTER_SECONDS = 20
"""A worker that was not heard of for so long is gone."""


def open_queue(address: URL) -> procrastinate.App:
    """Make the queue's app; open it with `open_async` before tasks are deferred or worked off."""
    return procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=for_libpq(address),
            kwargs={"options": f"-c search_path={QUEUE_SCHEMA} -c timezone=UTC"},
            min_size=1,
            max_size=4,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCondition:
    """When a worker was last heard of, and for how long the oldest task that is due has waited, in seconds."""

    silent_seconds: float | None
    waiting_seconds: float

    @property
    def alive(self) -> bool:
        """Whether some worker is at work."""
        return self.silent_seconds is not None and self.silent_seconds <= SILENT_AFTER_SECONDS


_CONDITION = text(
    f"""
    SELECT
        extract(epoch FROM now() - (SELECT max(last_heartbeat) FROM {QUEUE_SCHEMA}.procrastinate_workers)) AS silent,
        coalesce((
            SELECT extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at)))
            FROM {QUEUE_SCHEMA}.procrastinate_jobs j
            JOIN {QUEUE_SCHEMA}.procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
            WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at) <= now()
        ), 0) AS waiting
    """  # noqa: S608 - a constant
)


async def queue_condition(connection: AsyncConnection) -> QueueCondition:
    """Tell whether the queue is being worked off."""
    row = (await connection.execute(_CONDITION)).one()
    silent = None if row.silent is None else float(row.silent)
    return QueueCondition(silent_seconds=silent, waiting_seconds=float(row.waiting))
