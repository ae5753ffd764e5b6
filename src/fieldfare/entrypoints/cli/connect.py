"""`fieldfare connect ghl`: connect a business to its GoHighLevel location, try the connection, or take it away.

On a terminal it asks for everything; with `--token-stdin` and `--settings FILE` it asks for nothing.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from fieldfare.entrypoints.cli.at_business import BusinessOption, author, spoken
from fieldfare.entrypoints.cli.failures import FAILED, CommandError

if TYPE_CHECKING:
    from fieldfare.domain.connections import Connection
    from fieldfare.usecases.integrations.check_connection import Checked
    from fieldfare.usecases.integrations.outward import Outward

OpenOutward = Callable[[], "AbstractAsyncContextManager[Outward]"]
"""Opens the database and the way to the CRMs, and closes both at the end."""

_LONGEST_LINE = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks for."""

    business: str | None
    location: str | None
    token_stdin: bool
    settings: str | None
    create_fields: bool


def connect_app(open_outward: OpenOutward) -> typer.Typer:
    """Make the command around what opens the way out."""
    app = typer.Typer(name="connect", help="Connect a business to its CRM.", no_args_is_help=True)
    app.callback()(_systems)
    _add_ghl(app, open_outward)
    return app


def _systems() -> None:
    """Connect a business to its CRM."""


def _add_ghl(app: typer.Typer, open_outward: OpenOutward) -> None:
    @app.command("ghl")
    def ghl(  # noqa: PLR0917 - typer gives each by its name
        business: BusinessOption = None,
        location: Annotated[
            str | None, typer.Option(help="The location id, as GoHighLevel's settings show it.")
        ] = None,
        token_stdin: Annotated[
            bool, typer.Option("--token-stdin", help="Read the token from the first line of standard input.")
        ] = False,
        settings: Annotated[
            str | None, typer.Option(metavar="FILE", help="A TOML file with all choices; nothing is asked.")
        ] = None,
        create_fields: Annotated[
            bool, typer.Option("--create-fields", help="Make custom fields that the settings name and are not there.")
        ] = False,
        check: Annotated[
            bool, typer.Option("--check", help="Try the connection: one line for each capability.")
        ] = False,
        remove: Annotated[bool, typer.Option("--remove", help="Take the connection away; bookings stay.")] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Don't ask before it is taken away.")] = False,
    ) -> None:
        """Connect a business to its GoHighLevel location, by a private integration token.

        On a terminal each step is asked for; the token is never an argument. Exit status: 0 if it was done and all
        works, 1 if GoHighLevel can't be asked now or a capability is missing, 2 if something is refused.
        """
        import asyncio

        wanted = Wanted(
            business=business,
            location=location,
            token_stdin=token_stdin,
            settings=settings,
            create_fields=create_fields,
        )
        with spoken(), refusals():
            if check and remove:
                raise typer.BadParameter("either --check or --remove")
            if remove:
                asyncio.run(_removed(open_outward, business, yes=yes))
                return
            checked = asyncio.run(_checked(open_outward, business) if check else _connected(open_outward, wanted))
            _say(checked)
        if not checked.works:
            raise typer.Exit(FAILED)


@asynccontextmanager
async def _at(open_outward: OpenOutward, named: str | None) -> AsyncIterator[tuple[Outward, str]]:
    """Open the way out for the business that is named, or the only one; raises `CommandError`."""
    async with open_outward() as outward:
        business = named or await outward.storage.sole_business()
        if business is None:
            raise CommandError("say which business: there is not exactly one")
        if await outward.storage.revisions(business) is None:
            raise CommandError(f"there is no business {business!r}; fieldfare business import brings one in")
        yield outward, business


