"""Sweeps of the simulator: what is read, what is filtered, what fails, and how many calls it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx2
import pytest
from fieldfare_ghl_sim.faults import Fault
from fieldfare_ghl_sim.world import Quirks

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm
from fieldfare.domain.mirrored import Outside, OutsideStatus
from fieldfare.ports.crm import (
    Crm,
    CrmForbiddenError,
    CrmNotFoundError,
    CrmRateLimitedError,
    CrmReading,
    CrmRefusedError,
    CrmScope,
    CrmUnavailableError,
    SourceKind,
)
from tests.unit.crms.ghl.account import (
    DAY,
    HOUR,
    LOCATION,
    NOON,
    SERVICES,
    TOKEN,
    Clockwork,
    Tokens,
    World,
    appointments,
    blocks,
    connection,
    with_world,
)

SINCE, UNTIL = NOON, NOON + 30 * DAY
T = TypeVar("T")


def add(world: World, start: int, end: int, **changes: Any) -> str:
    return world.sim.add_appointment(
        LOCATION, **{"calendar": "c1", "contact": None, "user": "u1", "start": start, "end": end, **changes}
    )


@pytest.mark.parametrize(
    ("start", "end", "read"),
    [
        (NOON, NOON + HOUR, True),
        (NOON - HOUR, NOON, False),  # half-open
        (NOON - HOUR, NOON + 1, True),  # began before
        (NOON - 5 * DAY, NOON + HOUR, True),
        (UNTIL - 1, UNTIL + HOUR, True),
        (UNTIL, UNTIL + HOUR, False),  # the vendor gives later ones, too
        (NOON + 21 * DAY - HOUR, NOON + 21 * DAY + HOUR, True),  # over the seam of two windows
    ],
)
def test_a_reading_is_half_open_and_reaches_back(start: int, end: int, read: bool) -> None:
    async def work(world: World) -> CrmReading:
        add(world, start, end)
        return await world.crm.read(appointments("c1"), since=SINCE, until=UNTIL)

    reading = with_world(work)

    assert [(item.start, item.end) for item in reading.items] == ([(start, end)] if read else [])
    assert reading.complete == set(appointments("c1"))
    assert not reading.failed


def test_an_entry_in_two_windows_counts_once() -> None:
    async def work(world: World) -> tuple[CrmReading, int]:
        for day in range(45):
            add(world, NOON + day * DAY, NOON + day * DAY + HOUR)
        return await world.crm.read(appointments("c1"), since=SINCE, until=UNTIL), len(world.calls())

    reading, calls = with_world(work)

    assert (len(reading.items), calls) == (30, 2)


def test_a_holiday_that_began_weeks_ago_still_blocks() -> None:
    async def work(world: World) -> CrmReading:
        world.sim.add_block(LOCATION, user="u1", start=NOON - 20 * DAY, end=NOON + 2 * DAY)
        return await world.crm.read(blocks("u1"), since=SINCE, until=UNTIL)

    assert [item.status for item in with_world(work).items] == [OutsideStatus.BLOCKED]


def test_who_has_left_for_good_is_blocked_for_the_years_around_what_is_read() -> None:
    async def work(world: World) -> list[tuple[int, int]]:
        world.sim.add_block(LOCATION, user="u1", start=NOON, end=NOON + 20 * 365 * DAY)
        readings = [await world.crm.read(blocks("u1"), since=SINCE, until=UNTIL + days * DAY) for days in (0, 60)]
        return [(item.start, item.end) for reading in readings for item in reading.items]

    first, second = with_world(work)

    assert first == second == (NOON, 1_861_920_000)  # 2029-01-01


def test_all_three_sources_in_one_reading() -> None:
    async def work(world: World) -> CrmReading:
        sim = world.sim
        sim.enable_services(LOCATION)
        sim.add_service(LOCATION, id="s1", users=("u1",))
        sim.add_service_location(LOCATION, id="shop", kind="offline", address="1 Main Street")
        contact = sim.add_contact(LOCATION, name="Jo Tremblay")
        add(world, NOON, NOON + HOUR)
        sim.add_block(LOCATION, user="u2", start=NOON, end=NOON, full_day=True)
        legs = [("s1", "u1", NOON + DAY, NOON + DAY + HOUR), ("s1", "u2", NOON + DAY + HOUR, NOON + DAY + 2 * HOUR)]
        sim.add_service_booking(LOCATION, contact, "shop", legs)
        return await world.crm.read([*appointments("c1"), *blocks("u2"), SERVICES], since=SINCE, until=UNTIL)

    items = with_world(work).items

    assert sorted((item.source, item.leg) for item in items if item.leg is None) == [
        ("ghl.appointment", None),
        ("ghl.block", None),
    ]
    parts = sorted((item for item in items if item.leg is not None), key=lambda item: item.leg or 0)
    assert [(set(part.people), part.start, part.place_text) for part in parts] == [
        ({"u1"}, NOON + DAY, "1 Main Street"),
        ({"u2"}, NOON + DAY + HOUR, "1 Main Street"),
    ]


def test_deleted_rows_are_read_as_deleted() -> None:
    async def work(world: World) -> CrmReading:
        world.sim.edit(add(world, NOON, NOON + HOUR), deleted=True)
        return await world.crm.read(appointments("c1"), since=SINCE, until=UNTIL)

    (item,) = with_world(work).items
    assert item.deleted


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(match="GET /calendars/events", status=500), CrmUnavailableError),
        (Fault(match="GET /calendars/events", drop=True), CrmUnavailableError),
        (Fault(match="GET /calendars/events", slow=60.0), CrmUnavailableError),
        (Fault(match="GET /calendars/events", status=403), CrmForbiddenError),
    ],
)
def test_a_scope_that_fails_is_told_and_the_others_are_complete(fault: Fault, kind: type[Exception]) -> None:
    async def work(world: World) -> CrmReading:
        world.sim.faults.add(fault)
        world.sim.add_block(LOCATION, user="u1", start=NOON, end=NOON + HOUR)
        return await world.crm.read([*appointments("c1"), *blocks("u1")], since=SINCE, until=UNTIL)

    reading = with_world(work)

    assert reading.complete == set(blocks("u1"))
    assert [(scope, type(error)) for scope, error in reading.failed.items()] == [(appointments("c1")[0], kind)]
    assert len(reading.items) == 1


def test_a_missing_scope_of_the_token_is_named() -> None:
    async def work(world: World) -> CrmReading:
        world.sim.set_scopes(TOKEN, {"contacts.readonly"})
        return await world.crm.read(appointments("c1"), since=SINCE, until=UNTIL)

    (error,) = with_world(work).failed.values()
    assert isinstance(error, CrmForbiddenError)
    assert "calendars/events.readonly" in str(error)


def test_services_that_are_not_enabled_fail_their_scope_alone() -> None:
    async def work(world: World) -> CrmReading:
        return await world.crm.read([*appointments("c1"), SERVICES], since=SINCE, until=UNTIL)

    reading = with_world(work)

    assert isinstance(reading.failed[SERVICES], CrmNotFoundError)
    assert reading.complete == set(appointments("c1"))


async def answered(work: Callable[[Crm], Awaitable[T]], answer: Callable[[httpx2.Request], Any]) -> T:
    """Ask an account whose answers are made by the test."""
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=answer(request)))
    async with httpx2.AsyncClient(transport=transport) as client:
        build = build_crm(GhlSettings(url="https://ghl.example"), client=client, ticker=Clockwork().ticker)
        return await work(build(connection(), Tokens()))


def test_an_answer_that_makes_no_sense_is_not_an_empty_calendar() -> None:
    def work(crm: Crm) -> Awaitable[CrmReading]:
        return crm.read(appointments("c1"), since=SINCE, until=UNTIL)

    reading = asyncio.run(answered(work, lambda _: {"traceId": "t"}))

    assert not reading.complete
    assert isinstance(next(iter(reading.failed.values())), CrmUnavailableError)


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        (SourceKind.APPOINTMENTS, {}),
        (SourceKind.APPOINTMENTS, {"event": None, "traceId": "t"}),
        (SourceKind.APPOINTMENTS, {"event": {"title": "Visit"}}),
        (SourceKind.APPOINTMENTS, {"event": {"id": "another"}}),
        (SourceKind.APPOINTMENTS, {"event": {"id": "a1", "locationId": "somewhere-else"}}),
        (SourceKind.SERVICES, {}),
        (SourceKind.SERVICES, {"bookingId": "another", "services": []}),
    ],
)
def test_an_answer_about_nothing_does_not_say_that_an_entry_is_gone(source: SourceKind, answer: dict[str, Any]) -> None:
    def known(request: httpx2.Request) -> dict[str, Any]:
        path = request.url.path
        if path.endswith("/locations"):
            return {"locations": []}
        return {"location": {"id": LOCATION, "timezone": "America/New_York"}} if LOCATION in path else answer

    with pytest.raises(CrmUnavailableError):
        asyncio.run(answered(lambda crm: crm.entry(source, "a1"), known))


SPAN = {"startTime": "2026-10-06T09:00:00-04:00", "endTime": "2026-10-06T10:00:00-04:00"}


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        # It names nobody, and is everybody's in whose list it is.
        ([{}, {}], {"u1", "u2"}),
        # A calendar's is its team's, whoever's list it came in.
        ([{"calendarId": "e1"}, {"calendarId": "e1"}], set()),
        # It was handed on between the two questions, and the answers may come in any order.
        ([{"assignedUserId": "u2", "dateUpdated": "2026-10-05T12:00:05Z"}, {"assignedUserId": "u1"}], {"u2"}),
        ([{"assignedUserId": "u1"}, {"assignedUserId": "u2", "dateUpdated": "2026-10-05T12:00:05Z"}], {"u2"}),
    ],
)
def test_an_entry_in_the_lists_of_two(rows: list[dict[str, Any]], people: set[str]) -> None:
    def lists(request: httpx2.Request) -> dict[str, Any]:
        user = request.url.params.get("userId")
        if user is None:
            return {"calendars": []} if "calendars" in request.url.path else {"location": {"id": LOCATION}}
        changed = {"id": "b1", "dateUpdated": "2026-10-05T12:00:00Z", **SPAN, **rows[int(user == "u2")]}
        return {"events": [changed]}

    def work(crm: Crm) -> Awaitable[CrmReading]:
        return crm.read(blocks("u1", "u2"), since=SINCE, until=UNTIL)

    (item,) = {item.key: item for item in asyncio.run(answered(work, lists)).items}.values()

    assert item.people == people


def fleet(world: World, size: int) -> list[CrmScope]:
    """Add technicians with a calendar each, busy all month, with the hub's tag in each title."""
    for number in range(size):
        user, calendar = f"t{number:02}", f"v{number:02}"
        world.sim.add_user(LOCATION, id=user)
        world.sim.add_calendar(LOCATION, id=calendar, users=(user,))
        for day in range(30):
            start = NOON + day * DAY
            add(world, start, start + HOUR, calendar=calendar, user=user, title="[H07] Visit")
    names = [f"{number:02}" for number in range(size)]
    return [*appointments(*(f"v{name}" for name in names)), *blocks(*(f"t{name}" for name in names))]


