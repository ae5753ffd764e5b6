"""Accounts: who gets one, what may change, and the owner that always stays."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from fieldfare.domain.permissions import Role
from fieldfare.ports.storage import KeptEntry
from fieldfare.usecases.people.accounts import (
    EmailTakenError,
    LastOwnerError,
    TechnicianRefusedError,
    UnknownAccountError,
)
from fieldfare.usecases.people.change_account import UNCHANGED, ChangeAccount
from fieldfare.usecases.people.change_password import (
    ChangePassword,
    SetPassword,
    change_password,
    set_password,
)
from fieldfare.usecases.people.create_account import UnknownBusinessError
from fieldfare.usecases.people.list_people import list_accounts, read_account
from tests.databases import Database
from tests.unit.people.people import PASSWORD, ROOT, A, B, People, with_people

NOW = int(time.time())


def test_an_email_has_one_account_in_a_business_and_another_in_the_next(database: Database) -> None:
    async def work(people: People) -> None:
        await people.account("kim@example.com")
        await people.account("kim@example.com", business=B)
        with pytest.raises(EmailTakenError):
            await people.account(" KIM@example.com", Role.AGENT)

    with_people(database, work, now=NOW)


def test_a_business_that_is_not_there_gets_no_account(database: Database) -> None:
    async def work(people: People) -> None:
        with pytest.raises(UnknownBusinessError):
            await people.account("kim@example.com", business="nowhere")

    with_people(database, work, now=NOW)


@pytest.mark.parametrize(
    ("role", "technician", "fits"),
    [
        (Role.TECHNICIAN, "t1", True),
        (Role.TECHNICIAN, None, False),
        (Role.TECHNICIAN, "t3", False),
        (Role.OWNER, "t1", True),
        (Role.DISPATCHER, "t1", True),
        (Role.DISPATCHER, None, True),
        (Role.AGENT, None, True),
        (Role.AGENT, "t1", False),
    ],
)
def test_a_technician_fits_the_role_or_is_refused(
    database: Database, role: Role, technician: str | None, fits: bool
) -> None:
    async def work(people: People) -> None:
        other = await people.account("lee@example.com", Role.DISPATCHER)
        command = ChangeAccount(business=A, account=other.id, role=role, technician=technician)
        if fits:
            await people.account("kim@example.com", role, technician=technician)
            assert (await people.change(command)).technician == technician
        else:
            with pytest.raises(TechnicianRefusedError):
                await people.account("kim@example.com", role, technician=technician)
            with pytest.raises(TechnicianRefusedError):
                await people.change(command)

    with_people(database, work, now=NOW)


@pytest.mark.parametrize("fields", [{"disabled": True}, {"role": Role.DISPATCHER}], ids=["disabled", "demoted"])
def test_the_last_owner_stays(database: Database, fields: dict[str, Any]) -> None:
    async def work(people: People) -> None:
        last = await people.account("kim@example.com")
        gone = await people.account("gone@example.com")
        await people.account("elsewhere@example.com", business=B)
        await people.change(ChangeAccount(business=A, account=gone.id, disabled=True))
        with pytest.raises(LastOwnerError):
            await people.change(ChangeAccount(business=A, account=last.id, **fields))
        assert await read_account(last.id, business=A, storage=people.storage) == last

        await people.change(ChangeAccount(business=A, account=gone.id, disabled=False))
        await people.change(ChangeAccount(business=A, account=last.id, **fields))

    with_people(database, work, now=NOW)


def test_two_owners_who_put_each_other_out_at_once_do_not_both_succeed(database: Database) -> None:
    async def work(people: People) -> None:
        for attempt in range(5):
            owners = [await people.account(f"{name}{attempt}@example.com") for name in ("kim", "lee")]
            for account in (await list_accounts(business=A, after=None, limit=50, storage=people.storage))[0]:
                if account.id not in {owner.id for owner in owners} and account.role is Role.OWNER:
                    await people.change(ChangeAccount(business=A, account=account.id, role=Role.AGENT))
            changes = [ChangeAccount(business=A, account=owner.id, disabled=True) for owner in owners]
            done = await asyncio.gather(*(people.change(change) for change in changes), return_exceptions=True)
            assert sorted(type(one).__name__ for one in done) == ["Account", "LastOwnerError"]
            for owner in owners:
                await people.change(ChangeAccount(business=A, account=owner.id, disabled=False))

    with_people(database, work, now=NOW)


def test_accounts_of_another_business_are_unknown(database: Database) -> None:
    async def work(people: People) -> None:
        foreign = await people.account("kim@example.com", business=B)
        for id_ in (foreign.id, "unknown"):
            with pytest.raises(UnknownAccountError):
                await read_account(id_, business=A, storage=people.storage)
            with pytest.raises(UnknownAccountError):
                await people.change(ChangeAccount(business=A, account=id_, disabled=True))
            own = ChangePassword(business=A, account=id_, old=PASSWORD, new="another long password")
            with pytest.raises(UnknownAccountError):
                await change_password(own, storage=people.storage, passwords=people.passwords)
            with pytest.raises(UnknownAccountError):
                await set_password(
                    SetPassword(business=A, account=id_, new="another long password"),
                    actor=ROOT,
                    storage=people.storage,
                    passwords=people.passwords,
                )
        assert await read_account(foreign.id, business=B, storage=people.storage) == foreign
        await people.sign_in("kim@example.com")

    with_people(database, work, now=NOW)


def test_accounts_are_listed_by_page(database: Database) -> None:
    async def work(people: People) -> None:
        made = {(await people.account(f"kim{n}@example.com")).id for n in range(5)}
        await people.account("kim@example.com", business=B)
        seen, sizes, after = [], [], None
        while True:
            page, after = await list_accounts(business=A, after=after, limit=2, storage=people.storage)
            seen += [account.id for account in page]
            sizes.append(len(page))
            if after is None:
                break
        assert seen == sorted(made)
        assert sizes == [2, 2, 1]
        everything = await list_accounts(business=A, after=None, limit=5, storage=people.storage)
        assert (len(everything[0]), everything[1]) == (5, None)

    with_people(database, work, now=NOW)


def test_the_trail_tells_what_changed_by_role_and_id(database: Database) -> None:
    async def work(people: People) -> tuple[str, tuple[KeptEntry, ...]]:
        account = await people.account("kim@example.com", Role.DISPATCHER)
        await people.change(ChangeAccount(business=A, account=account.id, role=Role.TECHNICIAN, technician="t1"))
        await people.change(ChangeAccount(business=A, account=account.id, name="Lee", technician=UNCHANGED))
        await people.change(ChangeAccount(business=A, account=account.id, name="Lee"))
        async with people.storage.open(A) as books:
            return account.id, await books.audit.page(before=None, limit=10)

    id_, lines = with_people(database, work, now=NOW)

    made = {"role": "dispatcher", "technician": None, "disabled": False}
    changed = {"role": "technician", "technician": "t1", "disabled": False}
    told = [(line.entry.action, line.entry.subject_id, line.entry.before, line.entry.after) for line in lines]
    assert told == [
        ("rename", id_, changed, changed),
        ("change", id_, made, changed),
        ("create", id_, None, made),
    ]
