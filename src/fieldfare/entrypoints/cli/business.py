"""`fieldfare business`: bring businesses in from files, give them out, compare and check them."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldfare.entrypoints.cli.business_check import add_check
from fieldfare.entrypoints.cli.business_faults import saying_faults
from fieldfare.entrypoints.cli.failures import FAILED, CommandError
from fieldfare.ports.storage import Storage

if TYPE_CHECKING:
    from fieldfare.domain.actors import Actor
    from fieldfare.domain.configuration import Change

OpenStorage = Callable[[], AbstractAsyncContextManager[Storage]]
"""Opens the database, and closes it at the end."""

_File = Annotated[str, typer.Argument(metavar="FILE", help="TOML, JSON, a scenario, or - for JSON on standard input.")]


class Format(StrEnum):
    """In which form a business is given out."""

    JSON = "json"
    TOML = "toml"


def business_app(open_storage: OpenStorage) -> typer.Typer:
    """Make the commands around what opens the database."""
    app = typer.Typer(name="business", help="Businesses as files: import, export, diff, check.", no_args_is_help=True)
    _add_import(app, open_storage)
    _add_export(app, open_storage)
    _add_diff(app, open_storage)
    add_check(app, open_storage)
    return app


def _add_import(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("import")
    def import_(
        file: Annotated[
            str | None, typer.Argument(metavar="FILE", help="TOML, JSON, a scenario, or - for standard input.")
        ] = None,
        commitments: Annotated[
            str | None, typer.Option(metavar="FILE", help="Commitments: JSON, JSON lines, TOML, a scenario, or -.")
        ] = None,
        business: Annotated[
            str | None, typer.Option(metavar="ID", help="Whose commitments they are, where no file says it.")
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    ) -> None:
        """Make a business what a file says, and write commitments beside it. Twice is as good as once.

        A record that the file lacks is deleted, softly; commitments are only ever added or changed. Exit status: 0 if
        it was done; 2 if a file is not valid or something stands against it, and then nothing is written.
        """
        import asyncio

        from fieldfare.entrypoints.cli.importing import Files, run_import

        if file is None and commitments is None:
            raise typer.BadParameter("give a FILE, or commitments by --commitments FILE")
        if file == "-" == commitments:
            raise typer.BadParameter("only one of the files can be standard input", param_hint="--commitments")
        with saying_faults():
            files = Files.read(file=file, commitments=commitments, business=business)
            now = int(time.time())
            _echo_all(asyncio.run(run_import(files, open_storage, actor=_operator(), now=now, rehearsal=dry_run)))


def _add_export(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("export")
    def export(
        business: Annotated[str, typer.Argument(metavar="BUSINESS", help="The business's id.")],
        form: Annotated[Format, typer.Option("--format", help="JSON or TOML.")] = Format.JSON,
        output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; else standard output.")] = None,
    ) -> None:
        """Give a business out as a file that imports to exactly the same."""
        import asyncio

        from fieldfare.entrypoints.cli import streams
        from fieldfare.entrypoints.files.writing import business_text
        from fieldfare.usecases.businesses.import_business import export_business

        async def load() -> str:
            async with open_storage() as storage:
                found = await export_business(storage, business)
            if found is None:
                raise CommandError(f"there is no business {business!r}")
            return business_text(found, toml=form is Format.TOML)

        with saying_faults():
            text = asyncio.run(load())
            if output is None:
                with streams.quiet_pipe():
                    streams.write(text)
            else:
                _write(output, text)


def _add_diff(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("diff")
    def diff(
        file: _File,
        as_json: Annotated[bool, typer.Option("--json", help="Whole records before and after, for programs.")] = False,
    ) -> None:
        """Tell what an import of a file would change, value by value.

        Exit status: 0 if nothing, 1 if something, 2 if the file is not valid.
        """
        import asyncio

        from fieldfare.entrypoints.cli import streams
        from fieldfare.entrypoints.files.differences import documents_of, lines_of
        from fieldfare.entrypoints.files.reading import read_business_file
        from fieldfare.entrypoints.scenario.write import render_json
        from fieldfare.usecases.businesses.import_business import compare_business

        async def compare() -> tuple[Change, ...]:
            async with open_storage() as storage:
                return await compare_business(storage, new)

        with saying_faults():
            new, _ = read_business_file(file)
            changes = asyncio.run(compare())
            with streams.quiet_pipe():
                if as_json:
                    streams.write(render_json({"changes": documents_of(changes)}))
                else:
                    streams.write("".join(f"{line}\n" for line in lines_of(changes)))
        if changes:
            raise typer.Exit(FAILED)


def _echo_all(lines: Sequence[str]) -> None:
    for line in lines:
        typer.echo(line)


def _write(output: Path, text: str) -> None:
    """Write a whole file or none."""
    from fieldfare.entrypoints.geojson.writing import NotWritable, write

    try:
        write(output, text)
    except NotWritable as error:
        raise CommandError(f"{output}: {error}", status=FAILED) from None


def _operator() -> Actor:
    """Say who sits at the command line."""
    from fieldfare.domain.actors import Actor, ActorKind

    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "unknown"
    return Actor(kind=ActorKind.COMMAND_LINE, id=login)