def test_ten_technicians_over_thirty_days_stay_below_the_limit() -> None:
    async def work(world: World) -> tuple[CrmReading, list[float]]:
        scopes = fleet(world, 10)
        readings = [await world.crm.read(scopes, since=SINCE, until=UNTIL) for _ in range(3)]  # one upon the other
        return readings[-1], [call.at for call in world.calls()]

    reading, at = with_world(work)

    assert (len(reading.complete), len(reading.items), reading.failed) == (20, 300, {})
    # 10 calendars in 2 windows each, blocks of 10 people in 3: 50 calls a sweep.
    assert len(at) == 150
    busiest = max(sum(start <= other < start + 10 for other in at) for start in at)
    assert busiest <= 90  # 10 at once and 8 a second


@pytest.mark.parametrize("pressing", [True, False])
def test_what_people_wait_for_goes_before_a_sweep(pressing: bool) -> None:
    async def work(world: World) -> float:
        scopes = fleet(world, 10)
        sweep = asyncio.create_task(world.crm.read(scopes, since=SINCE, until=UNTIL))
        while len(world.calls()) < 4 and not sweep.done():  # what a sweep may take of the bucket
            await asyncio.sleep(0)
        begun = world.time.now
        await world.crm.read(appointments("v01"), since=NOON, until=NOON + DAY, pressing=pressing)
        waited = world.time.now - begun
        await sweep
        return waited

    # However little is asked: what nobody waits for stands back. Time goes on meanwhile, by the waits of the sweep.
    assert (with_world(work) < 0.5) is pressing


