"""The people of a business: who may sign in, as what, and with which password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from fieldfare.domain.actors import ActorKind
from fieldfare.domain.permissions import Role
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.security import people_of
from fieldfare.entrypoints.api.staff.people_refusals import refusals
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.pages import show
from fieldfare.usecases.people.change_account import ChangeAccount, change_account
from fieldfare.usecases.people.change_password import SetPassword, set_password
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from fieldfare.usecases.people.list_people import list_accounts, read_account

_A_PAGE = 100

ROLES: Mapping[Role, str] = {
    Role.OWNER: "Owner: everything, settings and accounts included",
    Role.DISPATCHER: "Dispatcher: runs the day, reads the settings, may override rules with a reason",
    Role.AGENT: "Agent: finds and books visits on the phone",
    Role.TECHNICIAN: "Technician: sees and steps through the own visits",
}


async def show_accounts(asking: Asking) -> Response:
    """List everybody, with a form that lets somebody in."""
    return await _list_page(asking)


async def create(asking: Asking) -> Response:
    """Let somebody in."""
    form = asking.form
    command = CreateAccount(
        business=asking.business.id,
        email=form.get("email", ""),
        password=form.get("password", ""),
        role=_role(form.get("role", "")) or Role.AGENT,
        name=form.get("name", ""),
        technician=form.get("technician") or None,
    )
    try:
        with refusals():
            people = people_of(asking.request)
            made = await create_account(
                command,
                actor=asking.who.actor,
                storage=people.storage,
                passwords=people.passwords,
                now=asking.rooms.clock(),
            )
    except Problem as problem:
        return await _list_page(asking, faults=faults_of(problem), status=problem.status_code)
    return asking.go("settings", "accounts", notice="saved", new=made.id)


async def show_account(asking: Asking) -> Response:
    """Show one account, with what can be changed of it."""
    return await _account_page(asking)


async def change(asking: Asking) -> Response:
    """Change an account, or replace its password."""
    id_ = str(asking.request.path_params["account"])
    try:
        with refusals(password="new"):  # noqa: S106 - the name of a field
            await (_set_password if asking.form.get("do") == "password" else _change)(asking, id_)
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await _account_page(asking, faults=faults_of(problem), status=problem.status_code)
    return asking.go("settings", "accounts", notice="saved")


async def _change(asking: Asking, id_: str) -> None:
    form = asking.form
    command = ChangeAccount(
        business=asking.business.id,
        account=id_,
        role=_role(form.get("role", "")),
        name=form.get("name", ""),
        technician=form.get("technician") or None,
        disabled=form.get("disabled") == "yes",
    )
    await change_account(command, actor=asking.who.actor, storage=asking.rooms.storage, now=asking.rooms.clock())


async def _set_password(asking: Asking, id_: str) -> None:
    people = people_of(asking.request)
    if asking.who.actor.kind is ActorKind.ACCOUNT and asking.who.actor.id == id_:
        raise Problem("forbidden", "Your own password takes the one that you have: change it at My account.")
    command = SetPassword(business=asking.business.id, account=id_, new=asking.form.get("new", ""))
    await set_password(command, actor=asking.who.actor, storage=people.storage, passwords=people.passwords)


def faults_of(problem: Problem) -> dict[str, str]:
    """Give what was refused by the name of its field; what is about none stands under the empty name."""
    errors: Any = problem.members.get("errors") or []
    if not errors:
        known = {"email_taken": "email", "last_owner": "role"}
        return {known.get(str(problem.members.get("reason")), ""): problem.detail or "This was refused."}
    return {str(error["path"]): str(error["message"]) for error in errors}


def _role(text: str) -> Role | None:
    return next((role for role in Role if role.value == text), None)


async def _list_page(asking: Asking, *, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
    found, last = await list_accounts(
        business=asking.business.id, after=asking.query.get("after"), limit=_A_PAGE, storage=asking.rooms.storage
    )
    return show(
        asking,
        "settings/accounts.html",
        {
            "accounts": found,
            "more": last,
            "roles": ROLES,
            "technicians": _technicians(asking),
            "names": {person.id: person.name or person.id for person in asking.business.technicians},
            "typed": asking.form,
            "faults": faults or {},
        },
        status=status,
    )


async def _account_page(asking: Asking, *, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
    with refusals():
        id_ = str(asking.request.path_params["account"])
        account = await read_account(id_, business=asking.business.id, storage=asking.rooms.storage)
    kept = {
        "name": account.name,
        "role": account.role.value,
        "technician": account.technician or "",
        "disabled": "yes" if account.disabled_at else "",
    }
    changing = asking.by_form and asking.form.get("do") != "password"
    return show(
        asking,
        "settings/account.html",
        {
            "account": account,
            "own": asking.who.actor.id == account.id,
            "roles": ROLES,
            "technicians": _technicians(asking),
            "typed": {**kept, **{key: asking.form.get(key, "") for key in kept}} if changing else kept,
            "faults": faults or {},
        },
        status=status,
    )


def _technicians(asking: Asking) -> list[tuple[str, str]]:
    people = [(person.id, person.name or person.id) for person in asking.business.technicians]
    return sorted(people, key=lambda person: (person[1].casefold(), person[0]))
