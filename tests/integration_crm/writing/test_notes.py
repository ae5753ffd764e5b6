"""Why a visit was cancelled stands at its contact: once, after the cancellation, and where it can be erased before."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking
from fieldfare.ports.integrations import WriteKind, WriteState
from tests.databases import Database
from tests.integration_crm.writing.shop import CUSTOMER, LOCATION, OFFICE, Shop, run
from tests.integration_crm.writing.test_attempts import killed_after

KEY = Actor(kind=ActorKind.KEY, id="key-1")


def notes_of(one: Shop) -> list[str]:
    """List the notes of all contacts."""
    return [note["body"] for contact in one.sim.contacts(LOCATION) for note in one.sim.notes(contact["id"])]


def when(booking: Booking) -> str:
    """Write a visit's time as people in New York say it."""
    start, end = (datetime.fromtimestamp(at, ZoneInfo("America/New_York")) for at in (booking.start, booking.end))
    return f"{start:%a %Y-%m-%d %H:%M}\N{EN DASH}{end:%H:%M} America/New_York"


@pytest.mark.parametrize(
    ("actor", "reason", "ending"),
    [
        (CUSTOMER, "Moved away", "reason: Moved away; by: customer online"),
        (OFFICE, "Customer called", "reason: Customer called; by: staff"),
        (KEY, "Asked on the phone", "reason: Asked on the phone; by: agent"),
        (CUSTOMER, "too\n\n  dear", "reason: too dear; by: customer online"),
        (CUSTOMER, "<b>price</b>", "reason: &lt;b>price&lt;/b>; by: customer online"),
    ],
)
def test_a_reason_becomes_a_note(database: Database, actor: Actor, reason: str, ending: str) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()

        await one.cancel(booking, reason, actor=actor)
        await one.write_all()

        assert notes_of(one) == [f"Cancelled #{booking.reference}, {when(booking)} — {ending}"]

    run(database, story)


def test_without_a_reason_there_is_no_note(database: Database) -> None:
    async def story(one: Shop) -> None:
        await one.cancel(await one.book(), None, actor=OFFICE)
        await one.write_all()
        assert notes_of(one) == []
        assert [write.kind for write in await one.writes()] == [WriteKind.VISIT]

    run(database, story)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(match="POST /contacts/*/notes", status=500, times=2), id="fails"),
        pytest.param(
            Fault(match="POST /contacts/*/notes", status=500, after_commit=True, times=1), id="made-all-the-same"
        ),
        pytest.param(Fault(match="POST /contacts/*/notes", drop=True, after_commit=True, times=2), id="dropped"),
        pytest.param(Fault(match="GET /contacts/*/notes", status=503, times=4), id="can't-look"),
        pytest.param(Fault(match="PUT /calendars/*", status=500, times=3), id="not-cancelled-yet"),
    ],
)
def test_a_note_is_written_once_whatever_goes_wrong(database: Database, fault: Fault) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        await one.cancel(booking)
        one.sim.faults.add(fault)

        await one.write_all()

        assert len(notes_of(one)) == 1
        assert one.entries() == []

    run(database, story)


def test_a_worker_that_dies_with_a_note_made_makes_no_second_one(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        await one.cancel(booking)
        visit, note = sorted(await one.writes(WriteState.WAITING), key=lambda write: write.kind is WriteKind.NOTE)
        await one.attempt(visit)
        (contact,) = one.sim.contacts(LOCATION)
        await killed_after(one, note.id, f"POST /contacts/{contact['id']}/notes")
        assert len(notes_of(one)) == 1

        await one.write_all()

        assert len(notes_of(one)) == 1

    run(database, story)


def test_a_note_waits_for_the_cancellation(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        await one.cancel(booking)
        (note,) = [write for write in await one.writes(WriteState.WAITING) if write.kind is WriteKind.NOTE]

        await one.attempt(note)

        assert notes_of(one) == []
        assert len(one.entries()) == 1
        await one.write_all()
        assert len(notes_of(one)) == 1

    run(database, story)


def test_a_reason_that_was_erased_is_not_written(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        await one.cancel(booking)
        async with one.storage.open(one.id) as books:
            assert booking.customer is not None
            await books.customers.erase(booking.customer, at=one.now)

        await one.write_all()

        assert notes_of(one) == []
        assert one.entries() == []
        (note,) = [write for write in await one.writes() if write.kind is WriteKind.NOTE]
        assert note.state is WriteState.DROPPED
        assert "Moved" not in str(note.facts)

    run(database, story)
