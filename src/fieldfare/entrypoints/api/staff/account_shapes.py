"""Accounts as requests describe them, and as answers show them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints

from fieldfare.entrypoints.api.staff.answering import Answer, Time
from fieldfare.entrypoints.api.values import Body, Line, RecordId
from fieldfare.ports.people import Account
from fieldfare.usecases.people.passwords import LONGEST

ACCOUNT: dict[str, Any] = {
    "id": "00693f1a2bd41c7e90aa12",
    "email": "sam@example.com",
    "name": "Sam Roe",
    "role": "technician",
    "technician": "amara",
    "created_at": "2026-11-23T13:00:00Z",
    "disabled_at": None,
}

RoleName: TypeAlias = Literal["owner", "dispatcher", "technician", "agent"]
Secret: TypeAlias = Annotated[str, StringConstraints(max_length=LONGEST)]


class NewAccount(Body):
    """Whom to let in; `technician` says whose phone it is, and has to where that is the role."""

    email: Annotated[str, StringConstraints(max_length=300)] = Field(examples=["sam@example.com"])
    password: Secret = Field(examples=["correct horse battery"])
    role: RoleName
    name: Line = ""
    technician: RecordId | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "email": "sam@example.com",
                    "password": "correct horse battery",
                    "role": "technician",
                    "name": "Sam Roe",
                    "technician": "amara",
                }
            ]
        }
    )


class AccountChanges(Body):
    """What shall be otherwise; what is left out stays. `technician: null` makes it nobody's phone."""

    # No default would be true of every account, so that the description shows none.
    role: RoleName = Field(default_factory=lambda: "agent")
    name: Line = Field(default_factory=str)
    technician: RecordId | None = Field(default_factory=lambda: None)
    disabled: bool = Field(default_factory=bool)

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"role": "dispatcher", "technician": None}, {"disabled": True}]}
    )


class NewPassword(Body):
    """The new password, and for one's own account the old one."""

    new: Secret = Field(examples=["another long password"])
    old: Secret | None = Field(default=None, examples=["correct horse battery"])

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"old": "correct horse battery", "new": "another long password"}]}
    )


class ShownAccount(Answer):
    """An account as staff see it."""

    id: str
    email: str
    name: str
    role: RoleName
    technician: str | None
    created_at: Time
    disabled_at: Time | None


def shown(account: Account) -> ShownAccount:
    """Show an account."""
    return ShownAccount(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role.value,
        technician=account.technician,
        created_at=account.created_at,
        disabled_at=account.disabled_at,
    )
