"""`fieldfare business check`: what is not valid, and what is valid and bites later."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldfare.entrypoints.cli.business_faults import saying_faults
from fieldfare.entrypoints.cli.failures import FAILED, CommandError
from fieldfare.ports.storage import Storage

if TYPE_CHECKING:
    from fieldfare.domain.business import Business

OpenStorage = Callable[[], AbstractAsyncContextManager[Storage]]


def add_check(app: typer.Typer, open_storage: OpenStorage) -> None:
    """Add the command."""

    @app.command("check")
    def check(
        what: Annotated[
            str, typer.Argument(metavar="FILE|BUSINESS", help="A file as for import, or the id of a business.")
        ],
        strict: Annotated[bool, typer.Option("--strict", help="End with status 1 if there is a warning.")] = False,
    ) -> None:
        """Check a business, and warn of what is valid but bites later; docs/warnings.md explains each code.

        A file needs no database. Exit status: 0 if the business is valid, 2 if it isn't.
        """
        import asyncio

        from fieldfare.engine.advice import warnings_of
        from fieldfare.entrypoints.files.reading import read_business_file

        with saying_faults():
            is_file = what == "-" or what.endswith((".toml", ".json")) or _is_file(Path(what))
            business = read_business_file(what)[1] if is_file else asyncio.run(_kept(what, open_storage))
            found = warnings_of(business, now=int(time.time()))
            for warning in found:
                typer.echo(f"{warning.path}: {warning.sentence} [{warning.code}]")
            typer.echo("no warnings" if not found else f"{len(found)} warning{'s' if len(found) > 1 else ''}")
        if found and strict:
            raise typer.Exit(FAILED)


def _is_file(path: Path) -> bool:
    """Tell a file, or a pipe, from an id; a folder may well be named like a business."""
    return path.exists() and not path.is_dir()


async def _kept(business: str, open_storage: OpenStorage) -> Business:
    """Read a business from the database."""
    from fieldfare.entrypoints.scenario.business import read_business
    from fieldfare.usecases.businesses.import_business import export_business

    async with open_storage() as storage:
        found = await export_business(storage, business)
    if found is None:
        raise CommandError(f"there is neither a file nor a business {business!r}")
    return read_business(found.document())[1]
