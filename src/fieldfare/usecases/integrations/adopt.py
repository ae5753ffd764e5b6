"""Make bookings of visits that people have made by hand in the CRM: with a customer, a hub, a zone and a manage link.

What can't be one, because nobody knows for whom, where, by whom or what it is, stays a commitment and takes its time.
The visit is not judged: it stands in the CRM already. Its customer isn't written to by us.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fieldfare.domain.bookings import LONGEST_VISIT, Booking, Status
from fieldfare.domain.business import Request
from fieldfare.domain.catalog import Product, quote
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.commitments import CommitmentKind
from fieldfare.domain.connections import ConnectionSettings
from fieldfare.domain.customers import Contact, ServiceAddress
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.places import Place, nearest_hub
from fieldfare.domain.references import new_reference
from fieldfare.domain.titles import reference_in
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.bookings import BookingFilter, OverlapError
from fieldfare.ports.crm import CrmContact, CrmError, CrmTarget, CrmWritten, SourceKind
from fieldfare.ports.customers import BookingContact
from fieldfare.ports.integrations import CrmLink, Mirrored
from fieldfare.ports.storage import Books, Personal, StorageContendedError, StorageUnavailableError
from fieldfare.usecases.bookings.acting import Desk
from fieldfare.usecases.bookings.confirm import personal_of
from fieldfare.usecases.bookings.hold import zone_schedule
from fieldfare.usecases.integrations.entries import SOURCE, ids_of, kind_of, same
from fieldfare.usecases.integrations.mending import write_anew
from fieldfare.usecases.integrations.places import RECORD, find, tidied
from fieldfare.usecases.integrations.stuck import tell_stuck
from fieldfare.usecases.integrations.way import Way
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.reactions import CRM, Change, follow

MOST_ADOPTED = 25
"""So many are looked at after one reading; the others after the next ones."""
TRIED_AGAIN_AFTER = 15 * MINUTE
"""What could not be adopted is looked at again then, or as soon as it is another."""
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """Which bookings were made, and whose time they take."""

    bookings: frozenset[str] = frozenset()
    technicians: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An entry that can be a booking: what it is about, who it is for, and where."""

    entry: Mirrored
    product: Product
    contact: Contact
    outside: str
    place: Place
    address: ServiceAddress
    target: CrmTarget


async def adopt_all(way: Way, entries: Mapping[str, Mirrored], *, now: int) -> Adopted:
    """Adopt what of these entries can be; what can't stays as it is. Raises `StorageUnavailableError`."""
    wanted = sorted(
        (one for one in entries.values() if _may_be(one, way, entries.values(), now=now)),
        key=lambda one: (one.start, one.key),
    )
    bookings: set[str] = set()
    technicians: set[str] = set()
    looked_at = 0
    for entry in wanted:
        state = replace(entry, seen_at=0)
        tried = way.outward.memory.tried
        if looked_at >= MOST_ADOPTED or tried(
            way.business.id, entry.key, state, now=now, again_after=TRIED_AGAIN_AFTER
        ):
            continue
        looked_at += 1
        try:
            booking = await _adopt(way, entry)
        except (CrmError, OverlapError, StorageContendedError):
            continue
        except StorageUnavailableError:
            raise
        except Exception as error:
            await tell_stuck(way, entry.key, error, now=now)
            continue
        if booking is not None:
            bookings.add(booking.id)
            technicians.update(entry.technicians)
    return Adopted(bookings=frozenset(bookings), technicians=frozenset(technicians))


def _may_be(entry: Mirrored, way: Way, entries: Iterable[Mirrored], *, now: int) -> bool:
    """Tell whether an entry is a visit to come of one technician, and it is known what it is about."""
    if entry.booking is not None or entry.deleted or entry.unreadable is not None or not entry.takes_time:
        return False
    agreed = entry.status in {OutsideStatus.CONFIRMED, OutsideStatus.TENTATIVE}
    alone = len(entry.technicians) == 1 and not any(
        one.key != entry.key and (one.source, one.source_id) == (entry.source, entry.source_id) and not one.deleted
        for one in (entries if entry.leg is not None else ())
    )
    visit = kind_of(entry, way.layout) is CommitmentKind.VISIT
    settings = way.layout.settings
    product = settings.products.get(entry.calendar or "")
    # What can't be written would wait for people at once, and its reference would never stand in the entry.
    target = None if product is None else settings.target_of(product)
    written = target is not None and (target.calendar is not None or target.service is not None)
    known = written and entry.contact is not None and entry.end - entry.start <= LONGEST_VISIT
    return agreed and alone and visit and known and entry.start > now


async def _adopt(way: Way, entry: Mirrored) -> Booking | None:
    found = await _found(way, entry)
    if found is None:
        return None
    desk = await way.outward.acting.desk(way.business.id)
    async with way.outward.storage.open(way.business.id) as books:
        await books.integrations.connections.find(for_change=True)
        await books.bookings.lock_technicians(entry.technicians)
        standing = (await books.integrations.mirror.find([entry.key])).get(entry.key)
        if standing is None or not same(standing, entry):
            # Somebody else was at it.
            return None
        written = CrmWritten(source=entry.source, source_id=entry.source_id)
        if await books.integrations.writes.linked(written) is not None:
            # It was a booking that is over: brought back to life, it only takes its time.
            return None
        if await _is_said(books, entry):
            return None
        return await _written(books, desk, found)


