"""The service address of a visit, found before anything is locked (rule B12)."""

from __future__ import annotations

from dataclasses import replace

from fieldfare.domain.addresses import Precision
from fieldfare.domain.customers import Contact
from fieldfare.domain.permissions import Caller
from fieldfare.domain.places import Place
from fieldfare.entrypoints.api.customers import AddressBody, CustomerBody, read_address, read_contact
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.holds import actor_of
from fieldfare.entrypoints.api.public.places import find_place
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.usecases.availability.in_memory import Current
from fieldfare.usecases.bookings.confirm import Confirm, Served
from fieldfare.usecases.places.locate import Address, PostalCode

_FINE = frozenset({Precision.ROOFTOP, Precision.STREET})


async def who_for(
    rooms: Rooms,
    current: Current,
    *,
    customer: CustomerBody,
    address: AddressBody | None,
    token: str,
    caller: Caller,
) -> Confirm:
    """Read who a visit is for and where; raises `Problem` for what can't be a contact, or for no such address."""
    business = current.snapshot.business
    contact: Contact = read_contact(customer, countries=rooms.bias(business).countries)
    served = None if address is None else await _served(rooms, current, address)
    return Confirm(token=token, contact=contact, actor=actor_of(caller), served=served)


async def _served(rooms: Rooms, current: Current, body: AddressBody) -> Served:
    """Locate a service address.

    Where no geocoder answers, or none knows streets, it stands for its postal code: the desk checks it.
    """
    address, business = read_address(body), current.snapshot.business.id
    typed = ", ".join(part for part in (address.street, body.postal_code) if part)
    try:
        located = await find_place(rooms, current, Address(text=typed), business=business)
    except Problem as problem:
        if problem.code != "geocoder_unavailable" and (problem.code != "address_not_found" or address.postal_code):
            raise
        return Served(address=address, place=None, around=await _around(rooms, current, address.postal_code))
    code = address.postal_code or located.place.postal_code
    place = replace(located.place, postal_code=code)
    if located.precision in _FINE:
        return Served(address=address, place=place)
    return Served(address=address, place=None, around=place)


async def _around(rooms: Rooms, current: Current, code: str | None) -> Place | None:
    if code is None:
        return None
    try:
        located = await find_place(rooms, current, PostalCode(code=code), business=current.snapshot.business.id)
    except Problem:
        # Neither the street nor the code is known: the visit stands where it was asked for, and the desk looks at it.
        return None
    return replace(located.place, postal_code=code)
