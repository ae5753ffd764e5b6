"""What pydantic finds wrong with a request, in our words: where, and what; never the value itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fieldfare.entrypoints.api.problems import Problem, refused
from fieldfare.entrypoints.scenario.errors import Step, path_of

_BODY = "body"
_LONGEST_PATH = 200
_LONGEST_MESSAGE = 300

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is unknown here",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "string_type": "must be a text",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_unicode": "holds half of a character (a lone surrogate)",
    "string_pattern_mismatch": "must match {pattern}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a whole number of reasonable size",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must hold at least {min_length}",
    "too_long": "must hold at most {max_length}",
    "recursion_depth_exceeded": "is nested too deeply",
    "literal_error": "must be {expected}",
}


def problem_of(faults: Sequence[Mapping[str, Any]]) -> Problem:
    """Make the problem of what pydantic or FastAPI found, in the order in which they found it."""
    return refused(faults_of(faults) or [("", "is not valid")])


def faults_of(faults: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Say each of what pydantic found: a path and a message."""
    return [_fault(fault) for fault in faults]


def _fault(fault: Mapping[str, Any]) -> tuple[str, str]:
    where: tuple[Step, ...] = tuple(fault["loc"])
    context: Mapping[str, Any] = fault.get("ctx") or {}
    if fault["type"] == "json_invalid":
        return "", f"is not JSON: {context['error']} at character {where[-1]}"
    template = _SENTENCES.get(fault["type"])
    message = template.format_map(context) if template else str(fault["msg"]).removeprefix("Value error, ")
    return _path(where), _cut(message, _LONGEST_MESSAGE)


def _path(steps: tuple[Step, ...]) -> str:
    """Write where it stands: of the body just the path in it (`place.lat`), of the rest the part, too (`query.at`)."""
    if not steps:
        return ""
    inside = steps[1:] if steps[0] == _BODY else steps
    return _cut(path_of(*inside), _LONGEST_PATH)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
