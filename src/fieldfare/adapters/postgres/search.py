"""The search in the tables of a business. It reads them whole: no index finds the middle of a word without help."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, func, literal, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import booking_contacts, bookings, customers
from fieldfare.adapters.postgres.bookings import booking_of
from fieldfare.adapters.postgres.customers import customer_of, said_of
from fieldfare.domain.bookings import Status
from fieldfare.domain.customers import Customer
from fieldfare.domain.references import known_reference
from fieldfare.domain.searching import Sought
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
        own, said = customers.c, booking_contacts.c
        found = union(
            select(own.id).where(own.business_id == self._business, _matches(sought, own.sought, own.phone)),
            select(said.customer_id).where(
                said.business_id == self._business, _matches(sought, said.sought, said.phone)
            ),
        )
        query = (
            select(customers)
            .where(own.business_id == self._business, own.erased_at.is_(None), own.id.in_(found))
            .order_by(own.created_at.desc(), own.id)
            .limit(limit)
        )
        return tuple(customer_of(row) for row in await self._connection.execute(query))

    async def bookings(self, sought: Sought, *, around: int, limit: int) -> tuple[FoundBooking, ...]:
        """List bookings, those nearest to an instant first."""
        own, said = bookings.c, booking_contacts.c
        reference = known_reference("".join(sought.words))
        found = union(
            select(said.booking_id).where(
                said.business_id == self._business, _matches(sought, said.sought, said.phone)
            ),
            select(own.id).where(own.business_id == self._business, own.reference.contains(reference, autoescape=True)),
        )
        query = (
            select(bookings)
            .where(own.business_id == self._business, own.status.not_in(_HIDDEN), own.id.in_(found))
            .order_by(func.abs(func.extract("epoch", own.starts_at) - around), own.id)
            .limit(limit)
        )
        shown = [booking_of(row) for row in await self._connection.execute(query)]
        theirs = select(booking_contacts).where(
            said.business_id == self._business, said.booking_id == func.any([booking.id for booking in shown])
        )
        by_id = {row.booking_id: said_of(row) for row in await self._connection.execute(theirs)}
        return tuple(FoundBooking(booking=booking, said=by_id.get(booking.id)) for booking in shown)


def _matches(sought: Sought, text: ColumnElement[str], phone: ColumnElement[str | None]) -> ColumnElement[bool]:
    """Pass rows in whose text every word stands somewhere, or whose phone holds the digits."""
    every: ColumnElement[bool] = literal(value=True)
    for word in sought.words:
        every &= text.contains(word, autoescape=True)
    if sought.digits is None:
        return every
    return or_(every, phone.contains(literal(sought.digits, Text)))
