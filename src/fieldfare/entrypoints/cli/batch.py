"""Many scenarios, one a line: a bad one costs no more than its own line."""

from __future__ import annotations

import traceback
from typing import BinaryIO

import typer

from fieldfare.domain.clock import clock_of
from fieldfare.entrypoints.cli import streams
from fieldfare.entrypoints.cli.asking import Ask
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.entrypoints.scenario.write import Document, render_json, write_answer

ANSWERED, FAILED, INVALID = 0, 1, 2


def answer_lines(stream: BinaryIO, ask: Ask, *, explain: bool) -> int:
    """Answer line by line, in order, each as soon as it is known; returns the exit status.

    That is 2 if a line was not valid, 1 if the engine itself failed on one (the traceback goes to standard error), else
    0.
    """
    statuses = {ANSWERED}
    for line in streams.lines(stream):
        document, status = _answer(line, ask, explain=explain)
        statuses.add(status)
        streams.write(render_json(document, compact=True))
    return FAILED if FAILED in statuses else max(statuses)


def _answer(line: bytes, ask: Ask, *, explain: bool) -> tuple[Document, int]:
    try:
        question = read_scenario(line)
        answer = ask(question, explain=explain)
        return write_answer(answer, clock_of(question.business.time_zone)), ANSWERED
    except ScenarioError as error:
        return _error(error.path, error.message), INVALID
    except Exception:
        # A fault of ours; the other lines still want their answers.
        typer.echo(traceback.format_exc(), err=True, nl=False)
        return _error("", "the engine failed on this scenario; standard error says where"), FAILED


def _error(path: str, message: str) -> Document:
    return {"error": {"path": path, "message": message}}
