"""The commitments of a business in their table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import bookings
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.adapters.postgres.tables import commitments as table
from fieldfare.adapters.postgres.tables import records
from fieldfare.adapters.postgres.visits import TAKING, VISIT_COLUMNS, visits_of
from fieldfare.domain.bookings import Status
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.configuration import RecordKind
from fieldfare.domain.places import Place
from fieldfare.ports.storage import ForeignSourceError, KeptCommitment

technician_rows = records[RecordKind.TECHNICIANS]

_COLUMNS = (
    table.c.id,
    table.c.technician_id,
    table.c.kind,
    table.c.starts_at,
    table.c.ends_at,
    table.c.lat,
    table.c.lng,
    table.c.postal_code,
    table.c.hub_id,
    table.c.title,
    table.c.resources,
    table.c.source,
    table.c.version,
)


class PostgresCommitmentBook:
    """The commitments of one business, in an open transaction; see `ports.storage.CommitmentBook`."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising, *, moment: int) -> None:
        """Keep the transaction's connection, what notes that something has changed, and the database's time."""
        self._moment = moment
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business
        self._revising = revising

    async def standing(
        self, *, since: int, until: int | None = None, technicians: Collection[str | None] | None = None
    ) -> tuple[Commitment, ...]:
        """List what ends after `since` and starts before `until`, by id; of some technicians or of all."""
        query = self._live().where(table.c.ends_at > _moment(since)).order_by(table.c.id.collate("C"))
        if until is not None:
            query = query.where(table.c.starts_at < _moment(until))
        if technicians is not None:
            query = query.where(_of(technicians))
        rows = await self._connection.execute(query)
        return (
            *(_commitment(row) for row in rows.mappings()),
            *await self._visits(since=since, until=until, technicians=technicians),
        )

    async def _visits(
        self, *, since: int, until: int | None, technicians: Collection[str | None] | None
    ) -> Iterator[Commitment]:
        """Read what bookings and live holds take."""
        query = select(*VISIT_COLUMNS).where(
            bookings.c.business_id == self._business, TAKING, bookings.c.ends_at > _moment(since)
        )
        if until is not None:
            query = query.where(bookings.c.starts_at < _moment(until))
        if technicians is not None:
            named = [technician for technician in technicians if technician is not None]
            query = query.where(bookings.c.technician_id == func.any(named))
        return visits_of(await self._connection.execute(query), now=self._moment)

    async def turns(self, technicians: Collection[str | None] | None = None) -> dict[str, int]:
        """Tell when the time of technicians becomes another by itself."""
        return await turns_of(self._connection, self._business, technicians, now=self._moment)

    async def find(self, ids: Collection[str]) -> dict[str, KeptCommitment]:
        """Look commitments up by id; those that are deleted or unknown are left out."""
        rows = await self._connection.execute(self._live().where(table.c.id == func.any(list(ids))))
        return {row["id"]: _kept(row) for row in rows.mappings()}

    async def page(
        self, *, since: int | None, until: int | None, technician: str | None, after: tuple[int, str] | None, limit: int
    ) -> tuple[KeptCommitment, ...]:
        """List by start, then id, what comes after a (start, id)."""
        by_id = table.c.id.collate("C")
        query = self._live().order_by(table.c.starts_at, by_id).limit(limit)
        if since is not None:
            query = query.where(table.c.ends_at > _moment(since))
        if until is not None:
            query = query.where(table.c.starts_at < _moment(until))
        if technician is not None:
            query = query.where(table.c.technician_id == technician)
        if after is not None:
            query = query.where(tuple_(table.c.starts_at, by_id) > (_moment(after[0]), after[1]))
        rows = await self._connection.execute(query)
        return tuple(_kept(row) for row in rows.mappings())

    async def save(self, commitments: Sequence[Commitment], *, source: str) -> None:
        """Write commitments, new ones and new versions of old ones; raises `ForeignSourceError`."""
        if not commitments:
            return
        old = await self._connection.execute(
            select(table.c.id, table.c.technician_id, table.c.source, table.c.deleted_at)
            .where(self._here, table.c.id == func.any([commitment.id for commitment in commitments]))
            .with_for_update()
        )
        touched = {commitment.technician for commitment in commitments}
        for id_, technician, kept_by, deleted_at in old:
            if kept_by != source and deleted_at is None:
                raise ForeignSourceError(id_)
            touched.add(technician)
        # Whoever is booking one of them now goes first, or sees what is written here.
        await lock_technicians(self._connection, self._business, [one for one in touched if one is not None])
        statement = upsert(table)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["business_id", "id"],
                set_={
                    **{column.name: statement.excluded[column.name] for column in _COLUMNS[1:-1]},
                    "version": table.c.version + 1,
                    "changed_at": func.now(),
                    "deleted_at": None,
                },
            ),
            [self._row(commitment, source) for commitment in commitments],
        )
        self._revising.commitments_changed(touched)

    async def delete(self, ids: Collection[str]) -> None:
        """Mark commitments as deleted; what is unknown is passed over."""
        rows = await self._connection.execute(
            update(table)
            .where(self._here, table.c.id == func.any(list(ids)), table.c.deleted_at.is_(None))
            .values(deleted_at=func.now(), changed_at=func.now(), version=table.c.version + 1)
            .returning(table.c.technician_id)
        )
        self._revising.commitments_changed(rows.scalars())

    async def holding(self, technician: str, *, since: int) -> int:
        """Count a technician's commitments that end after an instant, once nobody can add one."""
        await lock_technicians(self._connection, self._business, [technician])
        others = select(func.count()).where(
            self._here,
            table.c.technician_id == technician,
            table.c.deleted_at.is_(None),
            table.c.ends_at > _moment(since),
        )
        visits = select(func.count()).where(
            bookings.c.business_id == self._business,
            bookings.c.technician_id == technician,
            TAKING,
            bookings.c.ends_at > _moment(since),
            or_(bookings.c.expires_at.is_(None), bookings.c.expires_at > func.clock_timestamp()),
        )
        counts = select(others.scalar_subquery() + visits.scalar_subquery())
        return int((await self._connection.execute(counts)).scalar_one())

    def _live(self) -> Select[Any]:
        return select(*_COLUMNS).where(self._here, table.c.deleted_at.is_(None))

    def _row(self, commitment: Commitment, source: str) -> dict[str, Any]:
        place = commitment.place
        return {
            "business_id": self._business,
            "id": commitment.id,
            "technician_id": commitment.technician,
            "kind": commitment.kind.value,
            "starts_at": _moment(commitment.start),
            "ends_at": _moment(commitment.end),
            "lat": place and place.lat,
            "lng": place and place.lng,
            "postal_code": place and place.postal_code,
            "hub_id": commitment.hub,
            "title": commitment.title,
            "resources": dict(commitment.resources),
            "source": source,
        }


