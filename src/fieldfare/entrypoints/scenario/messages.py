"""Pydantic's first fault in our words: the path in the document, and a sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from fieldfare.entrypoints.scenario import schema_booking_page as booking_page
from fieldfare.entrypoints.scenario import values
from fieldfare.entrypoints.scenario.errors import ScenarioError, Step, counted, path_of, show
from fieldfare.entrypoints.scenario.tags import TAG_MARK, UNKNOWN_KIND

_PATTERNS = {
    values.ID_PATTERN: "is not an id, which is 1 to 64 of A-Z a-z 0-9 _ . : -",
    values.CLOCK_PATTERN: "is not a clock time from 00:00 to 23:59",
    values.TIME_PATTERN: "is not a time (such as 2026-11-23T08:00:00-05:00)",
    values.CURRENCY_PATTERN: "is not a currency, which is three capital letters",
    booking_page.COLOUR_PATTERN: "is not a colour such as #0b5cad",
    booking_page.PICTURE_PATTERN: "is not a data: URI of a PNG, JPEG or WebP picture in base64",
    booking_page.ORIGIN_PATTERN: "is not the origin of a site, such as https://www.example.com or https://*.example.com",
    booking_page.PHONE_PATTERN: "is not a phone number",
    booking_page.EMAIL_PATTERN: "is not an email address",
}

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "model_type": "{value} is not an object",
    "dict_type": "{value} is not an object",
    "list_type": "{value} is not a list",
    "string_type": "{value} is not a text",
    "bool_type": "{value} is not true or false",
    "int_type": "{value} is not a number",
    "float_type": "{value} is not a number",
    "too_large": "{value} is too large",
    "finite_number": "{value} is not a finite number",
    "not_whole": "{value} is not a whole number",
    "greater_than": "{value} is not above {gt}",
    "greater_than_equal": "{value} is below {ge}",
    "less_than_equal": "{value} is above {le}",
    "too_short": "holds {count}; at least {min_length} are needed",
    "too_long": "holds {count}; at most {max_length} are allowed",
    "literal_error": "{value} is not one of {options}",
    "string_pattern_mismatch": "{value} {pattern}",
    "string_unicode": "{value} holds half of a character (a lone surrogate)",
    "unicode_key": "the key {value} holds half of a character (a lone surrogate)",
    "not_a_day": "{value} is not a date (YYYY-MM-DD)",
    "no_picture": "{value} is not the picture that it says it is",
    "string_too_long": "{value} is too long; at most {max_length} characters are allowed",
}


def first_fault(error: ValidationError, document: object) -> ScenarioError:
    """Tell the first thing that pydantic found in a document."""
    fault = error.errors(include_url=False)[0]
    steps = _steps_of(fault)
    value, context = fault["input"], fault.get("ctx", {})
    if fault["type"] == UNKNOWN_KIND:
        return _unknown_kind(steps, value, context)
    sentence = _SENTENCES.get(_type_of(fault, steps, document), "{value} does not fit here")
    words = {key: show(bound) for key, bound in context.items()}
    words["value"] = show(value)
    if "pattern" in context:
        words["pattern"] = _PATTERNS[context["pattern"]]
    if "expected" in context:
        # Pydantic writes 'hub' or 'none'.
        words["options"] = context["expected"].replace("'", "").replace(" or ", ", ")
    if isinstance(value, list):
        words["count"] = counted(len(value), "value")
    return ScenarioError(path_of(*steps), sentence.format_map(words))


def _type_of(fault: ErrorDetails, steps: list[Step], document: object) -> str:
    """Tell apart what pydantic gives one type: numbers from other values, and keys from values."""
    if fault["type"] == "float_type" and type(fault["input"]) is int:
        return "too_large"
    if fault["type"] == "string_unicode" and isinstance(_at(document, steps), dict):
        return "unicode_key"
    return fault["type"]


def _steps_of(fault: ErrorDetails) -> list[Step]:
    """Take out what pydantic wove into the path: the kinds of tagged objects, and the mark of a faulty key."""
    steps = list(fault["loc"])
    if steps and steps[-1] == "[key]" and fault["type"] != "extra_forbidden":
        steps.pop()
    inner, last = steps[:-1], steps[-1:]
    return [step for step in inner if not (isinstance(step, str) and step.startswith(TAG_MARK))] + last


def _at(document: Any, steps: list[Step]) -> object:
    """Find the value at a path; for a faulty key pydantic names the path of its object, or one that leads nowhere."""
    for step in steps:
        try:
            document = document[step]
        except (LookupError, TypeError):
            return None
    return document


def _unknown_kind(steps: list[Step], value: object, context: Mapping[str, Any]) -> ScenarioError:
    key = context["key"]
    if not isinstance(value, dict):
        return ScenarioError(path_of(*steps), f"{show(value)} is not an object")
    path = path_of(*steps, key)
    if key not in value:
        return ScenarioError(path, "is missing")
    return ScenarioError(path, f"{show(value[key])} is not one of {context['kinds']}")