def test_after_the_days_allowance_nothing_more_is_asked() -> None:
    async def work(world: World) -> tuple[CrmReading, int]:
        scopes = fleet(world, 10)
        world.sim.limits.daily = 10
        return await world.crm.read(scopes, since=SINCE, until=UNTIL), len(world.calls())

    reading, calls = with_world(work)

    assert (len(reading.complete), len(reading.failed)) == (5, 15)  # of a calendar there are two windows
    assert {type(error) for error in reading.failed.values()} == {CrmRateLimitedError}
    assert all(error.daily for error in reading.failed.values() if isinstance(error, CrmRateLimitedError))
    assert calls <= 14  # those that were on their way


def test_a_sweep_of_a_dead_crm_does_not_hammer_it() -> None:
    async def work(world: World) -> tuple[CrmReading, int]:
        scopes = fleet(world, 10)
        world.sim.faults.outage(True)
        return await world.crm.read(scopes, since=SINCE, until=UNTIL), len(world.calls())

    reading, calls = with_world(work)

    assert len(reading.failed) == 20
    assert calls <= 14  # eight failures open the circuit, while some are on their way


def test_after_an_outage_the_first_sweep_works() -> None:
    async def work(world: World) -> CrmReading:
        scopes = fleet(world, 10)
        world.sim.faults.outage(True)
        await world.crm.read(scopes, since=SINCE, until=UNTIL)
        world.sim.faults.outage(False)
        world.time.now += 60
        return await world.crm.read(scopes, since=SINCE, until=UNTIL)

    reading = with_world(work)

    assert (len(reading.complete), reading.failed) == (20, {})


