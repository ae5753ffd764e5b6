"""Reading the time that a form chooses."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from fieldfare.entrypoints.api.problems import faulty
from fieldfare.entrypoints.api.values import in_our_years
from fieldfare.entrypoints.scenario.times import read_instant
from fieldfare.entrypoints.scenario.values import TimeText
from fieldfare.entrypoints.web.asking import Asking

_TIME: TypeAdapter[str] = TypeAdapter(TimeText)


def read_choice(asking: Asking, choice: str) -> tuple[int, str]:
    """Read the start of a chosen time, and the signed price beside it; raises `Problem`."""
    text, _, offer = choice.partition(" ")
    try:
        start = read_instant(_TIME.validate_python(text), asking.clock)
    except (ValidationError, OverflowError, ValueError):
        raise faulty("choice", "is no time that was offered") from None
    return in_our_years(start, path="choice"), offer
