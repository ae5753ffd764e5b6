"""The holds and bookings of a business in their table, behind the locks that keep a slot from being sold twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Row,
    Update,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import bookings as table
from fieldfare.adapters.postgres.booking_tables import customers
from fieldfare.adapters.postgres.commitments import commitments_around, lock_technicians
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.adapters.postgres.tables import records
from fieldfare.adapters.postgres.visits import TAKING, VISIT_COLUMNS, visits_of
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import RecordKind
from fieldfare.domain.places import Place
from fieldfare.ports.bookings import BookingFilter, Holder, LatestPlace, OverlapError, StaleBookingError
from fieldfare.ports.storage import StorageContendedError

_technicians = records[RecordKind.TECHNICIANS]
_resources = records[RecordKind.RESOURCES]

_MOMENTS = (
    "created_at",
    "held_at",
    "expires_at",
    "stepped_at",
    "started_at",
    "ended_at",
    "estimated_start",
    "estimated_end",
    "told_start",
)
_RENAMED = {
    "technician": "technician_id",
    "hub": "hub_id",
    "zone": "zone_id",
    "schedule": "schedule_id",
    "product": "product_id",
    "customer": "customer_id",
    "waiting": "waiting_id",
}
_PLAIN = (
    "reference",
    "product_name",
    "price",
    "discount",
    "currency",
    "provisional",
    "source",
    "prolonged",
    "address_unchecked",
    "sequence",
)

_END_EXPIRED = """
    WITH over AS (
        UPDATE bookings
        SET status = 'expired', version = version + 1, held_by = NULL, held_for = NULL
        WHERE business_id = :business AND status = 'held' AND expires_at <= clock_timestamp() {whose}
        RETURNING business_id, id
    ), noted AS (
        INSERT INTO audit (business_id, actor_kind, actor_id, action, subject, subject_id, before, after)
        SELECT business_id, 'system', 'holds', 'expire', 'bookings', id, '{{"status": "held"}}'::jsonb,
            '{{"status": "expired"}}'::jsonb
        FROM over
    )
    SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS moment,
        ARRAY(SELECT id FROM over ORDER BY id) AS ended,
        (SELECT configuration_revision FROM businesses WHERE business_id = :business) AS configuration
