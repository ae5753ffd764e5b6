"""What only people can settle between a business and its CRM: conflicts and proposals, in their tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import bookings, customers
from fieldfare.adapters.postgres.integration_tables import (
    UNSETTLED_CONFLICT,
    UNSETTLED_PROPOSAL,
    conflicts,
    crm_contacts,
    proposals,
)
from fieldfare.adapters.postgres.moments import instant_of, moment, moment_or_none
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.domain.bookings import Status
from fieldfare.domain.places import Place
from fieldfare.ports.integrations import UNSETTLED, Conflict, ConflictKind, Proposal, ProposalState

_UNSETTLED = [state.value for state in UNSETTLED]
_AGREED = [status.value for status in Status if status.stands or status is Status.COMPLETED]


class PostgresConflictBook:
    """The conflicts of one business, in an open transaction; see `ports.integrations.ConflictBook`."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising) -> None:
        """Keep the transaction's connection, and what notes changes."""
        self._connection = connection
        self._here = conflicts.c.business_id == business
        self._business = business
        self._revising = revising

    async def add(self, conflict: Conflict) -> bool:
        """Write one, unless one of the same subject is open; tells whether it is new."""
        row = {"business_id": self._business, "id": conflict.id, **_conflict_values(conflict)}
        statement = upsert(conflicts).values(row)
        if conflict.settled_at is None:
            statement = statement.on_conflict_do_nothing(
                index_elements=["business_id", "subject"], index_where=text(UNSETTLED_CONFLICT)
            )
        new = (await self._connection.execute(statement.returning(conflicts.c.id))).first() is not None
        if new:
            self._revising.noticed()
        return new

    async def find(self, id_: str, *, for_change: bool = False) -> Conflict | None:
        """Look one up."""
        query = select(conflicts).where(self._here, conflicts.c.id == id_)
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _conflict(row)

    async def change(self, conflict: Conflict) -> None:
        """Write one in place of what it was."""
        await self._connection.execute(
            update(conflicts).where(self._here, conflicts.c.id == conflict.id).values(_conflict_values(conflict))
        )
        self._revising.noticed()

    async def open(self, *, technicians: Collection[str] | None = None, limit: int) -> tuple[Conflict, ...]:
        """List the open ones by start; those without a start come last."""
        query = (
            select(conflicts)
            .where(self._here, conflicts.c.settled_at.is_(None))
            .order_by(conflicts.c.starts_at.nulls_last(), conflicts.c.found_at, conflicts.c.id.collate("C"))
            .limit(limit)
        )
        if technicians is not None:
            query = query.where(conflicts.c.technician_id == func.any(list(technicians)))
        return tuple(_conflict(row) for row in await self._connection.execute(query))

    async def settled(self, *, limit: int) -> tuple[Conflict, ...]:
        """List those that were settled, the last first."""
        query = (
            select(conflicts)
            .where(self._here, conflicts.c.settled_at.is_not(None))
            .order_by(conflicts.c.settled_at.desc(), conflicts.c.id.collate("C").desc())
            .limit(limit)
        )
        return tuple(_conflict(row) for row in await self._connection.execute(query))


