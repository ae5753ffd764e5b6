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
    _add_check(app)
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
    ) -> None:
        """Make a business what a file says, and write commitments beside it. Twice is as good as once.

        A record that the file lacks is deleted, softly; commitments are only ever added or changed. Exit status: 0 if
        it was done; 2 if a file is not valid, and then nothing is written.
        """
        from fieldfare.entrypoints.cli.importing import Import, run_import

        if file is None and commitments is None:
            raise typer.BadParameter("give a FILE, or commitments by --commitments FILE")
        if file == "-" == commitments:
            raise typer.BadParameter("only one of the files can be standard input", param_hint="--commitments")
        with _saying_faults():
            wanted = Import.read(file=file, commitments=commitments, business=business)
            for line in _run(run_import(wanted, open_storage, actor=_operator(), now=int(time.time()))):
                typer.echo(line)


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
    def diff(file: _File) -> None:
        """Tell what an import of a file would change, value by value.

        Exit status: 0 if nothing, 1 if something, 2 if the file is not valid.
        """
        from fieldfare.entrypoints.files.differences import lines_of
        from fieldfare.entrypoints.files.reading import read_business_file
        from fieldfare.usecases.businesses.import_business import compare_business

        async def compare() -> tuple[Change, ...]:
            async with open_storage() as storage:
                return await compare_business(storage, new)

        with _saying_faults():
            new, _ = read_business_file(file)
            changes = _run(compare())
            _echo_all(lines_of(changes))
        if changes:
            raise typer.Exit(FAILED)


def _add_check(app: typer.Typer) -> None:
    @app.command("check")
    def check(
        file: _File,
        strict: Annotated[bool, typer.Option("--strict", help="End with status 1 if there is a warning.")] = False,
    ) -> None:
        """Check a file, and warn of what is valid but bites later; docs/warnings.md explains each code.

        Exit status: 0 if the file is valid, 2 if it isn't.
        """
        from fieldfare.engine.advice import warnings_of
        from fieldfare.entrypoints.files.reading import read_business_file

        with _saying_faults():
            _, business = read_business_file(file)
            found = warnings_of(business, now=int(time.time()))
            for warning in found:
                typer.echo(f"{warning.subject}: {warning.sentence} [{warning.code}]")
            typer.echo("no warnings" if not found else f"{len(found)} warnings")
        if found and strict:
            raise typer.Exit(FAILED)


def _echo_all(lines: Sequence[str]) -> None:
    for line in lines:
        typer.echo(line)


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"can't write {output}: {error.strerror}", status=FAILED) from None


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
