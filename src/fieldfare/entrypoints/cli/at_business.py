"""What commands about one business begin with: which one it is, by whom, and what its clock says."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.entrypoints.cli.failures import FAILED, CommandError, said
from fieldfare.ports.storage import Books, Storage

if TYPE_CHECKING:
    from rich.table import Table

    from fieldfare.domain.clock import Clock

OpenStorage = Callable[[], AbstractAsyncContextManager[Storage]]
"""Opens the database, and closes it at the end."""

BusinessArgument = Annotated[
    str | None, typer.Argument(metavar="BUSINESS", help="The business's id; may be left out where there is one.")
]
BusinessOption = Annotated[
    str | None, typer.Option("--business", metavar="ID", help="The business's id; may be left out where there is one.")
]

_WIDTH_WHEN_PIPED = 120


class ListsByDefault(TyperGroup):
    """A group whose command `list` need not be named: `bookings demo` is `bookings list demo`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the name in where none of the commands is named."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@asynccontextmanager
async def at_business(open_storage: OpenStorage, named: str | None) -> AsyncIterator[Books]:
    """Open the books of the business that is named, or of the only one; raises `CommandError`."""
    async with open_storage() as storage:
        business = named or await storage.sole_business()
        if business is None:
            raise CommandError("say which business: there is not exactly one")
        async with storage.open(business) as books:
            if await books.revisions() is None:
                raise CommandError(f"there is no business {business!r}; fieldfare business import brings one in")
            yield books


async def clock_at(books: Books) -> Clock:
    """Give the business's wall clock."""
    from fieldfare.domain.clock import clock_of
    from fieldfare.usecases.businesses.edit_record import load

    return clock_of(str((await load(books)).own["time_zone"]))


@contextmanager
def spoken() -> Iterator[None]:
    """Say what can't be done, a database that is lost on the way among it, and end with a status for scripts."""
    from fieldfare.ports.storage import StorageContendedError, StorageUnavailableError

    with said():
        try:
            yield
        except StorageContendedError:
            raise CommandError("somebody else was at it at the same time; try again", status=FAILED) from None
        except StorageUnavailableError:
            raise CommandError("the database can't be reached; fieldfare doctor says more", status=FAILED) from None


def author() -> Actor:
    """Name whoever runs the command, for the audit trail."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "unknown"
    return Actor(kind=ActorKind.COMMAND_LINE, id=login)


def table_text(table: Table) -> str:
    """Render a table, in the width and with the colours of standard output."""
    import io
    import shutil
    import sys

    from rich.console import Console

    on_terminal = sys.stdout.isatty()
    page = io.StringIO()
    console = Console(
        file=page,
        force_terminal=on_terminal,
        width=shutil.get_terminal_size().columns if on_terminal else _WIDTH_WHEN_PIPED,
        highlight=False,
        emoji=False,
        markup=False,
    )
    console.print(table)
    return "".join(line.rstrip() + "\n" for line in page.getvalue().splitlines())


def plain_table(*columns: str) -> Table:
    """Make a table without lines, whose columns keep their words whole."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table
