"""What came in from systems outside, and what went wrong with them, in their tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.integration_tables import LASTING_FAILURE, received
from fieldfare.adapters.postgres.integration_tables import integration_failures as failures
from fieldfare.adapters.postgres.moments import instant_of, moment, moment_or_none
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.ports.integrations import IntegrationFailure, Received


class PostgresReceivedBook:
    """The webhooks that came in for one business, in an open transaction; see `ports.integrations.ReceivedBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business
        self._here = received.c.business_id == business

    async def add(self, received_: Received) -> bool:
        """Write one down; False where one of this id is there already, or is just being written."""
        statement = upsert(received).values(
            business_id=self._business,
            id=received_.id,
            type=received_.type,
            subject=received_.subject,
            sent_at=moment(received_.sent_at),
            received_at=moment(received_.received_at),
            processed_at=moment_or_none(received_.processed_at),
        )
        statement = statement.on_conflict_do_nothing(index_elements=["business_id", "id"])
        return (await self._connection.execute(statement.returning(received.c.id))).first() is not None

    async def find(self, id_: str) -> Received | None:
        """Look one up."""
        query = select(received).where(self._here, received.c.id == id_)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _received(row)

    async def processed(self, id_: str, *, at: int) -> None:
        """Note that one was gone after."""
        await self._connection.execute(
            update(received).where(self._here, received.c.id == id_).values(processed_at=moment(at))
        )

    async def forget(self, *, before: int) -> int:
        """Delete those that came before an instant; gives how many."""
        gone = await self._connection.execute(
            delete(received).where(self._here, received.c.received_at < moment(before))
        )
        return gone.rowcount


class PostgresFailureBook:
    """What went wrong for one business, in an open transaction; see `ports.integrations.FailureBook`."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising) -> None:
        """Keep the transaction's connection, and what notes changes."""
        self._connection = connection
        self._business = business
        self._here = failures.c.business_id == business
        self._revising = revising

    async def note(self, failure: IntegrationFailure) -> None:
        """Write one down; the same one that isn't over is counted up, which nobody has to be told of."""
        statement = upsert(failures).values(business_id=self._business, id=failure.id, **_values(failure))
        excluded = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["business_id", "system", "code", "subject"],
            index_where=text(LASTING_FAILURE),
            set_={
                "count": failures.c.count + excluded.count,
                "last_at": func.greatest(failures.c.last_at, excluded.last_at),
                "facts": excluded.facts,
            },
        )
        known = (await self._connection.execute(statement.returning(failures.c.id))).scalar_one()
        if known == failure.id:
            self._revising.noticed()

    async def over(self, *, system: str, code: str | None = None, subject: str | None = None, at: int) -> None:
        """Note that failures are over: all of a system, a code, or a subject."""
        ended = update(failures).where(self._here, failures.c.system == system, failures.c.over_at.is_(None))
        if code is not None:
            ended = ended.where(failures.c.code == code)
        if subject is not None:
            ended = ended.where(failures.c.subject == subject)
        if (await self._connection.execute(ended.values(over_at=moment(at)))).rowcount:
            self._revising.noticed()

    async def recent(self, *, limit: int) -> tuple[IntegrationFailure, ...]:
        """List them: those that last first, then by the last time, the newest first."""
        query = (
            select(failures)
            .where(self._here)
            .order_by(failures.c.over_at.is_not(None), failures.c.last_at.desc(), failures.c.id.collate("C").desc())
            .limit(limit)
        )
        return tuple(_failure(row) for row in await self._connection.execute(query))


def _received(row: Row[Any]) -> Received:
    return Received(
        id=row.id,
        type=row.type,
        subject=row.subject,
        sent_at=int(row.sent_at.timestamp()),
        received_at=int(row.received_at.timestamp()),
        processed_at=instant_of(row.processed_at),
    )


def _values(failure: IntegrationFailure) -> dict[str, Any]:
    return {
        "system": failure.system,
        "code": failure.code,
        "subject": failure.subject,
        "facts": dict(failure.facts),
        "count": failure.count,
        "first_at": moment(failure.first_at),
        "last_at": moment(failure.last_at),
        "over_at": moment_or_none(failure.over_at),
    }


def _failure(row: Row[Any]) -> IntegrationFailure:
    return IntegrationFailure(
        id=row.id,
        system=row.system,
        code=row.code,
        subject=row.subject,
        facts=row.facts,
        count=row._mapping["count"],
        first_at=int(row.first_at.timestamp()),
        last_at=int(row.last_at.timestamp()),
        over_at=instant_of(row.over_at),
    )
