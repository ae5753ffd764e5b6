"""What people do to an entry while something of its booking waits to be written is never written over unseen."""

from __future__ import annotations

from typing import Any

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.clock import MINUTE
from fieldfare.ports.integrations import ConflictKind, WriteState
from fieldfare.usecases.integrations.mending import write_anew
from fieldfare.usecases.integrations.settle_conflict import SettleConflict, Settlement, settle_conflict
from tests.databases import Database
from tests.integration_crm.kit import Kit, run
from tests.integration_crm.writing.shop import OFFICE
from tests.integration_crm.writing.test_attempts import CHANGE


def entry_of(one: Kit, id_: str) -> dict[str, Any]:
    """Give the appointment of an id."""
    return next(row for row in one.entries(standing=False) if row["id"] == id_)


async def touched(one: Kit, booking: Booking) -> None:
    """Have a booking written anew that has not moved."""
    async with one.storage.open(one.id) as books:
        await write_anew(books, [booking], at=one.now)


def test_where_both_have_moved_it_people_say_what_shall_be(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written(600)
        moved = await one.move(booking, 780)
        one.sim.edit(id_, start=one.at(660), end=one.at(720))
        await one.write_all()

        assert (entry_of(one, id_)["start"], (await one.find(booking)).start) == (one.at(660), moved.start)
        (conflict,) = await one.conflicts()
        assert (conflict.kind, conflict.booking) == (ConflictKind.MOVED_ONTO, booking.id)
        assert [(write.state, write.failure) for write in await one.writes(WriteState.PARKED)] == [
            (WriteState.PARKED, "edited_meanwhile")
        ]
        await one.sweep()
        assert (await one.find(booking)).start == moved.start
        assert ("t0", 660, 720) in await one.spans()
        assert len(await one.conflicts()) == 1

        wanted = SettleConflict(conflict=conflict.id, how=Settlement.KEEP, actor=OFFICE)
        await settle_conflict(one.outward, one.id, wanted)
        await one.write_all()
        await one.sweep()
        assert entry_of(one, id_)["start"] == moved.start
        assert (await one.conflicts(), await one.failures(), await one.spans()) == ([], [], [])

    run(database, story)


def test_as_long_as_they_have_not_said_so_nothing_else_moves_it(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written(600)
        await one.move(booking, 780)
        one.sim.edit(id_, start=one.at(660), end=one.at(720))
        await one.write_all()

        await one.move(booking, 900)
        await one.write_all()

        assert entry_of(one, id_)["start"] == one.at(660)
        (conflict,) = await one.conflicts()
        wanted = SettleConflict(conflict=conflict.id, how=Settlement.MOVE, actor=OFFICE, start=one.at(960))
        await settle_conflict(one.outward, one.id, wanted)
        await one.write_all()
        assert entry_of(one, id_)["start"] == one.at(960)

    run(database, story)


def test_a_booking_of_which_only_its_words_have_changed_follows_the_entry(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written(600)
        await touched(one, booking)
        one.sim.edit(id_, start=one.at(660), end=one.at(720), user="u1", title="Somebody's own words")
        await one.sweep()
        assert (await one.find(booking)).start == booking.start
        await one.write_all()

        entry = entry_of(one, id_)
        assert (entry["start"], entry["assignedUserId"]) == (one.at(660), "u1")
        assert booking.reference in entry["title"]
        await one.sweep()
        followed = await one.find(booking)
        assert (followed.start, followed.technician) == (one.at(660), "t1")
        assert await one.conflicts() == []

    run(database, story)


@pytest.mark.parametrize("moves", [True, False])
def test_what_people_cancelled_does_not_stand_again(database: Database, moves: bool) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written(600)
        one.sim.edit(id_, status="cancelled")
        await (one.move(booking, 780) if moves else touched(one, booking))
        await one.write_all()

        assert entry_of(one, id_)["appointmentStatus"] == "cancelled"
        await one.sweep()
        assert (await one.find(booking)).status is Status.CANCELLED

    run(database, story)


def test_what_we_asked_for_ourselves_is_no_edit(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written(600)
        one.sim.faults.add(Fault(match=CHANGE, drop=True, after_commit=True, times=1))
        await one.move(booking, 780)
        one.time.now += 20
        await one.drain()
        assert entry_of(one, id_)["start"] == one.at(780)

        again = await one.move(booking, 900)
        await one.write_all()

        assert (entry_of(one, id_)["start"], entry_of(one, id_)["end"]) == (again.start, again.start + 60 * MINUTE)
        assert await one.conflicts() == []

    run(database, story)
