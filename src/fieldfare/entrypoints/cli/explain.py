"""`fieldfare explain`: why one start is or isn't offered to one technician."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Protocol, TypeAlias

import typer

if TYPE_CHECKING:
    from fieldfare.domain.explanations import Explanation
    from fieldfare.domain.questions import Question

FAILED, INVALID = 1, 2


class Format(StrEnum):
    """How an explanation is printed."""

    TEXT = "text"
    JSON = "json"


class Explain(Protocol):
    """Whoever explains a start."""

    def __call__(self, question: Question, *, technician: str, start: int) -> Explanation:
        """Explain a start, an instant; raises `UnknownTechnicianError`."""
        ...


Explaining: TypeAlias = "Callable[[], AbstractContextManager[Explain]]"
"""Opens what explains starts."""


def explain_command(explaining: Explaining) -> Callable[..., None]:
    """Make the command, around what explains starts."""

    def explain(
        file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario, or - for standard input.")],
        technician: Annotated[str, typer.Option(metavar="ID", help="Whom to look at.")],
        start: Annotated[str, typer.Option(metavar="TIME", help="Such as 2026-11-24T09:15, on the business's clock.")],
        form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
    ) -> None:
        """Tell in one paragraph why a start is or isn't offered to a technician.

        Exit status: 0 if it was answered, whatever the answer; 2 if the scenario or an option is not valid, or the file
        can't be read; 1 if the answer can't be written.
        """
        from fieldfare.entrypoints.cli import explained, streams
        from fieldfare.entrypoints.scenario.errors import ScenarioError

        try:
            with streams.opened(file) as stream, streams.quiet_pipe(), explaining() as ask:
                text = streams.whole(stream)
                answer = explained.explain(text, ask, technician=technician, start=start)
                streams.write(answer.as_json() if form is Format.JSON else answer.as_text())
        except (ScenarioError, streams.UnreadableError, explained.OptionError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(INVALID) from None
        except streams.UnwritableError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(FAILED) from None

    return explain
