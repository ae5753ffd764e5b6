"""`fieldfare serve`, `work` and `migrate`: what runs an installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Protocol

import typer

from fieldfare.entrypoints.cli.failures import said


class Serve(Protocol):
    """Serves until it is told to stop; None takes what the settings say."""

    def __call__(self, *, host: str | None, port: int | None, with_worker: bool) -> None:
        """Serve, and with `with_worker` work off tasks beside it."""
        ...


Work = Callable[[], None]
"""Works off tasks until it is told to stop."""

Migrate = Callable[[], tuple[str | None, str]]
"""Brings the database up to date; gives the step before, None for an empty one, and the step after."""


def add_running(app: typer.Typer, *, serve: Serve, work: Work, migrate: Migrate) -> None:
    """Add the three commands."""

    @app.command("serve")
    def serve_command(
        host: Annotated[str | None, typer.Option(help="Where to listen (FIELDFARE_HOST).")] = None,
        port: Annotated[
            int | None, typer.Option(help="The port, 0 for any (FIELDFARE_PORT).", min=0, max=65_535)
        ] = None,
        with_worker: Annotated[
            bool, typer.Option("--with-worker", help="Work off tasks in the same process, too.")
        ] = False,
    ) -> None:
        """Serve the API until interrupted."""
        with said():
            serve(host=host, port=port, with_worker=with_worker)

    @app.command("work")
    def work_command() -> None:
        """Work off tasks until interrupted."""
        with said():
            work()

    @app.command("migrate")
    def migrate_command() -> None:
        """Bring the database up to date, as its owner (DATABASE_OWNER_URL)."""
        with said():
            before, after = migrate()
        typer.echo(f"The database was up to date: step {after}." if before == after else f"Now at step {after}.")
