"""The check: a line for each capability, and a sentence on what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fieldfare_ghl_sim.faults import Fault
from fieldfare_ghl_sim.tokens import SCOPES

from fieldfare.ports.crm import Capability, CapabilityState
from tests.unit.crms.ghl.account import LOCATION, TOKEN, World, with_world

WORKS, MISSING, UNTRIED = CapabilityState.WORKS, CapabilityState.MISSING, CapabilityState.UNTRIED
NAMES = [
    "account",
    "users",
    "calendars",
    "appointments",
    "blocks",
    "services",
    "contacts",
    "notes",
    "fields",
    "opportunities",
    "calendar:c1",
    "calendar:c2",
    "technician:u1",
    "technician:u2",
]


def checked(prepare: Callable[[World], object] = lambda world: None) -> dict[str, Capability]:
    async def work(world: World) -> tuple[Capability, ...]:
        world.sim.enable_services(LOCATION)
        world.sim.add_service(LOCATION, id="s1", users=("u1",))
        world.sim.add_contact(LOCATION, name="Jo Tremblay")
        world.time.now += 60  # the search lags behind
        prepare(world)
        lines = await world.crm.check()
        assert {call.method for call in world.calls()} <= {"GET", "POST"}
        assert {call.template for call in world.calls("POST")} == {"/contacts/search"}
        return lines

    return {line.name: line for line in with_world(work)}


def test_all_is_well() -> None:
    lines = checked()

    assert list(lines) == NAMES
    assert {line.state for line in lines.values()} == {WORKS}
    assert not [line for line in lines.values() if line.advice]


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("locations.readonly", ["account", "users", "blocks", "contacts", "notes"]),
        ("users.readonly", ["users", "blocks"]),
        ("calendars.readonly", ["calendars", "appointments", "services"]),
        ("calendars/events.readonly", ["appointments", "blocks", "services"]),
        ("contacts.readonly", ["contacts", "notes"]),
        ("locations/customFields.readonly", ["fields"]),
        ("opportunities.readonly", ["opportunities"]),
    ],
)
def test_a_missing_scope_is_named(scope: str, names: list[str]) -> None:
    lines = checked(lambda world: world.sim.set_scopes(TOKEN, SCOPES - {scope}))

    failed = [name for name, line in lines.items() if line.state is not WORKS]
    assert set(failed) <= set(names)
    assert scope in " ".join(lines[name].advice for name in failed)


@pytest.mark.parametrize(
    ("prepare", "name", "advice"),
    [
        (
            lambda world: world.sim.add_calendar(LOCATION, id="c3", name="Days off", kind="event"),
            "calendar:c3",
            "nobody is assigned to an event calendar",
        ),
        (
            lambda world: world.sim.add_calendar(LOCATION, id="c3", name="Class", kind="class_booking", users=("u1",)),
            "calendar:c3",
            "several customers share a slot",
        ),
        (
            lambda world: world.sim.add_calendar(LOCATION, id="c3", name="Crew", kind="collective", users=("u1",)),
            "calendar:c3",
            "all members",
        ),
        (
            lambda world: world.sim.add_calendar(LOCATION, id="c3", name="Empty"),
            "calendar:c3",
            "The calendar Empty has no team members: add the technicians.",
        ),
        (
            lambda world: world.sim.add_calendar(LOCATION, id="c3", name="Draft", users=("u1",), isActive=False),
            "calendar:c3",
            "The calendar Draft is a draft: make it active.",
        ),
        (
            lambda world: world.sim.add_user(LOCATION, id="u3", name="Sam Roy"),
            "technician:u3",
            "Sam Roy is in no calendar: add them to one that takes visits.",
        ),
        (
            lambda world: world.sim.world.services.clear(),
            "services",
            "Services are not enabled in this account, or it has none.",
        ),
        (lambda world: world.sim.revoke(TOKEN), "account", "GoHighLevel does not take the token"),
    ],
)
def test_what_is_missing_is_told(prepare: Callable[[World], object], name: str, advice: str) -> None:
    line = checked(prepare)[name]

    assert line.state is MISSING
    assert advice in line.advice


def test_what_passes_by_itself_says_nothing_about_a_capability() -> None:
    lines = checked(lambda world: world.sim.faults.add(Fault(match="GET /calendars/events", status=500)))

    assert lines["appointments"].state is UNTRIED
    assert lines["appointments"].advice == "GoHighLevel does not answer now: try again in a while."
    assert lines["blocks"].state is WORKS


def test_an_empty_account_leaves_some_untried() -> None:
    def empty(world: World) -> None:
        for kind in (world.sim.world.users, world.sim.world.calendars, world.sim.world.indexed):
            kind.clear()

    lines = checked(empty)

    assert {name for name, line in lines.items() if line.state is UNTRIED} == {"appointments", "blocks", "notes"}
    assert {name for name, line in lines.items() if line.state is MISSING} == {"users", "calendars"}
