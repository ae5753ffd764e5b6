"""Entries that were asked for and whose answer was lost: taken for ours if they are, whatever happens meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.bookings import Status
from fieldfare.domain.clock import DAY
from fieldfare.domain.connections import ConnectionState, Target
from fieldfare.ports.integrations import Credentials, WriteKind, WriteState
from fieldfare.usecases.integrations.claim import HELD_SECONDS, Outcome
from fieldfare.usecases.integrations.late_entries import LATE_SECONDS, cancel_late
from fieldfare.usecases.integrations.reconcile import reconcile
from tests.databases import Database
from tests.integration_crm.kit import Kit
from tests.integration_crm.kit import run as run_kit
from tests.integration_crm.writing.shop import CALENDAR, LOCATION, TOKEN, Shop, run
from tests.integration_crm.writing.test_attempts import CREATE, killed_after

UNANSWERED = Fault(match=CREATE, status=504, after_commit=True, times=1)
"""It is made, and nobody hears of it."""
NEVER_THERE = Fault(match=CREATE, drop=True, times=1)
"""It isn't made, and nobody hears of that."""
CREATE_SERVICE = "POST /calendars/services/bookings"
ADD_NOTE = "POST /contacts/*/notes"


async def first_attempt(one: Shop, fault: Fault) -> None:
    """Attempt what waits, and hear nothing of it."""
    (write,) = await one.writes(WriteState.WAITING)
    one.sim.faults.add(replace(fault))
    assert (await one.attempt(write)).outcome is Outcome.TROUBLE


async def connected_anew(one: Shop) -> None:
    """Take the account away, and connect it again."""
    async with one.storage.open(one.id) as books:
        known = await books.integrations.connections.find(for_change=True)
        assert known is not None
        await books.integrations.connections.save(replace(known, state=ConnectionState.REMOVED))
    async with one.storage.open(one.id) as books:
        await books.integrations.connections.save(known, credentials=Credentials(token=TOKEN))
    one.outward.crms.forget(one.id)


async def with_services(one: Shop) -> None:
    """Have visits written as bookings of a service, of which there are two."""
    one.sim.enable_services(LOCATION)
    for number in (1, 2):
        one.sim.add_service(LOCATION, f"service-{number}", users=["u0", "u1"])
    one.sim.add_service_location(LOCATION, "place-1")
    await one.settings(targets={"*": Target(service="service-1", service_location="place-1")})


