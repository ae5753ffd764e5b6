"""Our bookings, read back: they take their time once, follow what people do to them, and are never lost by a glance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.connections import CalendarUse, Target
from fieldfare.domain.titles import write_title
from fieldfare.ports.crm import Crm, SourceKind
from fieldfare.ports.customers import MessageStatus
from fieldfare.ports.integrations import ConflictKind, Credentials, CrmWrite, WriteKind, WriteState
from fieldfare.usecases.integrations.apply_entry import apply_entry
from fieldfare.usecases.integrations.compensate import compensate
from fieldfare.usecases.integrations.disconnect import disconnect
from fieldfare.usecases.integrations.hand_edits import follow_edits
from fieldfare.usecases.integrations.take_in import take_in
from fieldfare.usecases.integrations.way import open_way
from fieldfare.usecases.reactions import CRM
from tests.databases import Database
from tests.integration_crm.kit import AT_HOME, HOUR, LOCATION, OTHER, SERVICE, VISITS, Kit, days, run
from tests.integration_crm.writing.shop import OFFICE, TOKEN

OTHER_SERVICE = "service-2"
CHANGES = Fault(match="PUT /calendars/events/appointments/*", status=422)


def test_a_booking_read_back_takes_its_time_once_and_is_not_in_its_own_way(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()

        swept = await one.sweep()

        assert swept.changed == frozenset()
        assert await one.commitments() == []
        entry = await one.mirrored(id_)
        assert entry.booking == booking.id
        assert entry.hub == booking.hub
        assert one.geocoder.asked == []
        moved = await one.move(booking, 630)
        assert moved.start == one.at(630)

    run(database, story)


def test_a_service_booking_of_ours_read_back_takes_its_time_once(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.sim.enable_services(LOCATION)
        one.sim.add_service(LOCATION, SERVICE, users=["u0", "u1"])
        one.sim.add_service_location(LOCATION, AT_HOME)
        booking, _, id_ = await one.written()

        await one.sweep()

        assert await one.commitments() == []
        assert [entry.booking for entry in await one.entries_of(id_)] == [booking.id]
        one.sim.edit(id_, start=one.at(700), end=one.at(700) + HOUR)
        await one.sweep()
        assert (await one.find(booking)).start == one.at(700)

    target = Target(service=SERVICE, service_location=AT_HOME)
    run(database, story, services=True, targets={"*": target})


@dataclass(frozen=True)
class Legs:
    """What people make of a service booking of ours: its legs by service, user and start, and where ours is then."""

    about: str
    legs: list[tuple[str, str, int]]
    ours: int
    technician: str = "t0"
    start: int = 600


LEGS = [
    Legs("one before ours", [(OTHER_SERVICE, "u1", 540), (SERVICE, "u0", 600)], 1),
    Legs("one after ours", [(SERVICE, "u0", 600), (OTHER_SERVICE, "u1", 660)], 0),
    Legs("one by the same user", [(OTHER_SERVICE, "u0", 540), (SERVICE, "u0", 600)], 1),
    Legs("the same service by somebody else", [(SERVICE, "u1", 540), (SERVICE, "u0", 600)], 1),
    Legs("one before ours, which is moved", [(OTHER_SERVICE, "u1", 540), (SERVICE, "u0", 700)], 1, start=700),
    Legs(
        "one before ours, which is handed over", [(OTHER_SERVICE, "u0", 540), (SERVICE, "u1", 600)], 1, technician="t1"
    ),
]


@pytest.mark.parametrize("case", LEGS, ids=lambda case: case.about)
def test_a_leg_that_people_add_to_a_service_booking_of_ours_is_not_ours(database: Database, case: Legs) -> None:
    async def story(one: Kit) -> None:
        one.sim.enable_services(LOCATION)
        for service in (SERVICE, OTHER_SERVICE):
            one.sim.add_service(LOCATION, service, users=["u0", "u1"])
        one.sim.add_service_location(LOCATION, AT_HOME)
        booking, _, id_ = await one.written()
        await one.sweep()
        before = one.sim.world.service_bookings[id_]["legs"]
        one.sim.edit(id_, legs=[_leg(one, *leg) for leg in case.legs])

        await one.sweep()

        after = await one.find(booking)
        assert (after.technician, after.start) == (case.technician, one.at(case.start))
        (added,) = [leg for number, leg in enumerate(case.legs) if number != case.ours]
        taken = [(f"t{added[1][1:]}", added[2], added[2] + 60)]
        assert await one.spans() == taken
        whose = [entry.booking for entry in await one.entries_of(id_) if not entry.deleted]
        assert whose == [booking.id if number == case.ours else None for number in range(2)]
        assert (await one.sweep()).changed == frozenset()
        if (case.technician, case.start) == ("t0", 600):
            one.sim.edit(id_, legs=before)
            await one.sweep()
            assert (await one.find(booking)).status is Status.CONFIRMED
            assert await one.spans() == []
            assert [entry.booking for entry in await one.entries_of(id_) if not entry.deleted] == [booking.id]

    target = Target(service=SERVICE, service_location=AT_HOME)
    run(database, story, services=True, targets={"*": target})


def test_a_write_whose_answer_was_lost_is_known_by_its_reference(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking = await one.book()
        title = write_title(hub="H07", product="AC tune-up", customer="J T", reference=booking.reference)
        id_ = one.appointment(600, calendar=VISITS, title=title)

        await one.sweep()

        assert (await one.mirrored(id_)).booking == booking.id
        assert await one.commitments() == []

    run(database, story)


@dataclass(frozen=True)
class Followed:
    """What people do to an entry, and what becomes of its booking."""

    about: str
    edit: dict[str, Any]
    becomes: dict[str, Any]
    action: str
    reason: str
    told: bool = True


FOLLOWED = [
    Followed("moved", {"start": 700, "end": 760}, {"start": 700, "end": 760}, "reschedule", "Moved in GoHighLevel"),
    Followed("longer", {"start": 600, "end": 690}, {"end": 690}, "reschedule", "Moved in GoHighLevel"),
    Followed("handed over", {"user": "u1"}, {"technician": "t1"}, "assign", "Moved in GoHighLevel", told=False),
    Followed(
        "moved and handed over",
        {"start": 700, "end": 760, "user": "u1"},
        {"start": 700, "technician": "t1"},
        "reschedule",
        "Moved in GoHighLevel",
    ),
    Followed("cancelled", {"status": "cancelled"}, {"status": Status.CANCELLED}, "cancel", "Cancelled in GoHighLevel"),
    Followed("invalid", {"status": "invalid"}, {"status": Status.CANCELLED}, "cancel", "Cancelled in GoHighLevel"),
    Followed("deleted", {"deleted": True}, {"status": Status.CANCELLED}, "cancel", "Deleted in GoHighLevel"),
]


@pytest.mark.parametrize("case", FOLLOWED, ids=lambda case: case.about)
def test_a_booking_follows_what_people_do_to_its_entry(database: Database, case: Followed) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        messages = await _messages(one)
        one.sim.edit(id_, **_instants(one, case.edit))

        swept = await one.sweep()

        after = await one.find(booking)
        wanted = _instants(one, case.becomes)
        assert {name: getattr(after, name) for name in wanted} == wanted
        assert swept.followed == 1
        assert "t0" in swept.changed
        assert await one.commitments() == []
        line = (await one.trail(booking))[0].entry
        assert (line.actor, line.action, line.reason) == (CRM, case.action, case.reason)
        assert await one.writes(WriteState.WAITING) == ()
        assert await _messages(one) - messages == int(case.told)
        assert (await one.sweep()).followed == 0
        assert await one.conflicts() == []

    run(database, story)


@pytest.mark.parametrize("case", FOLLOWED, ids=lambda case: case.about)
def test_a_booking_that_could_not_be_written_follows_all_the_same(database: Database, case: Followed) -> None:
    async def story(one: Kit) -> None:
        booking, id_ = await _put_aside(one)
        one.sim.edit(id_, **_instants(one, case.edit))

        swept = await one.sweep()

        after = await one.find(booking)
        wanted = _instants(one, case.becomes)
        assert {name: getattr(after, name) for name in wanted if name != "technician"} == {
            name: value for name, value in wanted.items() if name != "technician"
        }
        assert swept.followed == 1
        assert await one.commitments() == []
        assert (await one.sweep()).followed == 0

    run(database, story)


def test_what_could_not_be_written_takes_both_times_until_people_have_looked_at_it(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _ = await _put_aside(one)

        for _ in range(2):
            await one.sweep()

            assert (await one.find(booking)).start == one.at(900)
            assert await one.spans() == [("t0", 600, 660)]
            assert len(await one.writes(WriteState.PARKED)) == 1

    run(database, story)


def test_a_cancelled_booking_whose_entry_could_not_be_cancelled_stays_its_booking(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        await one.cancel(booking, reason=None)
        one.sim.faults.add(CHANGES)
        await one.write_all()
        one.sim.faults.clear()

        for _ in range(2):
            await one.sweep()

            assert await one.spans() == [("t0", 600, 660)]
            assert (await one.mirrored(id_)).booking == booking.id

    run(database, story)


def test_a_waiting_note_keeps_nothing_from_following(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        async with one.storage.open(one.id) as books:
            await books.integrations.writes.add(
                CrmWrite(id="n1", kind=WriteKind.NOTE, booking=booking.id, created_at=one.now, next_at=one.now)
            )
        one.sim.edit(id_, start=one.at(700), end=one.at(760))

        await one.sweep()

        assert (await one.find(booking)).start == one.at(700)

    run(database, story)


@pytest.mark.parametrize("length", [24 * 60 + 1, 3 * 24 * 60])
def test_an_entry_that_lasts_longer_than_a_visit_may_keeps_nobody_else_from_following(
    database: Database, length: int
) -> None:
    async def story(one: Kit) -> None:
        written = [await one.written(600 + 180 * number) for number in range(2)]
        await one.sweep()
        (long, _, first), (other, _, second) = sorted(written, key=lambda each: each[2])
        one.sim.edit(first, start=long.start, end=long.start + length * MINUTE)
        one.sim.edit(second, user="u1")

        await one.sweep()

        assert (await one.find(other)).technician == "t1"
        assert await one.find(long) == long
        assert (ConflictKind.MOVED_ONTO, long.id) in {(known.kind, known.booking) for known in await one.conflicts()}
        assert [known.technician for known in await one.commitments()] == ["t0"]
        one.sim.edit(first, end=long.end + HOUR)
        await one.sweep()
        assert (await one.find(long)).end == long.end + HOUR
        assert await one.conflicts() == []

    run(database, story)


class Broken:
    """The CRM, where one entry brings something to light that nobody has foreseen."""

    def __init__(self, crm: Crm, id_: str) -> None:
        self._crm = crm
        self._id = id_

    def __getattr__(self, name: str) -> Any:
        return getattr(self._crm, name)

    async def entry(self, source: str, source_id: str) -> Any:
        if source_id == self._id:
            raise ZeroDivisionError("for Jamie Tremblay")
        return await self._crm.entry(SourceKind(source), source_id)


def test_something_unforeseen_is_told_and_keeps_no_other_booking_from_following(database: Database) -> None:
    async def story(one: Kit) -> None:
        written = [await one.written(600 + 180 * number) for number in range(2)]
        await one.sweep()
        (_, _, first), (other, _, second) = sorted(written, key=lambda each: each[2])
        for id_ in (first, second):
            one.sim.edit(id_, user="u1")
        way = await open_way(one.outward, one.id, now=one.now)
        assert way is not None
        way = replace(way, crm=cast("Crm", Broken(way.crm, first)))
        keys = [f"ghl.appointment:{id_}:" for id_ in (first, second)]

        for _ in range(2):
            await follow_edits(way, keys, now=one.now)

            assert (await one.find(other)).technician == "t1"
            (failure,) = await one.failures()
            assert (failure.code, failure.subject) == ("entry_stuck", keys[0])
            assert failure.facts == {"error": "ZeroDivisionError"}
            assert one.told.codes == ["entry_stuck"]
        await one.sweep()
        await one.sweep()
        assert await one.failures() == []

    run(database, story)


@dataclass(frozen=True)
class Marked:
    """What people mark a visit as, whether its time has come, and what it is then."""

    status: str
    begun: bool
    becomes: Status


MARKED = [
    Marked("showed", begun=True, becomes=Status.COMPLETED),
    Marked("noshow", begun=True, becomes=Status.NO_SHOW),
    Marked("showed", begun=False, becomes=Status.CONFIRMED),
    Marked("noshow", begun=False, becomes=Status.CONFIRMED),
]


@pytest.mark.parametrize("case", MARKED, ids=lambda case: f"{case.status}-{case.begun}")
def test_a_visit_is_what_it_is_marked_as_once_its_time_has_come(database: Database, case: Marked) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        one.sim.edit(id_, status=case.status)
        if case.begun:
            one.time.now = float(booking.start + HOUR)

        await one.sweep()

        assert (await one.find(booking)).status is case.becomes
        assert await one.commitments() == []
        assert await one.writes(WriteState.WAITING) == ()

    run(database, story)


@pytest.mark.parametrize("status", [Status.EN_ROUTE, Status.IN_PROGRESS])
def test_a_visit_that_is_under_way_stays_where_it_is_and_people_are_told(database: Database, status: Status) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        async with one.storage.open(one.id) as books:
            before = await books.bookings.find(booking.id, for_change=True)
            assert before is not None
            begun = one.now if status is Status.IN_PROGRESS else None
            booking = await books.bookings.change(replace(before, status=status, started_at=begun), before=before)
        one.sim.edit(id_, start=one.at(700), end=one.at(760))

        for _ in range(2):
            await one.sweep()

            assert (await one.find(booking)).start == one.at(600)
            (conflict,) = await one.conflicts()
            assert (conflict.kind, conflict.booking) == (ConflictKind.MOVED_ONTO, booking.id)
            assert await one.spans() == [("t0", 700, 760)]
        one.sim.edit(id_, start=one.at(600), end=one.at(660))
        await one.sweep()
        assert await one.conflicts() == []

    run(database, story)


def test_many_that_cannot_follow_keep_no_other_from_its_turn(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldfare.usecases.integrations.hand_edits.MOST_FOLLOWED", 1)

    async def story(one: Kit) -> None:
        written = [await one.written(600 + 180 * number) for number in range(3)]
        await one.sweep()
        first, second, (free, _, last) = sorted(written, key=lambda each: each[2])
        for _, _, id_ in (first, second):
            one.sim.edit(id_, user="u-office")
        one.sim.edit(last, user="u1")

        for _ in range(3):
            await one.sweep()

        assert (await one.find(free)).technician == "t1"

    run(database, story)


def test_a_mark_whose_time_has_not_come_costs_no_call(database: Database) -> None:
    async def story(one: Kit) -> None:
        _, _, id_ = await one.written()
        await one.sweep()
        one.sim.edit(id_, status="showed")
        before = one.calls("GET", id_)

        await one.sweep()

        assert one.calls("GET", id_) == before

    run(database, story)


def test_what_vanishes_from_the_list_is_asked_for_before_its_booking_is_cancelled(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        one.sim.delete(id_)

        await one.sweep()

        assert (await one.find(booking)).status is Status.CANCELLED
        asked = [call for call in one.sim.calls if call.method == "GET" and call.path.endswith(id_)]
        assert asked

    run(database, story)


@pytest.mark.parametrize("by_webhook", [False, True])
def test_a_booking_that_could_not_follow_at_once_follows_later(database: Database, by_webhook: bool) -> None:
    """The CRM fails just between the two questions whether the entry is gone."""

    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        one.sim.delete(id_)
        fails_after_the_first(one, f"/calendars/events/appointments/{id_}")
        if by_webhook:
            await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now)
        else:
            await one.sweep()
        assert (await one.find(booking)).status is Status.CONFIRMED
        one.sim.faults.clear()

        await one.sweep()

        assert (await one.find(booking)).status is Status.CANCELLED
        assert (await one.mirrored(id_)).deleted

    run(database, story)


@pytest.mark.parametrize(("told", "status"), [(True, Status.CANCELLED), (False, Status.CONFIRMED)])
def test_an_entry_that_is_deleted_before_anybody_has_read_it(database: Database, told: bool, status: Status) -> None:
    """What only isn't there may be lost, and is written again; what the CRM says was deleted was there."""

    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        one.sim.delete(id_)

        await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now, deleted=told)

        assert (await one.find(booking)).status is status

    run(database, story)


