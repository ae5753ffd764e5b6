"""Taking out of the books of connections what is personal of a customer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Numeric, Text, case, cast, delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import bookings
from fieldfare.adapters.postgres.integration_tables import crm_contacts, crm_links, mirrored, proposals
from fieldfare.adapters.postgres.tables import commitments

_COARSE_DECIMALS = 2
_TAG = r"^\[[^]]*\]"


async def erase_outside(connection: AsyncConnection, business: str, customer: str) -> frozenset[str | None]:
    """Blank what the CRM said of a customer, and forget which contact they are; gives whose commitments are others.

    Of entries that aren't our bookings the hub's tag stays, which says nothing of anybody. What the CRM itself still
    holds is to be erased there.
    """
    known = select(crm_contacts.c.contact).where(
        crm_contacts.c.business_id == business, crm_contacts.c.customer_id == customer
    )
    contact: str | None = (await connection.execute(known)).scalar_one_or_none()
    ours = select(bookings.c.id).where(bookings.c.business_id == business, bookings.c.customer_id == customer)
    await connection.execute(
        update(mirrored)
        .where(mirrored.c.business_id == business, mirrored.c.booking_id.in_(ours))
        .values(title="", place_text=None, contact=None, placed_by=None, lat=None, lng=None, postal_code=None)
    )
    touched = frozenset[str | None]() if contact is None else await _erase_entries(connection, business, contact)
    await _erase_proposals(connection, business, customer, contact)
    await connection.execute(
        update(crm_links)
        .where(crm_links.c.business_id == business, crm_links.c.booking_id.in_(ours))
        .values(contact=None)
    )
    await connection.execute(
        delete(crm_contacts).where(crm_contacts.c.business_id == business, crm_contacts.c.customer_id == customer)
    )
    return touched


async def _erase_entries(connection: AsyncConnection, business: str, contact: str) -> frozenset[str | None]:
    """Blank the entries of a contact that are no bookings of ours, and the commitments that came of them."""
    theirs = (mirrored.c.business_id == business) & (mirrored.c.contact == contact)
    blanked = await connection.execute(
        update(mirrored)
        .where(theirs)
        .values(title=_tag(mirrored.c.title), place_text=None, contact=None, **_coarse(mirrored.c))
        .returning(mirrored.c.key)
    )
    # One commitment each, or one for each technician: `key@technician`.
    own = func.split_part(commitments.c.id, "@", 1).in_(list(blanked.scalars()))
    over = commitments.c.ends_at < func.now()
    coarse = {name: case((over, value), else_=commitments.c[name]) for name, value in _coarse(commitments.c).items()}
    changed = await connection.execute(
        update(commitments)
        .where(commitments.c.business_id == business, own)
        .values(title=_tag(commitments.c.title), version=commitments.c.version + 1, changed_at=func.now(), **coarse)
        .returning(commitments.c.technician_id)
    )
    return frozenset(changed.scalars())


async def _erase_proposals(connection: AsyncConnection, business: str, customer: str, contact: str | None) -> None:
    """Blank the proposals of a customer; nobody can be asked any more about those that are not over."""
    theirs = or_(proposals.c.customer_id == customer, false() if contact is None else proposals.c.contact == contact)
    unsettled = proposals.c.state.in_(["open", "sent"])
    await connection.execute(
        update(proposals)
        .where(proposals.c.business_id == business, theirs)
        .values(
            said={},
            contact=None,
            **_coarse(proposals.c),
            state=case((unsettled, "dismissed"), else_=proposals.c.state),
            settled_at=case((unsettled, func.now()), else_=proposals.c.settled_at),
        )
    )


def _tag(title: ColumnElement[str]) -> ColumnElement[Any]:
    return func.coalesce(func.substring(title, cast(_TAG, Text)), "")


def _coarse(columns: Any) -> dict[str, Any]:
    """Leave of a place its neighbourhood."""
    return {
        **{name: func.round(cast(columns[name], Numeric), _COARSE_DECIMALS) for name in ("lat", "lng")},
        "postal_code": None,
    }
