"""The customers of a business and the contacts of their visits, in their tables. Only here are they erased."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, false, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import audit_personal, booking_contacts
from fieldfare.adapters.postgres.booking_tables import customers as table
from fieldfare.adapters.postgres.integration_tables import proposals
from fieldfare.adapters.postgres.integrations_erasing import erase_outside
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.domain.customers import Contact, Customer, Language, ServiceAddress
from fieldfare.ports.customers import BookingContact, ContactTakenError

_STANDING = table.c.erased_at.is_(None)
_TAKEN = "23505"
"""The state of a statement that would have broken a unique index."""


class PostgresCustomerBook:
    """The customers of one business, in an open transaction; see `ports.customers.CustomerBook`."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising) -> None:
        """Keep the transaction's connection, and what notes changes."""
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business
        self._revising = revising

    async def known(self, contact: Contact, *, new_id: str, at: int) -> Customer:
        """Find a customer again, locked, by email, else by phone; or write a new one."""
        while True:
            found = await self._again(contact)
            if found is None:
                known = await self._new(contact, new_id=new_id, at=at)
            else:
                known = await self._filled_in(found, contact)
            if known is not None:
                return known
            # Meanwhile somebody else has committed a customer with this email: that one is it.

    async def find(self, id_: str, *, for_change: bool = False) -> Customer | None:
        """Look a customer up."""
        query = select(table).where(self._here, table.c.id == id_)
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else customer_of(row)

    async def search(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        after: str | None = None,
        limit: int,
    ) -> tuple[Customer, ...]:
        """List customers that are not erased by email, phone or part of their name, by id."""
        by_id = table.c.id.collate("C")
        query = select(table).where(self._here, _STANDING, by_id > (after or "")).order_by(by_id).limit(limit)
        if email is not None:
            query = query.where(table.c.email == email)
        if phone is not None:
            query = query.where(table.c.phone == phone)
        if name is not None:
            query = query.where(table.c.name.icontains(name, autoescape=True))
        return tuple(customer_of(row) for row in await self._connection.execute(query))

    async def page(self, *, after: str | None, limit: int) -> tuple[Customer, ...]:
        """List customers by id."""
        by_id = table.c.id.collate("C")
        query = select(table).where(self._here, by_id > (after or "")).order_by(by_id).limit(limit)
        return tuple(customer_of(row) for row in await self._connection.execute(query))

    async def change(self, customer: Customer) -> None:
        """Write a customer in place of what it was; who is erased stays so. Raises `ContactTakenError`."""
        values = {**_personal(customer.contact), "language": customer.contact.language.value, "tier": customer.tier}
        try:
            await self._change(customer.id, values)
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) != _TAKEN:
                raise
            # Without the database's words, which hold the email.
            raise ContactTakenError from None

    async def note(self, said: BookingContact) -> None:
        """Write what was said for a visit, in place of what was said before; nothing of who is erased."""
        contact, address = said.contact, said.address
        values = {
            "customer_id": said.customer,
            **_personal(contact),
            "language": contact.language.value,
            "street": address and address.street,
            "unit": address and address.unit,
            "access_notes": address and address.notes,
            "postal_code": address and address.postal_code,
            "ended_because": said.ended_because,
        }
        row = {"business_id": self._business, "booking_id": said.booking, **values}
        columns = [booking_contacts.c[name] for name in row]
        # The lock makes an erasure wait that would otherwise overlook a row that isn't committed yet.
        standing = (
            select(*(literal(row[column.name], column.type) for column in columns))
            .select_from(table)
            .where(self._here, table.c.id == said.customer, _STANDING)
            .with_for_update(read=True)
        )
        statement = upsert(booking_contacts).from_select(columns, standing)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["business_id", "booking_id"],
                set_={name: statement.excluded[name] for name in values},
            )
        )

    async def said_for(self, bookings: Collection[str]) -> dict[str, BookingContact]:
        """Look up what was said for visits, by their ids."""
        asked = (
            select(proposals.c.said)
            .where(proposals.c.business_id == self._business, proposals.c.booking_id == booking_contacts.c.booking_id)
            .order_by(proposals.c.created_at.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = select(booking_contacts, asked.label("asked")).where(
            booking_contacts.c.business_id == self._business, booking_contacts.c.booking_id == func.any(list(bookings))
        )
        return {
            row.booking_id: replace(said_of(row), job=_job(row.asked or {}))
            for row in await self._connection.execute(query)
        }

    async def personal_trail(self, customer: str) -> tuple[dict[str, Any], ...]:
        """List the personal parts of the audit trail about a customer, by number."""
        trail = audit_personal.c
        query = (
            select(trail.number, trail.before, trail.after, trail.reason)
            .where(trail.business_id == self._business, trail.customer_id == customer)
            .order_by(trail.number)
        )
        return tuple(
            {"number": row.number, "before": row.before, "after": row.after, "reason": row.reason}
            for row in await self._connection.execute(query)
        )

    async def erase(self, customer: str, *, at: int) -> None:
        """Take everything personal away; of who is erased already, whatever has come since."""
        values = {"name": None, "email": None, "phone": None, "consent": False, "tier": None, "erased_at": _moment(at)}
        await self._change(customer, values)
        # Statements of their own, after the lock is held: they see what was committed while it was waited for.
        for personal in (booking_contacts, audit_personal):
            await self._connection.execute(
                delete(personal).where(personal.c.business_id == self._business, personal.c.customer_id == customer)
            )
        self._revising.commitments_changed(await erase_outside(self._connection, self._business, customer))

    async def _again(self, contact: Contact) -> Row[Any] | None:
        """Find a customer by email, else by phone, and lock them: they can't be erased before the commit.

        A phone that comes with an email is only that of somebody whose email isn't known: another email is somebody
        else. Of several with a phone, those without an email come first, then the oldest.
        """
        by: list[ColumnElement[bool]] = []
        if contact.email is not None:
            by.append(table.c.email == contact.email)
        if contact.phone is not None:
            theirs = table.c.phone == contact.phone
            by.append(theirs if contact.email is None else theirs & table.c.email.is_(None))
        same_email = func.coalesce(table.c.email == contact.email, False)
        query = (
            select(table)
            .where(self._here, _STANDING, or_(false(), *by))
            .order_by(same_email.desc(), table.c.email.is_not(None), table.c.id.collate("C"))
            .limit(1)
            .with_for_update(key_share=True)
        )
        return (await self._connection.execute(query)).one_or_none()

    async def _new(self, contact: Contact, *, new_id: str, at: int) -> Customer | None:
        """Write a new customer; None if the email has just become another's."""
        row = {
            "business_id": self._business,
            "id": new_id,
            **_personal(contact),
            "language": contact.language.value,
            "created_at": _moment(at),
        }
        statement = upsert(table).values(row).on_conflict_do_nothing(index_elements=["business_id", "email"])
        written = (await self._connection.execute(statement.returning(table))).one_or_none()
        return None if written is None else customer_of(written)

    async def _filled_in(self, found: Row[Any], contact: Contact) -> Customer | None:
        """Write what the record lacks; None if the email has just become another's."""
        customer = customer_of(found)
        had = _personal(customer.contact)
        lacking = {name: value for name, value in _personal(contact).items() if value and not had[name]}
        if not lacking:
            return customer
        try:
            async with AsyncExitStack() as stack:
                if "email" in lacking:
                    # An email that another transaction has just taken would end this one, but for a savepoint.
                    await stack.enter_async_context(self._connection.begin_nested())
                await self._change(customer.id, lacking)
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) != _TAKEN:
                raise
            return None
        return replace(customer, contact=replace(customer.contact, **lacking))

    async def _change(self, customer: str, values: dict[str, Any]) -> None:
        """Write values of a customer who is not erased."""
        await self._connection.execute(
            update(table)
            .where(self._here, table.c.id == customer, _STANDING)
            .values(version=table.c.version + 1, **values)
        )


def _personal(contact: Contact) -> dict[str, Any]:
    return {"name": contact.name, "email": contact.email, "phone": contact.phone, "consent": contact.consent}


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        name=row.name or "",
        email=row.email,
        phone=row.phone,
        language=Language(row.language),
        consent=row.consent,
    )


def customer_of(row: Row[Any]) -> Customer:
    """Read a row of the table of customers."""
    return Customer(
        id=row.id,
        contact=_contact(row),
        tier=row.tier,
        created_at=int(row.created_at.timestamp()),
        erased_at=None if row.erased_at is None else int(row.erased_at.timestamp()),
    )


def said_of(row: Row[Any]) -> BookingContact:
    """Read a row of the contacts of visits."""
    address = None
    if row.street is not None:
        address = ServiceAddress(street=row.street, unit=row.unit, notes=row.access_notes, postal_code=row.postal_code)
    return BookingContact(
        booking=row.booking_id,
        customer=row.customer_id,
        contact=_contact(row),
        address=address,
        ended_because=row.ended_because,
    )


def _job(asked: Mapping[str, str]) -> str:
    return "\n".join(asked[key] for key in ("job", "notes") if asked.get(key))


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
