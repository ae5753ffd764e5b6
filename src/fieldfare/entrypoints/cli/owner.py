"""`fieldfare business create-owner`: let the first owner of a business in, or one more."""

from __future__ import annotations

import getpass
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Annotated

import typer

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.permissions import Role
from fieldfare.entrypoints.cli.failures import FAILED, CommandError, said
from fieldfare.ports.people import Account, Passwords
from fieldfare.ports.storage import Storage, StorageUnavailableError
from fieldfare.usecases.people.accounts import EmailTakenError
from fieldfare.usecases.people.create_account import CreateAccount, UnknownBusinessError, create_account
from fieldfare.usecases.people.emails import EmailRefusedError, read_email
from fieldfare.usecases.people.names import NameRefusedError
from fieldfare.usecases.people.passwords import SHORTEST, PasswordRefusedError

_LONGEST_LINE = 4096

OpenStorage = Callable[[], AbstractAsyncContextManager[Storage]]
"""Opens the database, and closes it at the end."""


def add_create_owner(app: typer.Typer, open_storage: OpenStorage, passwords: Callable[[], Passwords]) -> None:
    """Add the command; `passwords` makes what hashes them."""

    @app.command("create-owner")
    def create_owner(
        business: Annotated[str, typer.Argument(metavar="BUSINESS", help="The business's id.")],
        email: Annotated[str, typer.Option(help="The email by which the owner signs in.")],
        name: Annotated[str, typer.Option(help="What the owner is called.")] = "",
        password_stdin: Annotated[
            bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
        ] = False,
    ) -> None:
        """Let an owner of a business in: the first one, or one more.

        The password is asked for twice, or where there is no terminal read from the first line of standard input.
        """
        import asyncio

        async def create(command: CreateAccount) -> Account:
            async with open_storage() as storage:
                return await create_account(
                    command, actor=_myself(), storage=storage, passwords=passwords(), now=int(time.time())
                )

        with said(), _refusals(business):
            # Nobody shall think of a password for an email that is then refused.
            read_email(email)
            password = _first_line() if password_stdin or not sys.stdin.isatty() else _asked_twice()
            wanted = CreateAccount(business=business, email=email, password=password, role=Role.OWNER, name=name)
            made = asyncio.run(create(wanted))
            typer.echo(f"{made.email} is an owner of {business} now, with the account {made.id}.")
            typer.echo(
                "Sign in by POST /api/v1/staff/sessions with this email and password, and let others in from there."
            )


@contextmanager
def _refusals(business: str) -> Iterator[None]:
    try:
        yield
    except UnknownBusinessError:
        raise CommandError(f"there is no business {business!r}; fieldfare business import brings one in") from None
    except EmailTakenError:
        raise CommandError(f"an account of {business} has this email already") from None
    except (EmailRefusedError, NameRefusedError, PasswordRefusedError) as error:
        raise CommandError(str(error)) from None
    except StorageUnavailableError:
        raise CommandError("the database can't be reached; fieldfare doctor says more", status=FAILED) from None


def _first_line() -> str:
    line = sys.stdin.buffer.readline(_LONGEST_LINE)
    try:
        password = line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise CommandError("the first line of standard input is no UTF-8") from None
    if not password:
        raise CommandError("the first line of standard input is empty, and should be the password")
    return password


def _asked_twice() -> str:
    password = getpass.getpass(f"Password (at least {SHORTEST} characters): ")
    if getpass.getpass("The same again: ") != password:
        raise CommandError("the two passwords differ")
    return password


def _myself() -> Actor:
    """Name whoever runs the command, for the audit trail."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "unknown"
    return Actor(kind=ActorKind.COMMAND_LINE, id=login)
