"""`fieldfare customer`: give out all that is known of somebody, or erase it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldfare.entrypoints.cli.at_business import BusinessOption, OpenStorage, at_business, author, spoken
from fieldfare.entrypoints.cli.failures import FAILED, CommandError

if TYPE_CHECKING:
    from fieldfare.ports.storage import Books

_Who = Annotated[
    str, typer.Argument(metavar="ID|EMAIL|PHONE", help="The customer; a phone with its country code, +1 905 555 0134.")
]
_MOST_NAMED = 20
_SIGNS_IN_PHONES = re.compile(r"[\s()./-]")


def customer_app(open_storage: OpenStorage) -> typer.Typer:
    """Make the commands around what opens the database."""
    app = typer.Typer(name="customer", help="Customers' own data: export it, erase it.", no_args_is_help=True)
    _add_export(app, open_storage)
    _add_erase(app, open_storage)
    return app


def _add_export(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("export")
    def export(
        who: _Who,
        business: BusinessOption = None,
        output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; else standard output.")] = None,
    ) -> None:
        """Give out everything that is known of a customer, as one JSON document."""
        import asyncio

        import orjson

        from fieldfare.entrypoints.cli import streams
        from fieldfare.usecases.customers.export import export_customer

        async def read() -> bytes:
            async with at_business(open_storage, business) as books:
                document = await export_customer(books, await _found(books, who))
            return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

        with spoken():
            text = asyncio.run(read())
            if output is None:
                with streams.quiet_pipe():
                    streams.write(text)
            else:
                _write(output, text)


def _add_erase(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("erase")
    def erase_(
        who: _Who,
        business: BusinessOption = None,
        yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    ) -> None:
        """Erase everything personal of a customer, for good; bookings and the audit trail stay, without it.

        Exit status: 0 if it was done, 1 if you didn't want it after all, 2 if a visit is still to come.
        """
        import asyncio

        from fieldfare.usecases.businesses.refusals import InUseError
        from fieldfare.usecases.customers.erase import Erase, erase

        async def find() -> str:
            async with at_business(open_storage, business) as books:
                return await _found(books, who)

        async def carry_out(customer: str) -> None:
            async with at_business(open_storage, business) as books:
                await erase(books, Erase(customer=customer, actor=author()))

        with spoken():
            customer = asyncio.run(find())
            if not yes:
                _ask(customer)
            try:
                asyncio.run(carry_out(customer))
            except InUseError as error:
                ahead = ", ".join(error.used_by)
                raise CommandError(f"visits are still to come: cancel {ahead} first, or wait") from None
            typer.echo(f"{customer} is erased.")


async def _found(books: Books, who: str) -> str:
    """Find one customer by id, email or phone; raises `CommandError`, without repeating what was typed."""
    text = who.strip()
    if "@" in text:
        found = await books.customers.search(email=text.lower(), limit=_MOST_NAMED)
    elif text.startswith("+"):
        found = await books.customers.search(phone=_SIGNS_IN_PHONES.sub("", text), limit=_MOST_NAMED)
    else:
        one = await books.customers.find(text)
        found = () if one is None else (one,)
    if not found:
        raise CommandError("there is no such customer; a phone begins with + and its country code")
    if len(found) > 1:
        ids = ", ".join(customer.id for customer in found)
        raise CommandError(f"several customers have this phone: name one of {ids}")
    return found[0].id


def _ask(customer: str) -> None:
    if not sys.stdin.isatty():
        raise CommandError("nobody can be asked whether that is meant: add --yes")
    if not typer.confirm(f"Erase {customer} for good?"):
        raise CommandError("nothing was erased", status=FAILED)


def _write(output: Path, text: bytes) -> None:
    """Write a file that only its owner may read."""
    import os

    try:
        with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror or error}", status=FAILED) from None
