"""What a business has to write to its CRM, and what its bookings and customers are there, in their tables."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import customers
from fieldfare.adapters.postgres.integration_tables import UNSETTLED_VISIT, connections, crm_contacts, crm_links
from fieldfare.adapters.postgres.integration_tables import crm_writes as table
from fieldfare.adapters.postgres.moments import instant_of, moment, moment_or_none
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.domain.connections import ConnectionState
from fieldfare.ports.crm import CrmWritten, SourceKind
from fieldfare.ports.integrations import CrmLink, CrmWrite, WriteKind, WriteState
from fieldfare.ports.storage import StorageContendedError

_TAKING_WRITES = (ConnectionState.CONNECTED, ConnectionState.PAUSED, ConnectionState.RECONNECT)
_UNSETTLED = (WriteState.WAITING, WriteState.PARKED)
_TAKEN = "23505"
_LATEST = 10
_BY_ID = table.c.id.collate("C")
_EARLIER = table.alias("earlier")


def _behind(*also: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell of a write whether an earlier one of its customer waits: the CRM gets what they do in its order."""
    earlier = tuple_(_EARLIER.c.created_at, _EARLIER.c.id.collate("C")) < tuple_(table.c.created_at, _BY_ID)
    return exists().where(
        _EARLIER.c.business_id == table.c.business_id,
        _EARLIER.c.customer_id == table.c.customer_id,
        _EARLIER.c.booking_id != table.c.booking_id,
        _EARLIER.c.kind == WriteKind.VISIT.value,
        _EARLIER.c.state == WriteState.WAITING.value,
        earlier,
        *also,
    )