class PostgresProposalBook:
    """The proposals of one business, in an open transaction; see `ports.integrations.ProposalBook`."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising) -> None:
        """Keep the transaction's connection, and what notes changes."""
        self._connection = connection
        self._here = proposals.c.business_id == business
        self._business = business
        self._revising = revising

    async def add(self, proposal: Proposal) -> bool:
        """Write one, unless the opportunity has one that isn't over; tells whether it is new."""
        row = {"business_id": self._business, "id": proposal.id, **_proposal_values(proposal)}
        statement = (
            upsert(proposals)
            .values(row)
            .on_conflict_do_nothing(index_elements=["business_id", "opportunity"], index_where=text(UNSETTLED_PROPOSAL))
        )
        new = (await self._connection.execute(statement.returning(proposals.c.id))).first() is not None
        if new:
            self._revising.noticed()
        return new

    async def find(self, id_: str, *, for_change: bool = False) -> Proposal | None:
        """Look one up."""
        query = select(proposals).where(self._here, proposals.c.id == id_)
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _proposal(row)

    async def of_opportunity(self, opportunity: str) -> Proposal | None:
        """Give the latest one of an opportunity: the one that isn't over, if there is one."""
        query = (
            select(proposals)
            .where(self._here, proposals.c.opportunity == opportunity)
            .order_by(
                proposals.c.state.in_(_UNSETTLED).desc(),
                proposals.c.created_at.desc(),
                proposals.c.id.collate("C").desc(),
            )
            .limit(1)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _proposal(row)

    async def of_customer(self, customer: str, *, contact: str | None) -> tuple[Proposal, ...]:
        """List those of a customer, and of the contact that they are, by creation."""
        theirs = proposals.c.customer_id == customer
        query = (
            select(proposals)
            .where(self._here, theirs if contact is None else or_(theirs, proposals.c.contact == contact))
            .order_by(proposals.c.created_at, proposals.c.id.collate("C"))
        )
        return tuple(_proposal(row) for row in await self._connection.execute(query))

    async def change(self, proposal: Proposal) -> None:
        """Write one in place of what it was."""
        await self._connection.execute(
            update(proposals).where(self._here, proposals.c.id == proposal.id).values(_proposal_values(proposal))
        )
        self._revising.noticed()

    async def page(self, *, states: Collection[ProposalState], limit: int) -> tuple[Proposal, ...]:
        """List by creation, the newest first."""
        query = (
            select(proposals)
            .where(self._here, proposals.c.state == func.any([state.value for state in states]))
            .order_by(proposals.c.created_at.desc(), proposals.c.id.collate("C").desc())
            .limit(limit)
        )
        return tuple(_proposal(row) for row in await self._connection.execute(query))

    async def untried(self, *, or_in: str, limit: int) -> tuple[Proposal, ...]:
        """List the open ones in no trouble, then those in this one, each by creation."""
        trouble = proposals.c.trouble
        query = (
            select(proposals)
            .where(self._here, proposals.c.state == ProposalState.OPEN.value, trouble.is_(None) | (trouble == or_in))
            .order_by(trouble.is_not(None), proposals.c.created_at, proposals.c.id.collate("C"))
            .limit(limit)
        )
        return tuple(_proposal(row) for row in await self._connection.execute(query))

    async def in_trouble(self, *, but: str, since: int, limit: int) -> tuple[Proposal, ...]:
        """List the open ones that are in any trouble but this one, and were made since an instant, by creation."""
        query = (
            select(proposals)
            .where(
                self._here,
                proposals.c.state == ProposalState.OPEN.value,
                proposals.c.trouble != but,
                proposals.c.created_at > moment(since),
            )
            .order_by(proposals.c.created_at, proposals.c.id.collate("C"))
            .limit(limit)
        )
        return tuple(_proposal(row) for row in await self._connection.execute(query))

    async def answered(self, *, limit: int) -> tuple[Proposal, ...]:
        """List those to settle whose customer has a visit of the same product that was agreed since."""
        said, here = proposals.c.said, self._business
        email, phone = said["email"].astext, said["phone"].astext
        linked = select(crm_contacts.c.customer_id).where(
            crm_contacts.c.business_id == here, crm_contacts.c.contact == proposals.c.contact
        )
        named = select(customers.c.id).where(
            customers.c.business_id == here,
            (customers.c.email == email) | (email.is_(None) & (customers.c.phone == phone)),
        )
        theirs = or_(
            bookings.c.customer_id == proposals.c.customer_id,
            bookings.c.customer_id.in_(linked),
            bookings.c.customer_id.in_(named),
        )
        query = (
            select(proposals, bookings.c.id.label("answer"), bookings.c.customer_id.label("answered_by"))
            .where(
                self._here,
                proposals.c.state.in_(_UNSETTLED),
                bookings.c.business_id == here,
                bookings.c.product_id == proposals.c.product_id,
                bookings.c.created_at >= proposals.c.created_at,
                bookings.c.status.in_(_AGREED),
                theirs,
            )
            .ext(distinct_on(proposals.c.id))
            .order_by(proposals.c.id, bookings.c.created_at)
            .limit(limit)
        )
        return tuple(
            replace(_proposal(row), booking=row.answer, customer=row.answered_by)
            for row in await self._connection.execute(query)
        )


def _conflict_values(conflict: Conflict) -> dict[str, Any]:
    return {
        "kind": conflict.kind.value,
        "subject": conflict.subject,
        "booking_id": conflict.booking,
        "entry": conflict.entry,
        "technician_id": conflict.technician,
        "starts_at": moment_or_none(conflict.start),
        "facts": dict(conflict.facts),
        "found_at": moment(conflict.found_at),
        "settled_at": moment_or_none(conflict.settled_at),
        "settled_by": conflict.settled_by,
        "outcome": conflict.outcome,
    }


def _conflict(row: Row[Any]) -> Conflict:
    return Conflict(
        id=row.id,
        kind=ConflictKind(row.kind),
        subject=row.subject,
        booking=row.booking_id,
        entry=row.entry,
        technician=row.technician_id,
        start=instant_of(row.starts_at),
        facts=row.facts,
        found_at=int(row.found_at.timestamp()),
        settled_at=instant_of(row.settled_at),
        settled_by=row.settled_by,
        outcome=row.outcome,
    )


def _proposal_values(proposal: Proposal) -> dict[str, Any]:
    place = proposal.place
    return {
        "opportunity": proposal.opportunity,
        "mode": proposal.mode,
        "product_id": proposal.product,
        "state": proposal.state.value,
        "contact": proposal.contact,
        "customer_id": proposal.customer,
        "booking_id": proposal.booking,
        "trouble": proposal.trouble,
        "said": dict(proposal.said),
        "lat": place and place.lat,
        "lng": place and place.lng,
        "postal_code": place and place.postal_code,
        "created_at": moment(proposal.created_at),
        "reached_at": moment_or_none(proposal.reached_at),
        "settled_at": moment_or_none(proposal.settled_at),
        "settled_by": proposal.settled_by,
    }


def _proposal(row: Row[Any]) -> Proposal:
    place = None if row.lat is None else Place(lat=row.lat, lng=row.lng, postal_code=row.postal_code)
    return Proposal(
        id=row.id,
        opportunity=row.opportunity,
        mode=row.mode,
        product=row.product_id,
        state=ProposalState(row.state),
        contact=row.contact,
        customer=row.customer_id,
        booking=row.booking_id,
        trouble=row.trouble,
        said=row.said,
        place=place,
        created_at=int(row.created_at.timestamp()),
        reached_at=instant_of(row.reached_at),
        settled_at=instant_of(row.settled_at),
        settled_by=row.settled_by,
    )
