"""What an account consists of, how often it is asked for, and its pipelines."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from fieldfare.adapters.crms.ghl.build import GhlSettings, build_crm
from fieldfare.adapters.crms.ghl.catalogue import KEPT_SECONDS
from fieldfare.ports.crm import (
    CrmAccount,
    CrmCalendar,
    CrmField,
    CrmPipeline,
    CrmRefusedError,
    CrmService,
    CrmServiceLocation,
    CrmStage,
    CrmUser,
)
from tests.unit.crms.ghl.account import (
    HOUR,
    LOCATION,
    NOON,
    Clockwork,
    Tokens,
    Turns,
    World,
    appointments,
    connection,
    with_world,
)


def test_the_account() -> None:
    async def work(world: World) -> CrmAccount:
        return await world.crm.account()

    assert with_world(work) == CrmAccount(
        id=LOCATION,
        company="sim-company",
        name="Northern Comfort",
        time_zone="America/New_York",
        country="US",
        allows_duplicates=False,
    )


def test_users_page_by_page_without_those_who_left() -> None:
    async def work(world: World) -> tuple[tuple[CrmUser, ...], list[Any]]:
        for number in range(120):
            world.sim.add_user(LOCATION, id=f"x{number:03}")
        world.sim.world.users["x000"]["deleted"] = True
        return await world.crm.users(), [call.query for call in world.calls("GET /users/search")]

    users, queries = with_world(work)

    assert len(users) == 121
    assert users[0] == CrmUser(id="u1", name="Tech 1", email="u1@example.com")
    assert [(query["skip"], query["limit"], query["companyId"]) for query in queries] == [
        (["0"], ["100"], ["sim-company"]),
        (["100"], ["100"], ["sim-company"]),
    ]


def test_calendars() -> None:
    async def work(world: World) -> tuple[CrmCalendar, ...]:
        world.sim.add_calendar(LOCATION, id="c3", name="Days off", kind="event", isActive=False)
        return await world.crm.calendars()

    first, _, third = with_world(work)

    assert first == CrmCalendar(id="c1", name="Van 1", kind="round_robin", users=frozenset({"u1"}))
    assert third == CrmCalendar(id="c3", name="Days off", kind="event", active=False)
    assert (first.takes_blocks, third.takes_blocks) == (False, True)


def test_services_and_where_they_take_place() -> None:
    async def work(world: World) -> tuple[Any, Any, Any, Any]:
        none = await world.crm.services(), await world.crm.service_locations()
        world.time.now += KEPT_SECONDS
        world.sim.enable_services(LOCATION)
        world.sim.add_service(LOCATION, id="s1", name="Wash", users=("u1",), minutes=90)
        world.sim.add_service_location(LOCATION, id="home", name="At home")
        world.sim.add_service_location(LOCATION, id="shop", kind="offline", address="1 Main Street")
        return *none, await world.crm.services(), await world.crm.service_locations()

    no_services, no_locations, services, locations = with_world(work)

    assert (no_services, no_locations) == ((), ())
    assert services == (CrmService(id="s1", name="Wash", users=frozenset({"u1"}), minutes=90),)
    assert locations == (
        CrmServiceLocation(id="home", name="At home", asks_booker=True),
        CrmServiceLocation(id="shop", name="shop", asks_booker=False, address="1 Main Street"),
    )


def test_fields_and_one_that_is_made() -> None:
    async def work(world: World) -> tuple[tuple[CrmField, ...], CrmField, tuple[CrmField, ...]]:
        world.sim.add_field(LOCATION, "gate_code", name="Gate code")
        world.sim.add_field(LOCATION, "opportunity.budget")
        before = await world.crm.fields()
        made = await world.crm.create_field("Manage link")
        return before, made, await world.crm.fields()

    before, made, after = with_world(work)

    assert [(field.key, field.name, field.kind) for field in before] == [("contact.gate_code", "Gate code", "TEXT")]
    assert (made.key, made.name) == ("contact.manage_link", "Manage link")
    assert after == (*before, made)


def test_a_field_that_is_there_already_is_refused() -> None:
    async def work(world: World) -> None:
        world.sim.add_field(LOCATION, "manage_link")
        with pytest.raises(CrmRefusedError):
            await world.crm.create_field("Manage link")

    with_world(work)


def test_what_seldom_changes_is_kept_for_a_quarter_of_an_hour() -> None:
    async def work(world: World) -> list[int]:
        counts = []
        for seconds in (0, KEPT_SECONDS - 60, 120):
            world.time.now += seconds
            await world.crm.calendars()
            await world.crm.account()
            counts.append(len(world.calls()))
        return counts

    assert with_world(work) == [2, 2, 4]


def test_pipelines_and_the_opportunities_of_a_stage() -> None:
    async def work(world: World) -> tuple[Any, Any, Any]:
        sim = world.sim
        sim.add_pipeline(LOCATION, id="p1", name="Sales", stages=(("new", "New"), ("book", "Book this")))
        contact = sim.add_contact(LOCATION, name="Jo Tremblay")
        made = [sim.add_opportunity(LOCATION, "p1", "book", contact, f"Job {number}") for number in range(130)]
        sim.add_opportunity(LOCATION, "p1", "new", contact, "Other")
        sim.move_opportunity(made[0], "book", status="won")
        return await world.crm.pipelines(), await world.crm.opportunities(pipeline="p1", stage="book"), contact

    pipelines, found, contact = with_world(work)

    stages = (CrmStage(id="new", name="New"), CrmStage(id="book", name="Book this"))
    assert pipelines == (CrmPipeline(id="p1", name="Sales", stages=stages),)
    assert len(found) == 129
    assert {(one.pipeline, one.stage, one.status, one.contact) for one in found} == {("p1", "book", "open", contact)}


def test_one_opportunity_or_none() -> None:
    async def work(world: World) -> tuple[Any, Any]:
        world.sim.add_pipeline(LOCATION, id="p1", stages=(("new", "New"),))
        contact = world.sim.add_contact(LOCATION, name="Jo Tremblay")
        made = world.sim.add_opportunity(LOCATION, "p1", "new", contact, "Job")
        return await world.crm.opportunity(made), await world.crm.opportunity("gone")

    one, none = with_world(work)

    assert (one.name, one.stage, one.updated_at) == ("Job", "new", NOON)
    assert none is None


@pytest.mark.parametrize("zone", ["", "Nowhere/Land"])
def test_without_a_zone_of_the_connection_the_accounts_own_counts(zone: str) -> None:
    async def work(world: World) -> int:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(world.sim.app)) as client:
            build = build_crm(GhlSettings(url="https://ghl.example"), client=client, ticker=world.time.ticker)
            crm = build(connection(time_zone=zone), Tokens())
            world.sim.add_appointment(LOCATION, "c1", None, "u1", NOON, NOON + HOUR)
            return len((await crm.read(appointments("c1"), since=NOON, until=NOON + HOUR)).items)

    assert with_world(work) == 1


def test_clients_of_one_account_share_its_limits() -> None:
    turns = Turns()

    async def work(world: World) -> tuple[int, int]:
        transport = httpx2.ASGITransport(world.sim.app)
        async with httpx2.AsyncClient(transport=transport) as client:
            build = build_crm(GhlSettings(url="https://ghl.example"), client=client, ticker=world.time.ticker)
            for _ in range(40):
                await build(connection(), Tokens(), turns).pipelines()
        return len(world.calls()), round(world.time.now - NOON)

    calls, seconds = with_world(work)

    assert calls == len(turns.asked) == 40
    assert seconds == 4  # 10 at once, and 30 more at 8 a second


def test_who_tries_an_account_takes_nothing_of_its_limits() -> None:
    """They may have named any account: whose it is shows only when it has answered."""

    async def work(world: World) -> float:
        transport = httpx2.ASGITransport(world.sim.app)
        async with httpx2.AsyncClient(transport=transport) as client:
            build = build_crm(GhlSettings(url="https://ghl.example"), client=client, ticker=world.time.ticker)
            for _ in range(20):
                await build(connection(), Tokens()).pipelines()
            await build(connection(), Tokens(), Turns()).pipelines()
        return world.time.now - NOON

    assert with_world(work) == 0


def test_another_accounts_answer_is_refused() -> None:
    async def work() -> None:
        answer = {"location": {"id": "loc-2", "companyId": "x", "name": "Theirs", "timezone": "UTC"}}
        transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=answer))
        async with httpx2.AsyncClient(transport=transport) as client:
            build = build_crm(GhlSettings(url="https://ghl.example"), client=client, ticker=Clockwork().ticker)
            with pytest.raises(CrmRefusedError):
                await build(connection(), Tokens()).account()

    asyncio.run(work())
