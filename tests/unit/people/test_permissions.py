"""Who may do what: the table, on the page and in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.permissions import STRANGER, Caller, Permission, Role, Scope, of_role, of_scopes

PAGE = Path(__file__).parents[3] / "docs/people.md"
YES = "✓"

EXPECTED = {
    "availability.detail": "owner dispatcher | availability",
    "why": "owner dispatcher | availability",
    "configuration.read": "owner dispatcher | configuration",
    "configuration.write": "owner | configuration",
    "commitments.read": "owner dispatcher | commitments",
    "commitments.read.own": "owner dispatcher technician | commitments",
    "commitments.write": "owner dispatcher | commitments",
    "audit.read": "owner dispatcher | audit",
    "override": "owner dispatcher | override",
    "bookings.read": "owner dispatcher agent | bookings",
    "bookings.read.own": "owner dispatcher technician agent | bookings",
    "bookings.write": "owner dispatcher agent | bookings",
    "bookings.step": "owner dispatcher technician | bookings",
    "bookings.decide": "owner dispatcher | bookings",
    "customers.read": "owner dispatcher | customers",
    "customers.write": "owner dispatcher | customers",
    "webhooks.manage": "owner | webhooks",
    "integrations.read": "owner dispatcher | integrations",
    "integrations.manage": "owner | integrations",
    "accounts.manage": "owner |",
    "keys.manage": "owner |",
}


@pytest.mark.parametrize("permission", Permission)
def test_each_permission_is_held_by_these_and_nobody_else(permission: Permission) -> None:
    roles, _, scopes = EXPECTED[permission.value].partition("|")

    assert {role.value for role in Role if permission in of_role(role)} == set(roles.split())
    assert {scope.value for scope in Scope if permission in of_scopes({scope})} == set(scopes.split())


def test_an_owner_may_do_everything_and_an_agent_only_book() -> None:
    assert of_role(Role.OWNER) == frozenset(Permission)
    assert {permission.value for permission in of_role(Role.AGENT)} == {
        "bookings.read",
        "bookings.read.own",
        "bookings.write",
    }


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AGENT])
def test_no_technician_or_agent_overrides_anything(role: Role) -> None:
    """B9."""
    assert Permission.OVERRIDE not in of_role(role)


def test_whoever_makes_keys_may_do_all_that_a_key_can() -> None:
    makers = [role for role in Role if Permission.KEYS_MANAGE in of_role(role)]

    assert makers
    assert all(of_scopes(tuple(Scope)) <= of_role(role) for role in makers)


def test_the_page_shows_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    heading = re.search(r"^\| permission \| what \| (.*) \| scope of a key \|$", text, re.MULTILINE)
    rows = re.findall(r"^\| `([a-z.]+)` \| [^|]+ \| (.*) \| (?:`(\w+)`|[^`|]+) \|$", text, re.MULTILINE)
    assert heading
    roles = [Role(name) for name in heading[1].split(" | ")]

    shown = {
        permission: ({role for role, cell in zip(roles, cells.split("|"), strict=True) if cell.strip() == YES}, scope)
        for permission, cells, scope in rows
    }

    assert roles == list(Role)
    assert list(shown) == [permission.value for permission in Permission]
    for permission in Permission:
        scope = next((scope.value for scope in Scope if permission in of_scopes({scope})), "")
        assert shown[permission.value] == ({role for role in Role if permission in of_role(role)}, scope)


def test_to_another_business_everybody_is_a_stranger() -> None:
    owner = Caller(business="north", actor=Actor(kind=ActorKind.ACCOUNT, id="a1"), role=Role.OWNER)

    assert owner.at("north").may(Permission.WHY)
    assert owner.at("south") == STRANGER
    assert not any(STRANGER.may(permission) for permission in Permission)