async def _connected(open_outward: OpenOutward, wanted: Wanted) -> Checked:
    from fieldfare.entrypoints.cli.connect_asking import ask_location, ask_token, asked_settings
    from fieldfare.entrypoints.cli.connect_settings import read_settings_file, with_fields
    from fieldfare.usecases.integrations.change_settings import ChangeSettings, change_settings
    from fieldfare.usecases.integrations.check_connection import check_connection
    from fieldfare.usecases.integrations.options import opened, read_options

    # A file that can't be read shall not be found out after the token was given.
    chosen = None if wanted.settings is None else read_settings_file(wanted.settings)
    async with _at(open_outward, wanted.business) as (outward, business):
        known = await _known(outward, business)
        asks = chosen is None and not wanted.token_stdin and sys.stdin.isatty()
        if wanted.token_stdin or known is None or (wanted.location is not None and wanted.location != known.account):
            location = wanted.location or (known.account if known is not None else ask_location(asks=asks))
            token = _first_line() if wanted.token_stdin else ask_token(asks=asks)
            known = await _opened(outward, business, location=location, token=token)
            typer.echo(f"{business} is connected to {known.name} ({known.account}).")
        if chosen is None and asks:
            options = await read_options(outward, business)
            crm = (await opened(outward, business)).crm
            current = await outward.businesses.current(business, now=outward.clock())
            chosen = await asked_settings(known.settings, current.snapshot.business, options, crm)
        elif chosen is not None and wanted.create_fields:
            await with_fields((await opened(outward, business)).crm, chosen)
        if chosen is not None:
            change = ChangeSettings(settings=chosen, actor=author())
            await change_settings(outward, business, change, now=outward.clock())
        return await check_connection(outward, business, now=outward.clock())


async def _opened(outward: Outward, business: str, *, location: str, token: str) -> Connection:
    from fieldfare.ports.integrations import Credentials
    from fieldfare.usecases.integrations.connect import Connect, connect

    wanted = Connect(account=location, credentials=Credentials(token=token), actor=author())
    return await connect(outward, business, wanted, now=outward.clock())


async def _known(outward: Outward, business: str) -> Connection | None:
    async with outward.storage.open(business) as books:
        return await books.integrations.connections.find()


async def _checked(open_outward: OpenOutward, named: str | None) -> Checked:
    from fieldfare.usecases.integrations.check_connection import check_connection

    async with _at(open_outward, named) as (outward, business):
        return await check_connection(outward, business, now=outward.clock())


async def _removed(open_outward: OpenOutward, named: str | None, *, yes: bool) -> None:
    from fieldfare.usecases.integrations.disconnect import disconnect
    from fieldfare.usecases.integrations.refusals import NotConnectedError

    async with _at(open_outward, named) as (outward, business):
        known = await _known(outward, business)
        if known is None:
            raise NotConnectedError
        if not yes:
            if not sys.stdin.isatty():
                raise CommandError("nobody can be asked whether that is meant: add --yes")
            if not typer.confirm(f"Disconnect {business} from {known.name}? Bookings stay, there and here."):
                raise CommandError("nothing was changed", status=FAILED)
        await disconnect(outward, business, actor=author())
        typer.echo(f"{business} is no longer connected to {known.name}.")


def _say(checked: Checked) -> None:
    """Print a line for each capability."""
    widest = max((len(line.name) for line in checked.lines), default=0)
    for line in checked.lines:
        typer.echo(f"{line.state.value:<8} {line.name:<{widest}}  {line.advice}".rstrip())
    typer.echo(f"The connection is {checked.connection.state.value.replace('_', ' ')}.")


def _first_line() -> str:
    line = sys.stdin.buffer.readline(_LONGEST_LINE)
    try:
        token = line.decode("ascii").strip()
    except UnicodeDecodeError:
        raise CommandError("the first line of standard input is no token") from None
    if not token:
        raise CommandError("the first line of standard input is empty, and should be the token")
    return token


@contextmanager
def refusals() -> Iterator[None]:
    """Say what is refused in a sentence, without a token in it."""
    from fieldfare.ports.crm import CrmError, CrmUnavailableError
    from fieldfare.ports.integrations import AccountTakenError, SealingError
    from fieldfare.usecases.integrations.refusals import (
        ConnectionRefusedByCrmError,
        NotConnectedError,
        SettingsRefusedError,
    )

    try:
        yield
    except ConnectionRefusedByCrmError as error:
        raise CommandError(str(error)) from None
    except SettingsRefusedError as error:
        raise CommandError("\n".join(f"{path}: {message}" for path, message in error.faults)) from None
    except NotConnectedError:
        raise CommandError("nothing is connected yet: fieldfare connect ghl does it") from None
    except AccountTakenError:
        raise CommandError("another business is connected to this location") from None
    except SealingError as error:
        raise CommandError(str(error)) from None
    except CrmUnavailableError:
        raise CommandError("GoHighLevel does not answer now: try again in a minute", status=FAILED) from None
    except CrmError as error:
        raise CommandError(f"GoHighLevel: {error}") from None
