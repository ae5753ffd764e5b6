"""An entry says how its visit ended, and that it hasn't where the step is taken back."""

from __future__ import annotations

from functools import partial

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.bookings import Booking, Status
from fieldfare.usecases.bookings.step import Step, Undo, take_step, undo_step
from tests.databases import Database
from tests.integration_crm.kit import Kit, run
from tests.integration_crm.writing.shop import OFFICE
from tests.integration_crm.writing.test_attempts import CHANGE


async def stepped(one: Kit, booking: Booking, *steps: Status) -> None:
    """Take steps of the day, and have them written."""
    for to in steps:
        step = Step(booking=booking.id, to=to, actor=OFFICE)
        await one.act(partial(take_step, wanted=step))
    await one.write_all()


def status_of(one: Kit) -> str:
    """Tell what the one appointment says."""
    (entry,) = one.entries(standing=False)
    return str(entry["appointmentStatus"])


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((Status.IN_PROGRESS, Status.COMPLETED), "showed"),
        ((Status.EN_ROUTE, Status.NO_SHOW), "noshow"),
        ((Status.IN_PROGRESS, Status.FAILED), "showed"),
        ((Status.EN_ROUTE,), "confirmed"),
    ],
)
def test_an_entry_says_how_its_visit_ended(database: Database, steps: tuple[Status, ...], said: str) -> None:
    async def story(one: Kit) -> None:
        booking, _, _ = await one.written(600)

        await stepped(one, booking, *steps)

        assert status_of(one) == said
        assert one.calls(*CHANGE.removesuffix("/*").split()) == (said != "confirmed")
        await one.sweep()
        assert (await one.find(booking)).status is steps[-1]
        assert await one.conflicts() == []

    run(database, story)


def test_a_visit_that_was_over_before_it_was_written_says_so(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book(600)

        await stepped(one, booking, Status.IN_PROGRESS, Status.COMPLETED)

        assert status_of(one) == "showed"

    run(database, story)


def test_an_entry_that_was_made_and_not_marked_is_found_again(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book(600)
        one.sim.faults.add(Fault(match=CHANGE, status=500, times=4))

        await stepped(one, booking, Status.IN_PROGRESS, Status.COMPLETED)

        assert status_of(one) == "showed"

    run(database, story)


def test_a_step_that_is_taken_back_is_taken_back_at_the_entry(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, _ = await one.written(600)
        await stepped(one, booking, Status.IN_PROGRESS, Status.COMPLETED)

        await one.act(lambda desk: undo_step(desk, Undo(booking=booking.id, actor=OFFICE)))
        await one.write_all()

        assert status_of(one) == "confirmed"
        await one.sweep()
        assert (await one.find(booking)).status is Status.IN_PROGRESS

    run(database, story)
