"""Where an entry of the CRM is: as its booking says, by the tag of its title, and only then by its address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Business
from fieldfare.domain.clock import DAY
from fieldfare.domain.places import Place, nearest_hub, tagged_hub
from fieldfare.ports.integrations import Mirrored
from fieldfare.ports.storage import Books, Storage
from fieldfare.usecases.integrations.memory import Memory
from fieldfare.usecases.integrations.outward import Locate

MOST_LOOKED_UP = 25
"""So many addresses are looked up in one sweep; the others have their turn in the next ones."""

TAG, RECORD, GEOCODER = "tag", "record", "geocoder"

_ELSEWHERE = ("http://", "https://", "tel:", "www.")
"""What stands where the address should, of something that takes place on a screen or a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address that has to be looked up, and the print by which what was found is remembered."""

    text: str
    print: bytes


def placed(entry: Mirrored, known: Mirrored | None, booking: Booking | None, business: Business) -> Mirrored:
    """Place an entry by all that needs no looking up.

    Our own record is first: the booking that it is. Then the tag, and then where the entry was last, if its address is
    the same still.
    """
    hubs = {hub.id: hub for hub in business.hubs}
    if booking is not None:
        return replace(entry, place=booking.place, hub=booking.hub, placed_by=RECORD)
    tagged = tagged_hub(entry.title, hubs)
    if tagged is not None:
        return replace(entry, place=hubs[tagged].place, hub=tagged, placed_by=TAG)
    if known is None or not _same_text(known.place_text, entry.place_text):
        return entry
    return _kept(entry, known, business)


def at(entry: Mirrored, place: Place, business: Business) -> Mirrored:
    """Place an entry where its address was found."""
    return replace(entry, place=place, hub=nearest_hub(place.point, business.hubs), placed_by=GEOCODER)


def to_look_up(entry: Mirrored, *, now: int) -> str | None:
    """Give the address that has to be looked up; what is over, or takes nobody's time, need not be."""
    text = tidied(entry.place_text)
    idle = entry.deleted or not entry.takes_time or not entry.technicians or entry.end < now - DAY
    if entry.place is not None or entry.booking is not None or idle or not text:
        return None
    return None if text.casefold().startswith(_ELSEWHERE) else text


async def remembered(books: Books, texts: Iterable[str]) -> tuple[dict[str, Place], tuple[Address, ...]]:
    """Look addresses up among those that were found before; gives the others to be looked up outside."""
    found: dict[str, Place] = {}
    unknown = []
    wanted = dict.fromkeys(texts)
    secret = await books.secret() if wanted else b""
    for text in wanted:
        address = Address(text=text, print=print_of(text, secret=secret))
        place = await books.integrations.mirror.known_place(address.print)
        if place is None:
            unknown.append(address)
        else:
            found[text] = place
    return found, tuple(unknown)


async def look_up(locate: Locate, business: str, addresses: Iterable[Address]) -> dict[Address, Place]:
    """Find addresses, each once; those that nobody knows now are left out, and asked for again another time."""
    found: dict[Address, Place] = {}
    for address in addresses:
        place = await locate(business, address.text)
        if place is not None:
            found[address] = place
    return found


def next_ones(addresses: Iterable[Address], *, memory: Memory, business: str, now: int) -> tuple[Address, ...]:
    """Choose which of many addresses to look up now: those that nobody knows, now as before, keep no other waiting."""
    named = {f"address:{address.print.hex()}": address for address in addresses}
    chosen = memory.in_turn(business, named)[:MOST_LOOKED_UP]
    for key in chosen:
        memory.tried(business, key, None, now=now, again_after=0)
    return tuple(named[key] for key in chosen)


async def find(storage: Storage, business: str, text: str, *, locate: Locate) -> Place | None:
    """Find one address: as it was found before, else by looking it up, once."""
    async with storage.open(business) as books:
        known, unknown = await remembered(books, [text])
    if not unknown:
        return known[text]
    found = await look_up(locate, business, unknown)
    async with storage.open(business) as books:
        await remember(books, found)
    return next(iter(found.values()), None)


async def remember(books: Books, found: Mapping[Address, Place]) -> None:
    """Keep where addresses were found."""
    for address, place in found.items():
        await books.integrations.mirror.remember_place(address.print, place)


def print_of(text: str, *, secret: bytes) -> bytes:
    """Give the print of an address, from which nobody reads it who doesn't have the business's secret."""
    return hmac.digest(secret, tidied(text).casefold().encode(), hashlib.sha256)


def tidied(text: str | None) -> str:
    """Give an address without what is no part of it."""
    return " ".join((text or "").split())


def _same_text(one: str | None, other: str | None) -> bool:
    return tidied(one).casefold() == tidied(other).casefold()


def _kept(entry: Mirrored, known: Mirrored, business: Business) -> Mirrored:
    place = known.place
    if place is None:
        return entry
    hub = known.hub if known.hub in {one.id for one in business.hubs} else nearest_hub(place.point, business.hubs)
    placed_by = known.placed_by if known.placed_by == GEOCODER else RECORD
    return replace(entry, place=place, hub=hub, placed_by=placed_by)
