"""The search box: whoever calls is found by name, phone, address or reference, as far as the member may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from fieldfare.domain.customers import Customer
from fieldfare.domain.permissions import Permission
from fieldfare.domain.searching import sought_in
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.bookings.facts import Row, row_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.words.integrations import sentence_of
from fieldfare.usecases.integrations.contacts import FoundContact, search_contacts

_AS_ONE_TYPES, _ON_A_PAGE = 6, 50
_CONTACTS, _CONTACTS_SECONDS = 10, 1.5
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer who was found."""

    href: str
    name: str
    reach: str
    tier: str | None


async def search(asking: Asking) -> Response:
    """Show what was found: a few as somebody types, else a page of them."""
    text = _typed(asking)
    limit = _AS_ONE_TYPES if asking.is_swap else _ON_A_PAGE
    people: list[Person] = []
    rows: list[Row] = []
    sought = sought_in(text)
    if sought is not None:
        async with asking.rooms.storage.open(asking.who.business) as books:
            if asking.who.may(Permission.CUSTOMERS_READ):
                people = [_person(one) for one in await books.search.customers(sought, limit=limit)]
            found = await books.search.bookings(sought, around=asking.now, limit=limit)
        rows = [row_of(asking, one.booking, one.said) for one in found]
    values = {"text": text, "people": people, "rows": rows, "most": limit}
    if asking.is_swap:
        return show(asking, "customers/hits.html", values)
    outside = await _outside(asking, text)
    known = {one.href for one in people}
    outside["contacts"] = [one for one in outside["contacts"] if one.href not in known]
    return show(asking, "customers/search.html", {**values, **outside})


async def search_outside(asking: Asking) -> Response:
    """Show the contacts of the CRM that were found, for the search box: it asks after it has shown our own."""
    text = _typed(asking)
    return show(asking, "customers/contacts.html", {"text": text, **await _outside(asking, text)})


async def _outside(asking: Asking, text: str) -> dict[str, Any]:
    """Search the CRM within its time; those who are customers of ours lead to what we know of them."""
    found = None
    if asking.rooms.outward is not None and asking.who.may(Permission.CUSTOMERS_READ):
        found = await search_contacts(
            asking.rooms.outward, asking.who.business, text, limit=_CONTACTS, budget=_CONTACTS_SECONDS
        )
    if found is None:
        return {"contacts": [], "contacts_trouble": None}
    trouble = None if found.trouble is None else sentence_of(found.trouble)
    return {"contacts": [_contact(one) for one in found.contacts], "contacts_trouble": trouble}


def _contact(found: FoundContact) -> Person:
    contact = found.contact
    href = desk_link("book", contact=contact.id) if found.customer is None else desk_link("customers", found.customer)
    reach = ", ".join(part for part in (contact.phone, contact.email, contact.address) if part)
    return Person(href=href, name=contact.name, reach=reach, tier=None)


def _typed(asking: Asking) -> str:
    return "".join(letter for letter in asking.query.get("q", "") if letter.isprintable()).strip()[:_LONGEST]


def _person(customer: Customer) -> Person:
    contact = customer.contact
    return Person(
        href=desk_link("customers", customer.id),
        name=contact.name,
        reach=", ".join(part for part in (contact.phone, contact.email) if part),
        tier=customer.tier,
    )
