"""What goes wrong with reading: it changes nothing of what is known, it is noted, and it is over when it is over."""

from __future__ import annotations

from typing import Any

import pytest
from fieldfare_ghl_sim.faults import Fault

from fieldfare.domain.bookings import Status
from fieldfare.domain.connections import ConnectionState
from fieldfare.ports.crm import CrmForbiddenError, SourceKind
from fieldfare.usecases.integrations.apply_entry import apply_entry
from fieldfare.usecases.integrations.refresh import refresh
from fieldfare.usecases.integrations.sweep import sweep
from tests.databases import Database
from tests.integration_crm.kit import HOUR, IGNORED, LOCATION, OTHER, VISITS, Kit, days, forgetful, run

APPOINTMENTS, BLOCKS = "ghl.appointment", "ghl.block"


class Shy(dict[str, Any]):
    """The blocks of an account, which some lists leave out."""

    def __init__(self, blocks: dict[str, Any], *, lists: int) -> None:
        super().__init__(blocks)
        self.lists = lists

    def values(self) -> Any:
        self.lists -= 1
        return super().values() if self.lists < 0 else {}.values()


def test_one_scope_that_fails_keeps_what_is_known_and_the_others_are_taken_in(database: Database) -> None:
    """S12: the calendar of whoever can't be read is as it was last seen, and their watermark stays."""

    async def story(one: Kit) -> None:
        mine, other = one.block(540), one.block(540, user="u1")
        await one.sweep()
        before = await one.read_at()
        one.sim.delete(mine)
        one.sim.edit(other, start=one.at(700), end=one.at(760))
        fault = one.sim.faults.add(Fault(match="GET /calendars/events", status=500))
        appointment = one.appointment(900, user="u1")

        swept = await one.sweep()

        assert set(swept.failed) == {f"{APPOINTMENTS}/calendar={OTHER}", f"{APPOINTMENTS}/calendar={VISITS}"}
        assert await one.spans() == [("t1", 700, 760)]
        after = await one.read_at()
        assert after[APPOINTMENTS, "t0"] == before[APPOINTMENTS, "t0"]
        assert after[BLOCKS, "t0"] > before[BLOCKS, "t0"]
        assert {known.subject for known in await one.failures()} == set(swept.failed)
        assert one.told.codes
        told = len(one.told.codes)
        await one.sweep()
        assert len(one.told.codes) == told

        one.sim.faults.ordered.remove(fault)
        await one.sweep()

        assert await one.spans() == [("t1", 700, 760), ("t1", 900, 960)]
        assert await one.failures() == []
        assert (await one.read_at())[APPOINTMENTS, "t0"] > before[APPOINTMENTS, "t0"]
        assert (await one.mirrored(appointment)).technicians == ("t1",)

    run(database, story)


def test_what_no_database_takes_stops_no_reading(database: Database) -> None:
    """Control characters in what people wrote are blanks, wherever they stand."""

    async def story(one: Kit) -> None:
        odd = "Lunch\x00 with\x1b Kim"
        shown = one.block(540, title=odd)
        one.appointment(700, title=odd, address="4 Elm\x00Street")

        swept = await one.sweep()

        assert swept.failed == {}
        assert ("t0", 540, 600) in await one.spans()
        assert (await one.mirrored(shown)).title == "Lunch  with  Kim"

    run(database, story)


