"""Somebody took the time in the CRM just as a visit was written there: another technician goes, or people settle it."""

from __future__ import annotations

from typing import Any

import pytest

from fieldfare.domain.bookings import Booking
from fieldfare.ports.integrations import Conflict, ConflictKind
from fieldfare.usecases.integrations.compensate import compensate
from fieldfare.usecases.integrations.sweep import sweep
from tests.databases import Database
from tests.integration_crm.writing.shop import CALENDAR, LOCATION, Shop, run


async def written(one: Shop, booking: Booking) -> None:
    """Write a booking, and look at its day as the worker does."""
    (write,) = await one.writes()
    done = await one.attempt(write)
    assert (done.technician, done.start) == (booking.technician, booking.start)
    await compensate(one.outward, one.id, done.technician or "", done.start or 0, now=one.now)


async def conflicts(one: Shop) -> tuple[tuple[Conflict, ...], tuple[Conflict, ...]]:
    """List the conflicts: those that are open, and those that were settled."""
    async with one.storage.open(one.id) as books:
        book = books.integrations.conflicts
        return await book.open(limit=10), await book.settled(limit=10)


@pytest.mark.parametrize("what", ["appointment", "block"])
def test_the_visit_goes_to_somebody_else_at_its_time(database: Database, what: str) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        taken = intruder(one, booking, "u0", what)

        await written(one, booking)

        given = await one.find(booking)
        assert (given.technician, given.start) == ("t1", booking.start)
        open_, settled = await conflicts(one)
        assert open_ == ()
        (conflict,) = settled
        assert (conflict.kind, conflict.booking, conflict.outcome) == (ConflictKind.OVERLAP, booking.id, "reassigned")
        assert taken in (conflict.entry or "")
        await one.write_all()
        assert [row["assignedUserId"] for row in one.entries() if row["id"] != taken] == ["u1"]

    run(database, story)


def test_where_nobody_else_can_people_settle_it(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        for user in ("u0", "u1"):
            intruder(one, booking, user, "block")
        await sweep(one.outward, one.id, full=True, now=one.now)

        await written(one, booking)

        assert (await one.find(booking)).technician == "t0"
        open_, settled = await conflicts(one)
        assert settled == ()
        (conflict,) = open_
        assert (conflict.kind, conflict.booking, conflict.technician) == (ConflictKind.OVERLAP, booking.id, "t0")
        await compensate(one.outward, one.id, "t0", booking.start, now=one.now)
        assert len((await conflicts(one))[0]) == 1

    run(database, story)


def test_what_was_written_long_ago_is_not_given_away_unasked(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await written(one, booking)
        one.time.now += 3_600
        intruder(one, booking, "u0", "block")

        await compensate(one.outward, one.id, "t0", booking.start, now=one.now)

        assert (await one.find(booking)).technician == "t0"

    run(database, story)


def test_a_visit_is_not_in_its_own_way(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()

        await written(one, booking)
        await sweep(one.outward, one.id, full=True, now=one.now)

        assert await one.find(booking) == booking
        assert await conflicts(one) == ((), ())

    run(database, story)


def intruder(one: Shop, booking: Booking, user: str, what: str) -> str:
    """Take the time of a visit by hand."""
    times: dict[str, Any] = {"start": booking.start + 900, "end": booking.end + 900}
    if what == "block":
        return one.sim.add_block(LOCATION, user=user, **times)
    contact = one.sim.add_contact(LOCATION, name="Somebody Else")
    return one.sim.add_appointment(LOCATION, CALENDAR, contact, user, title="Boiler", address="1 Elm Street", **times)
