"""`fieldfare boundaries`: look at a map of boundaries before a business is built on it."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(name="boundaries", no_args_is_help=True)


@app.callback()
def boundaries() -> None:
    """Check and mend files of boundaries."""


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A GeoJSON document.", metavar="FILE.geojson")],
    mend: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write what is valid as it is, and what can be mended, mended, to OUT."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over OUT if it exists.")] = False,
    time_limit: Annotated[float, typer.Option(min=0.001, metavar="SECONDS", help="For each feature.")] = 10.0,
    form: Annotated[Format, typer.Option("--format", help="How to print what was found.")] = Format.TEXT,
) -> None:
    """List what is wrong with the boundaries of a GeoJSON file, feature by feature (numbered from 0), and mend it.

    Exit status: 0 if all is valid, or was mended; 1 if faults are left, or features were left out of OUT; 2 if the
    file cannot be read, is no GeoJSON, or OUT cannot be written.
    """
    from fieldfare.entrypoints.cli import streams
    from fieldfare.entrypoints.geojson import reading, writing

    try:
        with streams.quiet_pipe():
            left = _check(file, mend, form, force=force, time_limit=time_limit)
    except reading.NotReadable as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(2) from error
    except writing.NotWritable as error:
        typer.echo(f"{mend}: {error}", err=True)
        raise typer.Exit(2) from error
    except streams.UnwritableError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    raise typer.Exit(1 if left else 0)


def _check(file: Path, mend: Path | None, form: Format, *, force: bool, time_limit: float) -> bool:
    """Check, mend and report; returns whether something is left that is not as it should be."""
    from fieldfare.entrypoints.cli import streams
    from fieldfare.entrypoints.geojson import checking, reading, report, writing
    from fieldfare.entrypoints.geojson.workshop import Workshop

    if mend is not None:
        writing.refuse_unsafe(mend, source=file, force=force)
    document = reading.read(file)
    verdicts = []
    with Workshop(time_limit=time_limit) as workshop:
        for verdict in checking.check(document, workshop=workshop, mending=mend is not None):
            verdicts.append(verdict)
            for line in report.lines(verdict) if form is Format.TEXT else ():
                streams.write(f"{line}\n")
            for line in report.warnings(verdict):
                typer.echo(line, err=True)
    if mend is not None:
        text = writing.text_of(document, verdicts)
        if text is None:
            typer.echo(f"{mend}: not written, for nothing would be in it", err=True)
        else:
            writing.write(mend, text)
    if form is Format.JSON:
        streams.write(json.dumps(report.as_json(verdicts), indent=2) + "\n")
    else:
        streams.write(report.summary(verdicts, mending=mend is not None) + "\n")
    return any(verdict.left_out is not None if mend is not None else verdict.is_faulty for verdict in verdicts)