"""
_END_EXPIRED_OF = text(_END_EXPIRED.format(whose="AND technician_id = ANY(:technicians)"))
_END_ALL_EXPIRED = text(_END_EXPIRED.format(whose=""))


# Built once: the columns that are written come with the values of each execution.
_NUMBER = (
    select(_technicians.c.number)
    .where(_technicians.c.business_id == bindparam("whose_business"), _technicians.c.id == bindparam("whose_id"))
    .scalar_subquery()
)
_INSERT = insert(table).values(technician_number=_NUMBER)
_UPDATE = (
    update(table)
    .where(
        table.c.business_id == bindparam("of_business"),
        table.c.id == bindparam("of_id"),
        table.c.version == bindparam("of_version"),
    )
    .values(technician_number=_NUMBER)
)
_UPDATE_NO_HOLD = _UPDATE.values(held_by=None, held_for=None)


_REFERENCE_TAKEN = "bookings_business_id_reference_key"

_LATE_SECONDS = 2 * 86_400
"""An estimated end lies no further behind the agreed one: a day is what may be reported, and one more is for drift."""


class PostgresBookingBook:
    """The bookings of one business, in an open transaction; see `ports.bookings.BookingBook`."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising, *, moment: int) -> None:
        """Keep the transaction's connection, what notes changes, and the database's time."""
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business
        self._revising = revising
        self.moment = moment
        self.configuration: int | None = None
        self._ended: list[str] = []

    async def lock_technicians(self, technicians: Collection[str]) -> frozenset[str]:
        """Lock technicians' rows in the order of their ids, and end their expired holds."""
        locked = await lock_technicians(self._connection, self._business, technicians)
        row = (
            await self._connection.execute(
                _END_EXPIRED_OF, {"business": self._business, "technicians": list(technicians)}
            )
        ).one()
        self.moment, self.configuration = row.moment, row.configuration
        self._ended += row.ended
        return locked

    async def lock_resources(self, kinds: Collection[str]) -> None:
        """Lock the rows of resources, in the order of their ids."""
        if kinds:
            await self._connection.execute(
                select(_resources.c.id)
                .where(_resources.c.business_id == self._business, _resources.c.id == func.any(list(kinds)))
                .order_by(_resources.c.id.collate("C"))
                .with_for_update(key_share=True)
            )

    async def around(
        self, technician: str, *, since: int, until: int, holding: tuple[int, int] | None, without: str | None = None
    ) -> tuple[Commitment, ...]:
        """Read what takes a technician's time, and what holds resources; see `ports.bookings.BookingBook`."""
        others = await commitments_around(
            self._connection, self._business, technician, since=since, until=until, holding=holding
        )
        theirs: ColumnElement[bool] = table.c.technician_id == technician
        if holding is not None:
            held = (table.c.resources != text("'{}'::jsonb")) & _within(*holding)
            theirs = or_(theirs & _within(since, until), held)
        else:
            theirs &= _within(since, until)
        query = select(*VISIT_COLUMNS).where(self._here, TAKING, theirs)
        if without is not None:
            query = query.where(table.c.id != without)
        return (*others, *visits_of(await self._connection.execute(query), now=self.moment))

    async def live_holds(self, holder: Holder) -> tuple[int, int]:
        """Count the live holds of an address and of a contact, with their counts locked until the commit."""
        both = (holder.address, holder.contact)
        keys = sorted(int.from_bytes(one[:8], "big", signed=True) for one in both if one is not None)
        if not keys:
            return (0, 0)
        await self._connection.execute(select(*(func.pg_advisory_xact_lock(key) for key in keys)))
        live = (table.c.status == Status.HELD.value) & (table.c.expires_at > func.clock_timestamp())
        counts = [
            select(func.count()).where(self._here, live, column == one).scalar_subquery()
            if one is not None
            else literal(0)
            for column, one in zip((table.c.held_by, table.c.held_for), both, strict=True)
        ]
        row = (await self._connection.execute(select(*counts))).one()
        return (row[0], row[1])

    async def add(self, booking: Booking, *, holder: Holder = Holder()) -> None:  # noqa: B008 - a frozen value
        """Write a new hold or booking; raises `OverlapError`, and `StorageContendedError` for a taken reference."""
        values = self._values(booking) | {"held_by": holder.address, "held_for": holder.contact}
        await self._write(_INSERT, {"business_id": self._business, "id": booking.id, **values})
        self._note(None, booking)

    async def change(self, booking: Booking, *, before: Booking) -> Booking:
        """Write a booking in place of what it was; raises `OverlapError` and `StaleBookingError`."""
        values = self._values(booking) | {"version": before.version + 1}
        values |= {"of_business": self._business, "of_id": booking.id, "of_version": before.version}
        changed = await self._write(_UPDATE if booking.status is Status.HELD else _UPDATE_NO_HOLD, values)
        if changed != 1:
            raise StaleBookingError(booking.id)
        self._note(before, booking)
        return replace(booking, version=before.version + 1)

    async def find(self, id_: str, *, for_change: bool = False) -> Booking | None:
        """Look a booking up."""
        query = select(table).where(self._here, table.c.id == id_)
        row = (
            await self._connection.execute(query.with_for_update(key_share=True) if for_change else query)
        ).one_or_none()
        return None if row is None else booking_of(row)

    async def page(self, wanted: BookingFilter, *, after: tuple[int, str] | None, limit: int) -> tuple[Booking, ...]:
        """List bookings by start, then id."""
        by_id = table.c.id.collate("C")
        query = select(table).where(self._here, *_conditions(wanted)).order_by(table.c.starts_at, by_id).limit(limit)
        if after is not None:
            query = query.where(tuple_(table.c.starts_at, by_id) > (_moment(after[0]), after[1]))
        return tuple(booking_of(row) for row in await self._connection.execute(query))

    async def day_of(self, technician: str, *, since: int, until: int) -> tuple[Booking, ...]:
        """List a technician's visits of some hours that stand, or to which somebody came."""
        statuses = [Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS, Status.COMPLETED]
        came = table.c.status.in_([Status.FAILED.value, Status.NO_SHOW.value]) & (table.c.ended_at >= table.c.starts_at)
        query = (
            select(table)
            .where(
                self._here,
                table.c.technician_id == technician,
                or_(table.c.status == func.any([status.value for status in statuses]), came),
                table.c.starts_at >= _moment(since),
                table.c.starts_at < _moment(until),
            )
            .order_by(table.c.starts_at, table.c.id.collate("C"))
        )
        return tuple(booking_of(row) for row in await self._connection.execute(query))

    async def latest_places(self) -> tuple[LatestPlace, ...]:
        """List where the latest visit of each customer is, or was to be."""
        agreed = table.c.status.not_in([Status.HELD.value, Status.EXPIRED.value])
        whose = (customers.c.business_id == table.c.business_id) & (customers.c.id == table.c.customer_id)
        by_customer = table.c.customer_id.collate("C")
        query = (
            select(
                table.c.customer_id,
                customers.c.name,
                customers.c.tier,
                table.c.id,
                table.c.lat,
                table.c.lng,
                table.c.postal_code,
                table.c.product_id,
                table.c.starts_at,
            )
            .join(customers, whose)
            .where(self._here, agreed, customers.c.erased_at.is_(None))
            .ext(distinct_on(by_customer))
            .order_by(by_customer, table.c.starts_at.desc(), table.c.id.collate("C").desc())
        )
        return tuple(
            LatestPlace(
                customer=row.customer_id,
                name=row.name or "",
                tier=row.tier,
                booking=row.id,
                place=Place(lat=row.lat, lng=row.lng, postal_code=row.postal_code),
                product=row.product_id,
                start=int(row.starts_at.timestamp()),
            )
            for row in await self._connection.execute(query)
        )

    async def end_expired(self) -> None:
        """End the holds that have run out."""
        row = (await self._connection.execute(_END_ALL_EXPIRED, {"business": self._business})).one()
        self._ended += row.ended

    def take_ended(self) -> tuple[str, ...]:
        """Give the ids of the holds that were ended since they were last asked for."""
        ended, self._ended = tuple(self._ended), []
        return ended

    async def _write(self, statement: Insert | Update, values: Mapping[str, Any]) -> int:
        try:
            return (await self._connection.execute(statement, values)).rowcount
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) == "23P01":
                raise OverlapError from None
            diagnosis = getattr(error.orig, "diag", None)
            if getattr(diagnosis, "constraint_name", None) == _REFERENCE_TAKEN:
                # One of a thousand million that is another visit's: the next one won't be.
                raise StorageContendedError("the reference is taken") from None
            raise

    def _note(self, before: Booking | None, after: Booking) -> None:
        if before is not None and _taking(before) == _taking(after):
            return
        touched = {one.technician for one in (before, after) if one is not None and one.technician is not None}
        self._revising.commitments_changed(touched)

    def _values(self, booking: Booking) -> dict[str, Any]:
        return {
            "whose_business": self._business,
            "whose_id": booking.technician,
            **{name: getattr(booking, name) for name in _PLAIN},
            **{column: getattr(booking, name) for name, column in _RENAMED.items()},
            **{name: _moment_or_none(getattr(booking, name)) for name in _MOMENTS},
            "status": booking.status.value,
            "starts_at": _moment(booking.start),
            "ends_at": _moment(booking.end),
            "lat": booking.place.lat,
            "lng": booking.place.lng,
            "postal_code": booking.place.postal_code,
            "resources": dict(booking.resources),
            "stepped_from": None if booking.stepped_from is None else booking.stepped_from.value,
            "reasons": dict(booking.reasons),
        }