def test_an_outage_changes_nothing(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, _ = await one.written()
        one.block(900)
        await one.sweep()
        before, spans = await one.read_at(), await one.spans()
        one.sim.faults.outage(on=True)

        assert (await one.sweep()).failed
        revision = await one.revision()
        forgetful(one)
        assert (await one.sweep(full=False)).failed

        assert await one.spans() == spans
        assert await one.read_at() == before
        assert await one.revision() == revision
        assert await one.find(booking) == booking
        assert one.sim.appointments(LOCATION)

    run(database, story)


def test_a_token_that_is_taken_away_asks_for_another_and_changes_nothing(database: Database) -> None:
    """S24: the connection waits for somebody, and what is known stays."""

    async def story(one: Kit) -> None:
        one.block(540)
        await one.sweep()
        one.sim.revoke("pit-of-the-tests")

        await one.sweep()

        assert await one.spans() == [("t0", 540, 600)]
        connection = await one.look(lambda books: books.integrations.connections.find())
        assert connection.state is ConnectionState.RECONNECT
        assert await sweep(one.outward, one.id, full=True, now=one.now) is None

    run(database, story)


def test_a_list_of_blocks_that_is_suddenly_empty_is_believed_when_the_next_says_so_too(database: Database) -> None:
    async def story(one: Kit) -> None:
        ids = [one.block(540 + 120 * number) for number in range(6)]
        await one.sweep()
        for id_ in ids:
            one.sim.delete(id_)

        await one.sweep()
        assert len(await one.spans()) == 6
        assert [known.code for known in await one.failures()] == ["suddenly_empty"]

        await one.sweep()
        assert await one.spans() == []
        assert await one.failures() == []

    run(database, story)


def test_an_empty_list_of_appointments_is_believed_at_once_as_each_is_asked_for(database: Database) -> None:
    async def story(one: Kit) -> None:
        ids = [one.appointment(540 + 120 * number) for number in range(6)]
        await one.sweep()
        for id_ in ids:
            one.sim.delete(id_)

        await one.sweep()

        assert await one.spans() == []
        assert await one.failures() == []

    run(database, story)


def test_only_a_reading_that_shows_something_makes_a_list_less_than_suddenly_empty(database: Database) -> None:
    """The day of a confirm, with nothing in it, says nothing of the weeks that were empty."""

    async def story(one: Kit) -> None:
        ids = [one.block(540 + days(number)) for number in range(7)]
        await one.sweep()
        for id_ in ids:
            one.sim.delete(id_)
        await one.sweep()
        assert [known.code for known in await one.failures()] == ["suddenly_empty"]

        await refresh(one.outward, one.id, ["t0"], since=one.at(days(3)), until=one.at(days(4)), budget=30.0)
        assert [known.code for known in await one.failures()] == ["suddenly_empty"]
        await one.sweep()

        assert await one.spans() == []
        assert await one.failures() == []

    run(database, story)


def test_one_short_answer_frees_no_block(database: Database) -> None:
    """Few blocks, all of them missing from a single answer: they are looked for once more."""

    async def story(one: Kit) -> None:
        for number in range(4):
            one.block(540 + 120 * number)
        await one.sweep()
        lists = one.calls(path="/blocked-slots")
        one.sim.world.blocks = Shy(one.sim.world.blocks, lists=lists)

        swept = await one.sweep()

        assert one.calls(path="/blocked-slots") > 2 * lists
        assert swept.changed == frozenset()
        assert len(await one.spans()) == 4

    run(database, story)


def test_an_absence_of_many_weeks_is_looked_for_where_it_began(database: Database) -> None:
    """The lists leave out what began long before; it is over when it is gone there, too."""

    async def story(one: Kit) -> None:
        away = one.block(-days(20), length=days(60))
        await one.sweep()
        (span,) = await one.spans()

        for _ in range(3):
            await one.sweep(seconds=days(8) * 60)
            assert await one.spans() == [span]
        one.sim.delete(away)
        await one.sweep()

        assert await one.spans() == []

    run(database, story)


def test_a_list_that_was_empty_for_a_moment_takes_nothing_away(database: Database) -> None:
    async def story(one: Kit) -> None:
        for number in range(6):
            one.block(540 + 120 * number)
        await one.sweep()
        kept = dict(one.sim.world.blocks)
        one.sim.world.blocks.clear()
        await one.sweep()
        one.sim.world.blocks.update(kept)

        swept = await one.sweep()

        assert swept.changed == frozenset()
        assert len(await one.spans()) == 6
        assert await one.failures() == []

    run(database, story)


def test_a_list_that_is_cut_short_takes_nothing_away(database: Database) -> None:
    """What an appointment list lacks is asked for by itself."""

    async def story(one: Kit) -> None:
        ids = [one.appointment(540 + 120 * number) for number in range(4)]
        await one.sweep()
        # Listed nowhere, but there: it stands in a calendar that was taken out of the list.
        one.sim.world.appointments[ids[0]] |= {"calendarId": "calendar-gone"}

        await one.sweep()

        assert len(await one.spans()) == 4

    run(database, story)


def test_times_that_make_no_sense_keep_the_stored_version_and_are_shown(database: Database) -> None:
    async def story(one: Kit) -> None:
        known, new = one.appointment(540), one.appointment(900)
        one.sim.edit(new, end=one.at(900))
        await one.sweep()
        one.sim.edit(known, start=one.at(700), end=one.at(640))

        await one.sweep()

        assert await one.spans() == [("t0", 540, 600)]
        aside = await one.look(lambda books: books.integrations.mirror.unreadable(limit=10))
        assert {one_.source_id: one_.unreadable for one_ in aside} == {
            known: "ends_before_it_starts",
            new: "ends_before_it_starts",
        }
        revision = await one.revision()
        await one.sweep()
        assert await one.revision() == revision

        one.sim.edit(known, start=one.at(700), end=one.at(760))
        one.sim.edit(new, end=one.at(960))
        await one.sweep()

        assert await one.spans() == [("t0", 700, 760), ("t0", 900, 960)]
        assert await one.look(lambda books: books.integrations.mirror.unreadable(limit=10)) == ()

    run(database, story)


def test_an_entry_that_never_made_sense_is_forgotten_when_it_is_gone(database: Database) -> None:
    async def story(one: Kit) -> None:
        id_ = one.appointment(900)
        one.sim.edit(id_, end=one.at(900))
        await one.sweep()
        one.sim.delete(id_)

        await one.sweep()

        assert await one.look(lambda books: books.integrations.mirror.unreadable(limit=10)) == ()

    run(database, story)


def test_the_near_weeks_say_nothing_of_the_weeks_after(database: Database) -> None:
    async def story(one: Kit) -> None:
        await one.sweep(full=False)
        assert await one.read_at() == {}
        await one.sweep()
        whole = one.now
        assert set((await one.read_at()).values()) == {whole}

        await one.sweep(full=False)

        assert set((await one.read_at()).values()) == {whole} != {one.now}

    run(database, story, read=False)


@pytest.mark.parametrize("lacking", [(VISITS,), (VISITS, OTHER, IGNORED)], ids=["one", "all"])
def test_a_list_that_lacks_calendars_of_the_settings_makes_nothing_known(
    database: Database, lacking: tuple[str, ...]
) -> None:
    """It may lack others as well; what is known of those that it lacks is read as before."""

    async def story(one: Kit) -> None:
        one.appointment(540)
        one.block(700)
        await one.sweep()
        before, calendars = await one.read_at(), dict(one.sim.world.calendars)
        one.appointment(900)
        for id_ in lacking:
            del one.sim.world.calendars[id_]

        await one.sweep(seconds=HOUR)

        assert await one.read_at() == before
        assert [(known.code, known.subject) for known in await one.failures()] == [("calendars_lacking", "calendars")]
        assert await one.spans() == [("t0", 540, 600), ("t0", 700, 760), ("t0", 900, 960)]

        one.sim.world.calendars.update(calendars)
        await one.sweep(seconds=HOUR)

        assert set((await one.read_at()).values()) == {one.now}
        assert await one.failures() == []

    run(database, story)


def test_calendars_that_could_not_be_listed_make_nothing_known(database: Database) -> None:
    """After a restart nobody knows which calendars have blocks of their own."""

    async def story(one: Kit) -> None:
        one.sim.add_calendar(LOCATION, "calendar-events", kind="event", users=["u0", "u1"])
        await one.sweep()
        before = await one.read_at()
        forgetful(one)
        one.sim.faults.add(Fault(match="GET /calendars/", status=403))

        await one.sweep(seconds=HOUR)

        assert await one.read_at() == before

    run(database, story)


def test_a_webhook_is_a_hint_and_the_newest_version_stands(database: Database) -> None:
    """S18: in whatever order and however often, what counts is what is there."""

    async def story(one: Kit) -> None:
        id_ = one.appointment(540)
        one.sim.edit(id_, start=one.at(700), end=one.at(760))

        for _ in range(3):
            await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now)

        assert await one.spans() == [("t0", 700, 760)]
        one.time.now += 60
        one.sim.edit(id_, start=one.at(900), end=one.at(960))
        await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now - 50)
        assert await one.spans() == [("t0", 900, 960)]
        one.sim.delete(id_)
        await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now)
        await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now)
        assert await one.spans() == []

    run(database, story)


