"""What the CRM of a business was last seen to hold, in its tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import bookings, customers
from fieldfare.adapters.postgres.integration_tables import mirror_places, watermarks
from fieldfare.adapters.postgres.integration_tables import mirrored as table
from fieldfare.adapters.postgres.moments import instant_of, moment, moment_or_none
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.places import Place
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.integrations import Mirrored

_BY_KEY = table.c.key.collate("C")


class PostgresMirrorBook:
    """The mirror of one business, in an open transaction; see `ports.integrations.MirrorBook`."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising) -> None:
        """Keep the transaction's connection, and what notes changes."""
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business
        self._revising = revising

    async def find(self, keys: Collection[str]) -> dict[str, Mirrored]:
        """Look entries up by key, deleted ones too."""
        return {one.key: one for one in await self._all(self._entries().where(table.c.key == func.any(list(keys))))}

    async def of_source(self, source: SourceKind, source_id: str) -> tuple[Mirrored, ...]:
        """List the entries of one id, by leg, deleted ones too."""
        query = self._entries().where(table.c.source == source.value, table.c.source_id == source_id)
        return await self._all(query.order_by(table.c.leg.nulls_first(), _BY_KEY))

    async def of_bookings(self, bookings: Collection[str]) -> dict[str, tuple[Mirrored, ...]]:
        """List the entries that are bookings of ours, by booking, deleted ones too; those without are left out."""
        found: dict[str, tuple[Mirrored, ...]] = {}
        query = self._entries().where(table.c.booking_id == func.any(list(bookings)))
        for one in await self._all(query.order_by(table.c.starts_at, _BY_KEY)):
            if one.booking is not None:
                found[one.booking] = (*found.get(one.booking, ()), one)
        return found

    async def in_scopes(self, scopes: Collection[str], *, since: int, until: int) -> tuple[Mirrored, ...]:
        """List the entries of scopes that stand and overlap a time, by start."""
        query = self._entries().where(
            table.c.scope == func.any(list(scopes)),
            ~table.c.deleted,
            table.c.ends_at > moment(since),
            table.c.starts_at < moment(until),
        )
        return await self._all(query.order_by(table.c.starts_at, _BY_KEY))

    async def scopes_with(
        self, technicians: Collection[str], scopes: Collection[str], *, since: int, until: int
    ) -> frozenset[str]:
        """Name those of some scopes in which entries of some technicians stand that overlap a time."""
        query = select(table.c.scope).where(
            self._here,
            table.c.scope == func.any(list(scopes)),
            ~table.c.deleted,
            table.c.technicians.overlap(list(technicians)),
            table.c.ends_at > moment(since),
            table.c.starts_at < moment(until),
        )
        return frozenset((await self._connection.execute(query.distinct())).scalars())

    async def save(self, entries: Sequence[Mirrored]) -> None:
        """Write entries; those who look are told of those that are others than before."""
        if not entries:
            return
        wanted = await self._without_erased({one.key: one for one in entries})
        known = await self.find(wanted)
        # In the order of their keys, lest two who write them wait for each other.
        rows = [self._row(wanted[key]) for key in sorted(wanted)]
        statement = upsert(table)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["business_id", "key"],
                set_={name: statement.excluded[name] for name in rows[0] if name not in {"business_id", "key"}},
            ),
            rows,
        )
        if any(key not in known or _looks(known[key]) != _looks(one) for key, one in wanted.items()):
            self._revising.noticed()

    async def unreadable(self, *, limit: int) -> tuple[Mirrored, ...]:
        """List the entries whose latest times make no sense, the last seen first."""
        query = self._entries().where(table.c.unreadable.is_not(None), ~table.c.deleted)
        return await self._all(query.order_by(table.c.seen_at.desc(), _BY_KEY).limit(limit))

    async def mark_read(self, technicians: Mapping[str, int], *, source: SourceKind) -> None:
        """Note as of when a source is known, technician by technician; never back in time."""
        if not technicians:
            return
        statement = upsert(watermarks)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["business_id", "source", "technician_id"],
                set_={"read_at": func.greatest(watermarks.c.read_at, statement.excluded.read_at)},
            ),
            [
                {
                    "business_id": self._business,
                    "source": source.value,
                    "technician_id": technician,
                    "read_at": moment(technicians[technician]),
                }
                for technician in sorted(technicians)
            ],
        )

    async def read_at(self) -> dict[tuple[SourceKind, str], int]:
        """Tell as of which instant each source is known, technician by technician."""
        query = select(watermarks).where(watermarks.c.business_id == self._business)
        return {
            (SourceKind(row.source), row.technician_id): int(row.read_at.timestamp())
            for row in await self._connection.execute(query)
        }

    async def remember_place(self, text_hash: bytes, place: Place) -> None:
        """Keep where an address was found, by its hash."""
        values = {**_place_columns(place), "kept_at": func.now()}
        statement = upsert(mirror_places).values(business_id=self._business, text_hash=text_hash, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["business_id", "text_hash"], set_=values)
        )

    async def known_place(self, text_hash: bytes) -> Place | None:
        """Give where an address was found before."""
        query = select(mirror_places).where(
            mirror_places.c.business_id == self._business, mirror_places.c.text_hash == text_hash
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _place(row)

    async def _without_erased(self, wanted: dict[str, Mirrored]) -> dict[str, Mirrored]:
        """Leave out what is personal of the entries of customers who were erased: the CRM may still have it."""
        ours = {one.booking for one in wanted.values() if one.booking is not None}
        if not ours:
            return wanted
        theirs = (customers.c.business_id == bookings.c.business_id) & (customers.c.id == bookings.c.customer_id)
        # The lock makes an erasure wait that would otherwise overlook an entry that isn't committed yet.
        query = (
            select(bookings.c.id, customers.c.erased_at)
            .join(customers, theirs)
            .where(bookings.c.business_id == self._business, bookings.c.id == func.any(list(ours)))
            .order_by(customers.c.id.collate("C"))
            .with_for_update(read=True, of=customers)
        )
        erased = {booking for booking, at in await self._connection.execute(query) if at is not None}
        nothing: dict[str, Any] = {"title": "", "place_text": None, "contact": None, "place": None, "placed_by": None}
        return {key: replace(one, **nothing) if one.booking in erased else one for key, one in wanted.items()}

    def _entries(self) -> Select[Any]:
        return select(table).where(self._here)

    async def _all(self, query: Select[Any]) -> tuple[Mirrored, ...]:
        return tuple(_mirrored(row) for row in await self._connection.execute(query))

    def _row(self, one: Mirrored) -> dict[str, Any]:
        return {
            "business_id": self._business,
            "key": one.key,
            "source": one.source.value,
            "source_id": one.source_id,
            "leg": one.leg,
            "scope": one.scope,
            "starts_at": moment(one.start),
            "ends_at": moment(one.end),
            "status": one.status.value,
            "takes_time": one.takes_time,
            "technicians": list(one.technicians),
            "calendar": one.calendar,
            "contact": one.contact,
            "booking_id": one.booking,
            "title": one.title,
            "place_text": one.place_text,
            "hub_id": one.hub,
            **_place_columns(one.place),
            "placed_by": one.placed_by,
            "unreadable": one.unreadable,
            "deleted": one.deleted,
            "seen_at": moment(one.seen_at),
            "changed_at": moment_or_none(one.changed_at),
        }


def _looks(one: Mirrored) -> Mirrored:
    """Give what anybody can see of an entry: not when it was read, nor the vendor's own clock."""
    return replace(one, seen_at=0, changed_at=None)


def _place_columns(place: Place | None) -> dict[str, Any]:
    return {"lat": place and place.lat, "lng": place and place.lng, "postal_code": place and place.postal_code}


def _place(row: Row[Any]) -> Place | None:
    return None if row.lat is None else Place(lat=row.lat, lng=row.lng, postal_code=row.postal_code)


def _mirrored(row: Row[Any]) -> Mirrored:
    return Mirrored(
        key=row.key,
        source=SourceKind(row.source),
        source_id=row.source_id,
        leg=row.leg,
        scope=row.scope,
        start=int(row.starts_at.timestamp()),
        end=int(row.ends_at.timestamp()),
        status=OutsideStatus(row.status),
        takes_time=row.takes_time,
        technicians=tuple(row.technicians),
        calendar=row.calendar,
        contact=row.contact,
        booking=row.booking_id,
        title=row.title,
        place_text=row.place_text,
        hub=row.hub_id,
        place=_place(row),
        placed_by=row.placed_by,
        unreadable=row.unreadable,
        deleted=row.deleted,
        seen_at=int(row.seen_at.timestamp()),
        changed_at=instant_of(row.changed_at),
    )
