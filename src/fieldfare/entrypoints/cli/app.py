"""The command line, put together: one line a command."""

from __future__ import annotations

from typing import Annotated

import typer

from fieldfare import __version__
from fieldfare.entrypoints.cli import boundaries
from fieldfare.entrypoints.cli.asking import Asking
from fieldfare.entrypoints.cli.explain import Explaining, explain_command
from fieldfare.entrypoints.cli.slots import slots_command


def build_app(asking: Asking, explaining: Explaining) -> typer.Typer:
    """Build the command line around what answers questions.

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
    app.command("slots")(slots_command(asking))
    app.command("explain")(explain_command(explaining))
    app.add_typer(boundaries.app)
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