class PostgresWriteBook:
    """The outbox of one business to its CRM, in an open transaction; see `ports.integrations.WriteBook`."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising) -> None:
        """Keep the transaction's connection, and what notes changes."""
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business
        self._revising = revising

    async def add(self, write: CrmWrite) -> str | None:
        """Write something down that is to be written, by one statement; gives its id, None where no CRM is."""
        row = {"business_id": self._business, "id": write.id, **_values(write)}
        columns = [table.c[name] for name in row]
        connected = exists().where(
            connections.c.business_id == self._business,
            connections.c.state.in_([state.value for state in _TAKING_WRITES]),
        )
        statement = upsert(table).from_select(
            columns, select(*(literal(row[column.name], column.type) for column in columns)).where(connected)
        )
        if write.kind is WriteKind.VISIT:
            # Nobody knows yet what became of an attempt that was begun: that stays.
            statement = statement.on_conflict_do_update(
                index_elements=["business_id", "booking_id"],
                index_where=text(UNSETTLED_VISIT),
                set_={
                    "state": WriteState.WAITING.value,
                    "attempts": 0,
                    "failure": None,
                    "next_at": statement.excluded.next_at,
                    "customer_id": func.coalesce(statement.excluded.customer_id, table.c.customer_id),
                },
            )
        else:
            statement = statement.on_conflict_do_update(
                index_elements=["business_id", "id"], set_={"id": statement.excluded.id}
            )
        known: str | None = (await self._connection.execute(statement.returning(table.c.id))).scalar_one_or_none()
        return known

    async def find(self, id_: str, *, for_change: bool = False) -> CrmWrite | None:
        """Look one up."""
        query = select(table).where(self._here, table.c.id == id_)
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _write(row)

    async def visits_of(self, booking: str) -> tuple[CrmWrite, ...]:
        """List the latest VISITs of a booking, whatever became of them, the newest first."""
        query = (
            select(table)
            .where(self._here, table.c.booking_id == booking, table.c.kind == WriteKind.VISIT.value)
            .order_by(table.c.created_at.desc(), _BY_ID.desc())
            .limit(_LATEST)
        )
        return tuple(_write(row) for row in await self._connection.execute(query))

    async def change(self, write: CrmWrite) -> None:
        """Write one in place of what it was; those who look are told of one that is parked, settled or sent again."""
        query = select(table.c.state).where(self._here, table.c.id == write.id).with_for_update(key_share=True)
        before = (await self._connection.execute(query)).scalar_one_or_none()
        await self._connection.execute(update(table).where(self._here, table.c.id == write.id).values(_values(write)))
        if before != write.state.value:
            self._revising.noticed()

    async def due(self, *, now: int, limit: int) -> tuple[CrmWrite, ...]:
        """List what waits and is due: visits before notes, each by creation."""
        rests = _EARLIER.c.next_at > moment(now)
        query = (
            select(table)
            .where(self._here, table.c.state == WriteState.WAITING.value, table.c.next_at <= moment(now))
            .where(~_behind(rests))
            .order_by(table.c.kind == WriteKind.NOTE.value, table.c.created_at, _BY_ID)
            .limit(limit)
        )
        return tuple(_write(row) for row in await self._connection.execute(query))

    async def is_behind(self, id_: str) -> bool:
        """Tell whether an earlier visit of the same customer waits to be written."""
        query = select(exists().where(self._here, table.c.id == id_, _behind()))
        return bool((await self._connection.execute(query)).scalar_one())

    async def page(
        self, *, states: Collection[WriteState], after: tuple[int, str] | None, limit: int
    ) -> tuple[CrmWrite, ...]:
        """List by creation, then id, what comes after a (created_at, id)."""
        query = (
            select(table)
            .where(self._here, table.c.state == func.any([state.value for state in states]))
            .order_by(table.c.created_at, _BY_ID)
            .limit(limit)
        )
        if after is not None:
            query = query.where(tuple_(table.c.created_at, _BY_ID) > (moment(after[0]), after[1]))
        return tuple(_write(row) for row in await self._connection.execute(query))

    async def counts(self) -> dict[WriteState, int]:
        """Count what waits and what is parked."""
        counted = (
            select(table.c.state, func.count())
            .where(self._here, table.c.state == func.any([state.value for state in _UNSETTLED]))
            .group_by(table.c.state)
        )
        found = {WriteState(state): count for state, count in await self._connection.execute(counted)}
        return {state: found.get(state, 0) for state in _UNSETTLED}

    async def waiting_for(self, bookings: Collection[str]) -> frozenset[str]:
        """Name the bookings of which something waits or is parked."""
        return await self._bookings_of(bookings, table.c.state == func.any([state.value for state in _UNSETTLED]))

    async def waiting_visits(self, bookings: Collection[str]) -> frozenset[str]:
        """Name the bookings that wait to be written: what people make of their entries until then doesn't count."""
        return await self._bookings_of(
            bookings, table.c.state == WriteState.WAITING.value, table.c.kind == WriteKind.VISIT.value
        )

    async def _bookings_of(self, bookings: Collection[str], *which: ColumnElement[bool]) -> frozenset[str]:
        query = select(func.distinct(table.c.booking_id)).where(
            self._here, table.c.booking_id == func.any(list(bookings)), *which
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def link(self, booking: str, *, for_change: bool = False) -> CrmLink | None:
        """Tell what a booking is in the CRM."""
        query = select(crm_links).where(crm_links.c.business_id == self._business, crm_links.c.booking_id == booking)
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _link(row)

    async def linked(self, written: CrmWritten) -> CrmLink | None:
        """Tell which booking an entry of the CRM is."""
        query = select(crm_links).where(
            crm_links.c.business_id == self._business,
            crm_links.c.source == written.source.value,
            crm_links.c.source_id == written.source_id,
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _link(row)

    async def save_link(self, link: CrmLink) -> None:
        """Write what a booking is in the CRM; raises `StorageContendedError` for an entry that is another's."""
        values = {
            "source": link.written.source.value,
            "source_id": link.written.source_id,
            "contact": link.contact,
            "version": link.version,
            "wrote": dict(link.wrote),
        }
        statement = upsert(crm_links).values(business_id=self._business, booking_id=link.booking, **values)
        try:
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=["business_id", "booking_id"], set_=values)
            )
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) == _TAKEN:
                # Somebody else has just taken the entry up: whoever comes again finds the link.
                raise StorageContendedError("the entry is another booking") from None
            raise

    async def contact_of(self, customer: str) -> str | None:
        """Tell which contact a customer is."""
        query = select(crm_contacts.c.contact).where(
            crm_contacts.c.business_id == self._business, crm_contacts.c.customer_id == customer
        )
        contact: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return contact

    async def customer_of(self, contact: str) -> str | None:
        """Tell which customer a contact is: of several, the one that was linked last."""
        query = (
            select(crm_contacts.c.customer_id)
            .where(crm_contacts.c.business_id == self._business, crm_contacts.c.contact == contact)
            .order_by(crm_contacts.c.linked_at.desc(), crm_contacts.c.customer_id.collate("C").desc())
            .limit(1)
        )
        customer: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return customer

    async def save_contact(self, *, customer: str, contact: str) -> None:
        """Write which contact a customer is; nothing of who is erased."""
        here = crm_contacts.c
        # The lock makes an erasure wait that would otherwise overlook a row that isn't committed yet.
        standing = (
            select(customers.c.business_id, customers.c.id, literal(contact, here.contact.type))
            .where(
                customers.c.business_id == self._business, customers.c.id == customer, customers.c.erased_at.is_(None)
            )
            .with_for_update(read=True)
        )
        statement = upsert(crm_contacts).from_select([here.business_id, here.customer_id, here.contact], standing)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["business_id", "customer_id"],
                set_={"contact": statement.excluded.contact, "linked_at": func.clock_timestamp()},
                where=here.contact != statement.excluded.contact,
            )
        )


def _values(write: CrmWrite) -> dict[str, Any]:
    return {
        "kind": write.kind.value,
        "booking_id": write.booking,
        "customer_id": write.customer,
        "state": write.state.value,
        "attempts": write.attempts,
        "next_at": moment(write.next_at),
        "begun": write.begun,
        "failure": write.failure,
        "facts": dict(write.facts),
        "created_at": moment(write.created_at),
        "done_at": moment_or_none(write.done_at),
    }


def _write(row: Row[Any]) -> CrmWrite:
    return CrmWrite(
        id=row.id,
        kind=WriteKind(row.kind),
        booking=row.booking_id,
        customer=row.customer_id,
        state=WriteState(row.state),
        attempts=row.attempts,
        next_at=int(row.next_at.timestamp()),
        begun=row.begun,
        failure=row.failure,
        facts=row.facts,
        created_at=int(row.created_at.timestamp()),
        done_at=instant_of(row.done_at),
    )


def _link(row: Row[Any]) -> CrmLink:
    return CrmLink(
        booking=row.booking_id,
        written=CrmWritten(source=SourceKind(row.source), source_id=row.source_id),
        contact=row.contact,
        version=row.version,
        wrote=row.wrote,
    )