def test_a_webhook_about_our_booking_lets_it_follow(database: Database) -> None:
    async def story(one: Kit) -> None:
        booking, _, id_ = await one.written()
        one.sim.edit(id_, start=one.at(700), end=one.at(700) + HOUR)

        applied = await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now)

        assert applied is not None
        assert applied.changed == {"t0"}
        assert (await one.find(booking)).start == one.at(700)
        one.sim.edit(id_, status="cancelled")
        await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now)
        assert (await one.find(booking)).status is Status.CANCELLED

    run(database, story)


def test_an_entry_of_another_account_is_attached_to_nobody(database: Database) -> None:
    """S22."""

    async def story(one: Kit) -> None:
        one.sim.add_location("location-2")
        one.sim.add_user("location-2", "u9")
        one.sim.add_calendar("location-2", "calendar-2", users=["u9", "u0"], kind="personal")
        contact = one.sim.add_contact("location-2", name="Else", email="else@example.com")
        id_ = one.sim.add_appointment(
            "location-2", "calendar-2", contact, user="u0", start=one.at(540), end=one.at(600)
        )

        with pytest.raises(CrmForbiddenError):
            await apply_entry(one.outward, one.id, SourceKind.APPOINTMENTS, id_, now=one.now)
        await one.sweep()

        assert await one.entries_of(id_) == []
        assert await one.spans() == []

    run(database, story)


def test_nothing_is_asked_of_whom_nobody_connected(database: Database) -> None:
    async def story(one: Kit) -> None:
        assert await sweep(one.outward, "kit-0", full=True, now=one.now) is None
        assert one.sim.calls == []
        assert await apply_entry(one.outward, "kit-0", SourceKind.APPOINTMENTS, "x", now=one.now) is None

    run(database, story)