async def _is_said(books: Books, entry: Mirrored) -> bool:
    """Tell whether an entry names a booking of ours, as one does that was made twice: it isn't another visit."""
    reference = reference_in(entry.title)
    if reference is None:
        return False
    return bool(await books.bookings.page(BookingFilter(reference=reference), after=None, limit=1))


async def _found(way: Way, entry: Mirrored) -> _Found | None:
    """Find out, before anything is locked, what it is about, who it is for, and where."""
    wanted = way.layout.settings.products.get(entry.calendar or "")
    product = next((one for one in way.business.products if one.id == wanted), None)
    if product is None or entry.contact is None:
        return None
    outside = await way.crm.contact(entry.contact)
    if outside is None or not (outside.email or outside.phone):
        return None
    street = tidied(entry.place_text) or tidied(outside.address)
    place = entry.place
    if place is None and street:
        place = await find(way.outward.storage, way.business.id, street, locate=way.outward.locate)
    if place is None:
        return None
    return _Found(
        entry=entry,
        product=product,
        contact=_contact_of(outside),
        outside=outside.id,
        place=place,
        address=_address(street, place.postal_code or outside.postal_code),
        target=_where(entry, way.layout.settings, product),
    )


def _address(line: str, code: str | None) -> ServiceAddress:
    """Take an address as one line, and its postal code apart only where the line lacks it."""
    said = code is not None and code in line.upper().replace(" ", "").replace("-", "")
    return ServiceAddress(street=line, postal_code=None if said else code)


def _where(entry: Mirrored, settings: ConnectionSettings, product: Product) -> CrmTarget:
    """Tell where an entry stands, and is to stay: the office has chosen its calendar or service."""
    if entry.source is not SourceKind.SERVICES:
        return CrmTarget(calendar=entry.calendar)
    target = settings.target_of(product.id)
    at = target.service_location if target is not None and target.service == entry.calendar else None
    return CrmTarget(service=entry.calendar, service_location=at)


def _contact_of(outside: CrmContact) -> Contact:
    email = outside.email.strip().lower() if outside.email else None
    name = tidied(outside.name)[:LONGEST_NAME] or (email or outside.phone or "")
    return Contact(name=name, email=email, phone=outside.phone or None)


async def _written(books: Books, desk: Desk, found: _Found) -> Booking:
    """Write the booking, and let its entry be it; raises `OverlapError` where it is in a visit's way."""
    entry, now = found.entry, books.bookings.moment
    customer = await _customer(books, found, now=now)
    booking = replace(_booking(desk, found, now=now), customer=customer)
    await books.bookings.add(booking)
    said = BookingContact(booking=booking.id, customer=customer, contact=found.contact, address=found.address)
    await books.customers.note(said)
    change = Change(
        action="adopt",
        actor=CRM,
        before=None,
        after=booking,
        event=EventType.BOOKING_CONFIRMED,
        personal=Personal(customer=customer, after=personal_of(found.contact, found.address)),
    )
    await follow(books, change, at=now)
    integrations = books.integrations
    # Nothing of it was written by us yet: the write that follows puts in title, reference, link and fields. It leaves
    # the entry where it stands, and its customer, who knows of it already, isn't written to.
    where = [found.target.calendar, found.target.service, found.target.service_location]
    link = CrmLink(
        booking=booking.id,
        written=CrmWritten(source=entry.source, source_id=entry.source_id),
        contact=found.outside,
        version=0,
        wrote={"start": entry.start, "end": entry.end, "status": "confirmed", "target": where, "quiet": True},
    )
    await integrations.writes.save_link(link)
    await integrations.writes.save_contact(customer=customer, contact=found.outside)
    ours = replace(entry, booking=booking.id, place=booking.place, hub=booking.hub, placed_by=RECORD)
    await integrations.mirror.save([ours])
    await books.commitments.delete([entry.key, *ids_of(entry.key, entry.technicians)])
    await write_anew(books, [booking], at=now)
    return booking


async def _customer(books: Books, found: _Found, *, now: int) -> str:
    """Find the customer that the contact is: as it was linked before, else by email or phone; else they are new."""
    linked = await books.integrations.writes.customer_of(found.outside)
    if linked is not None:
        known = await books.customers.find(linked)
        if known is not None and known.erased_at is None:
            return known.id
    return (await books.customers.known(found.contact, new_id=new_id(now=now), at=now)).id


def _booking(desk: Desk, found: _Found, *, now: int) -> Booking:
    """Make the record of the visit as it stands there, at the product's price in the zone where it lies."""
    entry, product, business = found.entry, found.product, desk.business
    request = Request(place=found.place, product=product.id)
    resolution, sale = desk.current.snapshot.resolve(request, now=desk.now)
    priced = quote(product=product, override=None, currency=business.currency) if sale is None else sale.quote
    return Booking(
        id=new_id(now=now),
        reference=new_reference(secrets.randbelow),
        status=Status.CONFIRMED,
        technician=entry.technicians[0],
        start=entry.start,
        end=entry.end,
        place=found.place,
        hub=entry.hub or nearest_hub(found.place.point, business.hubs),
        zone=None if sale is None else resolution.zone,
        schedule=None if sale is None else zone_schedule(desk, sale, entry.start),
        product=product.id,
        product_name=priced.name,
        price=priced.price,
        currency=priced.currency,
        resources=dict(product.resources),
        source=SOURCE,
        created_at=now,
        reasons={"chosen": "named"},
    )
