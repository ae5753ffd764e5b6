"""Contacts of the CRM, asked for while somebody waits: within a time budget, and what can't be had is left out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from fieldfare.ports.crm import CrmContact, CrmError, CrmUnavailableError
from fieldfare.usecases.integrations.outward import Outward

T = TypeVar("T")

SHORTEST = 3
"""So many letters are worth asking for."""
LONGEST = 75
"""The vendor takes no longer query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundContact:
    """A contact, and which of our customers it is, if it is one."""

    contact: CrmContact
    customer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundContacts:
    """What was found; `trouble` is a code where the CRM could not be asked."""

    contacts: tuple[FoundContact, ...] = ()
    trouble: str | None = None


async def search_contacts(
    outward: Outward, business: str, text: str, *, limit: int, budget: float
) -> FoundContacts | None:
    """Search the CRM's contacts within `budget` seconds; None where there is no CRM to ask or too little to ask for."""
    text = text.strip()[:LONGEST]
    connected = await outward.crms.of(business)
    if connected is None or len(text) < SHORTEST:
        return None
    try:
        contacts = await _within(connected.crm.search_contacts(text, limit=limit), budget)
    except CrmError as error:
        return FoundContacts(trouble=error.code)
    async with outward.storage.open(business) as books:
        found = [
            FoundContact(contact=one, customer=await books.integrations.writes.customer_of(one.id)) for one in contacts
        ]
    return FoundContacts(contacts=tuple(found))


async def read_contact(outward: Outward, business: str, id_: str, *, budget: float) -> CrmContact | None:
    """Read a contact within `budget` seconds; None where it isn't there or can't be had now."""
    connected = await outward.crms.of(business)
    if connected is None:
        return None
    try:
        return await _within(connected.crm.contact(id_), budget)
    except CrmError:
        return None


async def contact_of_booking(outward: Outward, business: str, booking: str, *, budget: float) -> CrmContact | None:
    """Read the contact that a booking is for, as the CRM knows it now; None where it isn't known or can't be had."""
    connected = await outward.crms.of(business)
    if connected is None:
        return None
    async with outward.storage.open(business) as books:
        link = await books.integrations.writes.link(booking)
    if link is None or link.contact is None:
        return None
    return await read_contact(outward, business, link.contact, budget=budget)


async def _within(asked: Awaitable[T], seconds: float) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await asked
    except TimeoutError:
        raise CrmUnavailableError("it took too long") from None
