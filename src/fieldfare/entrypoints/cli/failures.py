"""What a command can't do, said on standard error in a sentence, with a status for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

FAILED, INVALID = 1, 2


class CommandError(Exception):
    """A command can't be carried out; the message says why, and what to do."""

    def __init__(self, message: str, *, status: int = INVALID) -> None:
        """Keep the sentence and the exit status."""
        super().__init__(message)
        self.status = status


@contextmanager
def said() -> Iterator[None]:
    """Say a failure on standard error and end with its status."""
    try:
        yield
    except CommandError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.status) from None
