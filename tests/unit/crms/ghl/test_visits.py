"""Visits as they are written to the simulator, found again, and brought back where the vendor has them otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from fieldfare_ghl_sim.faults import Fault
from fieldfare_ghl_sim.world import Quirks

from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.ports.crm import (
    CrmAsked,
    CrmNotFoundError,
    CrmOutcomeUnknownError,
    CrmRefusedError,
    CrmTarget,
    CrmVisit,
    CrmWritten,
    SourceKind,
)
from tests.unit.crms.ghl.account import (
    DAY,
    HOUR,
    LOCATION,
    NOON,
    REFERENCE,
    TITLE,
    World,
    visit,
    with_world,
)

SERVICE = CrmTarget(service="s1", service_location="home")
CREATE, CHANGE = "POST /calendars/events/appointments", "PUT /calendars/events/appointments"
CREATE_BOOKING, CHANGE_BOOKING = "POST /calendars/services/bookings", "PUT /calendars/services/bookings"


def contact(world: World) -> str:
    return world.sim.add_contact(LOCATION, name="Jo Tremblay", email="jo@example.com")


def with_services(world: World) -> None:
    world.sim.enable_services(LOCATION)
    world.sim.add_service(LOCATION, id="s1", users=("u1", "u2"))
    world.sim.add_service_location(LOCATION, id="home")


def sent(world: World, start: str) -> list[dict[str, Any]]:
    return [json.loads(call.body) for call in world.calls(start)]


def the_appointment(world: World) -> dict[str, Any]:
    (kept,) = world.sim.appointments(LOCATION)
    return kept


def test_an_appointment_is_created_as_the_engine_has_decided() -> None:
    async def work(world: World) -> tuple[dict[str, Any], dict[str, Any], CrmWritten]:
        who = contact(world)
        written = await world.crm.create(visit(who))
        return sent(world, CREATE)[0], the_appointment(world), written

    body, kept, written = with_world(work)

    assert {key: body[key] for key in body if key != "contactId"} == {
        "calendarId": "c1",
        "locationId": LOCATION,
        "assignedUserId": "u1",
        "startTime": "2026-10-02T12:00:00-04:00",
        "endTime": "2026-10-02T13:00:00-04:00",
        "title": TITLE,
        "description": "Booked online.\n#FF-7K3QX9H",
        "address": "12 Sparrow Street, Albany, NY 12207",
        "meetingLocationType": "custom",
        "overrideLocationConfig": True,
        "appointmentStatus": "confirmed",
        "ignoreFreeSlotValidation": True,
        "ignoreDateRange": True,
        "toNotify": True,
    }
    assert written == CrmWritten(source=SourceKind.APPOINTMENTS, source_id=kept["id"])
    assert (kept["start"], kept["end"], kept["assignedUserId"]) == (NOON + DAY, NOON + DAY + HOUR, "u1")


def test_a_service_booking_is_created_with_its_one_leg() -> None:
    async def work(world: World) -> tuple[dict[str, Any], Any, dict[str, Any]]:
        with_services(world)
        await world.crm.create(visit(contact(world), target=SERVICE))
        (kept,) = world.sim.service_bookings(LOCATION)
        return sent(world, CREATE_BOOKING)[0], world.calls(CREATE_BOOKING)[0].query, kept

    body, query, kept = with_world(work)

    assert query == {"overrideAvailability": ["true"], "skipSchedulingNotice": ["true"]}
    assert body["services"] == [{"id": "s1", "position": 0, "staffId": "u1"}]
    assert (body["serviceLocationId"], body["meetingLocation"]) == ("home", "12 Sparrow Street, Albany, NY 12207")
    assert (body["title"], body["status"], body["timezone"]) == (TITLE, "confirmed", "America/New_York")
    assert (kept["start"], kept["end"], kept["legs"][0]["staff"]) == (NOON + DAY, NOON + DAY + HOUR, "u1")


@pytest.mark.parametrize(("omits", "reads"), [(True, 1), (False, 0)])
def test_an_answer_that_lacks_something_is_read_anew(omits: bool, reads: int) -> None:
    async def work(world: World) -> int:
        await world.crm.create(visit(contact(world)))
        return len(world.calls("GET /calendars/events/appointments"))

    assert with_world(work, quirks=Quirks(create_omits_times=omits)) == reads


def test_a_create_that_was_answered_and_not_kept_is_found_out() -> None:
    async def work(world: World) -> None:
        world.sim.faults.add(Fault(match=CREATE, lost=True))
        with pytest.raises(CrmOutcomeUnknownError):
            await world.crm.create(visit(contact(world)))

    with_world(work)


def test_a_change_that_was_answered_and_not_kept_is_written_once_more() -> None:
    async def work(world: World) -> dict[str, Any]:
        who = contact(world)
        written = await world.crm.create(visit(who))
        world.sim.faults.add(Fault(match=f"{CHANGE}/*", lost=True, times=1))
        await world.crm.change(written, visit(who, start=NOON + 2 * DAY, end=NOON + 2 * DAY + HOUR))
        return the_appointment(world)

    assert with_world(work)["start"] == NOON + 2 * DAY


def test_a_change_that_is_never_kept_is_refused() -> None:
    async def work(world: World) -> str:
        who = contact(world)
        written = await world.crm.create(visit(who))
        world.sim.faults.add(Fault(match=f"{CHANGE}/*", lost=True))
        with pytest.raises(CrmRefusedError) as caught:
            await world.crm.change(written, visit(who, start=NOON + 2 * DAY, end=NOON + 2 * DAY + HOUR, user="u2"))
        return str(caught.value)

    assert with_world(work) == "GoHighLevel keeps its own start, end, person"


def test_what_was_created_is_known_even_if_it_can_not_be_read_back() -> None:
    async def work(world: World) -> bool:
        world.sim.faults.add(Fault(match="GET /calendars/events/appointments/*", status=500))
        written = await world.crm.create(visit(contact(world)))
        return written.source_id == str(the_appointment(world)["id"])

    assert with_world(work)


@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 500}, {"status": 504}, {"slow": 60.0}])
def test_a_create_whose_answer_is_lost_is_sent_once_and_found_by_its_reference(fault: dict[str, Any]) -> None:
    async def work(world: World) -> tuple[int, bool]:
        world.sim.faults.add(Fault(match=CREATE, after_commit=True, times=1, **fault))
        asked = visit(contact(world))
        with pytest.raises(CrmOutcomeUnknownError):
            await world.crm.create(asked)
        found = await world.crm.find_by_reference(
            REFERENCE, target=asked.target, since=asked.start - DAY, until=asked.end + DAY
        )
        return len(world.calls(CREATE)), found is not None and found.source_id == the_appointment(world)["id"]

    assert with_world(work) == (1, True)


def test_a_service_booking_whose_answer_is_lost_is_found_by_its_reference() -> None:
    async def work(world: World) -> CrmWritten | None:
        with_services(world)
        world.sim.faults.add(Fault(match=CREATE_BOOKING, after_commit=True, status=502, times=1))
        asked = visit(contact(world), target=SERVICE)
        with pytest.raises(CrmOutcomeUnknownError):
            await world.crm.create(asked)
        return await world.crm.find_by_reference(REFERENCE, target=SERVICE, since=asked.start, until=asked.end)

    found = with_world(work)
    assert found is not None
    assert found.source is SourceKind.SERVICES


@pytest.mark.parametrize(
    ("titles", "found"),
    [
        ([], None),
        (["AC tune-up #FF-AAAAAA8"], None),
        (["somebody's words FF-7K3QX9H"], None),  # no reference without its sign
        (["[H01] moved by the office #ff-7k3qx9h"], 0),
        (["AC tune-up #FF-7K3QX9HX"], None),
        (["other", TITLE, TITLE], 1),
    ],
)
def test_a_visit_is_found_by_its_reference(titles: list[str], found: int | None) -> None:
    async def work(world: World) -> tuple[list[str], str | None]:
        made = []
        for title in titles:
            made.append(world.sim.add_appointment(LOCATION, "c1", None, "u1", NOON, NOON + HOUR, title))
            world.time.now += 1
        hit = await world.crm.find_by_reference(
            REFERENCE, target=CrmTarget(calendar="c1"), since=NOON - DAY, until=NOON + DAY
        )
        return made, None if hit is None else hit.source_id

    made, hit = with_world(work)
    assert hit == (None if found is None else made[found])


def test_a_description_mirrors_what_somebody_cut_from_the_title() -> None:
    async def work(world: World) -> bool:
        asked = visit(contact(world))
        written = await world.crm.create(asked)
        world.sim.edit(written.source_id, title="Mrs Tremblay")
        hit = await world.crm.find_by_reference(REFERENCE, target=asked.target, since=asked.start, until=asked.end)
        return hit == written

    assert with_world(work)


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        (({"status": "cancelled"}, {}), 1),  # the one that stands
        (({}, {"status": "cancelled"}), 0),
        (({"deleted": True}, {"status": "cancelled"}), 1),
        (({"deleted": True}, {"deleted": True}), None),
    ],
)
def test_of_several_the_one_that_stands_is_found(edits: tuple[dict[str, Any], ...], found: int | None) -> None:
    async def work(world: World) -> tuple[list[str], str | None]:
        made = []
        for changes in edits:
            made.append(world.sim.add_appointment(LOCATION, "c1", None, "u1", NOON, NOON + HOUR, TITLE))
            world.sim.edit(made[-1], **changes)
        hit = await world.crm.find_by_reference(
            REFERENCE, target=CrmTarget(calendar="c1"), since=NOON, until=NOON + DAY
        )
        return made, None if hit is None else hit.source_id

    made, hit = with_world(work)
    assert hit == (None if found is None else made[found])


def moved(who: str, **changes: Any) -> CrmVisit:
    return visit(who, start=NOON + 3 * DAY, end=NOON + 3 * DAY + 2 * HOUR, user="u2", **changes)


def test_a_changed_appointment_is_what_stands_and_twice_does_no_harm() -> None:
    async def work(world: World) -> tuple[dict[str, Any], int]:
        who = contact(world)
        written = await world.crm.create(visit(who))
        for _ in range(2):
            await world.crm.change(written, moved(who, title="[H08] Other #FF-7K3QX9H", place_text="9 Elm Road"))
        return the_appointment(world), len(world.sim.appointments(LOCATION))

    kept, count = with_world(work)

    assert (kept["start"], kept["end"], kept["assignedUserId"]) == (NOON + 3 * DAY, NOON + 3 * DAY + 2 * HOUR, "u2")
    assert (kept["title"], kept["address"], count) == ("[H08] Other #FF-7K3QX9H", "9 Elm Road", 1)


def test_what_the_office_wrote_into_the_description_stays() -> None:
    async def work(world: World) -> str:
        who = contact(world)
        written = await world.crm.create(visit(who))
        world.sim.world.appointments[written.source_id]["description"] = "Mind the dog"
        await world.crm.change(written, moved(who))
        return str(the_appointment(world)["description"])

    assert with_world(work) == "Mind the dog"


def test_a_changed_service_booking_has_its_leg_replaced() -> None:
    async def work(world: World) -> dict[str, Any]:
        with_services(world)
        who = contact(world)
        written = await world.crm.create(visit(who, target=SERVICE))
        await world.crm.change(written, moved(who, target=SERVICE))
        (kept,) = world.sim.service_bookings(LOCATION)
        return kept

    kept = with_world(work)

    assert (kept["start"], kept["end"]) == (NOON + 3 * DAY, NOON + 3 * DAY + 2 * HOUR)
    assert [(leg["staff"], leg["end"] - leg["start"]) for leg in kept["legs"]] == [("u2", 2 * HOUR)]


@pytest.mark.parametrize("target", [CrmTarget(calendar="c1"), SERVICE], ids=["appointment", "service"])
def test_a_visit_that_was_cancelled_meanwhile_stands_again(target: CrmTarget) -> None:
    async def work(world: World) -> list[str]:
        with_services(world)
        who = contact(world)
        written = await world.crm.create(visit(who, target=target))
        world.sim.edit(written.source_id, status="cancelled")
        await world.crm.change(written, moved(who, target=target))
        kept = [*world.sim.appointments(LOCATION), *world.sim.service_bookings(LOCATION)]
        return [item.get("appointmentStatus") or item["status"] for item in kept]

    assert with_world(work) == ["confirmed"]


def test_an_appointment_becomes_no_service_booking() -> None:
    async def work(world: World) -> None:
        who = contact(world)
        written = await world.crm.create(visit(who))
        with pytest.raises(CrmRefusedError):
            await world.crm.change(written, visit(who, target=SERVICE))

    with_world(work)


@pytest.mark.parametrize("notify", [True, False])
def test_a_cancellation_sends_the_status_and_nothing_else(notify: bool) -> None:
    async def work(world: World) -> tuple[list[dict[str, Any]], str]:
        written = await world.crm.create(visit(contact(world)))
        world.sim.calls.clear()
        await world.crm.cancel(written, notify=notify)
        await world.crm.cancel(written, notify=notify)
        return sent(world, CHANGE), the_appointment(world)["appointmentStatus"]

    bodies, status = with_world(work)

    assert bodies == [{"appointmentStatus": "cancelled", "toNotify": notify}] * 2
    assert status == "cancelled"


def test_a_cancelled_service_booking() -> None:
    async def work(world: World) -> tuple[list[dict[str, Any]], str]:
        with_services(world)
        written = await world.crm.create(visit(contact(world), target=SERVICE))
        await world.crm.cancel(written)
        (kept,) = world.sim.service_bookings(LOCATION)
        return sent(world, CHANGE_BOOKING), kept["status"]

    assert with_world(work) == ([{"status": "cancelled"}], "cancelled")


@pytest.mark.parametrize(
    ("target", "ending", "said"),
    [
        (CrmTarget(calendar="c1"), OutsideStatus.COMPLETED, "showed"),
        (CrmTarget(calendar="c1"), OutsideStatus.NO_SHOW, "noshow"),
        (CrmTarget(calendar="c1"), OutsideStatus.CONFIRMED, "confirmed"),
        (SERVICE, OutsideStatus.COMPLETED, "showed"),
        (SERVICE, OutsideStatus.NO_SHOW, "no_show"),
        (SERVICE, OutsideStatus.CONFIRMED, "confirmed"),
    ],
)
def test_how_a_visit_ended_is_written_by_its_status_alone(target: CrmTarget, ending: OutsideStatus, said: str) -> None:
    async def work(world: World) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        with_services(world)
        written = await world.crm.create(visit(contact(world), target=target))
        world.sim.calls.clear()
        await world.crm.mark(written, ending)
        (kept,) = [*world.sim.appointments(LOCATION), *world.sim.service_bookings(LOCATION)]
        return [*sent(world, CHANGE), *sent(world, CHANGE_BOOKING)], kept

    (body,), kept = with_world(work)

    assert (kept.get("appointmentStatus") or kept["status"]) == said
    assert body in ({"appointmentStatus": said, "toNotify": False}, {"status": said})


ASKED = CrmAsked(title=TITLE, times=((NOON + DAY, NOON + DAY + HOUR, "u1"),))


def test_of_several_visits_of_one_reference_those_that_stand_are_listed() -> None:
    async def work(world: World) -> tuple[list[str], list[str]]:
        who = contact(world)
        made = [(await world.crm.create(visit(who))).source_id for _ in range(3)]
        world.sim.edit(made[1], status="cancelled")
        moved = await world.crm.create(visit(who, start=NOON, end=NOON + HOUR))
        found = await world.crm.standing_of(
            REFERENCE,
            target=CrmTarget(calendar="c1"),
            since=NOON - DAY,
            until=NOON + 2 * DAY,
            asked=replace(ASKED, contacts=frozenset({who})),
        )
        assert moved not in found
        return [made[0], made[2]], [one.source_id for one in found]

    made, found = with_world(work)

    assert found == sorted(made)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({}, True),
        ({"title": "Mrs Tremblay", "description": "#FF-7K3QX9H\nAC tune-up"}, True),
        ({"title": "Mrs Tremblay", "description": "<p>#ff-7k3qx9h<br>AC tune-up</p>"}, True),
        ({"start": NOON, "end": NOON + HOUR}, True),  # moved by hand, and ours by its title
        ({"title": "Mrs Tremblay #FF-7K3QX9H"}, True),  # ours by its time
        ({"title": "Bring part for #FF-7K3QX9H", "start": NOON, "end": NOON + HOUR}, False),
        ({"title": "Bring part for #FF-7K3QX9H", "user": "u2"}, False),
        ({"title": "#FF-7K3QX9H: bring the part"}, False),
        ({"title": "Part", "description": "See #FF-7K3QX9H"}, False),
        ({"contact": None}, False),
        ({"contact": "another"}, False),
    ],
)
def test_only_what_we_have_made_is_found_again(entry: dict[str, Any], found: bool) -> None:
    async def work(world: World) -> tuple[str, CrmWritten | None]:
        who = contact(world)
        given = {"contact": who, "user": "u1", "start": NOON + DAY, "end": NOON + DAY + HOUR, "title": TITLE, **entry}
        if given["contact"] == "another":
            given["contact"] = world.sim.add_contact(LOCATION, name="Al Roy", email="al@example.com")
        made = world.sim.add_appointment(LOCATION, "c1", **given)
        hit = await world.crm.find_by_reference(
            REFERENCE,
            target=CrmTarget(calendar="c1"),
            since=NOON - DAY,
            until=NOON + 2 * DAY,
            asked=replace(ASKED, contacts=frozenset({who})),
        )
        return made, hit

    made, hit = with_world(work)

    assert (None if hit is None else hit.source_id) == (made if found else None)


def test_what_stands_as_it_was_asked_for_is_found_first_and_without_the_old_one() -> None:
    async def work(world: World) -> None:
        who = contact(world)
        old = await world.crm.create(visit(who, start=NOON, end=NOON + HOUR))
        world.time.now += 1
        made = await world.crm.create(visit(who))

        async def found(without: CrmWritten | None) -> CrmWritten | None:
            return await world.crm.find_by_reference(
                REFERENCE,
                target=CrmTarget(calendar="c1"),
                since=NOON - DAY,
                until=NOON + 2 * DAY,
                asked=ASKED,
                without=without,
            )

        assert await found(None) == made
        world.sim.edit(made.source_id, status="cancelled")
        assert await found(None) == made
        assert await found(made) == old

    with_world(work)


@pytest.mark.parametrize("unknown", [404, 400])
def test_what_is_gone_is_cancelled(unknown: int) -> None:
    async def work(world: World) -> None:
        written = await world.crm.create(visit(contact(world)))
        world.sim.delete(written.source_id)
        await world.crm.cancel(written)

    with_world(work, quirks=Quirks(unknown_appointment=unknown))


def test_a_change_of_what_is_gone_says_so() -> None:
    async def work(world: World) -> None:
        who = contact(world)
        written = await world.crm.create(visit(who))
        world.sim.delete(written.source_id)
        with pytest.raises(CrmNotFoundError):
            await world.crm.change(written, visit(who))

    with_world(work)


def test_a_title_alone_is_written_and_nobody_is_told() -> None:
    async def work(world: World) -> tuple[list[dict[str, Any]], str]:
        written = await world.crm.create(visit(contact(world)))
        world.sim.calls.clear()
        await world.crm.retitle(written, "[H08] Mended")
        return sent(world, CHANGE), the_appointment(world)["title"]

    assert with_world(work) == ([{"title": "[H08] Mended", "toNotify": False}], "[H08] Mended")


def test_blocks_are_not_ours_to_change() -> None:
    async def work(world: World) -> None:
        block = CrmWritten(source=SourceKind.BLOCKS, source_id="b1")
        for change in (world.crm.retitle(block, "x"), world.crm.cancel(block)):
            with pytest.raises(CrmRefusedError):
                await change

    with_world(work)


@pytest.mark.parametrize("target", [CrmTarget(calendar="c1"), SERVICE], ids=["appointment", "service"])
def test_a_contact_that_is_gone_is_told_apart_from_a_refusal(target: CrmTarget) -> None:
    async def work(world: World) -> None:
        with_services(world)
        with pytest.raises(CrmNotFoundError):
            await world.crm.create(visit("gone", target=target))

    with_world(work)


def test_a_visit_of_nobody_names_nobody() -> None:
    async def work(world: World) -> dict[str, Any]:
        await world.crm.create(visit(contact(world), user=None))
        return sent(world, CREATE)[0]

    assert "assignedUserId" not in with_world(work)
