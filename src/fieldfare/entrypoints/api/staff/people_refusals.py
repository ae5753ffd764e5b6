"""What the use cases about people refuse, as problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from fieldfare.entrypoints.api.problems import Problem, faulty
from fieldfare.ports.people import TooManyPasswordsError
from fieldfare.usecases.people.accounts import (
    EmailTakenError,
    LastOwnerError,
    TechnicianRefusedError,
    UnknownAccountError,
)
from fieldfare.usecases.people.change_password import WrongPasswordError
from fieldfare.usecases.people.create_key import ExpiryRefusedError
from fieldfare.usecases.people.emails import EmailRefusedError
from fieldfare.usecases.people.names import NameRefusedError
from fieldfare.usecases.people.passwords import PasswordRefusedError
from fieldfare.usecases.people.revoke_key import UnknownKeyError
from fieldfare.usecases.people.sign_in import BadCredentialsError

_WAIT_FOR_PASSWORDS = 5

_PROBLEMS: Mapping[type[Exception], Callable[[], Problem]] = {
    BadCredentialsError: lambda: Problem(
        "unauthenticated",
        "Email and password don't belong together, or the email has accounts at several businesses: name one.",
    ),
    WrongPasswordError: lambda: Problem("forbidden", "The old password is another."),
    UnknownAccountError: lambda: Problem("not_found"),
    UnknownKeyError: lambda: Problem("not_found"),
    EmailTakenError: lambda: Problem("conflict", "An account has this email already.", reason="email_taken"),
    LastOwnerError: lambda: Problem(
        "conflict", "Nobody could manage accounts any more: make another owner first.", reason="last_owner"
    ),
    TooManyPasswordsError: lambda: Problem("rate_limited", retry_after=_WAIT_FOR_PASSWORDS),
}

_FAULTS: Mapping[type[Exception], str] = {
    EmailRefusedError: "email",
    NameRefusedError: "name",
    PasswordRefusedError: "password",
    TechnicianRefusedError: "technician",
    ExpiryRefusedError: "expires_at",
}
"""Refusals of a value, by the member of the body that it stands in."""


@contextmanager
def refusals(**renamed: str) -> Iterator[None]:
    """Raise the `Problem` for what a use case refuses; `renamed` are members that the body calls otherwise."""
    try:
        yield
    except tuple(_PROBLEMS) as error:
        raise _PROBLEMS[type(error)]() from None
    except tuple(_FAULTS) as error:
        member = _FAULTS[type(error)]
        raise faulty(renamed.get(member, member), str(error)) from None
