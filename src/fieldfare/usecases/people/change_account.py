"""Change what an account may do, or what it is called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final, Literal

from fieldfare.domain.actors import Actor
from fieldfare.domain.permissions import Role
from fieldfare.ports.people import Account
from fieldfare.ports.storage import Books, Entry, Storage
from fieldfare.usecases.people.accounts import LastOwnerError, check_technician, known_account
from fieldfare.usecases.people.names import read_name
from fieldfare.usecases.people.trail import ACCOUNTS, account_document


class _Unchanged(Enum):
    UNCHANGED = auto()


UNCHANGED: Final = _Unchanged.UNCHANGED
"""Stands for what is to stay, where None says something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount:
    """What shall be otherwise."""

    business: str
    account: str
    name: str | None = None
    role: Role | None = None
    technician: str | Literal[_Unchanged.UNCHANGED] | None = UNCHANGED
    disabled: bool | None = None


async def change_account(command: ChangeAccount, *, actor: Actor, storage: Storage, now: int) -> Account:
    """Change an account; whatever changes what it may do ends its sessions.

    Raises `UnknownAccountError`, `LastOwnerError`, `TechnicianRefusedError`, `NameRefusedError`.
    """
    async with storage.open(command.business) as books:
        await books.people.lock()
        before = await known_account(command.account, books=books)
        after = _changed(before, command, now=now)
        if (after.role, after.technician) != (before.role, before.technician):
            await check_technician(after.role, after.technician, books=books)
        if after != before:
            await _save(before, after, actor=actor, books=books)
    return after


def _changed(account: Account, command: ChangeAccount, *, now: int) -> Account:
    disabled_at = account.disabled_at
    if command.disabled is not None:
        disabled_at = (disabled_at or now) if command.disabled else None
    return replace(
        account,
        name=account.name if command.name is None else read_name(command.name),
        role=command.role or account.role,
        technician=account.technician if command.technician is UNCHANGED else command.technician,
        disabled_at=disabled_at,
    )


async def _save(before: Account, after: Account, *, actor: Actor, books: Books) -> None:
    if _is_owner(before) and not _is_owner(after) and not await books.people.is_other_owner(after.id):
        raise LastOwnerError
    await books.people.change_account(after)
    was, is_ = account_document(before), account_document(after)
    if was != is_:
        await books.people.end_sessions(after.id)
    changed = Entry(
        actor=actor,
        action="change" if was != is_ else "rename",
        subject=ACCOUNTS,
        subject_id=after.id,
        before=was,
        after=is_,
    )
    await books.audit.write([changed])


def _is_owner(account: Account) -> bool:
    return account.role is Role.OWNER and account.disabled_at is None
