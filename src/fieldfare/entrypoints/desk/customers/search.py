"""The search box: whoever calls is found by name, phone, address or reference, as far as the member may see."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from fieldfare.domain.customers import Customer
from fieldfare.domain.permissions import Permission
from fieldfare.domain.searching import sought_in
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.bookings.facts import Row, row_of
from fieldfare.entrypoints.desk.pages import show

_AS_ONE_TYPES, _ON_A_PAGE = 6, 50
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
    text = "".join(letter for letter in asking.query.get("q", "") if letter.isprintable()).strip()[:_LONGEST]
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
    template = "customers/hits.html" if asking.is_swap else "customers/search.html"
    return show(asking, template, {"text": text, "people": people, "rows": rows, "most": limit})


def _person(customer: Customer) -> Person:
    contact = customer.contact
    return Person(
        href=desk_link("customers", customer.id),
        name=contact.name,
        reach=", ".join(part for part in (contact.phone, contact.email) if part),
        tier=customer.tier,
    )
