"""`fieldfare business`: bring businesses in from files, give them out, compare and check them."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from fieldfare.entrypoints.cli.failures import FAILED, CommandError, said
from fieldfare.ports.storage import Storage

if TYPE_CHECKING:
    from fieldfare.domain.actors import Actor
    from fieldfare.domain.business import Business
    from fieldfare.domain.configuration import Change

T = TypeVar("T")

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
    _add_check(app, open_storage)
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
        from fieldfare.entrypoints.cli.importing import Files, run_import

        if file is None and commitments is None:
            raise typer.BadParameter("give a FILE, or commitments by --commitments FILE")
        if file == "-" == commitments:
            raise typer.BadParameter("only one of the files can be standard input", param_hint="--commitments")
        with _saying_faults():
            files = Files.read(file=file, commitments=commitments, business=business)
            now = int(time.time())
            _echo_all(_run(run_import(files, open_storage, actor=_operator(), now=now, rehearsal=dry_run)))


def _add_export(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("export")
    def export(
        business: Annotated[str, typer.Argument(metavar="BUSINESS", help="The business's id.")],
        form: Annotated[Format, typer.Option("--format", help="JSON or TOML.")] = Format.JSON,
        output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; else standard output.")] = None,
    ) -> None:
        """Give a business out as a file that imports to exactly the same."""
        from fieldfare.entrypoints.cli import streams
        from fieldfare.entrypoints.files.writing import business_text
        from fieldfare.usecases.businesses.import_business import export_business

        async def load() -> str:
            async with open_storage() as storage:
                found = await export_business(storage, business)
            if found is None:
                raise CommandError(f"there is no business {business!r}")
            return business_text(found, toml=form is Format.TOML)

        with _saying_faults():
            text = _run(load())
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
        from fieldfare.entrypoints.cli import streams
        from fieldfare.entrypoints.files.differences import documents_of, lines_of
        from fieldfare.entrypoints.files.reading import read_business_file
        from fieldfare.entrypoints.scenario.write import render_json
        from fieldfare.usecases.businesses.import_business import compare_business

        async def compare() -> tuple[Change, ...]:
            async with open_storage() as storage:
                return await compare_business(storage, new)

        with _saying_faults():
            new, _ = read_business_file(file)
            changes = _run(compare())
            with streams.quiet_pipe():
                if as_json:
                    streams.write(render_json({"changes": documents_of(changes)}))
                else:
                    streams.write("".join(f"{line}\n" for line in lines_of(changes)))
        if changes:
            raise typer.Exit(FAILED)


def _add_check(app: typer.Typer, open_storage: OpenStorage) -> None:
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
        from fieldfare.engine.advice import warnings_of
        from fieldfare.entrypoints.files.reading import read_business_file

        with _saying_faults():
            is_id = what != "-" and not Path(what).exists() and not what.endswith((".toml", ".json"))
            business = _run(_kept(what, open_storage)) if is_id else read_business_file(what)[1]
            found = warnings_of(business, now=int(time.time()))
            for warning in found:
                typer.echo(f"{warning.path}: {warning.sentence} [{warning.code}]")
            typer.echo("no warnings" if not found else f"{len(found)} warning{'s' if len(found) > 1 else ''}")
        if found and strict:
            raise typer.Exit(FAILED)


async def _kept(business: str, open_storage: OpenStorage) -> Business:
    """Read a business from the database."""
    from fieldfare.entrypoints.scenario.business import read_business
    from fieldfare.usecases.businesses.import_business import export_business

    async with open_storage() as storage:
        found = await export_business(storage, business)
    if found is None:
        raise CommandError(f"there is neither a file nor a business {business!r}")
    return read_business(found.document())[1]


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


def _run(work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    return asyncio.run(work)


@contextmanager
def _saying_faults() -> Iterator[None]:
    """Say what is wrong with a file, or why something is refused."""
    from fieldfare.entrypoints.cli.streams import UnreadableError, UnwritableError
    from fieldfare.entrypoints.scenario.errors import ScenarioError
    from fieldfare.ports.storage import ForeignSourceError, StorageUnavailableError
    from fieldfare.usecases.businesses.refusals import InUseError, UnknownRecordError

    with said():
        try:
            yield
        except (ScenarioError, UnreadableError, InUseError) as error:
            raise CommandError(str(error)) from None
        except UnknownRecordError as error:
            raise CommandError(f"there is no business {error}; import it first") from None
        except ForeignSourceError as error:
            raise CommandError(f"the commitment {error} is kept by a calendar or a CRM; change it there") from None
        except (UnwritableError, StorageUnavailableError) as error:
            raise CommandError(f"it could not be done: {error}", status=FAILED) from None
