"""An answer as a document: the order of its keys, its offsets, and what is left out."""

from __future__ import annotations

import json
from pathlib import Path

from fieldfare.domain.answers import Answer, Option, Refusal, Resolution, Slot
from fieldfare.domain.catalog import Quote
from fieldfare.domain.clock import Clock
from fieldfare.domain.zones import DecidedBy, Outcome
from fieldfare.entrypoints.scenario.write import render_json, write_answer

NOV_1 = 1_793_491_200  # 2026-11-01T00:00:00Z; Toronto's clock goes back from 02:00 EDT at 06:00Z
HOUR = 3_600

FOUND = Resolution(
    outcome=Outcome.ZONE,
    zone="z1",
    hub="H01",
    matched_boundaries=("b1",),
    candidate_zones=("z1",),
    decided_by=DecidedBy.ONLY,
)
QUOTE = Quote(product="p", name="Tune-up été", description="", price=1, currency="CAD", duration_minutes=60)
OPTION = Option(technician="t1", detour_seconds=3, before_seconds=1, after_seconds=2)
SLOT = Slot(
    start=NOV_1 + 5 * HOUR, end=NOV_1 + 6 * HOUR, block="AM", detour_seconds=3, recommended=True, options=(OPTION,)
)


def test_keys_stand_in_the_order_of_the_format() -> None:
    refusal = Refusal(technician="t1", start=NOV_1, reason="busy")
    answer = Answer(resolution=FOUND, quote=QUOTE, travel_source="matrix", slots=(SLOT,), refusals=(refusal,))
    example = json.loads((Path(__file__).parents[2] / "reading" / "example_answer.json").read_text(encoding="utf-8"))

    document = write_answer(answer, Clock("America/Toronto"))

    assert list(document) == list(example)
    assert list(document["resolution"]) == list(example["resolution"])
    assert list(document["quote"]) == list(example["quote"])
    assert list(document["slots"][0]) == list(example["slots"][0])
    assert list(document["slots"][0]["options"][0]) == list(example["slots"][0]["options"][0])
    assert list(document["refusals"][0]) == list(example["refusals"][0])


def test_times_carry_the_offset_of_their_instant() -> None:
    answer = Answer(resolution=FOUND, quote=QUOTE, travel_source="matrix", slots=(SLOT,), refusals=None)

    slot = write_answer(answer, Clock("America/Toronto"))["slots"][0]
    assert (slot["start"], slot["end"]) == ("2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00")
    slot = write_answer(answer, Clock("UTC"))["slots"][0]
    assert slot["start"] == "2026-11-01T05:00:00+00:00"


def test_without_a_quote_it_is_null_and_refusals_stand_only_if_asked_for() -> None:
    document = write_answer(
        Answer(resolution=FOUND, quote=None, travel_source="crow_flies", slots=(), refusals=None), Clock("UTC")
    )

    assert document["quote"] is None
    assert document["slots"] == []
    assert "refusals" not in document


def test_json_is_indented_or_on_one_line_and_keeps_its_letters() -> None:
    document = {"name": "été\n", "slots": [1]}

    assert render_json(document).decode() == '{\n  "name": "été\\n",\n  "slots": [\n    1\n  ]\n}\n'
    assert render_json(document, compact=True).decode() == '{"name":"été\\n","slots":[1]}\n'
