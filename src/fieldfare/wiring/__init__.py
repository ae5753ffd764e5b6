"""Who gets what: the one room that brings entrypoints and adapters together; everything loads on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from fieldfare.entrypoints.cli.app import Doors


def command_line() -> typer.Typer:
    """Build the command line. What a command needs is loaded when it runs: `--help` shall not wait for it."""
    from fieldfare.entrypoints.cli.app import build_app

    return build_app(doors())


def doors() -> Doors:
    """Name what stands behind the commands."""
    from fieldfare.entrypoints.cli.app import Doors
    from fieldfare.wiring.connecting import open_outward
    from fieldfare.wiring.database import migrate, open_storage, passwords
    from fieldfare.wiring.diagnosis import diagnose
    from fieldfare.wiring.engine import asking, explaining
    from fieldfare.wiring.server import serve, work

    return Doors(
        asking=asking,
        explaining=explaining,
        open_storage=open_storage,
        open_outward=open_outward,
        passwords=passwords,
        migrate=migrate,
        serve=serve,
        work=work,
        diagnose=diagnose,
    )
