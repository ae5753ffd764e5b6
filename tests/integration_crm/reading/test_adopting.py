"""Visits that people make by hand in the CRM become bookings, with customer, hub and manage link, where they can."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from fieldfare.domain.bookings import Status
from fieldfare.domain.connections import CalendarUse, Target
from fieldfare.domain.places import Place
from fieldfare.domain.titles import reference_in
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.customers import MessageStatus
from fieldfare.ports.integrations import WriteState
from fieldfare.usecases.integrations.apply_entry import apply_entry
from fieldfare.usecases.reactions import CRM
from tests.databases import Database
from tests.integration_crm.kit import AT_HOME, LOCATION, OTHER, SERVICE, VISITS, Kit, days, place_of, run
from tests.worlds import EAST, WEST

PRODUCTS = {VISITS: "tune-up", SERVICE: "tune-up"}


def test_a_visit_made_by_hand_becomes_a_booking(database: Database) -> None:
    async def story(one: Kit) -> None:
        contact = one.contact_id(phone="+14165550123")
        id_ = one.appointment(600, calendar=VISITS, contact=contact, title="Gas", address="1 Oak Street", length=90)

        swept = await one.sweep()

        assert swept.adopted == 1
        (booking,) = await one.bookings()
        assert (booking.status, booking.source, booking.technician) == (Status.CONFIRMED, "ghl", "t0")
        assert (booking.start, booking.end) == (one.at(600), one.at(690))
        assert (booking.place, booking.hub, booking.zone) == (place_of(EAST), "H08", "z1")
        assert booking.product == "tune-up"
        assert await one.commitments() == []
        assert (await one.mirrored(id_)).booking == booking.id
        customer = await one.look(lambda books: books.customers.find(booking.customer or ""))
        assert (customer.contact.name, customer.contact.email) == ("Alex Roy", "alex.roy@example.com")
        assert await one.look(lambda books: books.integrations.writes.contact_of(customer.id)) == contact
        said = (await one.look(lambda books: books.customers.said_for([booking.id])))[booking.id]
        assert said.address is not None
        assert said.address.street == "1 Oak Street"
        messages = await one.look(
            lambda books: books.messages.page(
                statuses=tuple(MessageStatus), booking=None, unsettled=False, before=None, limit=10
            )
        )
        assert messages == ()
        assert (await one.trail(booking))[0].entry.actor == CRM
        await one.write_all()
        row = one.sim.world.appointments[id_]
        assert reference_in(row["title"]) == booking.reference
        assert row["title"].startswith("[H08] ")
        assert (await one.sweep()).adopted == 0
        assert len(await one.bookings()) == 1
        assert await one.writes(WriteState.WAITING) == ()
        moved = await one.move(booking, 630)
        await one.write_all()
        assert one.sim.world.appointments[id_]["start"] == moved.start

    run(database, story, products=PRODUCTS)


def test_a_webhook_is_enough(database: Database) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(600, calendar=VISITS, title="[H08] Gas", contact=one.contact_id())

        await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now)

        (booking,) = await one.bookings()
        assert (booking.hub, booking.address_unchecked) == ("H08", False)
        assert one.geocoder.asked == []

    run(database, story, products=PRODUCTS)


def test_a_known_customer_is_known_again(database: Database) -> None:
    async def story(one: Kit) -> None:
        before = await one.book(email="alex.roy@example.com")
        one.appointment(900, calendar=VISITS, title="[H07] Gas", contact=one.contact_id())

        await one.sweep()

        assert {booking.customer for booking in await one.bookings()} == {before.customer}

    run(database, story, products=PRODUCTS)


def test_without_an_address_of_its_own_it_is_at_its_contacts(database: Database) -> None:
    async def story(one: Kit) -> None:
        contact = one.contact_id(address1="2 Ash Street", city="Toronto")
        one.appointment(600, calendar=VISITS, title="Gas", contact=contact)

        await one.sweep()

        (booking,) = await one.bookings()
        assert booking.place == place_of(WEST)
        await one.sweep()
        assert len(one.geocoder.asked) == 1

    run(database, story, products=PRODUCTS)


def test_a_service_booking_of_one_leg_becomes_a_booking(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.sim.enable_services(LOCATION)
        one.sim.add_service(LOCATION, SERVICE, users=["u0", "u1"])
        one.sim.add_service_location(LOCATION, AT_HOME)
        for minutes, users in ((600, ["u0"]), (900, ["u0", "u1"])):
            legs = [(SERVICE, user, one.at(minutes), one.at(minutes + 60)) for user in users]
            one.sim.add_service_booking(
                LOCATION, contact=one.contact_id(), location_id=AT_HOME, legs=legs, place="1 Oak Street"
            )

        await one.sweep()

        (booking,) = await one.bookings()
        assert (booking.start, booking.technician) == (one.at(600), "t0")
        assert await one.spans() == [("t0", 900, 960), ("t1", 900, 960)]

    run(database, story, products=PRODUCTS, services=True)


@dataclass(frozen=True)
class Stays:
    """An appointment that is no booking, and why."""

    about: str
    entry: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    taken: int = 1


STAYS = [
    Stays("in a calendar that is not of visits", {"calendar": OTHER}),
    Stays("of two technicians", {"users": ["u0", "u1"]}, taken=2),
    Stays("of nobody", {"user": ""}, taken=0),
    Stays("in the past", {"at": -days(2)}),
    Stays("with nobody to be reached", contact={"email": "", "phone": ""}),
    Stays("nowhere", {"title": "Gas"}),
    Stays("of a status that nobody knows", {"status": "on_hold"}),
    Stays("cancelled", {"status": "cancelled"}, taken=0),
    Stays("longer than a visit may last", {"length": 24 * 60 + 1}),
]


@pytest.mark.parametrize("case", STAYS, ids=lambda case: case.about)
def test_what_cannot_be_a_booking_only_takes_its_time(database: Database, case: Stays) -> None:
    async def story(one: Kit) -> None:
        entry = {"calendar": VISITS, "title": "[H07] Gas", "contact": one.contact_id(**case.contact)} | case.entry
        one.appointment(entry.pop("at", 600), **entry)

        await one.sweep()
        await one.sweep()

        assert await one.bookings() == []
        assert len(await one.commitments()) == case.taken

    run(database, story, products=PRODUCTS)


def test_what_could_not_be_written_stays_what_it_is(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.appointment(600, calendar=VISITS, title="[H07] Gas", contact=one.contact_id())

        await one.sweep()

        assert await one.bookings() == []
        assert await one.spans() == [("t0", 600, 660)]

    run(database, story, products=PRODUCTS, targets={"repair": Target(calendar=VISITS)})


def test_our_own_visit_that_was_made_twice_is_no_other_visit(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        title = one.sim.world.appointments[id_]["title"]
        booking = await one.move(booking, 900)
        await one.write_all()
        one.appointment(600, calendar=VISITS, title=title, contact=one.contact_id(), address="1 Oak Street")

        await one.sweep()
        await one.sweep()

        assert await one.bookings() == [booking]
        assert await one.spans() == [("t0", 600, 660)]

    run(database, story, products=PRODUCTS)


def test_it_is_remembered_where_it_stands_and_that_its_customer_knows_of_it(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.appointment(600, calendar=OTHER, title="[H07] Gas", contact=one.contact_id())

        await one.sweep()

        (booking,) = await one.bookings()
        link = await one.link(booking)
        assert link is not None
        assert (link.wrote["target"], link.wrote["quiet"]) == ([OTHER, None, None], True)

        await one.write_all()
        after = await one.link(booking)
        assert after is not None
        assert after.written == link.written
        assert (after.wrote["target"], after.wrote.get("kept"), after.wrote.get("quiet")) == (
            [OTHER, None, None],
            True,
            None,
        )
        (entry,) = one.sim.appointments(LOCATION)
        assert (entry["calendarId"], entry["appointmentStatus"]) == (OTHER, "confirmed")

    uses = {VISITS: CalendarUse.VISITS, OTHER: CalendarUse.VISITS}
    run(database, story, products={OTHER: "tune-up"}, calendars=uses)


def test_something_unforeseen_is_told_and_keeps_no_other_visit_from_being_adopted(database: Database) -> None:
    async def locate(business: str, text: str) -> Place | None:
        if "Broken" in text:
            raise ZeroDivisionError(text)
        return await found(business, text)

    async def found(_: str, __: str) -> Place | None:
        return place_of(EAST)

    async def story(one: Kit) -> None:
        one.outward = replace(one.outward, locate=locate)
        for minutes, street in ((600, "1 Broken Street"), (900, "1 Oak Street")):
            contact = one.contact_id(address1=street, email=f"at.{minutes}@example.com")
            one.appointment(minutes, calendar=VISITS, title="Gas", contact=contact)

        await one.sweep()

        assert [booking.start for booking in await one.bookings()] == [one.at(900)]
        assert [known.code for known in await one.failures()] == ["entry_stuck"]
        one.outward = replace(one.outward, locate=found)
        for _ in range(2):
            await one.sweep(seconds=1000)
        assert len(await one.bookings()) == 2
        assert await one.failures() == []

    run(database, story, products=PRODUCTS)


def test_a_visit_in_the_way_of_ours_stays_what_it_is_and_waits_for_people(database: Database) -> None:
    async def story(one: Kit) -> None:
        ours = await one.book(600)
        one.appointment(630, calendar=VISITS, title="[H07] Gas", contact=one.contact_id())

        await one.sweep()

        assert await one.bookings() == [ours]
        assert await one.spans() == [("t0", 630, 690)]
        assert [known.booking for known in await one.conflicts()] == [ours.id]

    run(database, story, products=PRODUCTS)
