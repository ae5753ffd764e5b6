"""The CRM is read again just before something is written, and once a place is known; its trouble costs nobody time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Request
from fieldfare.domain.connections import ConnectionState
from fieldfare.domain.customers import Contact
from fieldfare.domain.places import Place
from fieldfare.ports.storage import StorageContendedError
from fieldfare.usecases.bookings import acting
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.assign import Assign, assign
from fieldfare.usecases.bookings.book import Book, book
from fieldfare.usecases.bookings.confirm import Confirm, confirm
from fieldfare.usecases.bookings.hold import Hold, hold
from fieldfare.usecases.bookings.judging import Override
from fieldfare.usecases.bookings.refusals import BookingRefusedError, SlotTakenError
from fieldfare.usecases.bookings.request import Accept, AskFor, accept, ask_for
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule
from fieldfare.usecases.integrations import keep_fresh, refresh
from fieldfare.usecases.integrations.keep_fresh import (
    ASKED_EVERY_SECONDS,
    LEFT_ALONE_SECONDS,
    SCARCE_SECONDS,
    KeepFresh,
)
from fieldfare.usecases.integrations.take_in import TakenIn, take_in
from tests.databases import Database
from tests.integration_crm.kit import Kit, run
from tests.servers import PATIENCE_SECONDS
from tests.worlds import HERE

OFFICE = Actor(kind=ActorKind.COMMAND_LINE, id="office")
PLACE = Place(lat=HERE.lat, lng=HERE.lng)
KIM = Contact(name="Kim Lee", email="kim@example.com")
FREE, WANTED = 900, 600
"""Minutes of the shop's day."""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine take its time: how long anybody waits is the business of one test alone."""
    monkeypatch.setattr(acting, "READ_AGAIN_SECONDS", 60.0)


async def reading_again(one: Kit) -> KeepFresh:
    """Read all, let half a minute pass, and have the CRM read again from now on."""
    await one.sweep()
    one.time.now += 30
    keep = KeepFresh(one.outward, ticks=one.time)
    one.outward.acting.read_again = keep.read_again
    return keep


def who(token: str) -> Confirm:
    return Confirm(token=token, contact=KIM, actor=OFFICE)


def asked(technician: str | None = "t0") -> Request:
    return Request(place=PLACE, product="tune-up", technician=technician)


async def held(one: Kit, minutes: int = WANTED) -> str:
    token = f"a-token-of-the-hold-{minutes}-" + "x" * 20
    wanted = Hold(request=asked(), start=one.at(minutes), token=token, actor=OFFICE, source="public", named=True)
    await one.act(lambda desk: hold(desk, wanted))
    return token


Plan = Callable[[Desk], Awaitable[Act[Any]]]


async def to_confirm(one: Kit) -> Plan:
    token = await held(one)
    return lambda desk: confirm(desk, who(token))


async def to_book(one: Kit) -> Plan:
    wanted = Book(request=asked(), start=one.at(WANTED), who=who("b" * 40), source="staff")
    return lambda desk: book(desk, wanted)


async def to_book_named(one: Kit) -> Plan:
    wanted = Book(
        request=asked(), start=one.at(WANTED), who=who("b" * 40), source="staff", override=Override(actor=OFFICE)
    )
    return lambda desk: book(desk, wanted)


async def to_move(one: Kit) -> Plan:
    booking = await one.book(FREE)
    wanted = Reschedule(booking=booking.id, start=one.at(WANTED), actor=OFFICE, technician="t0")
    return lambda desk: reschedule(desk, wanted)


async def to_assign(one: Kit) -> Plan:
    booking = await one.book(WANTED, technician="t1")
    wanted = Assign(booking=booking.id, technician="t0", actor=OFFICE)
    return lambda desk: assign(desk, wanted)


async def to_accept(one: Kit) -> Plan:
    wanted = AskFor(request=asked(None), start=one.at(WANTED), who=who("c" * 40), source="public")
    made = await one.act(lambda desk: ask_for(desk, wanted))
    accepting = Accept(booking=made.booking.id, actor=OFFICE, technician="t0")
    return lambda desk: accept(desk, accepting)


WAYS = {
    "confirm": to_confirm,
    "book": to_book,
    "book by name": to_book_named,
    "reschedule": to_move,
    "assign": to_assign,
    "accept": to_accept,
}


@pytest.mark.parametrize("way", WAYS)
def test_what_was_taken_by_hand_a_moment_ago_is_not_booked(database: Database, way: str) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one):
            plan = await WAYS[way](one)
            one.time.now += 30
            one.block(WANTED)
            with pytest.raises(SlotTakenError) as refused:
                await one.act(plan)
            assert refused.value.start == one.at(WANTED)
            assert [minutes for _, minutes, _ in await one.spans("t0")] == [WANTED]

    run(database, story)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_free_there_is_booked(database: Database, way: str) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one):
            plan = await WAYS[way](one)
            one.time.now += 30
            one.block(FREE + 300)
            made = await one.act(plan)
            booking: Booking = made if isinstance(made, Booking) else made.booking
            assert (booking.status, booking.technician, booking.start) == (Status.CONFIRMED, "t0", one.at(WANTED))

    run(database, story)


