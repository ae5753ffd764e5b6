"""Whatever becomes of an attempt, each booking ends up in the CRM once: refused, lost, too late, or killed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.ports.integrations import WriteState
from fieldfare.usecases.integrations.claim import HELD_SECONDS, Outcome
from fieldfare.usecases.integrations.late_entries import cancel_late
from fieldfare.usecases.integrations.outcomes import MOST_ALONE
from fieldfare.usecases.integrations.reconcile import reconcile
from fieldfare.usecases.integrations.replay_write import ReplayWrite, replay_write
from fieldfare.usecases.integrations.troubles import trouble_over
from fieldfare.usecases.integrations.write_visit import write_out
from tests.databases import Database
from tests.integration_crm.writing.shop import CALENDAR, LOCATION, OFFICE, KilledError, Shop, run

CREATE = "POST /calendars/events/appointments"
UPSERT = "POST /contacts/upsert"
FIELDS = "PUT /contacts/*"
CHANGE = "PUT /calendars/events/appointments/*"
READ_BACK = "GET /calendars/events/appointments/*"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(match=UPSERT, status=500, times=2), id="contact-fails"),
        pytest.param(Fault(match=UPSERT, status=500, after_commit=True, times=1), id="contact-made-all-the-same"),
        pytest.param(Fault(match=UPSERT, drop=True, times=2), id="contact-dropped"),
        pytest.param(Fault(match=FIELDS, status=502, times=1), id="fields-fail"),
        pytest.param(Fault(match=CREATE, status=500, times=1), id="entry-fails"),
        pytest.param(Fault(match=CREATE, status=500, after_commit=True, times=1), id="entry-made-all-the-same"),
        pytest.param(Fault(match=CREATE, status=504, after_commit=True, times=3), id="three-times"),
        pytest.param(Fault(match=CREATE, slow=30, after_commit=True, times=1), id="too-late"),
        pytest.param(Fault(match=CREATE, drop=True, times=1), id="dropped"),
        pytest.param(Fault(match=CREATE, drop=True, after_commit=True, times=1), id="dropped-once-made"),
        pytest.param(Fault(match=CREATE, lost=True, times=1), id="yes-but-nothing-kept"),
        pytest.param(Fault(match=CREATE, status=429, times=1), id="too-many"),
        pytest.param(Fault(match=CREATE, status=429, times=5, retry_after=40), id="too-many-for-a-while"),
        pytest.param(Fault(match=READ_BACK, status=500, times=4), id="not-read-back"),
        pytest.param(Fault(status=503, times=9), id="all-fails-for-a-while"),
    ],
)
def test_a_booking_is_written_once_whatever_goes_wrong(database: Database, fault: Fault) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        one.sim.faults.add(fault)

        await one.write_all()

        (entry,) = one.entries(standing=False)
        link = await one.link(booking)
        assert link is not None
        assert link.written.source_id == entry["id"]
        assert len(one.sim.contacts(LOCATION)) == 1
        assert [write.state for write in await one.writes()] == [WriteState.DONE]

    run(database, story)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(match=CHANGE, status=500, times=1), id="fails"),
        pytest.param(Fault(match=CHANGE, status=500, after_commit=True, times=1), id="done-all-the-same"),
        pytest.param(Fault(match=CHANGE, drop=True, after_commit=True, times=2), id="dropped-once-done"),
        pytest.param(Fault(match=CHANGE, lost=True, times=1), id="yes-but-nothing-kept"),
        pytest.param(Fault(match=CHANGE, slow=60, times=1), id="too-late"),
    ],
)
def test_a_move_and_a_cancellation_get_there(database: Database, fault: Fault) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        one.sim.faults.add(replace(fault))
        moved = await one.move(booking, 780)
        await one.write_all()
        assert [(row["start"], row["end"]) for row in one.entries()] == [(moved.start, moved.end)]

        if fault.lost:
            return
        one.sim.faults.clear()
        one.sim.faults.add(replace(fault))
        await one.cancel(moved)
        await one.write_all()
        assert one.entries() == []
        assert len(one.entries(standing=False)) == 1

    run(database, story)


def test_a_worker_that_dies_with_an_entry_made_makes_no_second_one(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        (write,) = await one.writes()
        await killed_after(one, write.id, CREATE)
        assert len(one.entries()) == 1
        assert await one.link(booking) is None

        assert (await one.attempt(write)).outcome is Outcome.NOTHING  # it is still in the dead one's hand
        one.time.now += HELD_SECONDS
        await one.write_all(seconds=60)

        (entry,) = one.entries(standing=False)
        link = await one.link(booking)
        assert link is not None
        assert link.written.source_id == entry["id"]
        assert one.calls("POST", "/calendars/events/appointments") == 1

    run(database, story)


@pytest.mark.parametrize("cancelled", [False, True])
def test_an_entry_that_turns_up_after_the_search_is_cancelled(database: Database, cancelled: bool) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        (write,) = await one.writes()
        await killed_after(one, write.id, CREATE)
        # It is made, but the account shows it only once the next attempt has looked for it.
        (late,) = list(one.sim.world.appointments)
        item = one.sim.world.appointments.pop(late)
        if cancelled:
            await one.cancel(booking)
        one.time.now += HELD_SECONDS
        done = await one.attempt(write)
        assert (done.outcome, done.late) == (Outcome.DONE, booking.id)
        one.sim.world.appointments[late] = item
        assert len(one.entries()) == 2 - cancelled

        assert await cancel_late(one.outward, one.id, booking.id) == 1

        link = await one.link(booking)
        assert [entry["id"] for entry in one.entries()] == ([] if link is None else [link.written.source_id])
        assert (link is None) is cancelled
        assert await cancel_late(one.outward, one.id, booking.id) == 0

    run(database, story)


def test_a_late_entry_is_looked_for_once_nothing_waits(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        assert await cancel_late(one.outward, one.id, booking.id) is None

    run(database, story)


def test_what_was_written_while_the_account_was_taken_away_is_nothing_of_ours(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        (write,) = await one.writes()
        attempt = asyncio.create_task(one.attempt(write))
        while not one.calls("POST", "/calendars/events/appointments"):
            await asyncio.sleep(0)
        one.query("UPDATE connections SET account = 'another' WHERE business_id = %(business)s RETURNING 1")
        await attempt

        assert await one.link(booking) is None
        assert one.query("SELECT 1 FROM crm_contacts WHERE business_id = %(business)s") == []

    run(database, story)


def test_what_is_mended_is_remembered_to_leave_another_entry_behind(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        link = await one.link(booking)
        assert link is not None
        old = one.sim.add_appointment(
            LOCATION, calendar=CALENDAR, contact=link.contact, user="u0", start=booking.start, end=booking.end
        )
        leaving = replace(link, wrote={**link.wrote, "leaves": ["ghl.appointment", old]})
        async with one.storage.open(one.id) as books:
            await books.integrations.writes.save_link(leaving)
        del one.sim.world.appointments[link.written.source_id]

        assert (await reconcile(one.outward, one.id, now=one.now)).lost == (booking.id,)
        await one.write_all()

        (entry,) = one.entries()
        assert entry["id"] not in {old, link.written.source_id}

    run(database, story)


def test_a_visit_that_moves_while_nobody_knows_of_its_entry_has_one(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        (write,) = await one.writes()
        await killed_after(one, write.id, CREATE)
        moved = await one.move(booking, 600 + 7 * 24 * 60)

        await one.write_all()

        (entry,) = one.entries(standing=False)
        assert entry["start"] == moved.start

    run(database, story)


def test_a_cancellation_finds_the_entry_that_nobody_knows_of(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        (write,) = await one.writes()
        await killed_after(one, write.id, CREATE)
        await one.cancel(booking)

        await one.write_all()

        assert one.entries() == []
        assert len(one.entries(standing=False)) == 1

    run(database, story)


def test_two_who_attempt_the_same_are_one(database: Database) -> None:
    async def story(one: Shop) -> None:
        await one.book()
        (write,) = await one.writes()

        done = await asyncio.gather(*(one.attempt(write) for _ in range(5)))

        assert sorted(each.outcome for each in done) == [Outcome.DONE, *[Outcome.NOTHING] * 4]
        assert one.calls("POST", "/calendars/events/appointments") == 1

    run(database, story)


def test_what_is_always_refused_is_put_aside_and_others_flow(database: Database) -> None:
    async def story(one: Shop) -> None:
        refused = await one.book(600)
        one.sim.faults.add(Fault(match=CREATE, status=422, times=5))
        await one.write_all()
        (parked,) = await one.writes(WriteState.PARKED)
        assert (parked.booking, parked.failure) == (refused.id, "crm_refused")
        assert one.told.codes == ["crm_write_parked"]
        assert one.query(FAILURES) == [{"code": "crm_refused", "count": 5}]

        await one.book(780)
        await one.write_all()
        assert len(one.entries()) == 1

        await one.act(lambda desk: replay_write(desk, ReplayWrite(write=parked.id, actor=OFFICE)))
        await one.write_all()
        assert len(one.entries()) == 2
        assert one.query(FAILURES) == []

    run(database, story)


def test_what_alone_fails_each_time_is_put_aside_and_holds_nobody_up(database: Database) -> None:
    async def story(one: Shop) -> None:
        poison = await one.book(600, email="poison@example.com")
        answer = one.sim.answer

        def fail(method: str, path: str, query: str, headers: object, raw: bytes) -> object:
            if b"poison@example.com" in raw:
                one.sim.faults.ordered.insert(0, Fault(status=500, times=1))
            return answer(method, path, query, headers, raw)  # type: ignore[arg-type]

        one.sim.answer = fail  # type: ignore[method-assign,assignment]
        for number in range(30):
            one.time.now += 60
            await one.book(660 + 60 * number % 600, technician=f"t{1 + number // 10}")
            await one.drain()
            one.time.now += 16
            await one.drain()

        one.time.now += 60
        await one.drain()
        assert [write.booking for write in await one.writes(WriteState.PARKED)] == [poison.id]
        assert len(one.entries()) == 30

    run(database, story, technicians=4)


def test_what_was_put_aside_once_begins_anew_as_another_booking(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        (write,) = await one.writes()
        one.sim.faults.add(Fault(match=CREATE, status=500, times=MOST_ALONE + 1))
        for _ in range(MOST_ALONE):
            one.time.now += 120
            await write_out(one.outward, one.id, write.id, now=one.now)
            async with one.storage.open(one.id) as books:
                await trouble_over(books, now=one.now)
        assert [(one.state, one.failure) for one in await one.writes()] == [(WriteState.PARKED, "crm_outcome_unknown")]

        await one.move(booking, 780)
        one.time.now += 120
        done = await one.attempt(write)

        assert done.outcome is Outcome.TROUBLE
        await one.write_all()
        assert len(one.entries()) == 1

    run(database, story)


def test_what_nobody_has_foreseen_is_put_aside_and_told_without_what_it_says(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        answer = one.sim.answer

        def break_down(method: str, path: str, *rest: object) -> object:
            if f"{method} {path}" == CREATE:
                raise ValueError("Jamie Tremblay")
            return answer(method, path, *rest)  # type: ignore[arg-type]

        one.sim.answer = break_down  # type: ignore[method-assign,assignment]
        await one.write_all()

        (parked,) = await one.writes(WriteState.PARKED)
        assert (parked.booking, parked.failure, parked.begun) == (booking.id, "write_stuck", True)
        assert one.told.codes == ["write_stuck", "crm_write_parked"]
        (failure,) = one.query("SELECT code, facts FROM integration_failures WHERE business_id = %(business)s")
        assert failure == {"code": "write_stuck", "facts": {"error": "ValueError"}}

        one.sim.answer = answer  # type: ignore[method-assign]
        await one.act(lambda desk: replay_write(desk, ReplayWrite(write=parked.id, actor=OFFICE)))
        await one.write_all()
        assert len(one.entries(standing=False)) == 1

    run(database, story)


def test_trouble_is_told_once_until_something_gets_through(database: Database) -> None:
    async def story(one: Shop) -> None:
        for minutes in (600, 780):
            await one.book(minutes)
            one.sim.faults.outage(True)
            for _ in range(3):
                one.time.now += 120
                await one.drain()
            one.sim.faults.outage(False)
            await one.write_all()

        assert one.told.codes == ["crm_trouble"] * 2

    run(database, story)


@pytest.mark.parametrize(("attempts", "waits"), [(1, 4), (2, 16), (3, 60), (4, 60), (9, 60)])
def test_an_outage_is_waited_out_with_patience(database: Database, attempts: int, waits: int) -> None:
    async def story(one: Shop) -> None:
        await one.book()
        (write,) = await one.writes()
        one.sim.faults.outage(True)
        for _ in range(attempts):
            one.time.now += 120
            done = await write_out(one.outward, one.id, write.id, now=one.now)
            assert done.outcome is Outcome.TROUBLE

        (write,) = await one.writes()
        assert write.state is WriteState.WAITING
        assert write.next_at - one.now == waits

    run(database, story)


def test_the_days_allowance_is_waited_for_with_one_call_an_hour(database: Database) -> None:
    async def story(one: Shop) -> None:
        for number in range(6):
            await one.book(600 + 120 * number)
        one.sim.limits.daily = 0
        one.time.now += 20
        await one.drain()
        before = len(one.sim.calls)

        for _ in range(4 * 60):
            one.time.now += 15
            await one.drain()

        assert len(one.sim.calls) - before <= 2
        one.sim.limits.daily = 200_000
        one.time.now += 3_600
        await one.write_all(seconds=2 * 3_600)
        assert len(one.entries()) == 6

    run(database, story)


def test_notes_wait_behind_what_people_wait_for(database: Database) -> None:
    async def story(one: Shop) -> None:
        gone = await one.book(600)
        await one.write_all()
        await one.cancel(gone)
        await one.book(900)
        one.time.now += 20

        async with one.storage.open(one.id) as books:
            due = await books.integrations.writes.due(now=one.now, limit=10)

        assert [write.kind.value for write in due] == ["visit", "visit", "note"]

    run(database, story)


def test_a_token_that_is_not_taken_stops_nothing_from_being_written_later(database: Database) -> None:
    async def story(one: Shop) -> None:
        await one.book()
        one.sim.revoke("pit-of-the-tests")
        for _ in range(2):  # one rejection alone may be a stray one
            (write,) = await one.writes()
            assert (await one.attempt(write)).outcome is Outcome.TROUBLE
        assert one.query("SELECT state FROM connections WHERE business_id = %(business)s") == [{"state": "reconnect"}]

        (write,) = await one.writes()
        assert write.state is WriteState.WAITING

    run(database, story)


def test_what_was_answered_and_not_kept_is_found_and_written_again(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        one.sim.world.appointments.clear()

        found = await reconcile(one.outward, one.id, now=one.now)
        assert found.lost == (booking.id,)
        await one.write_all()

        (entry,) = one.entries(standing=False)
        link = await one.link(booking)
        assert link is not None
        assert link.written.source_id == entry["id"]
        assert "crm_differs" in one.told.codes
        assert (await reconcile(one.outward, one.id, now=one.now)).count == 0

    run(database, story)


def test_bookings_from_before_the_connection_are_written(database: Database) -> None:
    async def story(one: Shop) -> None:
        booking = await one.book()
        await one.write_all()
        one.sim.world.appointments.clear()
        one.query("DELETE FROM crm_links WHERE business_id = %(business)s RETURNING 1")
        one.query("DELETE FROM crm_writes WHERE business_id = %(business)s RETURNING 1")

        found = await reconcile(one.outward, one.id, now=one.now)
        await one.write_all()

        assert found.missing == (booking.id,)
        assert len(one.entries()) == 1

    run(database, story)


FAILURES = "SELECT code, count FROM integration_failures WHERE business_id = %(business)s AND over_at IS NULL"


async def killed_after(one: Shop, write: str, request: str) -> None:
    """Attempt something with a worker that dies at the moment at which a request has been answered."""
    method, _, path = request.partition(" ")
    answer = one.sim.answer

    def die(called: str, at: str, *rest: object) -> object:
        given = answer(called, at, *rest)  # type: ignore[arg-type]
        if (called, at) == (method, path):
            raise KilledError
        return given

    one.sim.answer = die  # type: ignore[method-assign,assignment]
    try:
        with pytest.raises(KilledError):
            await write_out(one.outward, one.id, write, now=one.now)
    finally:
        one.sim.answer = answer  # type: ignore[method-assign]