def test_an_entry_that_is_deleted_just_after_it_was_written_frees_its_time_with_the_next_poll(
    database: Database,
) -> None:
    """The day is read as soon as a visit was written there: no webhook is needed from then on."""

    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await compensate(one.outward, one.id, "t0", booking.start, now=one.now)
        one.sim.delete(id_)

        await one.sweep()

        assert (await one.find(booking)).status is Status.CANCELLED
        assert await one.spans() == []

    run(database, story)


def fails_after_the_first(one: Kit, path: str) -> None:
    """Let the account answer a question once, and fail from then on."""
    answer = one.sim.answer

    def answers(method: str, asked: str, *rest: Any) -> Any:
        given = answer(method, asked, *rest)
        if (method, asked) == ("GET", path):
            one.sim.faults.add(Fault(match=f"GET {path}", status=503))
            one.sim.answer = answer  # type: ignore[method-assign]
        return given

    one.sim.answer = answers  # type: ignore[method-assign,assignment]


def test_an_entry_that_cannot_be_asked_for_cancels_nothing(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        one.sim.delete(id_)
        one.sim.faults.add(Fault(match="GET /calendars/events/appointments/*", status=500))

        await one.sweep()

        assert (await one.find(booking)).status is Status.CONFIRMED
        one.sim.faults.clear()
        await one.sweep()
        assert (await one.find(booking)).status is Status.CANCELLED

    run(database, story)


def test_a_booking_that_waits_to_be_written_is_ours_to_say(database: Database) -> None:
    """S16: an entry that is gone or elsewhere while our write is on its way means nothing."""

    async def story(one: Kit) -> None:
        gone, _, gone_id = await one.written(600)
        moved, _, moved_id = await one.written(810)
        await one.sweep()
        gone = await one.move(gone, 630)
        moved = await one.move(moved, 840)
        one.sim.delete(gone_id)
        one.sim.edit(moved_id, start=one.at(1000), end=one.at(1060))

        await one.sweep()

        assert await one.find(gone) == gone
        assert await one.find(moved) == moved
        assert await one.commitments() == []

    run(database, story)


def test_an_old_reading_does_not_move_a_booking_back(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        stale = dict(one.sim.world.appointments[id_])
        booking = await one.move(booking, 705)
        await one.write_all()
        fresh = one.sim.world.appointments[id_]
        one.sim.world.appointments[id_] = fresh | {"start": stale["start"], "end": stale["end"], "updated": 0}

        await one.sweep()
        one.sim.world.appointments[id_] = fresh
        await one.sweep()

        assert (await one.find(booking)).start == one.at(705)
        assert await one.commitments() == []

    run(database, story)


@dataclass(frozen=True)
class Late:
    """When something is done that was asked for before, without an answer, and whether the booking follows it."""

    about: str
    seconds: int
    follows: bool = False
    cancelled: bool = False


LATE = [
    Late("soon after", 30),
    Late("so late that people have done it", 30 * 60, follows=True),
    Late("after the booking was cancelled", 30, cancelled=True),
    Late("long after the booking was cancelled", 30 * 60, follows=True, cancelled=True),
]


@pytest.mark.parametrize("case", LATE, ids=lambda case: case.about)
def test_what_is_done_late_of_what_was_asked_for_before_is_nothing_that_people_did(
    database: Database, case: Late
) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        booking = await one.move(booking, 705)
        one.sim.faults.add(Fault(match="PUT /calendars/events/appointments/*", status=504))
        await one.attempt((await one.writes(WriteState.WAITING))[0])
        one.sim.faults.clear()
        booking = await (one.cancel(booking, reason=None) if case.cancelled else one.move(booking, 900))
        await one.write_all()
        one.time.now += case.seconds
        one.sim.edit(id_, start=one.at(705), end=one.at(765), status="confirmed")

        await one.sweep()
        await one.write_all()
        await one.sweep()

        after, there = await one.find(booking), one.sim.world.appointments[id_]
        assert after.start == (one.at(705) if case.follows or case.cancelled else booking.start)
        standing = case.follows or not case.cancelled
        assert there["appointmentStatus"] == ("confirmed" if standing else "cancelled")
        assert there["start"] == (one.at(900) if not case.follows and not case.cancelled else one.at(705))
        assert await one.spans() == ([("t0", 705, 765)] if case.follows and case.cancelled else [])

    run(database, story)


def test_an_older_reading_does_not_bring_back_what_was_deleted_since(database: Database) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(600)
        await one.sweep()
        way = await open_way(one.outward, one.id, now=one.now)
        assert way is not None
        begun = one.now + 10
        reading = await way.crm.read(way.layout.scopes(), since=one.at(-days(7)), until=one.at(days(7)))
        one.sim.delete(id_)
        await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=begun + 5, deleted=True)
        assert await one.spans() == []

        await take_in(way, reading, read_at=begun)

        assert await one.spans() == []
        assert (await one.mirrored(id_)).deleted

    run(database, story)


def test_a_booking_whose_entry_is_moved_onto_another_visit_stays_and_both_times_are_taken(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written(600)
        other, _, _ = await one.written(810)
        await one.sweep()
        one.sim.edit(id_, start=one.at(830), end=one.at(890))

        await one.sweep()

        assert (await one.find(booking)).start == one.at(600)
        assert await one.spans() == [("t0", 830, 890)]
        kinds = {(known.kind, known.booking) for known in await one.conflicts()}
        assert (ConflictKind.MOVED_ONTO, booking.id) in kinds
        assert (ConflictKind.OVERLAP, other.id) in kinds
        one.sim.edit(id_, start=one.at(1000), end=one.at(1060))
        await one.sweep()
        assert (await one.find(booking)).start == one.at(1000)
        assert await one.spans() == []
        assert await one.conflicts() == []

    run(database, story)


def test_a_booking_handed_to_somebody_who_is_no_technician_waits_for_people(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        one.sim.edit(id_, user="u-office")

        await one.sweep()

        assert await one.find(booking) == booking
        (conflict,) = await one.conflicts()
        assert (conflict.kind, conflict.booking) == (ConflictKind.MOVED_ONTO, booking.id)

    run(database, story)


def test_a_second_technician_in_our_entry_is_taken_too(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        one.sim.edit(id_, users=["u0", "u1"])

        await one.sweep()

        assert await one.find(booking) == booking
        assert await one.spans() == [("t1", 600, 660)]

    run(database, story)


def test_a_cancelled_booking_that_is_brought_back_to_life_in_the_crm_takes_its_time(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        await one.cancel(booking)
        await one.write_all()
        await one.sweep()
        assert await one.spans() == []
        one.sim.edit(id_, status="confirmed")

        await one.sweep()
        await one.sweep()

        assert await one.spans() == [("t0", 600, 660)]
        assert (await one.find(booking)).status is Status.CANCELLED
        assert (await one.mirrored(id_)).booking is None

    run(database, story)


def test_a_booking_that_was_cancelled_while_nothing_was_connected_is_cancelled_there_later(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        async with one.storage.open(one.id) as books:
            known = await books.integrations.connections.find()
        assert known is not None
        await disconnect(one.outward, one.id, actor=OFFICE)
        await one.cancel(booking)
        async with one.storage.open(one.id) as books:
            await books.integrations.connections.save(known, credentials=Credentials(token=TOKEN))
        one.outward.crms.forget(one.id)

        await one.sweep()

        assert await one.spans() == [("t0", 600, 660)]
        await one.write_all()
        await one.sweep()
        assert one.sim.world.appointments[id_]["appointmentStatus"] == "cancelled"
        assert await one.spans() == []
        assert (await one.mirrored(id_)).booking == booking.id

    run(database, story)


def test_a_cancelled_booking_is_free_before_the_crm_knows(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, _ = await one.written()
        await one.sweep()
        await one.cancel(booking)

        await one.sweep()

        assert await one.spans() == []

    run(database, story)


@dataclass(frozen=True)
class Title:
    """What people make of a title, and whether it is written anew."""

    about: str
    title: str
    mended: bool = True


TITLES = [
    Title("the tag is lost", "AC tune-up - J. Tremblay #{reference}"),
    Title("the tag is wrong", "[H08] AC tune-up - J. Tremblay #{reference}"),
    Title("the reference is lost", "[H07] AC tune-up"),
    Title("all of it is lost", "Jamie"),
    Title("the words are theirs", "[H07] AC tune-up, gate 7 #{reference}", mended=False),
]


@pytest.mark.parametrize("case", TITLES, ids=lambda case: case.about)
def test_a_title_that_lost_its_tag_or_reference_is_written_anew(database: Database, case: Title) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        await one.sweep()
        right = one.sim.world.appointments[id_]["title"]
        one.sim.edit(id_, title=case.title.format(reference=booking.reference))

        await one.sweep()

        assert await one.find(booking) == booking
        assert (await one.mirrored(id_)).booking == booking.id
        assert (await one.mirrored(id_)).hub == booking.hub
        assert len(await one.writes(WriteState.WAITING)) == int(case.mended)
        await one.write_all()
        if case.mended:
            assert one.sim.world.appointments[id_]["title"] == right
        await one.sweep()
        assert await one.writes(WriteState.WAITING) == ()

    run(database, story)


@dataclass(frozen=True)
class Twin:
    """Something that a calendar shows once more, and whether it is counted."""

    about: str
    kind: str
    entry: dict[str, Any]
    counted: bool = False


TWINS = [
    Twin("a block of just its time that says nothing", "block", {"title": "Busy"}),
    Twin("a block without a title", "block", {"title": ""}),
    Twin("a block that carries the reference", "block", {"title": "AC #{reference}"}),
    Twin("an appointment that carries the reference", "appointment", {"title": "[H07] AC #{reference}"}),
    Twin("a description that carries the reference", "appointment", {"description": "#{reference}"}),
    Twin("a block that says something else", "block", {"title": "Dentist"}, counted=True),
    Twin("a block of another technician", "block", {"title": "Busy", "user": "u1"}, counted=True),
    Twin("a block that lasts longer", "block", {"title": "Busy", "length": 90}, counted=True),
    Twin("an appointment at another time", "appointment", {"title": "AC #{reference}", "at": 900}, counted=True),
]


@pytest.mark.parametrize("case", TWINS, ids=lambda case: case.about)
def test_what_says_our_visit_once_more_is_counted_once(database: Database, case: Twin) -> None:
    async def story(one: Kit) -> None:
        booking, _, _ = await one.written()
        await one.sweep()
        said = {
            key: value.format(reference=booking.reference) if isinstance(value, str) else value
            for key, value in case.entry.items()
        }
        getattr(one, case.kind)(said.pop("at", 600), **said)

        await one.sweep()

        assert bool(await one.commitments()) is case.counted
        revision = await one.revision()
        await one.sweep()
        assert await one.revision() == revision

    run(database, story)


def test_an_echo_counts_as_soon_as_what_it_echoed_is_gone(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, _ = await one.written()
        one.block(600)
        await one.sweep()
        assert await one.spans() == []
        await one.cancel(booking)

        await one.sweep()

        assert await one.spans() == [("t0", 600, 660)]

    run(database, story)


@dataclass(frozen=True)
class Alike:
    """Two entries, and how often their time is counted."""

    about: str
    one: tuple[str, dict[str, Any]]
    other: tuple[str, dict[str, Any]]
    counted: int


ALIKE = [
    Alike("a block that echoes", ("appointment", {"title": "Gas"}), ("block", {"title": "Busy"}), 1),
    Alike(
        "the same title", ("appointment", {"title": "Gas"}), ("appointment", {"title": " gas", "calendar": VISITS}), 1
    ),
    Alike("other titles", ("appointment", {"title": "Gas"}), ("appointment", {"title": "Oil"}), 2),
    Alike(
        "the same title at another time", ("block", {"title": "Lunch"}), ("block", {"title": "Lunch", "length": 30}), 2
    ),
    Alike("the same title of another", ("block", {"title": "Lunch"}), ("block", {"title": "Lunch", "user": "u1"}), 2),
]


@pytest.mark.parametrize("case", ALIKE, ids=lambda case: case.about)
def test_calendars_that_sync_to_each_other_are_counted_once(database: Database, case: Alike) -> None:
    async def story(one: Kit) -> None:
        for kind, said in (case.one, case.other):
            getattr(one, kind)(600, **said)

        await one.sweep()

        assert len(await one.commitments()) == case.counted

    run(database, story)


def test_of_two_alike_the_one_that_tells_more_is_counted(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.block(600)
        id_ = one.appointment(600, calendar=VISITS, title="[H08] Gas")

        await one.sweep()

        (known,) = await one.commitments()
        assert (known.id, known.hub) == (f"ghl.appointment:{id_}:", "H08")

    run(database, story, calendars={VISITS: CalendarUse.VISITS, OTHER: CalendarUse.BUSY})


async def _put_aside(one: Kit) -> tuple[Booking, str]:
    """Write a visit at 600 that is then at 900, of which the CRM doesn't want to know."""
    booking, _, id_ = await one.written()
    await one.sweep()
    booking = await one.move(booking, 900)
    one.sim.faults.add(CHANGES)
    await one.write_all()
    one.sim.faults.clear()
    (parked,) = await one.writes(WriteState.PARKED)
    assert parked.booking == booking.id
    return booking, id_


def _leg(one: Kit, service: str, user: str, start: int) -> dict[str, Any]:
    return {"service": service, "staff": user, "start": one.at(start), "end": one.at(start) + HOUR, "extras": []}


def _instants(one: Kit, values: dict[str, Any]) -> dict[str, Any]:
    return {key: one.at(value) if key in {"start", "end"} else value for key, value in values.items()}


async def _messages(one: Kit) -> int:
    async with one.storage.open(one.id) as books:
        page = await books.messages.page(
            statuses=tuple(MessageStatus), booking=None, unsettled=False, before=None, limit=100
        )
    return len(page)
