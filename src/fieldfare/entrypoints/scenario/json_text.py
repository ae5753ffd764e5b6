"""From bytes to plain JSON values: strict about the text, and able to say where a key stands twice."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from fieldfare.entrypoints.scenario.errors import ScenarioError, Step, path_of, show

LONGEST_TEXT_BYTES = 64 * 1024 * 1024
TOO_LONG = f"the text is longer than 64 MiB ({LONGEST_TEXT_BYTES:,} bytes), the limit"

MOST_KEYS = 50_000
"""Of one object. No scenario comes near it; it bounds what a faulty one can make the reader list."""

_LONGEST_WHOLE_DIGITS = 4_000


def parse_json(text: bytes | str) -> object:
    """Parse a text into dicts, lists and scalars; NaN and infinities pass, to be refused where they stand.

    Raises `ScenarioError`, with an empty path unless an object is at fault.
    """
    plain = _decode(text).removeprefix("\ufeff")
    faulty: list[_FaultyObject] = []

    def object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) == len(pairs) <= MOST_KEYS:
            return made
        faulty.append(_FaultyObject(made, pairs))
        return faulty[-1]

    try:
        document = _load(plain, object_of)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ScenarioError("", f"the text is not JSON: {_in_words(error.msg)} at {where}") from None
    except RecursionError:
        raise ScenarioError("", "the text is not a scenario: its lists and objects are nested too deeply") from None
    if faulty:
        _refuse_first_faulty(document)
    return document


class _FaultyObject(dict[str, object]):
    """An object in which a key stands twice, or that has too many of them."""

    def __init__(self, made: dict[str, object], pairs: list[tuple[str, object]]) -> None:
        super().__init__(made)
        if len(made) < len(pairs):
            self.sentence = f"the key {show(_first_doubled(pairs))} stands twice"
        else:
            self.sentence = f"holds {len(made):,} keys; the limit is {MOST_KEYS:,}"


def _decode(text: bytes | str) -> str:
    # An encoded string is at most three bytes a character (four for two UTF-16 halves), so most need no encoding here.
    size = len(text)
    if isinstance(text, str) and size <= LONGEST_TEXT_BYTES < size * 4:
        size = len(text.encode("utf-8", "surrogatepass"))
    if size > LONGEST_TEXT_BYTES:
        raise ScenarioError("", TOO_LONG)
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError("", f"the text is not UTF-8: byte {error.start + 1} does not fit") from None


def _load(text: str, object_of: object) -> object:
    try:
        return json.loads(text, object_pairs_hook=object_of)  # type: ignore[arg-type]
    except json.JSONDecodeError:
        raise
    except ValueError:
        # Python refuses to read whole numbers of thousands of digits; no field takes one, so let its field refuse it.
        return json.loads(text, object_pairs_hook=object_of, parse_int=_held_whole)  # type: ignore[arg-type]


def _held_whole(digits: str) -> int | float:
    if len(digits) <= _LONGEST_WHOLE_DIGITS:
        return int(digits)
    return -math.inf if digits.startswith("-") else math.inf


def _in_words(message: str) -> str:
    return (message[:1].lower() + message[1:]).removesuffix(" at").removesuffix(" starting")


def _first_doubled(pairs: list[tuple[str, object]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    raise AssertionError("no key stands twice")


def _refuse_first_faulty(document: object) -> None:
    # Only now is it known where the objects stand: the parser meets the inner ones first.
    stack: list[tuple[tuple[Step, ...], object]] = [((), document)]
    while stack:
        steps, value = stack.pop()
        if isinstance(value, _FaultyObject):
            raise ScenarioError(path_of(*steps), value.sentence)
        stack.extend(reversed([((*steps, step), inner) for step, inner in _inside(value)]))


def _inside(value: object) -> Iterator[tuple[Step, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)
