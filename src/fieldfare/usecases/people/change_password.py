"""Replace a password: one's own, which takes the old one, or as an owner that of somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.actors import Actor
from fieldfare.ports.people import Account, Passwords
from fieldfare.ports.storage import Books, Entry, Storage
from fieldfare.usecases.people.accounts import UnknownAccountError, known_account
from fieldfare.usecases.people.passwords import PasswordRefusedError, read_new_password, read_password
from fieldfare.usecases.people.trail import ACCOUNTS, actor_of


class WrongPasswordError(Exception):
    """The old password isn't the one that the account has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """A new password for an account, and the one that it has."""

    business: str
    account: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPassword:
    """A new password for somebody else's account."""

    business: str
    account: str
    new: str


async def change_password(command: ChangePassword, *, storage: Storage, passwords: Passwords) -> None:
    """Replace one's own password, and end all sessions of the account.

    Raises `WrongPasswordError`, `UnknownAccountError` (also when it is disabled), `PasswordRefusedError`,
    `TooManyPasswordsError`.
    """
    try:
        old = read_password(command.old)
    except PasswordRefusedError:
        raise WrongPasswordError from None
    async with storage.open(command.business) as books:
        account = await known_account(command.account, books=books)
        old_hash = await books.people.password_hash(command.account)
    if old_hash is None:
        raise UnknownAccountError
    new = _read_new(command.new, account, command.business)
    if not (await passwords.verify(old, old_hash)).right:
        raise WrongPasswordError
    new_hash = await passwords.hash(new)
    async with storage.open(command.business) as books:
        # It may have been changed while the two were hashed; then the old password no longer is the right one.
        if await books.people.password_hash(command.account) != old_hash:
            raise WrongPasswordError
        await _replace(account.id, new_hash, actor=actor_of(account.id), books=books)


async def set_password(command: SetPassword, *, actor: Actor, storage: Storage, passwords: Passwords) -> None:
    """Replace the password of somebody else, and end all sessions of the account.

    Raises `UnknownAccountError`, `PasswordRefusedError`, `TooManyPasswordsError`.
    """
    async with storage.open(command.business) as books:
        account = await known_account(command.account, books=books)
    new_hash = await passwords.hash(_read_new(command.new, account, command.business))
    async with storage.open(command.business) as books:
        await _replace(account.id, new_hash, actor=actor, books=books)


def _read_new(new: str, account: Account, business: str) -> str:
    return read_new_password(new, known=(account.email, account.name, business))


async def _replace(account: str, new_hash: str, *, actor: Actor, books: Books) -> None:
    await books.people.set_password_hash(account, new_hash)
    await books.people.end_sessions(account)
    await books.audit.write([Entry(actor=actor, action="set_password", subject=ACCOUNTS, subject_id=account)])
