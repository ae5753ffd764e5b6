"""One start of a scenario, explained, as text and as JSON."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from dataclasses import dataclass

from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.explanations import Explanation
from fieldfare.domain.questions import Question
from fieldfare.entrypoints.cli.explain import Explain
from fieldfare.entrypoints.scenario.errors import show
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.entrypoints.scenario.times import read_instant
from fieldfare.entrypoints.scenario.values import TIME_PATTERN
from fieldfare.entrypoints.scenario.write import render_json
from fieldfare.entrypoints.scenario.write_explanation import write_explanation
from fieldfare.entrypoints.words.explanation import paragraph
from fieldfare.entrypoints.words.times import within_calendar
from fieldfare.usecases.availability.explain_slot import UnknownTechnicianError


class OptionError(ValueError):
    """An option's value doesn't fit the scenario; the text names the option and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An explanation with the question that it answers."""

    question: Question
    explanation: Explanation

    def as_text(self) -> str:
        """Write the paragraph, in lines of a terminal's width if there is one."""
        text = paragraph(self.explanation, self.question)
        if sys.stdout is not None and sys.stdout.isatty():
            width = shutil.get_terminal_size().columns
            text = textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
        return text + "\n"

    def as_json(self) -> bytes:
        """Write the fields."""
        clock = clock_of(self.question.business.time_zone)
        return render_json(write_explanation(self.explanation, clock))


def explain(text: bytes, ask: Explain, *, technician: str, start: str) -> Explained:
    """Explain a start of a scenario; raises `ScenarioError` and `OptionError`."""
    question = read_scenario(text)
    instant = _read_start(start, clock_of(question.business.time_zone))
    try:
        return Explained(question=question, explanation=ask(question, technician=technician, start=instant))
    except UnknownTechnicianError:
        raise OptionError(f"--technician: {show(technician)} is not a technician of this business") from None


def _read_start(text: str, clock: Clock) -> int:
    """Read a start as a scenario's times are read: without an offset it stands on the business's clock."""
    if not re.fullmatch(TIME_PATTERN, text):
        raise OptionError(f"--start: {show(text)} is not a time (such as 2026-11-24T09:15)")
    try:
        instant = read_instant(text, clock)
    except ValueError as error:
        raise OptionError(f"--start: {error}") from None
    if instant != within_calendar(instant):
        raise OptionError(f"--start: {show(text)} lies too near the end of the years 1 to 9999")
    return instant
