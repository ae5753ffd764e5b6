"""`fieldfare slots`: which slots can be driven in a scenario."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from fieldfare.entrypoints.cli.asking import Ask, Asking

FAILED, INVALID = 1, 2


class Format(StrEnum):
    """How an answer is printed."""

    JSON = "json"
    TABLE = "table"


def slots_command(asking: Asking) -> Callable[..., None]:
    """Make the command, around what answers questions."""

    def slots(
        file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario, or - for standard input.")],
        batch: Annotated[
            bool, typer.Option("--batch", help="One scenario per line in, one answer per line out.")
        ] = False,
        explain: Annotated[bool, typer.Option("--explain", help="Add a reason for every refused start.")] = False,
        form: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.JSON,
    ) -> None:
        """List the slots that can be driven in a scenario.

        Exit status: 0 if it was answered, also when nothing is free; 2 if a scenario is not valid, or can't be read;
        1 if the answer can't be written, or the engine itself failed on a line of a batch.
        """
        from fieldfare.entrypoints.cli import streams
        from fieldfare.entrypoints.cli.batch import answer_lines
        from fieldfare.entrypoints.scenario.errors import ScenarioError

        if batch and form is Format.TABLE:
            raise typer.BadParameter("a batch is answered in JSON only", param_hint="--format")
        try:
            with streams.opened(file) as stream, streams.quiet_pipe(), asking() as ask:
                if batch:
                    raise typer.Exit(answer_lines(stream, ask, explain=explain))
                streams.write(_answer(streams.whole(stream), ask, form, explain=explain))
        except (ScenarioError, streams.UnreadableError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(INVALID) from None
        except streams.UnwritableError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(FAILED) from None

    return slots


def _answer(text: bytes, ask: Ask, form: Format, *, explain: bool) -> str | bytes:
    from fieldfare.domain.clock import clock_of
    from fieldfare.entrypoints.scenario.read import read_scenario
    from fieldfare.entrypoints.scenario.write import render_json, write_answer

    question = read_scenario(text)
    answer = ask(question, explain=explain)
    if form is Format.TABLE:
        from fieldfare.entrypoints.cli.table import render_table

        return render_table(question, answer)
    return render_json(write_answer(answer, clock_of(question.business.time_zone)))