def _within(since: int, until: int) -> ColumnElement[bool]:
    """Pass visits that may take time between two instants, also those that began early; ends reach a day further."""
    early = or_(table.c.starts_at < _moment(until), table.c.started_at < _moment(until))
    return (table.c.ends_at > _moment(since - _LATE_SECONDS)) & early


def _conditions(wanted: BookingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses is None:
        conditions.append(table.c.status.not_in([Status.HELD.value, Status.EXPIRED.value]))
    else:
        conditions.append(table.c.status == func.any([status.value for status in wanted.statuses]))
    if wanted.technician is not None:
        conditions.append(table.c.technician_id == wanted.technician)
    if wanted.ids is not None:
        conditions.append(table.c.id == func.any(list(wanted.ids)))
    if wanted.customer is not None:
        conditions.append(table.c.customer_id == wanted.customer)
    if wanted.reference is not None:
        conditions.append(table.c.reference == wanted.reference)
    if wanted.since is not None:
        conditions.append(table.c.ends_at > _moment(wanted.since))
    if wanted.until is not None:
        conditions.append(table.c.starts_at < _moment(wanted.until))
    if wanted.to_assign is not None:
        conditions.append(table.c.provisional.is_(wanted.to_assign))
    if wanted.address_unchecked is not None:
        conditions.append(table.c.address_unchecked.is_(wanted.address_unchecked))
    return conditions


def _taking(booking: Booking) -> tuple[object, ...]:
    """Give what of a booking matters to a technician's day."""
    return (booking.timing, booking.technician, booking.place, booking.hub, dict(booking.resources))


def booking_of(row: Row[Any]) -> Booking:
    """Read a row of the table."""
    of = row._mapping
    values: dict[str, Any] = {name: of[name] for name in _PLAIN}
    values |= {name: of[column] for name, column in _RENAMED.items()}
    values |= {name: None if of[name] is None else int(of[name].timestamp()) for name in _MOMENTS}
    return Booking(
        **values,
        id=of["id"],
        status=Status(of["status"]),
        start=int(of["starts_at"].timestamp()),
        end=int(of["ends_at"].timestamp()),
        place=Place(lat=of["lat"], lng=of["lng"], postal_code=of["postal_code"]),
        resources=of["resources"],
        stepped_from=None if of["stepped_from"] is None else Status(of["stepped_from"]),
        version=of["version"],
        reasons=of["reasons"],
    )


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


def _moment_or_none(instant: int | None) -> datetime | None:
    return None if instant is None else _moment(instant)
