"""`fieldfare doctor`: is everything there, and if not, what to do?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import typer

from fieldfare.entrypoints.cli.failures import FAILED, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: whether it is well, what was found, and what to do where it isn't."""

    name: str
    well: bool
    found: str
    cure: str = ""


Diagnose = Callable[[], Iterable[Finding]]
"""Looks at one thing after the other."""


def add_doctor(app: typer.Typer, diagnose: Diagnose) -> None:
    """Add the command."""

    @app.command("doctor")
    def doctor() -> None:
        """Check configuration, database, role, time zones, travel model and worker; say what to do.

        Exit status: 0 if all is well, 1 if something isn't.
        """
        well = True
        with said():
            for finding in diagnose():
                well = well and finding.well
                typer.echo(f"{'ok ' if finding.well else 'BAD'}  {finding.name}: {finding.found}")
                if finding.cure:
                    typer.echo(f"     {finding.cure}")
        if not well:
            raise typer.Exit(FAILED)
