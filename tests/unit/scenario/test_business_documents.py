"""A business with its people by the hundred, and its commitments: read, written and read again.

The form of a business's document is tested in `tests/unit/businesses`.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.configuration import RecordKind
from fieldfare.entrypoints.scenario.business import read_business, read_commitments_of, write_commitment
from fieldfare.entrypoints.scenario.errors import ScenarioError
from tests.unit.scenario.documents import EXAMPLE
from tests.worlds import Document, table

BUSY: Document = {
    "id": "c1",
    "technician": "t1",
    "kind": "busy",
    "start": "2026-11-24T12:00",
    "end": "2026-11-24T13:00",
}


def whole() -> Business:
    return read_business(copy.deepcopy(EXAMPLE["business"]))[1]


def again(document: Document) -> Document:
    """Read a commitment, and write it."""
    business = whole()
    (found,) = read_commitments_of([document], business)
    return write_commitment(found, clock_of(business.time_zone))


def test_five_hundred_technicians_are_read_and_written_as_the_same() -> None:
    week = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    numbers = range(1_000, 1_500)
    document = copy.deepcopy(EXAMPLE["business"])
    document["technicians"] = [
        {"id": f"t{number}", "zones": ["z1"], "depot": {"lat": 43 + number / 1e4, "lng": -79.7}} for number in numbers
    ]
    document["schedules"] = [
        {"id": f"s{number}", "owner": {"technician": f"t{number}"}, "week": week} for number in numbers
    ]

    found, business = read_business(document)
    found_again, business_again = read_business(json.loads(json.dumps(found.document())))

    assert len(found.records[RecordKind.TECHNICIANS]) == len(business.technicians) == 500
    assert (found_again, business_again) == (found, business)


@table(
    "fields, written",
    {
        "a time without offset is the business's": ({}, {"start": "2026-11-24T12:00:00-05:00"}),
        "another offset is brought to the business's": (
            {"start": "2026-11-24T17:00:00Z"},
            {"start": "2026-11-24T12:00:00-05:00"},
        ),
        "a time that happens twice keeps which one it is": (
            {"start": "2026-11-01T01:30:00-05:00", "end": "2026-11-01T01:45:00-05:00"},
            {"start": "2026-11-01T01:30:00-05:00", "end": "2026-11-01T01:45:00-05:00"},
        ),
        "seconds": ({"end": "2026-11-24T12:00:01"}, {"end": "2026-11-24T12:00:01-05:00"}),
        "defaults": ({}, {"place": None, "hub": None, "title": "", "resources": {}}),
        "a place": ({"place": {"lat": 43.5, "lng": -79}}, {"place": {"lat": 43.5, "lng": -79.0}}),
        "nobody's": ({"technician": None, "resources": {"lift": 1}}, {"technician": None, "resources": {"lift": 1}}),
        "a hostile title": ({"title": "</script>\n\u202e"}, {"title": "</script>\n\u202e"}),
    },
)
def test_a_commitment_written_and_read_again_is_the_same(fields: Document, written: Document) -> None:
    found = again({**BUSY, **fields})

    assert {key: found[key] for key in written} == written
    assert again(json.loads(json.dumps(found))) == found


@table(
    "fields, message",
    {
        "nobody of that id": ({"technician": "t9"}, 'commitments[1].technician: there is no technician "t9"'),
        "no equipment of that kind": ({"resources": {"crane": 1}}, "commitments[1].resources"),
        "the same id": ({"id": "c1"}, "commitments[1].id: "),
        "ends before it starts": ({"end": "2026-11-24T11:00"}, "commitments[1].end: "),
        "no time": ({"start": "noon"}, "commitments[1].start: "),
        "a time too far": ({"start": "9999-12-31T23:59:59-12:00"}, "commitments"),
        "another kind": ({"kind": "break"}, "commitments[1].kind: "),
        "a visit of nobody": ({"kind": "visit", "technician": None}, "commitments[1]"),
        "NUL": ({"title": "a\0b"}, "commitments[1].title: "),
        "half a character": ({"title": "\ud800"}, "commitments[1].title: "),
        "an unknown key": ({"colour": "red"}, "commitments[1].colour: unknown key"),
        "a place off the earth": ({"place": {"lat": 91, "lng": 0}}, "commitments[1].place.lat: "),
        "a number that is none": ({"place": {"lat": float("nan"), "lng": 0}}, "commitments[1].place.lat: "),
    },
)
def test_what_is_wrong_with_a_commitment_is_said_with_its_path(fields: Document, message: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_commitments_of([BUSY, {**BUSY, "id": "c2", **fields}], whole())

    assert str(refused.value).startswith(message)
    assert refused.value.message


@pytest.mark.parametrize("documents", [None, {}, "commitments", [None], [[]], 1])
def test_what_is_no_list_of_commitments(documents: Any) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_commitments_of(documents, whole())

    assert refused.value.path.startswith("commitments")
