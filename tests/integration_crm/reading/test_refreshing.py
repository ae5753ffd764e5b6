"""Some technicians' time is read again at once, within a budget, and nobody who waits hears of a CRM that is down."""

from __future__ import annotations

from fieldfare_ghl_sim.faults import Fault

from fieldfare.usecases.integrations.refresh import refresh
from tests.databases import Database
from tests.integration_crm.kit import HOUR, OTHER, Kit, days, run

DAY = days(1)


def test_only_what_tells_of_them_is_asked(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.block(540)
        one.block(540, user="u1")
        before = len(one.sim.calls)

        found = await refresh(one.outward, one.id, ["t0"], since=one.at(0), until=one.at(DAY), budget=30.0)

        assert found.changed == found.technicians == {"t0"}
        assert found.failed == {}
        assert await one.spans() == [("t0", 540, 600)]
        asked = [call.query.get("userId") or call.query.get("calendarId") for call in one.sim.calls[before:]]
        assert ["u1"] not in asked
        assert ["u0"] in asked
        assert await one.read_at() == {}

    run(database, story, read=False)


def test_what_was_moved_or_deleted_is_seen(database: Database) -> None:
    async def story(one: Kit) -> None:
        gone, moved = one.block(540), one.appointment(700)
        booking, _, id_ = await one.written(900)
        await one.sweep()
        one.sim.delete(gone)
        one.sim.edit(moved, start=one.at(720), end=one.at(780))
        one.sim.edit(id_, start=one.at(1000), end=one.at(1000) + HOUR)

        found = await refresh(one.outward, one.id, ["t0"], since=one.at(0), until=one.at(DAY), budget=30.0)

        assert found.changed == {"t0"}
        assert await one.spans() == [("t0", 720, 780)]
        assert (await one.find(booking)).start == one.at(1000)

    run(database, story)


def test_a_calendar_whose_team_somebody_has_left_is_asked_while_they_stand_in_it(database: Database) -> None:
    async def story(one: Kit) -> None:
        moved = one.appointment(700 + days(5), user="u0")
        await one.sweep()
        one.sim.world.calendars[OTHER]["teamMembers"] = [{"userId": "u1"}]
        await one.sweep()
        one.sim.edit(moved, start=one.at(700), end=one.at(760))

        found = await refresh(one.outward, one.id, ["t0"], since=one.at(0), until=one.at(DAY), budget=30.0)

        assert found.changed == {"t0"}
        assert await one.spans() == [("t0", 700, 760)]

    run(database, story)


def test_a_crm_that_is_down_costs_a_note(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.block(540)
        await one.sweep()
        one.sim.faults.outage(on=True)

        found = await refresh(one.outward, one.id, ["t0"], since=one.at(0), until=one.at(DAY), budget=30.0)

        assert found.changed == found.technicians == frozenset()
        assert found.failed
        assert await one.spans() == [("t0", 540, 600)]
        assert await one.failures()

    run(database, story)


def test_a_budget_that_is_used_up_leaves_what_is_known(database: Database) -> None:
    async def story(one: Kit) -> None:
        one.block(540)
        await one.sweep()
        one.sim.faults.add(Fault(match="GET /calendars/blocked-slots", slow=5.0))

        found = await refresh(one.outward, one.id, ["t0"], since=one.at(0), until=one.at(DAY), budget=0.0)

        assert found.technicians == frozenset()
        assert found.failed
        assert await one.spans() == [("t0", 540, 600)]

    run(database, story)


def test_without_a_connection_there_is_nothing_to_refresh(database: Database) -> None:
    async def story(one: Kit) -> None:
        found = await refresh(one.outward, "kit-0", ["t0"], since=0, until=1, budget=1.0)

        assert not found.connected

    run(database, story)
