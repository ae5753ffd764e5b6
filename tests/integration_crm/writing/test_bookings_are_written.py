"""What stands of a booking stands in the CRM: one entry, the contact, its fields, whatever happens to the booking."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.connections import BookingField, ConnectionState, Target
from fieldfare.domain.titles import reference_in
from fieldfare.ports.bookings import LinkPurpose
from fieldfare.ports.integrations import WriteState
from fieldfare.usecases.integrations.replay_write import ReplayWrite, replay_write
from fieldfare.usecases.people.tokens import hash_of
from fieldfare.usecases.reactions import CRM
from tests.databases import Database
from tests.integration_crm.writing.shop import CALENDAR, LOCATION, OFFICE, Shop, run


def test_a_booking_becomes_one_entry_with_its_contact_and_fields(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()

        await one.write_all()

        (entry,) = one.entries()
        assert entry["calendarId"] == CALENDAR
        assert entry["title"] == f"[H07] AC tune-up - J. Tremblay #{booking.reference}"
        assert reference_in(entry["description"]) == booking.reference
        assert entry["address"] == "12 Elm Street, Toronto, Unit 4"
        assert entry["assignedUserId"] == "u0"
        assert "Dog" not in str(entry)
        link = await one.link(booking)
        assert link is not None
        assert link.written.source_id == entry["id"]
        contact = one.contact(entry["contactId"])
        assert contact["email"].startswith("jamie.tremblay")
        assert one.shown(contact["id"], BookingField.REFERENCE) == booking.reference
        assert one.shown(contact["id"], BookingField.STATUS) == "confirmed"
        address = one.shown(contact["id"], BookingField.MANAGE_LINK)
        assert address is not None
        async with one.storage.open(one.id) as books:
            opened = await books.links.find(hash_of(address.rpartition("/")[2]), LinkPurpose.MANAGE)
        assert opened is not None
        assert opened.booking == booking.id

    run(database, story)


def test_each_change_of_a_booking_is_written(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book(600)
        await one.write_all()
        (entry,) = one.entries()

        moved = await one.move(booking, 780)
        await one.write_all()
        assert span_of(one) == [(entry["id"], moved.start, moved.end, "u0")]

        given = await one.give(moved, "t1")
        await one.write_all()
        assert span_of(one) == [(entry["id"], given.start, given.end, "u1")]

        await one.cancel(given)
        await one.write_all()
        assert one.entries() == []
        assert [row["id"] for row in one.entries(standing=False)] == [entry["id"]]
        assert one.shown(entry["contactId"], BookingField.STATUS) == "cancelled"
        assert await one.writes(WriteState.WAITING, WriteState.PARKED) == ()

    run(database, story)


def test_changes_before_the_first_attempt_are_one_write(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book(600)
        moved = await one.move(await one.give(booking, "t1"), 900)

        await one.write_all()

        assert [row[1:] for row in span_of(one)] == [(moved.start, moved.end, "u1")]
        assert len(await one.writes(WriteState.DONE)) == 1
        assert one.calls("POST", "/calendars/events/appointments") == 1

    run(database, story)


def test_what_was_never_written_need_not_be_cancelled(database: Database) -> None:
    async def story(one: Shop) -> None:
        await one.cancel(await one.book(), reason=None, actor=OFFICE)

        await one.write_all()

        assert one.sim.calls == []

    run(database, story)


def test_what_has_changed_nothing_is_written_once(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        before = len(one.sim.calls)

        await one.give(booking, booking.technician or "")
        await one.write_all()

        assert len(one.sim.calls) == before

    run(database, story)


def test_what_others_own_of_a_contact_stays(database: Database) -> None:
    async def story(one: Shop) -> None:
        theirs = one.sim.add_field(LOCATION, "gate_code", name="Gate code")
        known = one.sim.add_contact(
            LOCATION, name="J. Tremblay", email="jamie@example.com", tags=["vip", "gold"], fields={"gate_code": "12"}
        )

        booking = await one.book(email="jamie@example.com")
        await one.write_all()
        await one.cancel(booking)
        await one.write_all()

        contact = one.contact(known)
        assert sorted(contact["tags"]) == ["gold", "vip"]
        assert {row["id"]: row["value"] for row in contact["customFields"]}[theirs] == "12"
        assert len(one.sim.contacts(LOCATION)) == 1

    run(database, story)


def test_once_a_visit_is_over_the_contact_shows_the_next_one(database: Database) -> None:
    async def story(one: Shop) -> None:
        first, second, third = [await one.book(minutes, email="jamie@example.com") for minutes in (600, 900, 1_200)]
        await one.write_all()
        (contact,) = one.sim.contacts(LOCATION)
        links = {}
        for booking in (first, second, third):
            await one.move(booking, (booking.start - one.at(0)) // MINUTE + 30)
            await one.write_all()
            # As long as it stands, the CRM's own mails about what was written need its link.
            assert one.shown(contact["id"], BookingField.REFERENCE) == booking.reference
            links[booking.id] = one.shown(contact["id"], BookingField.MANAGE_LINK)

        for over, left in ((second, first), (first, third), (third, third)):
            await one.cancel(over)
            await one.write_all()
            assert one.shown(contact["id"], BookingField.REFERENCE) == left.reference
            assert one.shown(contact["id"], BookingField.MANAGE_LINK) == links[left.id]
        assert one.shown(contact["id"], BookingField.STATUS) == "cancelled"

    run(database, story)


def test_a_contact_that_is_gone_is_made_anew(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book(600, email="jamie@example.com")
        await one.write_all()
        (first,) = one.sim.contacts(LOCATION)
        one.sim.delete(first["id"])

        await one.book(780, email="jamie@example.com")
        await one.write_all()

        (second,) = one.sim.contacts(LOCATION)
        assert second["id"] != first["id"]
        assert len(one.entries()) == 2
        assert booking.customer is not None

    run(database, story)


def test_an_entry_that_is_gone_is_made_anew(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        one.sim.delete(one.entries()[0]["id"])

        moved = await one.move(booking, 780)
        await one.write_all()

        assert [row[1:] for row in span_of(one)] == [(moved.start, moved.end, "u0")]
        link = await one.link(booking)
        assert link is not None
        assert link.written.source_id == one.entries()[0]["id"]

    run(database, story)


def test_a_visit_moves_to_the_calendar_that_is_chosen_now(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        one.sim.add_calendar(LOCATION, "calendar-2", kind="personal", users=["u0", "u1"])
        await one.settings(targets={"*": Target(calendar="calendar-2")})

        await one.move(booking, 780)
        await one.write_all()

        assert [row["calendarId"] for row in one.entries()] == ["calendar-2"]
        assert len(one.entries(standing=False)) == 2

    run(database, story)


def test_services_take_visits_as_well(database: Database) -> None:
    async def story(one: Shop) -> None:
        one.sim.enable_services(LOCATION)
        one.sim.add_service(LOCATION, "service-1", users=["u0", "u1"])
        one.sim.add_service_location(LOCATION, "place-1")
        await one.settings(targets={"tune-up": Target(service="service-1", service_location="place-1")})

        booking = await one.book()
        await one.write_all()
        (entry,) = one.sim.service_bookings(LOCATION)
        assert reference_in(entry["title"]) == booking.reference
        assert entry["meetingLocation"] == "12 Elm Street, Toronto, Unit 4"

        moved = await one.give(await one.move(booking, 780), "t1")
        await one.write_all()
        (entry,) = one.sim.service_bookings(LOCATION)
        assert [leg["staff"] for leg in entry["legs"]] == ["u1"]
        assert entry["start"] == moved.start

        await one.cancel(moved)
        await one.write_all()
        assert [row["status"] for row in one.sim.service_bookings(LOCATION)] == ["cancelled"]

    run(database, story)


@pytest.mark.parametrize(
    ("chosen", "failure"),
    [
        ({"targets": {}}, "no_target"),
        ({"targets": {"other": Target(calendar=CALENDAR)}}, "no_target"),
        ({"targets": {"*": Target()}}, "no_target"),
        ({"technicians": {"u1": "t1"}}, "no_user"),
    ],
)
def test_what_is_not_set_up_is_put_aside_until_it_is(
    database: Database, chosen: dict[str, object], failure: str
) -> None:
    async def story(one: Shop) -> None:
        known = {"targets": {"*": Target(calendar=CALENDAR)}, "technicians": {"u0": "t0", "u1": "t1"}}
        await one.settings(**chosen)
        await one.book()
        await one.write_all()
        (parked,) = await one.writes(WriteState.PARKED)
        assert parked.failure == failure
        assert one.sim.calls == []
        assert one.told.codes == ["crm_write_parked"]

        await one.settings(**known)
        await one.act(lambda desk: replay_write(desk, ReplayWrite(write=parked.id, actor=OFFICE)))
        await one.write_all()

        assert len(one.entries()) == 1
        assert [line["action"] for line in one.query(REPLAYS)] == ["replay"]

    run(database, story)


def test_a_long_title_keeps_its_ends(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book(name="Maximiliana Alexandrina Theodora Wilhelmina " + "Longname" * 9)

        await one.write_all()

        title = one.entries()[0]["title"]
        assert len(title) == 100
        assert title.startswith("[H07] AC tune-up - M. Longname")
        assert title.endswith(f" #{booking.reference}")

    run(database, story)


def test_without_a_crm_nothing_is_written_down(database: Database) -> None:
    async def story(one: Shop) -> None:
        async with one.storage.open(one.id) as books:
            connection = await books.integrations.connections.find(for_change=True)
            assert connection is not None
            await books.integrations.connections.save(replace(connection, state=ConnectionState.REMOVED))

        await one.cancel(await one.book())

        assert await one.writes() == ()

    run(database, story)


@pytest.mark.parametrize("state", [ConnectionState.PAUSED, ConnectionState.RECONNECT])
def test_what_happens_while_it_is_cut_off_waits(database: Database, state: ConnectionState) -> None:
    async def story(one: Shop) -> None:
        async def become(state: ConnectionState) -> None:
            async with one.storage.open(one.id) as books:
                connection = await books.integrations.connections.find(for_change=True)
                assert connection is not None
                await books.integrations.connections.save(replace(connection, state=state))

        await become(state)
        await one.book()
        one.time.now += 60
        assert await one.drain() == 0
        assert len(await one.writes(WriteState.WAITING)) == 1

        await become(ConnectionState.CONNECTED)
        await one.write_all()

        assert len(one.entries()) == 1

    run(database, story)


def test_of_what_the_crm_did_itself_it_is_not_told(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        written = len(await one.writes())

        await one.cancel(booking, "Cancelled in GoHighLevel", actor=CRM)

        assert len(await one.writes()) == written

    run(database, story)


REPLAYS = "SELECT action FROM audit WHERE business_id = %(business)s AND subject = 'crm_writes'"


def span_of(one: Shop) -> list[tuple[str, int, int, str]]:
    """Give what the standing entries say of time and person."""
    return [(row["id"], row["start"], row["end"], row["assignedUserId"]) for row in one.entries()]
