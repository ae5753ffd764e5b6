"""What a scenario may hold and a database can't keep."""

from __future__ import annotations

from typing import Any

import orjson

from fieldfare.domain.commitments import Commitment
from fieldfare.entrypoints.scenario.errors import ScenarioError, Step, path_of
from fieldfare.entrypoints.words.times import within_calendar


def refuse_nul(document: dict[str, Any]) -> None:
    """Refuse NUL characters, which no text of the database holds; raises `ScenarioError` with the text's path."""
    if b"\\u0000" not in orjson.dumps(document):
        return
    stack: list[tuple[tuple[Step, ...], Any]] = [((), document)]
    while stack:
        steps, value = stack.pop()
        if isinstance(value, str) and "\0" in value:
            raise ScenarioError(path_of(*steps), "holds a NUL character; take it out")
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        stack.extend(reversed([((*steps, step), inner) for step, inner in inside]))


def refuse_far_times(commitments: tuple[Commitment, ...]) -> None:
    """Refuse times so near to an end of the calendar that a zone may have none there; raises `ScenarioError`."""
    for place, commitment in enumerate(commitments):
        for key, instant in (("start", commitment.start), ("end", commitment.end)):
            if within_calendar(instant) != instant:
                raise ScenarioError(f"commitments[{place}].{key}", "is too near to the end of the calendar to be kept")
