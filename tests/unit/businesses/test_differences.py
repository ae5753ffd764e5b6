"""What an import changes, as lines for people."""

from __future__ import annotations

import pytest

from fieldfare.domain.configuration import changes_between
from fieldfare.entrypoints.files.differences import documents_of, headline_of, lines_of
from tests.unit.businesses.kit import BUSINESS, configuration, remove
from tests.unit.scenario.documents import Edit, add, drop, put
from tests.worlds import ALWAYS, box, table

SEVERAL = {"type": "Polygon", "coordinates": [[*box(-79.8, 43.4, -79.6, 43.6)[:-1], [-79.9, 43.5], [-79.8, 43.4]]]}


@table(
    "edits, lines",
    {
        "nothing": ((), []),
        "a value": ((put("zones[0].priority", 60),), ["zones.z1.priority: 50 → 60"]),
        "of the business": ((put("policy.horizon_days", 14),), ["business.policy.horizon_days: 2 → 14"]),
        "null": ((put("technicians[0].weekly_jobs", None),), ["technicians.t1.weekly_jobs: 25 → null"]),
        "a list": ((put("zones[0].boundaries", ["b1"]),), ['zones.z1.boundaries: ["b1","b4"] → ["b1"]']),
        "inside an override": (
            (put("zones[0].overrides[0].price", 13_900),),
            ["zones.z1.overrides.tune-up.price: 12900 → 13900"],
        ),
        "a block": ((drop("policy.blocks[1]"),), ["business.policy.blocks.PM: {"]),
        "an odd key": ((put("schedules[0].exceptions", {}),), ["schedules.s1.exceptions.2026-12-25: [] → nothing"]),
        "new and gone": (
            (add("hubs", {"id": "H03", "lat": 1, "lng": 1}), remove("hubs", "H02")),
            ["hubs.H02: deleted", "hubs.H03: new"],
        ),
        "a zone that goes": ((put("zones[0].deleted", True),), ["zones.z1.deleted: false → true"]),
        "a ring of another length": (
            (put("boundaries[0].geometry", SEVERAL),),
            ["boundaries.b1.geometry.coordinates[0]: [[-79.8,43.4],"],
        ),
        "children in another order": (
            (
                put(
                    "boundaries[3].children",
                    [
                        {"boundary": "b3", "operation": "exclude", "sort": 2},
                        {"boundary": "b1", "operation": "union", "sort": 1},
                    ],
                ),
            ),
            ["boundaries.b4.children: in another order"],
        ),
    },
)
def test_a_line_for_each_value(edits: tuple[Edit, ...], lines: list[str]) -> None:
    said = lines_of(tuple(changes_between(configuration(), configuration(*edits))))

    assert len(said) == len(lines)
    for found, expected in zip(said, lines, strict=True):
        assert found.startswith(expected)


def test_of_many_values_the_first_are_shown_and_the_rest_counted() -> None:
    ring: list[list[float]] = [[-80, 43], *([-79.9 - step * 0.001, 44] for step in range(30)), [-80, 43]]
    moved = [ring[0], *([lng, lat + 0.5] for lng, lat in ring[1:-1]), ring[-1]]
    before, after = (
        configuration(put("boundaries[0].geometry", {"type": "Polygon", "coordinates": [one]})) for one in (ring, moved)
    )

    lines = lines_of(tuple(changes_between(before, after)))

    assert len(lines) == 21
    assert lines[-1] == "boundaries.b1: 10 values more"


@pytest.mark.parametrize(
    ("edit", "headline"),
    [
        (put("name", "Other"), f"change business {BUSINESS}"),
        (put("zones[0].priority", 60), "change zones.z1"),
        (put("zones[0].deleted", True), "delete zones.z1"),
        (add("schedules", {"id": "s9", "owner": {"zone": "z1"}, "week": ALWAYS}), "create schedules.s9"),
        (remove("schedules", "s4"), "delete schedules.s4"),
    ],
)
def test_a_headline_for_each_record(edit: Edit, headline: str) -> None:
    (change,) = changes_between(configuration(), configuration(edit))

    assert headline_of(change, BUSINESS) == headline


def test_documents_for_programs() -> None:
    (found,) = documents_of(tuple(changes_between(configuration(), configuration(put("zones[0].priority", 60)))))

    assert (found["action"], found["kind"], found["id"]) == ("change", "zones", "z1")
    assert (found["before"]["priority"], found["after"]["priority"]) == (50, 60)
