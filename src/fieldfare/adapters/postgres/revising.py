"""The count of a business's changes, raised as the last thing before a commit."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, cast, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.tables import businesses, changes
from fieldfare.ports.storage import Changed, Revisions

KEPT_REVISIONS = 10_000
"""A process that is further behind than this reads everything anew."""

_PRUNED_EVERY = 1_000

_RAISE = text(
    """
    WITH raised AS (
        UPDATE businesses
        SET revision = revision + 1,
            configuration_revision = CASE WHEN :configured THEN revision + 1 ELSE configuration_revision END
        WHERE business_id = :business
        RETURNING revision
    ), touched AS (
        SELECT row_number() OVER () - 1 AS number, technician
        FROM (
            SELECT unnest(CAST(:technicians AS text[])) AS technician
            UNION ALL
            SELECT NULL WHERE :nobody
        ) AS named
    ), noted AS (
        INSERT INTO changes (business_id, revision, number, technician_id)
        SELECT :business, raised.revision, touched.number, touched.technician FROM raised, touched
    )
    SELECT revision FROM raised
    """
)

MOMENT = cast(func.floor(func.extract("epoch", func.clock_timestamp())), BigInteger)
"""The instant that it is now, by the database's clock."""


class Revising:
    """What one transaction has changed, written down when it ends.

    The row of the business is locked last and until the commit. So revisions become visible in their order, and
    whoever has seen revision n has seen everything that was changed up to it; and nobody who holds it waits for a lock.
    """

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Begin with nothing changed."""
        self._connection = connection
        self._business = business
        self._configuration = False
        self._technicians: set[str | None] = set()
        self._noticed = False

    def configuration_changed(self) -> None:
        """Note that documents were written."""
        self._configuration = True

    def commitments_changed(self, technicians: Iterable[str | None]) -> None:
        """Note whose commitments were written; None for those of nobody."""
        self._technicians.update(technicians)

    def noticed(self) -> None:
        """Note that something else was written that people have open before them; it takes nobody's time."""
        self._noticed = True

    async def finish(self) -> None:
        """Raise the revision if anything was changed."""
        if not self._configuration and not self._technicians and not self._noticed:
            return
        revision = (
            await self._connection.execute(
                _RAISE,
                {
                    "business": self._business,
                    "configured": self._configuration,
                    "technicians": [one for one in self._technicians if one is not None],
                    "nobody": None in self._technicians,
                },
            )
        ).scalar_one()
        if revision % _PRUNED_EVERY == 0:
            await self._connection.execute(
                delete(changes).where(
                    changes.c.business_id == self._business, changes.c.revision <= revision - KEPT_REVISIONS
                )
            )


async def revisions(connection: AsyncConnection, business: str) -> Revisions | None:
    """Tell the business's revisions; None if there is no such business."""
    query = select(businesses.c.revision, businesses.c.configuration_revision, MOMENT)
    row = (await connection.execute(query.where(businesses.c.business_id == business))).one_or_none()
    return None if row is None else Revisions(revision=row[0], configuration=row[1], moment=row[2])


async def changed_since(connection: AsyncConnection, business: str, revision: int) -> Changed:
    """Tell what has changed since a revision that was seen before."""
    now = await revisions(connection, business)
    if now is None:
        raise LookupError("the business is gone")
    rows = await connection.execute(
        select(func.distinct(changes.c.technician_id)).where(
            changes.c.business_id == business, changes.c.revision > revision
        )
    )
    return Changed(
        revisions=now,
        everything=revision <= now.revision - KEPT_REVISIONS,
        technicians=frozenset(rows.scalars()),
    )
