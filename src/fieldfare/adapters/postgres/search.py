"""The search in the tables of a business. It reads them whole: no index finds the middle of a word without help."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, exists, false, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import booking_contacts, bookings, customers
from fieldfare.adapters.postgres.bookings import booking_of
from fieldfare.adapters.postgres.customers import customer_of, said_of
from fieldfare.domain.bookings import Status
from fieldfare.domain.customers import Customer
from fieldfare.domain.searching import ACCENTED, PLAIN, Sought
from fieldfare.ports.search import FoundBooking

_HIDDEN = (Status.HELD.value, Status.EXPIRED.value)


class PostgresSearchBook:
    """The search in one business, in an open transaction; see `ports.search.SearchBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business

    async def customers(self, sought: Sought, *, limit: int) -> tuple[Customer, ...]:
        """List customers, the latest first."""
        own = _matches(sought, [customers.c.name, customers.c.email], customers.c.phone)
        visited = exists().where(
            booking_contacts.c.business_id == self._business,
            booking_contacts.c.customer_id == customers.c.id,
            _matches(sought, _said_columns(), booking_contacts.c.phone),
        )
        query = (
            select(customers)
            .where(customers.c.business_id == self._business, customers.c.erased_at.is_(None), or_(own, visited))
            .order_by(customers.c.created_at.desc(), customers.c.id)
            .limit(limit)
        )
        return tuple(customer_of(row) for row in await self._connection.execute(query))

    async def bookings(self, sought: Sought, *, around: int, limit: int) -> tuple[FoundBooking, ...]:
        """List bookings, those nearest to an instant first."""
        both = and_(
            booking_contacts.c.business_id == bookings.c.business_id, booking_contacts.c.booking_id == bookings.c.id
        )
        distance = func.abs(func.extract("epoch", bookings.c.starts_at) - around)
        matches = _matches(sought, [*_said_columns(), bookings.c.reference], booking_contacts.c.phone)
        by_reference = (
            _matches(Sought(words=("".join(sought.words),)), [bookings.c.reference], None) if sought.words else false()
        )
        query = (
            select(bookings)
            .select_from(bookings.outerjoin(booking_contacts, both))
            .where(
                bookings.c.business_id == self._business,
                bookings.c.status.not_in(_HIDDEN),
                or_(matches, by_reference),
            )
            .order_by(distance, bookings.c.id)
            .limit(limit)
        )
        found = [booking_of(row) for row in await self._connection.execute(query)]
        said = select(booking_contacts).where(
            booking_contacts.c.business_id == self._business,
            booking_contacts.c.booking_id == func.any([booking.id for booking in found]),
        )
        by_id = {row.booking_id: said_of(row) for row in await self._connection.execute(said)}
        return tuple(FoundBooking(booking=booking, said=by_id.get(booking.id)) for booking in found)


def _said_columns() -> list[ColumnElement[Any]]:
    said = booking_contacts.c
    return [said.name, said.email, said.street, said.unit, said.postal_code]


def _matches(
    sought: Sought, columns: list[ColumnElement[Any]], phone: ColumnElement[Any] | None
) -> ColumnElement[bool]:
    """Pass rows in which every word stands somewhere, or whose phone holds the digits."""
    ways: list[ColumnElement[bool]] = []
    if sought.words:
        # Accents go first: what is upper and lower case beyond ASCII depends on the database's locale.
        text = func.lower(
            func.translate(func.concat_ws(literal(" ", Text), *columns), literal(ACCENTED, Text), literal(PLAIN, Text))
        )
        ways.append(and_(*(text.contains(word, autoescape=True) for word in sought.words)))
    if sought.digits is not None and phone is not None:
        ways.append(phone.contains(sought.digits, autoescape=True))
    return or_(false(), *ways)
