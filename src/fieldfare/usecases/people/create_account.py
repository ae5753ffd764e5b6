"""Make an account, with its first password."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.actors import Actor
from fieldfare.domain.permissions import Role
from fieldfare.ports.people import Account, Passwords
from fieldfare.ports.storage import Entry, Storage
from fieldfare.usecases.people.accounts import EmailTakenError, check_technician
from fieldfare.usecases.people.emails import read_email
from fieldfare.usecases.people.names import read_name
from fieldfare.usecases.people.passwords import read_new_password
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.people.trail import ACCOUNTS, account_document


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount:
    """Whom to let in, as it was typed."""

    business: str
    email: str
    password: str
    role: Role
    name: str = ""
    technician: str | None = None


class UnknownBusinessError(LookupError):
    """There is no such business."""


async def create_account(
    command: CreateAccount, *, actor: Actor, storage: Storage, passwords: Passwords, now: int
) -> Account:
    """Make an account of a business.

    Raises `UnknownBusinessError`, `EmailTakenError`, `TechnicianRefusedError`, `EmailRefusedError`, `NameRefusedError`,
    `PasswordRefusedError`, `TooManyPasswordsError`.
    """
    account = Account(
        id=new_id(now=now),
        email=read_email(command.email),
        name=read_name(command.name),
        role=command.role,
        technician=command.technician,
        created_at=now,
    )
    known = (account.email, account.name, command.business)
    password_hash = await passwords.hash(read_new_password(command.password, known=known))
    async with storage.open(command.business) as books:
        if await books.revisions() is None:
            raise UnknownBusinessError
        await check_technician(account.role, account.technician, books=books)
        if not await books.people.add_account(account, password_hash=password_hash):
            raise EmailTakenError
        created = Entry(
            actor=actor, action="create", subject=ACCOUNTS, subject_id=account.id, after=account_document(account)
        )
        await books.audit.write([created])
    return account
