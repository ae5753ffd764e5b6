"""Whatever is done to a valid document, it is read or refused with a path: nothing else comes out."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fieldfare.domain.questions import Question
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.read import read_scenario
from tests.unit.scenario.documents import EXAMPLE

Steps = tuple[str | int, ...]


def steps_into(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield (*steps, step)
        yield from steps_into(inner, (*steps, step))


ALL_STEPS = list(steps_into(EXAMPLE))
WEIRD_NUMBERS = [0, -0.0, -1, 1, 0.5, 60.0, 2**31, 2**53, 2**63, 10**30, 10**400, 5e-324, 1e308, float("nan"), -1e999]
WEIRD_TEXTS = [
    "",
    " ",
    "\0",
    "\ud800",
    "z1",
    "b1",
    "t1",
    "00:00",
    "24:00",
    "2026-11-23",
    "2026-11-24T08:00",
    "x" * 9_999,
]
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(WEIRD_NUMBERS),
    st.floats(),
    st.integers(),
    st.sampled_from(WEIRD_TEXTS),
    st.text(),
)
weird = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data())
def test_a_document_is_read_or_refused(data: st.DataObject) -> None:
    document = copy.deepcopy(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 3))):
        mutate(document, data)

    assert is_said(outcome_of(json.dumps(document)))


@given(text=st.text() | st.binary())
def test_a_text_is_read_or_refused(text: str | bytes) -> None:
    assert is_said(outcome_of(text))


def outcome_of(text: str | bytes) -> Question | ScenarioError:
    try:
        return read_scenario(text)
    except ScenarioError as error:
        return error


def is_said(outcome: Question | ScenarioError) -> bool:
    """A fault has its sentence, and both can be printed."""
    if isinstance(outcome, Question):
        return bool(repr(outcome).encode())
    return bool(outcome.message) and str(outcome).isprintable() and bool(str(outcome).encode())


def mutate(document: Any, data: st.DataObject) -> None:
    *steps, last = data.draw(st.sampled_from(ALL_STEPS))
    holder: Any = document
    try:
        for step in steps:
            holder = holder[step]
        value = holder[last]
    except (LookupError, TypeError):
        return  # an earlier change took it away
    match data.draw(st.sampled_from(["drop", "replace", "swap", "add"])):
        case "drop":
            del holder[last]
        case "replace":
            holder[last] = data.draw(weird)
        case "swap":
            place: Any = document
            for step in data.draw(st.sampled_from(ALL_STEPS)):
                place = place[step] if has(place, step) else place
            holder[last] = copy.deepcopy(place)
        case _ if isinstance(value, dict):
            value[data.draw(st.text(max_size=5))] = data.draw(weird)
        case _ if isinstance(value, list):
            value.append(copy.deepcopy(data.draw(weird)) if not value else copy.deepcopy(value[0]))


def has(place: Any, step: str | int) -> bool:
    if isinstance(place, dict):
        return step in place
    return isinstance(place, list) and isinstance(step, int) and step < len(place)
