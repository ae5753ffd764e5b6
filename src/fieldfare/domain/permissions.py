"""Who may do what: one table of permissions, the roles of accounts, and the scopes of keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fieldfare.domain.actors import Actor


class Role(StrEnum):
    """What an account is for."""

    OWNER = "owner"
    DISPATCHER = "dispatcher"
    TECHNICIAN = "technician"
    AGENT = "agent"


class Scope(StrEnum):
    """What a key is for; a key may have several."""

    AVAILABILITY = "availability"
    CONFIGURATION = "configuration"
    COMMITMENTS = "commitments"
    AUDIT = "audit"
    OVERRIDE = "override"
    BOOKINGS = "bookings"
    CUSTOMERS = "customers"
    WEBHOOKS = "webhooks"
    INTEGRATIONS = "integrations"


class Permission(StrEnum):
    """One thing that not everybody may do."""

    AVAILABILITY_DETAIL = "availability.detail"
    WHY = "why"
    CONFIGURATION_READ = "configuration.read"
    CONFIGURATION_WRITE = "configuration.write"
    COMMITMENTS_READ = "commitments.read"
    COMMITMENTS_READ_OWN = "commitments.read.own"
    COMMITMENTS_WRITE = "commitments.write"
    AUDIT_READ = "audit.read"
    OVERRIDE = "override"
    BOOKINGS_READ = "bookings.read"
    BOOKINGS_READ_OWN = "bookings.read.own"
    BOOKINGS_WRITE = "bookings.write"
    BOOKINGS_STEP = "bookings.step"
    BOOKINGS_DECIDE = "bookings.decide"
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    WEBHOOKS_MANAGE = "webhooks.manage"
    INTEGRATIONS_READ = "integrations.read"
    INTEGRATIONS_MANAGE = "integrations.manage"
    ACCOUNTS_MANAGE = "accounts.manage"
    KEYS_MANAGE = "keys.manage"


@dataclass(frozen=True, slots=True)
class _Holders:
    roles: frozenset[Role]
    scope: Scope | None


def _held_by(*roles: Role, scope: Scope | None = None) -> _Holders:
    return _Holders(roles=frozenset(roles), scope=scope)


_OFFICE = (Role.OWNER, Role.DISPATCHER)

_TABLE: Mapping[Permission, _Holders] = {
    Permission.AVAILABILITY_DETAIL: _held_by(*_OFFICE, scope=Scope.AVAILABILITY),
    Permission.WHY: _held_by(*_OFFICE, scope=Scope.AVAILABILITY),
    Permission.CONFIGURATION_READ: _held_by(*_OFFICE, scope=Scope.CONFIGURATION),
    Permission.CONFIGURATION_WRITE: _held_by(Role.OWNER, scope=Scope.CONFIGURATION),
    Permission.COMMITMENTS_READ: _held_by(*_OFFICE, scope=Scope.COMMITMENTS),
    Permission.COMMITMENTS_READ_OWN: _held_by(*_OFFICE, Role.TECHNICIAN, scope=Scope.COMMITMENTS),
    Permission.COMMITMENTS_WRITE: _held_by(*_OFFICE, scope=Scope.COMMITMENTS),
    Permission.AUDIT_READ: _held_by(*_OFFICE, scope=Scope.AUDIT),
    # B9: no technician or agent overrides anything.
    Permission.OVERRIDE: _held_by(*_OFFICE, scope=Scope.OVERRIDE),
    Permission.BOOKINGS_READ: _held_by(*_OFFICE, Role.AGENT, scope=Scope.BOOKINGS),
    Permission.BOOKINGS_READ_OWN: _held_by(*Role, scope=Scope.BOOKINGS),
    Permission.BOOKINGS_WRITE: _held_by(*_OFFICE, Role.AGENT, scope=Scope.BOOKINGS),
    Permission.BOOKINGS_STEP: _held_by(*_OFFICE, Role.TECHNICIAN, scope=Scope.BOOKINGS),
    # What the desk decides: requests, who goes, the zone.
    Permission.BOOKINGS_DECIDE: _held_by(*_OFFICE, scope=Scope.BOOKINGS),
    Permission.CUSTOMERS_READ: _held_by(*_OFFICE, scope=Scope.CUSTOMERS),
    Permission.CUSTOMERS_WRITE: _held_by(*_OFFICE, scope=Scope.CUSTOMERS),
    Permission.WEBHOOKS_MANAGE: _held_by(Role.OWNER, scope=Scope.WEBHOOKS),
    Permission.INTEGRATIONS_READ: _held_by(*_OFFICE, scope=Scope.INTEGRATIONS),
    Permission.INTEGRATIONS_MANAGE: _held_by(Role.OWNER, scope=Scope.INTEGRATIONS),
    # No key makes accounts or keys: a stolen one shall not be able to outlive its revocation.
    Permission.ACCOUNTS_MANAGE: _held_by(Role.OWNER),
    Permission.KEYS_MANAGE: _held_by(Role.OWNER),
}
"""Every permission, the roles that hold it, and the scope with which a key does. `docs/people.md` shows this table."""


def of_role(role: Role) -> frozenset[Permission]:
    """Tell what an account of a role may do."""
    return frozenset(permission for permission, holders in _TABLE.items() if role in holders.roles)


def of_scopes(scopes: Collection[Scope]) -> frozenset[Permission]:
    """Tell what a key with these scopes may do."""
    return frozenset(permission for permission, holders in _TABLE.items() if holders.scope in scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever asks: a stranger, who has neither business nor actor, or a `Member` of one business.

    `role` is that of an account, `scopes` those of a key. `technician` is whose commitments are the account's own.
    """

    business: str | None = None
    actor: Actor | None = None
    role: Role | None = None
    scopes: frozenset[Scope] = frozenset()
    technician: str | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the caller may do in their own business."""
        return of_scopes(self.scopes) if self.role is None else of_role(self.role)

    def may(self, permission: Permission) -> bool:
        """Whether the caller holds a permission in their own business."""
        return permission in self.permissions

    def at(self, business: str) -> Caller:
        """Tell who this is to a business: to any but their own, a stranger."""
        return self if self.business == business else STRANGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Caller):
    """An account or a key."""

    business: str
    actor: Actor


STRANGER = Caller()
"""Somebody of whom nothing is known."""
