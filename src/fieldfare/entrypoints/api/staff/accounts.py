"""`/api/v1/staff/accounts`: the people of a business."""

from __future__ import annotations

import time
from typing import Annotated, TypeAlias

from fastapi import Depends, Request, Response

from fieldfare.domain.permissions import Member, Permission, Role
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import SignedIn, people_of, requires
from fieldfare.entrypoints.api.staff.account_shapes import (
    ACCOUNT,
    AccountChanges,
    NewAccount,
    NewPassword,
    ShownAccount,
    shown,
)
from fieldfare.entrypoints.api.staff.answering import Page
from fieldfare.entrypoints.api.staff.people_refusals import refusals
from fieldfare.entrypoints.api.values import PageLimit, RecordId
from fieldfare.usecases.people.change_account import UNCHANGED, ChangeAccount, change_account
from fieldfare.usecases.people.change_password import ChangePassword, SetPassword, change_password, set_password
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from fieldfare.usecases.people.list_people import list_accounts, read_account

router = JsonRouter(prefix="/api/v1/staff", tags=["accounts"])

Manager: TypeAlias = Annotated[Member, Depends(requires(Permission.ACCOUNTS_MANAGE))]


@router.get(
    "/accounts",
    summary="List accounts, the oldest first",
    responses=json_example({"items": [ACCOUNT], "next": None}) | problem_responses(),
)
async def list_all_accounts(
    request: Request, who: Manager, cursor: Cursor | None = None, limit: PageLimit = 50
) -> Page[ShownAccount]:
    """List the people of the business, those whose accounts are disabled, too."""
    after = None if cursor is None else str(parts_of(cursor, str)[0])
    with refusals():
        found, last = await list_accounts(
            business=who.business, after=after, limit=limit, storage=people_of(request).storage
        )
    return Page(items=[shown(account) for account in found], next=None if last is None else cursor_of(last))


@router.post(
    "/accounts",
    status_code=201,
    summary="Let somebody in",
    responses=json_example(ACCOUNT, status=201) | problem_responses("conflict"),
)
async def add_account(new: NewAccount, request: Request, who: Manager, response: Response) -> ShownAccount:
    """Make an account with its first password, which its owner may change.

    With the code `conflict`, `reason` says `email_taken`.
    """
    people = people_of(request)
    command = CreateAccount(
        business=who.business,
        email=new.email,
        password=new.password,
        role=Role(new.role),
        name=new.name,
        technician=new.technician,
    )
    with refusals():
        made = await create_account(
            command, actor=who.actor, storage=people.storage, passwords=people.passwords, now=int(time.time())
        )
    response.headers["Location"] = f"{router.prefix}/accounts/{made.id}"
    return shown(made)


@router.get("/accounts/{id}", summary="Show an account", responses=json_example(ACCOUNT) | problem_responses())
async def show_account(id: RecordId, request: Request, who: Manager) -> ShownAccount:  # noqa: A002 - the path's word
    """Show one account."""
    with refusals():
        return shown(await read_account(id, business=who.business, storage=people_of(request).storage))


@router.patch(
    "/accounts/{id}",
    summary="Change an account",
    responses=json_example(ACCOUNT) | problem_responses("conflict"),
)
async def alter_account(
    id: RecordId,  # noqa: A002 - the path's word
    changes: AccountChanges,
    request: Request,
    who: Manager,
) -> ShownAccount:
    """Change what an account may do or what it is called, disable it, or enable it again.

    Whatever changes what it may do ends its sessions. The last enabled owner stays one: with the code `conflict`,
    `reason` says `last_owner`.
    """
    given = changes.model_fields_set
    command = ChangeAccount(
        business=who.business,
        account=id,
        role=Role(changes.role) if "role" in given else None,
        name=changes.name if "name" in given else None,
        technician=changes.technician if "technician" in given else UNCHANGED,
        disabled=changes.disabled if "disabled" in given else None,
    )
    with refusals():
        storage = people_of(request).storage
        return shown(await change_account(command, actor=who.actor, storage=storage, now=int(time.time())))


@router.post("/accounts/{id}/password", status_code=204, summary="Replace a password", responses=problem_responses())
async def replace_password(
    id: RecordId,  # noqa: A002 - the path's word
    wanted: NewPassword,
    request: Request,
    who: SignedIn,
) -> Response:
    """Replace one's own password, which takes the old one, or as an owner that of somebody else.

    All sessions of the account end, this one included.
    """
    people, business = people_of(request), who.business
    own = who.role is not None and who.actor.id == id
    if own and wanted.old is None:
        raise faulty("old", "is missing")
    if not own and not who.may(Permission.ACCOUNTS_MANAGE):
        raise Problem("forbidden")
    with refusals(password="new"):  # noqa: S106 - the name of the member
        if own:
            limits_of(request).spend(Bucket.SIGN_IN, f"{business}:{id}")
            command = ChangePassword(business=business, account=id, old=wanted.old or "", new=wanted.new)
            await change_password(command, storage=people.storage, passwords=people.passwords)
        else:
            await set_password(
                SetPassword(business=business, account=id, new=wanted.new),
                actor=who.actor,
                storage=people.storage,
                passwords=people.passwords,
            )
    headers = {"Set-Cookie": people.cookie_header("", seconds=0)} if own else None
    return Response(status_code=204, headers=headers)