async def lock_technicians(connection: AsyncConnection, business: str, technicians: Collection[str]) -> frozenset[str]:
    """Lock technicians' rows in the order of their ids; gives those that exist.

    Whoever writes or counts a technician's time does this first, and reads only then.
    """
    found = await connection.execute(
        select(technician_rows.c.id)
        .where(
            technician_rows.c.business_id == business,
            technician_rows.c.id == func.any(list(technicians)),
            technician_rows.c.deleted_at.is_(None),
        )
        .order_by(technician_rows.c.id.collate("C"))
        .with_for_update(key_share=True)
    )
    return frozenset(found.scalars())


async def commitments_around(
    connection: AsyncConnection,
    business: str,
    technician: str,
    *,
    since: int,
    until: int,
    holding: tuple[int, int] | None,
) -> Iterator[Commitment]:
    """Read a technician's commitments between two instants and, with `holding`, those that hold resources then."""
    theirs: ColumnElement[bool] = (
        (table.c.technician_id == technician)
        & (table.c.ends_at > _moment(since))
        & (table.c.starts_at < _moment(until))
    )
    if holding is not None:
        held = (table.c.resources != text("'{}'::jsonb")) & (table.c.ends_at > _moment(holding[0]))
        theirs = or_(theirs, held & (table.c.starts_at < _moment(holding[1])))
    rows = await connection.execute(
        select(*_COLUMNS).where(table.c.business_id == business, table.c.deleted_at.is_(None), theirs)
    )
    return (_commitment(dict(row)) for row in rows.mappings())


async def turns_of(
    connection: AsyncConnection, business: str, technicians: Collection[str | None] | None, *, now: int
) -> dict[str, int]:
    """Tell when the time of technicians becomes another by itself: a hold runs out, a late visit should have ended."""
    # The same instant by which `standing` tells what is taken: no turn falls between the two.
    moment = _moment(now)
    held = bookings.c.status == Status.HELD.value
    late = (
        (bookings.c.status == func.any([Status.CONFIRMED.value, Status.EN_ROUTE.value]))
        & (bookings.c.ends_at > moment)
        & (bookings.c.estimated_end > bookings.c.ends_at)
    )
    first = func.least(func.min(bookings.c.expires_at).filter(held), func.min(bookings.c.ends_at).filter(~held))
    query = (
        select(bookings.c.technician_id, first)
        .where(bookings.c.business_id == business, or_(held & (bookings.c.expires_at > moment), late))
        .group_by(bookings.c.technician_id)
    )
    if technicians is not None:
        query = query.where(bookings.c.technician_id == func.any([one for one in technicians if one is not None]))
    return {technician: int(at.timestamp()) for technician, at in await connection.execute(query)}


def _of(technicians: Collection[str | None]) -> ColumnElement[bool]:
    named = table.c.technician_id == func.any([technician for technician in technicians if technician is not None])
    return or_(named, table.c.technician_id.is_(None)) if None in technicians else named


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


def _kept(row: Mapping[str, Any]) -> KeptCommitment:
    return KeptCommitment(commitment=_commitment(row), source=row["source"], version=row["version"])


def _commitment(row: Mapping[str, Any]) -> Commitment:
    place = None if row["lat"] is None else Place(lat=row["lat"], lng=row["lng"], postal_code=row["postal_code"])
    return Commitment(
        id=row["id"],
        technician=row["technician_id"],
        kind=CommitmentKind(row["kind"]),
        start=int(row["starts_at"].timestamp()),
        end=int(row["ends_at"].timestamp()),
        place=place,
        hub=row["hub_id"],
        title=row["title"],
        resources=row["resources"],
    )
