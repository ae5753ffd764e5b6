"""What stands in the CRM takes its technicians' time, until it is moved, deleted or cancelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.commitments import CommitmentKind
from fieldfare.domain.connections import CalendarUse
from tests.databases import Database
from tests.integration_crm.kit import (
    AT_HOME,
    IGNORED,
    LOCATION,
    OTHER,
    SERVICE,
    VISITS,
    Kit,
    days,
    forgetful,
    run,
)


def test_all_three_kinds_take_time(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.sim.enable_services(LOCATION)
        one.sim.add_service(LOCATION, SERVICE, users=["u0", "u1"])
        one.sim.add_service_location(LOCATION, AT_HOME)
        start = one.at(900)
        one.appointment(540, calendar=VISITS)
        one.block(720)
        one.sim.add_service_booking(
            LOCATION,
            contact=one.contact_id(),
            location_id=AT_HOME,
            legs=[(SERVICE, "u0", start, start + 3600), (SERVICE, "u1", start + 3600, start + 7200)],
        )

        swept = await one.sweep()

        assert swept.entries == 4
        assert swept.changed == {"t0", "t1"}
        assert await one.spans() == [("t0", 540, 600), ("t0", 720, 780), ("t0", 900, 960), ("t1", 960, 1020)]
        kinds = [known.kind for known in await one.commitments()]
        visit, busy = CommitmentKind.VISIT, CommitmentKind.BUSY
        assert kinds == [visit, busy, visit, visit]

    run(database, story, services=True)


def test_a_second_sweep_changes_nothing(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.appointment(540, address="1 Oak Street")
        one.block(720)
        await one.sweep()
        before, asked = await one.revision(), len(one.geocoder.asked)

        for full in (True, False, True):
            swept = await one.sweep(full=full)
            assert swept.changed == frozenset()

        assert await one.revision() == before
        assert len(one.geocoder.asked) == asked == 1

    run(database, story)


@dataclass(frozen=True)
class Taking:
    """An entry, and who is taken by it."""

    about: str
    entry: dict[str, Any]
    taken: list[str] = field(default_factory=lambda: ["t0"])


TAKING = [
    *(Taking(f"one that is {status}", {"status": status}) for status in ("new", "confirmed", "showed")),
    Taking("one of a status that nobody knows", {"status": "rescheduled_by_ai"}),
    *(Taking(f"one that is {status}", {"status": status}, []) for status in ("cancelled", "invalid", "noshow")),
    Taking("one of two technicians", {"users": ["u0", "u1"]}, ["t0", "t1"]),
    Taking("one of a user who is no technician", {"user": "u-office"}, []),
    Taking("one of a technician and somebody else", {"users": ["u0", "u-office"]}),
    Taking("one of nobody", {"user": ""}, []),
    Taking("one in a calendar that is ignored", {"calendar": IGNORED}, []),
]


@pytest.mark.parametrize("case", TAKING, ids=lambda case: case.about)
def test_whose_time_is_taken(database: Database, case: Taking) -> None:
    async def story(one: Kit) -> None:
        one.appointment(540, **case.entry)

        await one.sweep()

        assert [who for who, _, _ in await one.spans()] == case.taken

    run(database, story)


def test_whoever_is_no_technician_holds_nobodys_time_and_is_listed(database: Database) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(540, user="u-office", title="Office hours")

        await one.sweep()

        entry = await one.mirrored(id_)
        assert entry.technicians == ()
        assert entry.title == "Office hours"

    run(database, story)


@dataclass(frozen=True)
class Edit:
    """What people do to an entry, and what is taken afterwards."""

    about: str
    edit: dict[str, Any]
    taken: list[tuple[str, int, int]]


HOUR_LATER = {"start": 60, "end": 120}
EDITS = [
    Edit("moved by an hour", HOUR_LATER, [("t0", 600, 660)]),
    Edit(
        "moved to the next month's end",
        {"start": days(24), "end": days(24) + 60},
        [("t0", 540 + days(24), 600 + days(24))],
    ),
    Edit("given to somebody else", {"user": "u1"}, [("t1", 540, 600)]),
    Edit("taken from everybody", {"user": ""}, []),
    Edit("cancelled", {"status": "cancelled"}, []),
    Edit("deleted, and listed as such", {"deleted": True}, []),
    Edit("brought to a status that nobody knows", {"status": "on_hold"}, [("t0", 540, 600)]),
]


@pytest.mark.parametrize("full", [True, False], ids=["full", "incremental"])
@pytest.mark.parametrize("case", EDITS, ids=lambda case: case.about)
def test_an_appointment_that_is_edited_frees_and_takes_time_with_the_next_sweep(
    database: Database, case: Edit, full: bool
) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(540)
        await one.sweep()
        before = await one.revision()
        changes = {key: one.at(540 + value) if key in {"start", "end"} else value for key, value in case.edit.items()}
        if "end" in changes:
            changes["end"] = changes["start"] + 3600
        one.sim.edit(id_, **changes)

        await one.sweep(full=full)

        assert await one.spans() == case.taken
        assert await one.revision() > before

    run(database, story)


@pytest.mark.parametrize("full", [True, False], ids=["full", "incremental"])
@pytest.mark.parametrize("kind", ["appointment", "block"])
def test_what_is_deleted_frees_its_time_with_the_next_sweep(database: Database, kind: str, full: bool) -> None:
    async def story(one: Kit) -> None:
        id_ = getattr(one, kind)(540)
        stays = getattr(one, kind)(900)
        await one.sweep()
        one.sim.delete(id_)

        await one.sweep(full=full)

        assert await one.spans() == [("t0", 900, 960)]
        assert (await one.mirrored(id_)).deleted
        assert not (await one.mirrored(stays)).deleted

    run(database, story)


@pytest.mark.parametrize("full", [True, False], ids=["full", "incremental"])
def test_a_block_that_is_moved_far_away_takes_its_new_time(database: Database, full: bool) -> None:
    async def story(one: Kit) -> None:
        id_ = one.block(540)
        await one.sweep()
        later = one.at(540 + days(24))
        one.sim.edit(id_, start=later, end=later + 3600)

        await one.sweep(full=full)

        assert await one.spans() == [("t0", 540 + days(24), 600 + days(24))]

    run(database, story)


def test_created_and_deleted_or_moved_and_moved_back_between_sweeps_leaves_nothing(database: Database) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(540)
        await one.sweep()
        ghost = one.appointment(900)
        one.sim.delete(ghost)
        one.sim.edit(id_, start=one.at(700), end=one.at(760))
        one.sim.edit(id_, start=one.at(540), end=one.at(600))

        swept = await one.sweep()

        assert swept.changed == frozenset()
        assert await one.spans() == [("t0", 540, 600)]
        assert await one.entries_of(ghost) == []

    run(database, story)


def test_a_blocked_day_takes_the_local_day(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.sim.add_block(LOCATION, user="u0", start=one.at(900), full_day=True)

        await one.sweep()

        (known,) = await one.commitments("t0")
        assert (known.end - known.start) in {23 * 3600, 24 * 3600, 25 * 3600}
        assert known.start <= one.at(900) < known.end

    run(database, story)


def test_the_block_of_a_whole_calendar_takes_the_time_of_its_team(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.sim.add_calendar(LOCATION, "calendar-events", kind="event", users=["u0", "u1", "u-office"])
        one.sim.add_block(LOCATION, calendar="calendar-events", start=one.at(540), end=one.at(600))

        await one.sweep()

        assert await one.spans() == [("t0", 540, 600), ("t1", 540, 600)]

    run(database, story)


def test_a_new_calendar_of_which_nobody_has_said_anything_takes_time(database: Database) -> None:
    async def story(one: Kit) -> None:
        await one.sweep()
        one.sim.add_calendar(LOCATION, "calendar-new", kind="personal", users=["u0"])
        one.appointment(540, calendar="calendar-new")

        await one.sweep(seconds=16 * 60)

        assert await one.spans() == [("t0", 540, 600)]

    run(database, story)


def test_a_calendar_that_is_ignored_from_now_on_takes_no_time_any_more(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.appointment(540)
        await one.sweep()
        await one.settings(calendars={VISITS: CalendarUse.VISITS, OTHER: CalendarUse.IGNORED})

        await one.sweep()

        assert await one.spans() == []

    run(database, story)


@pytest.mark.parametrize("kind", ["appointment", "block"])
def test_a_user_who_is_no_technician_from_now_on_holds_nobodys_time(database: Database, kind: str) -> None:
    async def story(one: Kit) -> None:
        getattr(one, kind)(540)
        await one.sweep()
        await one.settings(technicians={"u1": "t1"})

        await one.sweep()

        assert await one.spans() == []

    run(database, story)


@dataclass(frozen=True)
class Nobodys:
    """An appointment that names nobody, in a calendar of some members, and whose time it takes."""

    about: str
    members: tuple[str, ...]
    takes: list[str]


NOBODYS = [
    Nobodys("of one member", ("u1",), ["t1"]),
    Nobodys("of two, of whom nobody knows who goes", ("u0", "u1"), []),
    Nobodys("of one who is no technician", ("u-office",), []),
    Nobodys("of no member", (), []),
]


@pytest.mark.parametrize("case", NOBODYS, ids=lambda case: case.about)
def test_an_appointment_that_names_nobody_is_the_only_members(database: Database, case: Nobodys) -> None:
    async def story(one: Kit) -> None:
        one.sim.add_calendar(LOCATION, "calendar-own", kind="personal", users=list(case.members))
        one.appointment(600, calendar="calendar-own", user="")

        for _ in range(2):
            await one.sweep()

            assert [known.technician for known in await one.commitments()] == case.takes

    run(database, story)


def test_an_appointment_that_names_nobody_keeps_its_time_while_calendars_cannot_be_asked(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.sim.add_calendar(LOCATION, "calendar-own", kind="personal", users=["u1"])
        one.appointment(600, calendar="calendar-own", user="")
        await one.sweep()
        forgetful(one)
        one.sim.faults.add(Fault(match="GET /calendars/", status=500))

        await one.sweep()

        assert [known.technician for known in await one.commitments()] == ["t1"]

    uses = {VISITS: CalendarUse.VISITS, "calendar-own": CalendarUse.BUSY}
    run(database, story, calendars=uses)