def test_what_the_office_only_names_by_a_reference_stays_as_it_is(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book()
        await first_attempt(one, NEVER_THERE)
        (contact,) = one.sim.contacts(LOCATION)
        theirs = one.appointment(
            1_200, calendar=CALENDAR, contact=contact["id"], title=f"Bring part for #{booking.reference}"
        )
        before = next(row for row in one.entries() if row["id"] == theirs)
        await one.sweep()

        await one.write_all()
        await one.sweep()
        await reconcile(one.outward, one.id, now=one.now)
        await one.write_all()

        link = await one.link(booking)
        assert link is not None
        assert {row["id"] for row in one.entries()} == {theirs, link.written.source_id}
        after = next(row for row in one.entries() if row["id"] == theirs)
        assert [after[key] for key in ("title", "start", "end")] == [before[key] for key in ("title", "start", "end")]

    run_kit(database, story)


def test_a_copy_that_the_office_made_is_no_late_entry(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await first_attempt(one, UNANSWERED)
        await one.write_all()
        (ours,) = one.entries()
        copy = one.sim.add_appointment(
            LOCATION,
            CALENDAR,
            ours["contactId"],
            "u0",
            ours["start"] + DAY,
            ours["end"] + DAY,
            ours["title"],
            description=ours["description"],
        )

        assert await cancel_late(one.outward, one.id, booking.id) == 0

        assert {row["id"] for row in one.entries()} == {ours["id"], copy}

    run(database, story)


def test_what_was_asked_for_before_it_moved_is_a_late_entry_still(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await first_attempt(one, UNANSWERED)
        (late,) = list(one.sim.world.appointments)
        item = one.sim.world.appointments.pop(late)
        await one.move(booking, 780)
        await one.write_all()
        one.sim.world.appointments[late] = item

        assert await cancel_late(one.outward, one.id, booking.id) == 1

        assert [row["start"] for row in one.entries()] == [one.at(780)]

    run(database, story)


@pytest.mark.parametrize("moves", [False, True])
def test_what_the_office_cancelled_before_we_heard_of_it_stays_cancelled(database: Database, moves: bool) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book()
        await first_attempt(one, UNANSWERED)
        (entry,) = one.entries()
        one.sim.edit(entry["id"], status="cancelled")
        if moves:
            await one.move(booking, 780)
        before = one.calls("PUT", "/calendars/")

        await one.write_all()
        await one.sweep()

        assert one.entries() == []
        assert len(one.entries(standing=False)) == 1
        assert one.calls("PUT", "/calendars/") == before
        assert (await one.find(booking)).status is Status.CANCELLED

    run_kit(database, story)


def test_what_the_office_moved_before_we_heard_of_it_is_followed(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book()
        await first_attempt(one, UNANSWERED)
        (entry,) = one.entries()
        one.sim.edit(entry["id"], start=one.at(840), end=one.at(900))

        await one.write_all()
        await one.sweep()

        assert [row["start"] for row in one.entries(standing=False)] == [one.at(840)]
        assert (await one.find(booking)).start == one.at(840)

    run_kit(database, story)


def test_an_entry_of_before_the_account_was_connected_anew_is_known_again(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book()
        await first_attempt(one, UNANSWERED)
        await connected_anew(one)
        await one.sweep()

        moved = await one.move(booking, 780)
        await one.write_all()

        assert [row["start"] for row in one.entries(standing=False)] == [moved.start]

    run_kit(database, story)


@pytest.mark.parametrize("seen", [False, True])
def test_an_entry_that_nobody_has_noted_is_linked_and_cancelled(database: Database, seen: bool) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book()
        await first_attempt(one, UNANSWERED)
        await connected_anew(one)
        if seen:
            await one.sweep()

        assert (await reconcile(one.outward, one.id, now=one.now)).missing == (booking.id,)
        await one.write_all()
        (entry,) = one.entries(standing=False)
        link = await one.link(booking)
        assert link is not None
        assert link.written.source_id == entry["id"]

        await one.cancel(booking)
        await one.write_all()
        assert one.entries() == []

    run_kit(database, story)


def test_a_cancellation_finds_what_was_asked_for_before_the_account_was_connected_anew(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await first_attempt(one, UNANSWERED)
        await connected_anew(one)

        await one.cancel(booking)
        await one.write_all()

        assert one.entries() == []
        assert len(one.entries(standing=False)) == 1

    run(database, story)


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_transfer_that_is_broken_off_leaves_one_entry_at_most(database: Database, cancelled: bool) -> None:
    async def story(one: Shop) -> None:
        await with_services(one)
        booking = await one.book()
        await one.write_all()
        await one.settings(targets={"*": Target(service="service-2", service_location="place-1")})
        booking = await one.move(booking, 780)
        (write,) = await one.writes(WriteState.WAITING)
        await killed_after(one, write.id, CREATE_SERVICE)
        if cancelled:
            await one.cancel(booking)

        one.time.now += HELD_SECONDS
        await one.write_all()

        made = one.sim.service_bookings(LOCATION)
        standing = [row for row in made if row["status"] != "cancelled"]
        assert (len(made), len(standing)) == (2, 0 if cancelled else 1)
        assert [leg["service"] for row in standing for leg in row["legs"]] == ([] if cancelled else ["service-2"])

    run(database, story)


def test_a_cancellation_takes_what_a_transfer_has_left_with_it(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        link = await one.link(booking)
        assert link is not None
        old = one.sim.add_appointment(
            LOCATION, calendar=CALENDAR, contact=link.contact, user="u0", start=booking.start, end=booking.end
        )
        async with one.storage.open(one.id) as books:
            leaving = replace(link, wrote={**link.wrote, "leaves": ["ghl.appointment", old]})
            await books.integrations.writes.save_link(leaving)

        await one.cancel(booking)
        await one.write_all()

        assert one.entries() == []

    run(database, story)


def test_a_note_that_turns_up_late_stands_there_once(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        await one.cancel(booking)
        visit, note = sorted(await one.writes(WriteState.WAITING), key=lambda write: write.kind is WriteKind.NOTE)
        await one.attempt(visit)
        one.sim.faults.add(Fault(match=ADD_NOTE, status=504, after_commit=True, times=1))
        await one.attempt(note)
        (late,) = list(one.sim.world.notes)
        item = one.sim.world.notes.pop(late)

        for _ in range(LATE_SECONDS // 30 - 1):
            one.time.now += 30
            await one.drain()
        assert one.calls("POST", "/notes") == 1
        one.sim.world.notes[late] = item
        await one.write_all()

        assert list(one.sim.world.notes) == [late]

    run(database, story)


def test_a_visit_of_a_service_that_was_deleted_before_any_reading_is_cancelled_here(database: Database) -> None:
    """No list shows it any more; asked for by itself it says that it was deleted, so nobody has lost it."""

    async def story(one: Shop) -> None:
        one.sim.enable_services(LOCATION)
        one.sim.add_service(LOCATION, "service-1", users=["u0", "u1"])
        one.sim.add_service_location(LOCATION, "place-1")
        await one.settings(targets={"tune-up": Target(service="service-1", service_location="place-1")})
        booking = await one.book()
        await one.write_all()
        (entry,) = one.sim.service_bookings(LOCATION)
        one.sim.delete(entry["id"])

        found = await reconcile(one.outward, one.id, now=one.now)

        assert found.lost == ()
        assert (await one.find(booking)).status is Status.CANCELLED
        assert await one.writes(WriteState.WAITING) == ()

    run(database, story)