@pytest.mark.parametrize("status", [404, 400])
def test_an_entry_that_is_gone_is_empty_however_that_is_said(status: int) -> None:
    async def work(world: World) -> tuple[Any, ...]:
        return await world.crm.entry(SourceKind.APPOINTMENTS, "gone")

    assert with_world(work, quirks=Quirks(unknown_appointment=status)) == ()


def test_entries_are_read_anew() -> None:
    async def work(world: World) -> tuple[Any, ...]:
        sim = world.sim
        sim.enable_services(LOCATION)
        sim.add_service(LOCATION, id="s1", users=("u1",))
        sim.add_service_location(LOCATION, id="home")
        contact = sim.add_contact(LOCATION, name="Jo Tremblay")
        legs = [("s1", "u1", NOON, NOON + HOUR)]
        booking = sim.add_service_booking(LOCATION, contact, "home", legs, place="12 Sparrow Street")
        single = add(world, NOON, NOON + HOUR)
        one = await world.crm.entry(SourceKind.APPOINTMENTS, single)
        two = await world.crm.entry(SourceKind.SERVICES, booking)
        sim.delete(booking)
        return *one, *two, *await world.crm.entry(SourceKind.SERVICES, booking)

    first, second, third = with_world(work)

    assert isinstance(first, Outside)
    assert (first.source, first.calendar, set(first.people)) == ("ghl.appointment", "c1", {"u1"})
    assert (second.leg, second.place_text, second.deleted) == (0, "12 Sparrow Street", False)
    assert third.deleted


def test_blocks_can_not_be_read_one_by_one() -> None:
    async def work(world: World) -> None:
        with pytest.raises(CrmRefusedError):
            await world.crm.entry(SourceKind.BLOCKS, "b1")

    with_world(work)


def test_no_scopes_no_calls() -> None:
    async def work(world: World) -> tuple[CrmReading, int]:
        return await world.crm.read([], since=SINCE, until=UNTIL), len(world.calls())

    reading, calls = with_world(work)

    assert (reading.items, reading.complete, calls) == ((), frozenset(), 0)