def test_somebody_else_goes_where_nobody_was_named(database: Database) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one):
            one.block(WANTED, user="u0")
            wanted = Book(request=asked(None), start=one.at(WANTED), who=who("b" * 40), source="staff")
            made = await one.act(lambda desk: book(desk, wanted))
            assert made.booking.technician == "t1"

    run(database, story)


def test_nothing_is_read_again_of_what_was_read_just_now(database: Database) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one):
            await one.sweep(seconds=0)
            one.time.now += 5
            before = len(one.sim.calls)
            await one.book(WANTED)
            assert len(one.sim.calls) == before
            one.time.now += 1
            await one.book(FREE)
            after = len(one.sim.calls)
            assert after > before
            # The same day of the same technician, a moment later.
            await one.book(FREE + 120)
            assert len(one.sim.calls) == after

    run(database, story)


def test_a_technician_of_whom_nothing_was_read_yet_is_read(database: Database) -> None:
    async def story(one: Kit) -> None:
        keep = KeepFresh(one.outward, ticks=one.time)
        one.outward.acting.read_again = keep.read_again
        async with keep:
            one.block(WANTED)
            with pytest.raises(BookingRefusedError):
                await one.book(WANTED)
            assert [minutes for _, minutes, _ in await one.spans("t0")] == [WANTED]

    run(database, story, read=False)


def test_only_that_technician_s_day_is_read(database: Database) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one):
            one.sim.calls.clear()
            await one.book(WANTED, technician="t0")
            asked_for = " ".join(call.path for call in one.sim.calls)
            assert asked_for
            assert "u1" not in asked_for

    run(database, story)


def test_an_outage_is_waited_for_once_and_over_when_it_is_over(database: Database) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one) as keep:
            one.sim.faults.outage(True)
            assert (await one.book(WANTED)).status is Status.CONFIRMED
            calls = len(one.sim.calls)
            one.time.now += LEFT_ALONE_SECONDS - 1
            await one.book(WANTED + 120)
            assert len(one.sim.calls) == calls
            # From then on it is tried in the background; whoever books meanwhile doesn't wait.
            one.time.now += LEFT_ALONE_SECONDS
            await one.book(WANTED + 240)
            await idle(keep)
            assert len(one.sim.calls) > calls
            one.sim.faults.outage(False)
            one.block(FREE + 240)
            one.time.now += LEFT_ALONE_SECONDS
            await one.book(WANTED + 360)
            await idle(keep)
            one.block(FREE + 120, user="u0")
            one.time.now += 30
            with pytest.raises(BookingRefusedError):
                await one.book(FREE + 120)

    run(database, story)


def test_a_calendar_that_may_not_be_read_keeps_nobody_from_reading_the_others(database: Database) -> None:
    from fieldfare_ghl_sim.faults import Fault  # noqa: PLC0415 - beside the one test that orders it

    async def story(one: Kit) -> None:
        async with await reading_again(one):
            one.sim.faults.add(Fault(match="GET /calendars/blocked-slots", status=403))
            await one.book(FREE)
            one.appointment(WANTED)
            one.time.now += 30
            with pytest.raises(BookingRefusedError):
                await one.book(WANTED)

    run(database, story)


def test_who_never_answers_is_not_waited_for(database: Database) -> None:
    class Silent:
        async def of(self, business: str, *, even_paused: bool = False) -> None:
            await asyncio.Event().wait()

    async def story(one: Kit) -> None:
        await one.sweep()
        one.time.now += 30
        silent: Any = Silent()
        async with KeepFresh(replace(one.outward, crms=silent), ticks=one.time) as keep:
            current = await one.outward.businesses.current(one.id, now=one.now)
            assert await keep.read_again(current, "t0", one.at(WANTED), 0.05) is False
            assert keep._is_down(one.id, "t0")

    run(database, story)


def test_a_crm_that_hangs_is_down_in_the_background_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        async def of(self, business: str, *, even_paused: bool = False) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(keep_fresh, "IN_THE_BACKGROUND_SECONDS", 0.05)

    async def story(one: Kit) -> None:
        await one.sweep()
        silent: Any = Silent()
        async with KeepFresh(replace(one.outward, crms=silent), ticks=one.time) as keep:
            keep._failed[one.id] = one.time() - LEFT_ALONE_SECONDS
            assert keep._is_down(one.id, "t0")
            await idle(keep)
            assert keep._is_down(one.id, "t0")

    run(database, story)


def test_what_takes_too_long_is_asked_once_and_then_left_alone(database: Database) -> None:
    async def story(one: Kit) -> None:
        asked: list[float] = []

        async def hang(seconds: float) -> str | None:
            asked.append(seconds)
            one.time.now += int(seconds)
            return None

        async def answer(_: float) -> str | None:
            return "Kim"

        async with KeepFresh(one.outward, ticks=one.time) as keep:
            assert await keep.ask_within(one.id, "t0", 1.0, answer) == "Kim"
            assert await keep.ask_within(one.id, "t0", 1.0, hang) is None
            assert await keep.ask_within(one.id, "t0", 1.0, hang) is None
            assert asked == [1.0]
            # It is tried in the background, and once that has worked it is asked again.
            one.time.now += LEFT_ALONE_SECONDS
            assert await keep.ask_within(one.id, "t0", 1.0, answer) is None
            await idle(keep)
            assert await keep.ask_within(one.id, "t0", 1.0, answer) == "Kim"

    run(database, story)


