"""The command line, put together: one line a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from fieldfare import __version__
from fieldfare.entrypoints.cli import boundaries
from fieldfare.entrypoints.cli.asking import Asking
from fieldfare.entrypoints.cli.audit import OpenStorage, add_audit
from fieldfare.entrypoints.cli.bookings import bookings_app
from fieldfare.entrypoints.cli.business import business_app
from fieldfare.entrypoints.cli.connect import OpenOutward, connect_app
from fieldfare.entrypoints.cli.customer import customer_app
from fieldfare.entrypoints.cli.doctor import Diagnose, add_doctor
from fieldfare.entrypoints.cli.explain import Explaining, explain_command
from fieldfare.entrypoints.cli.holds import holds_app
from fieldfare.entrypoints.cli.owner import add_create_owner
from fieldfare.entrypoints.cli.running import Migrate, Serve, Work, add_running
from fieldfare.entrypoints.cli.slots import slots_command
from fieldfare.ports.people import Passwords


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What stands behind the commands."""

    asking: Asking
    explaining: Explaining
    open_storage: OpenStorage
    open_outward: OpenOutward
    passwords: Callable[[], Passwords]
    migrate: Migrate
    serve: Serve
    work: Work
    diagnose: Diagnose


def build_app(doors: Doors) -> typer.Typer:
    """Build the command line around what does the work.

    Commands import what they need when they run: `--help` shall not wait for it.
    """
    app = typer.Typer(
        name="fieldfare",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_fieldfare)
    app.command("slots")(slots_command(doors.asking))
    app.command("explain")(explain_command(doors.explaining))
    app.add_typer(boundaries.app)
    businesses = business_app(doors.open_storage)
    add_create_owner(businesses, doors.open_storage, doors.passwords)
    app.add_typer(businesses)
    app.add_typer(bookings_app(doors.open_storage))
    app.add_typer(holds_app(doors.open_storage))
    app.add_typer(customer_app(doors.open_storage))
    app.add_typer(connect_app(doors.open_outward))
    add_audit(app, doors.open_storage)
    add_running(app, serve=doors.serve, work=doors.work, migrate=doors.migrate)
    add_doctor(app, doors.diagnose)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fieldfare {__version__}")
        raise typer.Exit


def _fieldfare(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Sell only the appointments that the fleet can drive."""
