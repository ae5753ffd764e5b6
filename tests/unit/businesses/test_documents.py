"""A business's document: its one full form, and what is refused in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fieldfare.domain.configuration import RecordKind
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.entrypoints.scenario.errors import ScenarioError
from tests.unit.businesses.kit import business, configuration
from tests.unit.scenario.documents import Edit, drop, put
from tests.worlds import table

NO_ZONES = (put("technicians", []), put("schedules", []))
SMALLEST = {
    "id": "b",
    "name": "B",
    "time_zone": "UTC",
    "hq": {"lat": 43.0, "lng": -79},
    "policy": {"blocks": [{"id": "AM", "start": "08:00", "end": "12:00", "step_minutes": 30.0}]},
}


def test_every_default_is_filled_in() -> None:
    found, _ = read_business(SMALLEST)

    assert found.document() == {
        "id": "b",
        "name": "B",
        "time_zone": "UTC",
        "currency": "CAD",
        "hq": {"lat": 43, "lng": -79},
        "policy": {
            "horizon_days": 30,
            "min_notice_minutes": 240,
            "travel_buffer_minutes": 15,
            "lock": "hub",
            "depart": "on_shift",
            "return": "after_shift",
            "hold_minutes": 10,
            "blocks": [{"id": "AM", "start": "08:00", "end": "12:00", "step_minutes": 30}],
        },
        "travel": {"kind": "crow_flies", "circuity": 1.3, "speed_kmh": 45},
        **{kind.value: [] for kind in RecordKind},
    }


def test_what_was_written_in_several_ways_has_one_form() -> None:
    found = configuration(
        put("boundaries[2].codes", ["l6h", "L6J 1A1", "l6j-1a1", "", "90210-1234"]),
        put("zones[0].priority", 60.0),
        put("schedules[0].exceptions", {"2027-01-01": [], "2026-12-25": []}),
    )

    assert found.records[RecordKind.BOUNDARIES]["b3"]["codes"] == ["L6H", "L6J1A1", "90210"]
    assert json.dumps(found.records[RecordKind.ZONES]["z1"]["priority"]) == "60"
    assert list(found.records[RecordKind.SCHEDULES]["s1"]["exceptions"]) == ["2026-12-25", "2027-01-01"]
    assert list(found.records[RecordKind.HUBS]) == ["H01", "H02"]


def test_the_order_of_records_makes_no_difference() -> None:
    turned = business()
    for kind in RecordKind:
        turned[kind.value].reverse()

    assert read_business(turned) == read_business(business())


def test_a_block_keeps_starts_or_step() -> None:
    blocks = configuration().own["policy"]["blocks"]

    assert [sorted(block.keys() & {"starts", "step_minutes"}) for block in blocks] == [["starts"], ["step_minutes"]]


def test_texts_are_plain_json_and_read_again_as_the_same() -> None:
    found, whole = read_business(business())

    again, whole_again = read_business(json.loads(json.dumps(found.document())))

    assert json.dumps(again.document()) == json.dumps(found.document())
    assert whole_again == whole


@table(
    "edit, message",
    {
        "priority": (put("zones[0].priority", 120), "business.zones[0].priority: 120 is above 100"),
        "missing": (drop("hq"), "business.hq: is missing"),
        "reference": (put("zones[0].boundaries", ["b9"]), 'business.zones[0].boundaries[0]: there is no boundary "b9"'),
        "unknown key": (put("colour", "red"), "business.colour: unknown key"),
        "staff": (put("id", "staff"), 'business.id: "staff" is a path of the API; choose another id'),
        "webhooks": (put("id", "webhooks"), 'business.id: "webhooks" is a path of the API; choose another id'),
        "oauth": (put("id", "oauth"), 'business.id: "oauth" is a path of the API; choose another id'),
        "NUL": (
            put("zones[0].tiers", ["gold", "a\0b"]),
            "business.zones[0].tiers[1]: holds a NUL character; take it out",
        ),
    },
)
def test_faults_are_those_of_a_scenario(edit: Edit, message: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_business(business(edit))

    assert str(refused.value) == message


def test_deleted_boundaries_don_t_fill_up_the_limit_of_vertices() -> None:
    ring = [[-80 + 1e-4 * step, 43] for step in range(60_000)]
    shape = {"type": "Polygon", "coordinates": [[*ring, [-77, 44], ring[0]]]}
    many = [{"id": f"d{number}", "kind": "polygon", "geometry": shape} for number in range(2)]

    read_business(business(put("boundaries", [{**many[0], "deleted": True}, many[1]]), put("zones", []), *NO_ZONES))
    with pytest.raises(ScenarioError, match=r"hold 120,004 vertices; the limit is 100,000"):
        read_business(business(put("boundaries", many), put("zones", []), *NO_ZONES))


def test_a_backslash_that_only_looks_like_a_nul_is_kept() -> None:
    assert configuration(put("name", "\\u0000")).own["name"] == "\\u0000"


@pytest.mark.parametrize("document", [None, [], "business", 1, {}, {"id": 1}])
def test_what_is_no_business_at_all(document: Any) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_business(document)

    assert refused.value.path.startswith("business")
