"""What is to be done and told once a transaction is committed: tasks in the queue, events for webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.security import QUEUE_SCHEMA
from fieldfare.ports.bookings import Task

QUEUE = "default"
"""The queue's one line of tasks."""

_DEFER = text(
    f"""
    SELECT {QUEUE_SCHEMA}.procrastinate_defer_jobs_v1(array_agg(
        ROW('{QUEUE}', name, priority, lock, NULL, arguments, to_timestamp(not_before))
            ::{QUEUE_SCHEMA}.procrastinate_job_to_defer_v1
        ORDER BY number
    ))
    FROM ROWS FROM (
        jsonb_to_recordset(CAST(:tasks AS jsonb)) AS (
            name text, priority integer, lock text, arguments jsonb, not_before bigint
        )
    ) WITH ORDINALITY AS task (name, priority, lock, arguments, not_before, number)
    """  # noqa: S608 - constants
)

# An id's random part is that of a random UUID before its version: 48 bits.
_TELL = text(
    """
    WITH event AS (
        INSERT INTO events (business_id, type, data, at) VALUES (:business, :type, CAST(:data AS jsonb), :at)
        RETURNING number
    )
    INSERT INTO deliveries (business_id, id, webhook_id, event_number, status, created_at)
    SELECT :business, :second || left(replace(gen_random_uuid()::text, '-', ''), 12), w.id, e.number, 'pending', :at
    FROM event e CROSS JOIN webhooks w
    WHERE w.business_id = :business AND w.deleted_at IS NULL AND w.disabled_at IS NULL
        AND (cardinality(w.types) = 0 OR :type = ANY(w.types))
    RETURNING id
    """
)


class PostgresTaskBook:
    """The outbox of one business, in an open transaction; see `ports.bookings.TaskBook`.

    The queue stands in the same database: a task is there if, and only if, what it follows from is.
    """

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business

    async def add(self, tasks: Sequence[Task]) -> None:
        """Write tasks into the queue, in their order, by one statement."""
        if not tasks:
            return
        rows = [
            {
                "name": one.name,
                "priority": one.priority,
                "lock": one.lock,
                "arguments": dict(one.arguments),
                "not_before": one.not_before,
            }
            for one in tasks
        ]
        await self._connection.execute(_DEFER, {"tasks": json.dumps(rows)})


class PostgresEventBook:
    """The events of one business, in an open transaction; see `ports.bookings.EventBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business

    async def add(self, type_: str, data: Mapping[str, Any], *, at: int) -> tuple[str, ...]:
        """Write an event and its deliveries by one statement; gives the deliveries' ids, which sort by time."""
        row = {
            "business": self._business,
            "type": type_,
            "data": json.dumps(dict(data)),
            "at": datetime.fromtimestamp(at, UTC),
            "second": f"{at:010x}",
        }
        return tuple(sorted((await self._connection.execute(_TELL, row)).scalars()))
