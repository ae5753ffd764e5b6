"""`fieldfare slots --format table`: readable in 80 columns, without colour when piped."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from fieldfare.domain.answers import Answer, Refusal
from fieldfare.domain.zones import Outcome
from fieldfare.entrypoints.cli.table_heading import price_text, printable
from tests.unit.cli.answers import EXAMPLE, HOUR, NOV_23, app_around, nothing, offer, slot


def table(answer: Answer, **policy: Any) -> list[str]:
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["business"]["policy"].update(policy)
    document["business"]["technicians"][1]["name"] = ""
    done = CliRunner().invoke(app_around(answer), ["slots", "--format", "table", "-"], input=json.dumps(document))
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "\x1b" not in done.stdout
    return lines


def test_heading_days_and_legend() -> None:
    answer = offer(
        slot(9, detour=60, recommended=True, technicians=("t1", "t2")),
        slot(13, detour=3_601, recommended=False, technicians=("t2",)),
    )

    assert table(answer) == [
        "AC tune-up · 149.00 CAD · 60 min",
        "zone z1 (Halton) · hub H01 (Oakville)",
        "America/Toronto, now 2026-11-23 08:00 · drives by crow_flies",
        "",
        "Mon 23 Nov  09:00-10:00  ★  Sam t1 or 1 more                        detour 1 min",
        "            13:00-14:00     t2                                     detour 61 min",
        "Tue 24 Nov  no slot",
        "",
        "★ recommended: among the three smallest detours, and short",
    ]


def test_reasons_are_summed_by_day() -> None:
    refusals = (
        Refusal(technician="t1", start=NOV_23 + 8 * HOUR, reason="notice"),
        Refusal(technician="t2", start=NOV_23 + 8 * HOUR, reason="notice"),
        Refusal(technician="t1", start=NOV_23 + 13 * HOUR, reason="busy"),
        Refusal(technician="t1", start=NOV_23 + 32 * HOUR, reason="off_shift"),
    )

    lines = table(offer(slot(9, detour=0, recommended=False), refusals=refusals))

    assert lines[4:] == [
        "Mon 23 Nov  09:00-10:00     Sam t1                                  detour 0 min",
        "            refused: notice 2 · busy 1",
        "Tue 24 Nov  no slot",
        "            refused: off_shift 1",
    ]


def test_many_empty_days_are_one_row() -> None:
    lines = table(offer(slot(24 * 3 + 9, detour=0, recommended=False)), horizon_days=5)

    assert [line.split("  ")[0] for line in lines[4:]] == ["Mon 23 Nov - Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov"]


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (Outcome.BLOCKED, "We don't currently service your area."),
        (Outcome.OUT_OF_AREA, "The address is outside the area that we service."),
        (Outcome.NO_SERVICES, "Services not available in your area."),
        (Outcome.PRODUCT_UNAVAILABLE, "The product tune-up is not available in your area."),
    ],
)
def test_outcome_without_slots_is_one_sentence(outcome: Outcome, sentence: str) -> None:
    lines = table(nothing(outcome))

    assert lines[0] == "no zone · hub H01 (Oakville)"
    assert lines[2:] == ["", sentence]


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (14_900, "CAD", "149.00 CAD"),
        (5, "USD", "0.05 USD"),
        (123_456_789, "EUR", "1,234,567.89 EUR"),
        (14_900, "JPY", "14,900 JPY"),
        (14_900, "KWD", "14.900 KWD"),
    ],
)
def test_price(minor: int, currency: str, text: str) -> None:
    assert price_text(minor, currency) == text


def test_names_can_not_move_the_cursor() -> None:
    assert printable("Sam\x1b[2J\r\n") == "Sam [2J  "
