"""The kinds of values of requests, one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from fieldfare.entrypoints.api.values import AwareTime, BusinessId, Count, Day, Line, Name, Prose, RecordId

NUL, ESCAPE, LONE, NEXT_LINE = "\x00", "\x1b", "\ud800", "\x85"


def takes(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", [Line, Name, Prose], ids=["line", "name", "prose"])
@pytest.mark.parametrize("hostile", [NUL, ESCAPE, LONE, NEXT_LINE, "\x7f", "\u2028", "\r", "\x0b"])
def test_no_text_holds_what_is_no_text(kind: Any, hostile: str) -> None:
    assert takes(kind, "ab")
    assert not takes(kind, f"a{hostile}b")
    assert not takes(kind, f"ab{hostile}")


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [
        (Line, "", True), (Line, "a\tb", False), (Line, "a\n", False), (Line, "x" * 200, True),
        (Line, "x" * 201, False),
        (Name, "", False), (Name, "\u00a0 ", False), (Name, "O'Brien \u202e", True), (Name, 7, False),
        (Prose, "a\n\tb\n", True), (Prose, "x" * 5_000, True), (Prose, "x" * 5_001, False),
        (BusinessId, "northern-comfort", True), (BusinessId, "a\n", False), (BusinessId, "", False),
        (BusinessId, "é", False), (RecordId, "a:b.c_d-e", True), (RecordId, "a\u202eb", False),
        (RecordId, "../x", False), (RecordId, "x" * 65, False),
        (Count, 2**53, True), (Count, 2**53 + 1, False), (Count, -1, False),
    ],
    ids=(str(number) for number in range(25)),
)  # fmt: skip
def test_texts_and_numbers(kind: Any, value: object, taken: bool) -> None:
    assert takes(kind, value) is taken


def test_two_spellings_are_one_text() -> None:
    assert TypeAdapter(Name).validate_python("Zoe\u0308") == "Zo\u00eb"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-23T08:00:00-05:00", 1_795_438_800),
        ("2026-11-23T13:00:00Z", 1_795_438_800),
        ("2026-11-23t13:00:00.000z", 1_795_438_800),
        ("2000-01-01T00:00:00Z", 946_684_800),
        ("2100-12-31T23:59:59Z", 4_133_980_799),
    ],
)
def test_times_become_instants(text: str, instant: int) -> None:
    assert TypeAdapter(AwareTime).validate_python(text) == instant


@pytest.mark.parametrize(
    "value",
    ["2026-11-23T08:00:00", "2026-11-23T08:00:00.5Z", "2026-11-23T08:00Z", "2026-11-23", "2026-02-30T08:00:00Z",
     "2026-11-23T24:00:00Z", "2026-11-23T08:00:60Z", "1999-12-31T23:59:59Z", "2101-01-01T00:00:00Z",
     "2000-01-01T00:00:00+05:00", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "20261123T080000Z",
     "2026-11-23 08:00:00Z", "2026-11-23T08:00:00-0500", "٢٠٢٦-11-23T08:00:00Z", 1_795_438_800, True, None, []],
)  # fmt: skip
def test_other_times_are_none(value: object) -> None:
    assert not takes(AwareTime, value)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-02-29", None),
        ("2026-11-23\n", None),
        ("2026-W48-1", None),
        ("20261123", None),
        ("1999-12-31", None),
        ("2101-01-01", None),
        (0, None),
        (None, None),
    ],
)
def test_dates(value: object, day: date | None) -> None:
    assert takes(Day, value) is (day is not None)
    assert day is None or TypeAdapter(Day).validate_python(value) == day
