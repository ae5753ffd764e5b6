"""What can't both be is found, settled by people or by itself, and not found again where it was kept."""

from __future__ import annotations

import pytest

from fieldfare.domain.bookings import Status
from fieldfare.domain.clock import MINUTE
from fieldfare.ports.integrations import Conflict, ConflictKind, WriteState
from fieldfare.usecases.bookings.judging import Override
from fieldfare.usecases.bookings.refusals import OverrideNeededError, SlotTakenError, WrongStatusError
from fieldfare.usecases.integrations.settle_conflict import (
    SettleConflict,
    Settlement,
    UnknownConflictError,
    settle_conflict,
)
from tests.databases import Database
from tests.integration_crm.kit import VISITS, Kit, run
from tests.integration_crm.writing.shop import OFFICE
from tests.worlds import World


def test_an_entry_over_our_visit_is_a_conflict_until_it_is_gone(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book(600)
        id_ = one.block(630, title="Dentist")

        assert (await one.sweep()).conflicts == 1

        (conflict,) = await one.conflicts()
        assert (conflict.kind, conflict.booking) == (ConflictKind.OVERLAP, booking.id)
        assert (conflict.technician, conflict.start) == ("t0", booking.start)
        assert conflict.entry == f"ghl.block:{id_}:"
        assert (await one.sweep()).conflicts == 0
        one.sim.delete(id_)
        await one.sweep()
        assert await one.conflicts() == []
        (over,) = await one.look(lambda books: books.integrations.conflicts.settled(limit=5))
        assert over.outcome == "gone"

    run(database, story)


def test_a_drive_for_which_there_is_no_time_is_a_conflict(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book(600)
        id_ = one.appointment(665, calendar=VISITS, title="[H08] Gas")

        await one.sweep()

        (conflict,) = await one.conflicts()
        assert (conflict.kind, conflict.booking) == (ConflictKind.UNDRIVABLE, booking.id)
        assert conflict.entry == f"ghl.appointment:{id_}:"
        assert conflict.facts["need_seconds"] > conflict.facts["free_seconds"]
        one.sim.edit(id_, start=one.at(900), end=one.at(960))
        await one.sweep()
        assert await one.conflicts() == []

    run(database, story)


def test_two_visits_of_ours_between_which_a_block_leaves_no_time_are_a_conflict(database: Database) -> None:
    async def story(one: Kit) -> None:
        first, second = await one.book(600), await one.book(705)
        assert (await one.sweep()).conflicts == 0
        one.block(660, length=40, title="Dentist")

        await one.sweep()

        (conflict,) = await one.conflicts()
        assert (conflict.kind, conflict.booking, conflict.entry) == (ConflictKind.UNDRIVABLE, second.id, first.id)

    run(database, story, town=buffered)


def buffered(town: World) -> World:
    """Leave a quarter of an hour between visits."""
    return town.policy(travel_buffer_minutes=15)


def test_an_echo_of_our_visit_is_no_conflict(database: Database) -> None:
    async def story(one: Kit) -> None:
        await one.book(600)
        one.block(600, title="Busy")

        assert (await one.sweep()).conflicts == 0

    run(database, story)


async def _one_conflict(one: Kit) -> Conflict:
    await one.book(600)
    one.block(630, title="Dentist")
    await one.sweep()
    (conflict,) = await one.conflicts()
    return conflict


async def _settle(one: Kit, conflict: Conflict, how: Settlement, **more: object) -> Conflict:
    wanted = SettleConflict(conflict=conflict.id, how=how, actor=OFFICE, **more)  # type: ignore[arg-type]
    return await settle_conflict(one.outward, one.id, wanted)


def test_what_is_kept_is_not_found_again_unless_it_is_another(database: Database) -> None:
    async def story(one: Kit) -> None:
        conflict = await _one_conflict(one)

        settled = await _settle(one, conflict, Settlement.KEEP, reason="She goes later")

        assert (settled.outcome, settled.settled_by) == ("kept", OFFICE.id)
        assert await _settle(one, conflict, Settlement.KEEP) == settled
        assert (await one.sweep()).conflicts == 0
        assert await one.conflicts() == []
        (line,) = await one.look(
            lambda books: books.audit.page(before=None, limit=5, subject="conflicts", subject_id=conflict.id)
        )
        assert (line.entry.action, line.entry.after["outcome"]) == ("settle", "kept")
        assert "later" not in str(line.entry.after)
        with pytest.raises(WrongStatusError):
            await _settle(one, conflict, Settlement.CANCEL)
        entry = (conflict.entry or "").split(":")[1]
        one.sim.edit(entry, start=one.at(640), end=one.at(700))
        assert (await one.sweep()).conflicts == 1

    run(database, story)


def test_our_visit_is_given_to_whoever_can_drive_it(database: Database) -> None:
    async def story(one: Kit) -> None:
        conflict = await _one_conflict(one)
        one.block(600, user="u1", title="Also busy")
        await one.sweep()

        settled = await _settle(one, conflict, Settlement.REASSIGN)

        assert settled.outcome == "reassigned"
        (booking,) = await one.bookings()
        assert booking.technician == "t2"
        assert (await one.sweep()).conflicts == 0

    run(database, story, technicians=3)


def test_our_visit_is_given_to_nobody_who_cannot_drive_it(database: Database) -> None:
    async def story(one: Kit) -> None:
        conflict = await _one_conflict(one)
        one.block(600, user="u1", title="Also busy")
        await one.sweep()

        with pytest.raises(SlotTakenError):
            await _settle(one, conflict, Settlement.REASSIGN)

        assert await one.conflicts() == [conflict]

    run(database, story)


def test_our_visit_is_given_to_whom_somebody_names(database: Database) -> None:
    async def story(one: Kit) -> None:
        conflict = await _one_conflict(one)

        await _settle(one, conflict, Settlement.REASSIGN, technician="t1")

        (booking,) = await one.bookings()
        assert booking.technician == "t1"

    run(database, story)


def test_our_visit_is_moved(database: Database) -> None:
    async def story(one: Kit) -> None:
        conflict = await _one_conflict(one)
        override = Override(actor=OFFICE)
        with pytest.raises(OverrideNeededError):
            await _settle(one, conflict, Settlement.MOVE, technician="t0", start=one.at(901), override=override)
        assert await one.conflicts() == [conflict]

        settled = await _settle(one, conflict, Settlement.MOVE, technician="t0", start=one.at(900), override=override)

        assert settled.outcome == "moved"
        (booking,) = await one.bookings()
        assert booking.start == one.at(900)

    run(database, story)


def test_our_visit_is_cancelled(database: Database) -> None:
    async def story(one: Kit) -> None:
        conflict = await _one_conflict(one)

        settled = await _settle(one, conflict, Settlement.CANCEL, reason="Nobody can come")

        assert settled.outcome == "cancelled"
        (booking,) = await one.bookings()
        assert booking.status is Status.CANCELLED

    run(database, story)


def test_a_visit_that_was_moved_onto_another_is_put_back_where_we_keep_it(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written(600)
        await one.written(810)
        await one.sweep()
        one.sim.edit(id_, start=one.at(810), end=one.at(810) + 60 * MINUTE)
        await one.sweep()
        conflict = next(known for known in await one.conflicts() if known.kind is ConflictKind.MOVED_ONTO)

        await _settle(one, conflict, Settlement.KEEP)

        assert len(await one.writes(WriteState.WAITING)) == 1
        await one.write_all()
        assert one.sim.world.appointments[id_]["start"] == booking.start
        await one.sweep()
        assert await one.spans() == []
        assert await one.conflicts() == []

    run(database, story)


def test_there_is_no_such_conflict(database: Database) -> None:
    async def story(one: Kit) -> None:
        wanted = SettleConflict(conflict="none", how=Settlement.KEEP, actor=OFFICE)
        with pytest.raises(UnknownConflictError):
            await settle_conflict(one.outward, one.id, wanted)

    run(database, story)