@pytest.mark.parametrize("state", [ConnectionState.PAUSED, ConnectionState.RECONNECT, ConnectionState.REMOVED])
def test_where_nothing_is_read_nothing_is_read_again(database: Database, state: ConnectionState) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one):
            async with one.storage.open(one.id) as books:
                known = await books.integrations.connections.find()
                assert known is not None
                await books.integrations.connections.save(replace(known, state=state))
            before = len(one.sim.calls)
            assert (await one.book(WANTED)).status is Status.CONFIRMED
            assert len(one.sim.calls) == before

    run(database, story)


def test_an_address_has_its_technicians_read_in_the_background_once_in_a_while(database: Database) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one) as keep:
            one.block(WANTED)
            current = await one.outward.businesses.current(one.id, now=one.now)
            before = len(one.sim.calls)
            for _ in range(3):
                keep.ask_for(current, zone="z1")
            assert len(one.sim.calls) == before
            await idle(keep)
            read = len(one.sim.calls)
            assert read > before
            assert [minutes for _, minutes, _ in await one.spans("t0")] == [WANTED]
            one.time.now += ASKED_EVERY_SECONDS - 1
            keep.ask_for(current, zone="z1")
            await idle(keep)
            assert len(one.sim.calls) == read
            one.time.now += 1
            keep.ask_for(current, zone="z1")
            await idle(keep)
            assert len(one.sim.calls) > read

    run(database, story)


def test_the_more_is_asked_in_the_background_the_longer_the_rest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_fresh, "SECONDS_A_QUESTION", 10.0)

    async def story(one: Kit) -> None:
        async with await reading_again(one) as keep:
            keep.ask(one.id, ["t0"])
            await idle(keep)
            rest = keep._rests[one.id] - one.time()
            assert rest > ASKED_EVERY_SECONDS
            one.time.now += rest - 1
            keep.ask(one.id, ["t0", "t1"])
            assert not keep._readers
            one.time.now += 1
            keep.ask(one.id, ["t0", "t1"])
            await idle(keep)
            assert keep._rests[one.id] - one.time() > rest

    run(database, story)


def test_whoever_is_asked_for_meanwhile_is_read_after_the_rest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second customer lives in another zone than the first."""
    monkeypatch.setattr(keep_fresh, "SECONDS_A_QUESTION", 0.01)

    async def story(one: Kit) -> None:
        await one.sweep()
        one.block(WANTED, user="u0")
        one.block(WANTED, user="u1")
        async with KeepFresh(one.outward) as keep:
            keep.ask(one.id, ["t0"])
            keep.ask(one.id, ["t1"])
            await idle(keep)
            assert await one.spans("t1") == []
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await one.spans("t1"):
                    await asyncio.sleep(0.01)
            assert [minutes for _, minutes, _ in await one.spans("t0")] == [WANTED]

    run(database, story)


def test_what_could_not_be_taken_in_is_not_taken_for_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else was at the same rows: nothing has come of the reading."""
    contended = [StorageContendedError("deadlock")]

    async def taking(*given: Any, **more: Any) -> TakenIn:
        if contended:
            raise contended.pop()
        return await take_in(*given, **more)

    monkeypatch.setattr(refresh, "take_in", taking)

    async def story(one: Kit) -> None:
        async with await reading_again(one) as keep:
            current = await one.outward.businesses.current(one.id, now=one.now)
            one.block(WANTED)
            assert not await keep.read_again(current, "t0", one.at(WANTED), 60.0)
            assert await keep.read_again(current, "t0", one.at(WANTED), 60.0)

    run(database, story)


def test_the_last_of_the_day_is_left_to_sweeps_and_to_whoever_waits(database: Database) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one) as keep:
            one.sim.limits.daily = 20_000
            keep.ask(one.id, ["t0"])
            await idle(keep)
            one.time.now += SCARCE_SECONDS - 1
            keep.ask(one.id, ["t0"])
            assert not keep._readers
            assert (await one.sweep(seconds=0)).failed == {}
            one.time.now += 30
            one.block(WANTED)
            with pytest.raises(BookingRefusedError):
                await one.book(WANTED)

    run(database, story)


def test_whoever_drives_elsewhere_is_not_read(database: Database) -> None:
    async def story(one: Kit) -> None:
        async with await reading_again(one) as keep:
            current = await one.outward.businesses.current(one.id, now=one.now)
            keep.ask_for(current, zone="no-such-zone")
            assert not keep._readers
            keep.ask_for(current, zone=None)
            assert keep._readers
            await idle(keep)

    run(database, story)


async def idle(keep: KeepFresh) -> None:
    """Wait until nothing is read in the background."""
    while keep._readers:
        await asyncio.gather(*keep._readers.values())
