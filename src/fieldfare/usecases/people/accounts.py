"""What holds for every account, however it comes to be."""

from __future__ import annotations

from fieldfare.domain.permissions import Permission, Role, of_role
from fieldfare.ports.people import Account
from fieldfare.ports.storage import Books


class UnknownAccountError(LookupError):
    """The business has no account of that id."""


class EmailTakenError(ValueError):
    """An account of the business has this email already."""


class TechnicianRefusedError(ValueError):
    """A technician's account names no technician, or the account names one that isn't there or isn't its business."""


class LastOwnerError(Exception):
    """Nobody could manage accounts any more."""


async def check_technician(role: Role, technician: str | None, *, books: Books) -> None:
    """Refuse a technician that doesn't fit the role; raises `TechnicianRefusedError`."""
    if technician is None:
        if role is Role.TECHNICIAN:
            raise TechnicianRefusedError("a technician's account says which technician it is")
        return
    if Permission.COMMITMENTS_READ_OWN not in of_role(role):
        raise TechnicianRefusedError(f"an account with the role {role} is no technician's")
    if not await books.people.has_technician(technician):
        raise TechnicianRefusedError("the business has no technician of this id")


async def known_account(id_: str, *, books: Books) -> Account:
    """Look an account up; raises `UnknownAccountError`."""
    account = await books.people.account(id_)
    if account is None:
        raise UnknownAccountError
    return account
