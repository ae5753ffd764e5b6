"""What does not fit together: ids, references, blocks, composites, overrides, times."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.read import read_scenario
from tests.unit.scenario.documents import EXAMPLE, Edit, add, changed, drop, put

BUSINESS = EXAMPLE["business"]
BLOCKS = "business.policy.blocks"
CHILDREN = "business.boundaries[3].children"
OVERRIDE = "business.zones[0].overrides[0]"

FAULTS: list[tuple[list[Edit], str, str]] = [
    # An id that is used twice in its kind.
    ([add("business.hubs", BUSINESS["hubs"][0])], "business.hubs[2].id", '"H01" stands twice'),
    ([put("business.boundaries[2].id", "b1")], "business.boundaries[2].id", "first in business.boundaries[0]"),
    ([add("business.zones", {"id": "z1"})], "business.zones[1].id", '"z1" stands twice'),
    ([add("business.industries", {"id": "hvac"})], "business.industries[1].id", '"hvac" stands twice'),
    ([add("business.products", BUSINESS["products"][0])], "business.products[1].id", '"tune-up" stands twice'),
    ([put("business.technicians[1].id", "t1")], "business.technicians[1].id", '"t1" stands twice'),
    ([add("business.resources", {"kind": "lift", "capacity": 2})], "business.resources[1].kind", "stands twice"),
    ([put("business.schedules[2].id", "s2")], "business.schedules[2].id", '"s2" stands twice'),
    ([put(f"{BLOCKS}[1].id", "AM")], f"{BLOCKS}[1].id", '"AM" stands twice'),
    ([put("commitments[2].id", "c1")], "commitments[2].id", "first in commitments[0]"),
    # A reference to something that is not there.
    ([put(f"{CHILDREN}[0].boundary", "b9")], f"{CHILDREN}[0].boundary", 'no boundary "b9"'),
    ([put("business.zones[0].boundaries[1]", "b9")], "business.zones[0].boundaries[1]", 'no boundary "b9"'),
    ([put("business.zones[0].industries[0].industry", "x")], "business.zones[0].industries[0].industry", "no industry"),
    ([put(f"{OVERRIDE}.product", "x")], f"{OVERRIDE}.product", 'no product "x"'),
    ([put("business.products[0].industry", "x")], "business.products[0].industry", 'no industry "x"'),
    ([put("business.products[0].resources", {"lift": 1, "crane": 1})], "business.products[0].resources.crane",
     'no resource of the kind "crane"'),
    ([put("business.technicians[1].zones[0]", "z2")], "business.technicians[1].zones[0]", 'no zone "z2"'),
    ([put("business.schedules[2].owner.zone", "z2")], "business.schedules[2].owner.zone", 'no zone "z2"'),
    ([put("business.schedules[2].owner.technician", "t3")], "business.schedules[2].owner.technician", "no technician"),
    ([put("commitments[2].technician", "t3")], "commitments[2].technician", 'no technician "t3"'),
    ([put("commitments[0].hub", "H09")], "commitments[0].hub", 'no hub "H09"'),
    ([put("commitments[0].resources", {"crane": 1})], "commitments[0].resources.crane", '"crane"'),
    ([put("request.technician", "t3")], "request.technician", 'no technician "t3"'),
    ([put("request.industry", "plumbing")], "request.industry", 'no industry "plumbing"'),
    # Linked twice.
    ([add("business.zones[0].boundaries", "b1")], "business.zones[0].boundaries[2]", '"b1" stands twice'),
    ([add("business.zones[0].industries", {"industry": "hvac"})], "business.zones[0].industries[1].industry", "twice"),
    ([add("business.zones[0].overrides", {"product": "tune-up"})], "business.zones[0].overrides[1].product", "twice"),
    # Composites.
    ([put(f"{CHILDREN}[1].boundary", "b1")], f"{CHILDREN}[1].boundary", '"b1" stands twice in the composite'),
    ([put(f"{CHILDREN}[1].boundary", "b4")], f"{CHILDREN}[1].boundary", "a composite cycle: b4 holds b4"),
    ([put(f"{CHILDREN}[0].boundary", "b5"),
      add("business.boundaries", {"id": "b5", "kind": "composite", "active": False,
                                  "children": [{"boundary": "b2", "operation": "union"},
                                               {"boundary": "b4", "operation": "exclude"}]})],
     "business.boundaries[4].children[1].boundary", "a composite cycle: b4 holds b5 holds b4"),
    # Blocks.
    ([put(BLOCKS, [])], BLOCKS, "holds no block"),
    ([put(f"{BLOCKS}[0].step_minutes", 60)], f"{BLOCKS}[0]", "both starts and step_minutes"),
    ([drop(f"{BLOCKS}[0].starts")], f"{BLOCKS}[0]", "neither starts nor step_minutes"),
    ([put(f"{BLOCKS}[0].starts[1]", "12:00")], f"{BLOCKS}[0].starts[1]", '"12:00" is outside the block'),
    ([put(f"{BLOCKS}[0].starts[0]", "07:59")], f"{BLOCKS}[0].starts[0]", "from 08:00 to 12:00"),
    ([put(f"{BLOCKS}[1].end", "13:00")], f"{BLOCKS}[1].end", '"13:00" is not after the start, "13:00"'),
    ([put(f"{BLOCKS}[1].end", "12:30")], f"{BLOCKS}[1].end", "is not after the start"),
    ([put(f"{BLOCKS}[1].start", "11:59")], f"{BLOCKS}[1]", 'overlaps the block "AM"'),
    ([put(f"{BLOCKS}[0].end", "00:00")], f"{BLOCKS}[1]", 'overlaps the block "AM"'),
    ([add(BLOCKS, {"id": "day", "start": "00:00", "end": "00:00", "starts": []})], f"{BLOCKS}[2]", "overlaps"),
    # A raised flag over null.
    ([put(f"{OVERRIDE}.price", None)], f"{OVERRIDE}.price", "is null although price_on is true"),
    ([drop(f"{OVERRIDE}.price")], f"{OVERRIDE}.price", "is null although price_on is true"),
    ([put(f"{OVERRIDE}.name_on", True)], f"{OVERRIDE}.name", "is null although name_on is true"),
    ([put(f"{OVERRIDE}.description_on", True)], f"{OVERRIDE}.description", "although description_on is true"),
    ([put(f"{OVERRIDE}.duration_on", True), put(f"{OVERRIDE}.duration_minutes", None)],
     f"{OVERRIDE}.duration_minutes", "although duration_on is true"),
    # Dates, owners, commitments, the time zone, the moment.
    ([put("business.boundaries[1].effective_from", "2026-11-23"),
      put("business.boundaries[1].effective_to", "2026-11-23")],
     "business.boundaries[1].effective_to", "2026-11-23 is not after effective_from, 2026-11-23"),
    ([put("business.schedules[2].effective_to", "2026-11-01")], "business.schedules[2].effective_to", "is not after"),
    ([put("business.schedules[0].owner", {})], "business.schedules[0].owner", "neither a zone nor a technician"),
    ([put("commitments[0].technician", None)], "commitments[0].technician", "only busy time"),
    ([put("commitments[0].end", "2026-11-24T13:00:00Z")], "commitments[0].end", "is not after the start"),
    ([put("commitments[0].end", "2026-11-24T07:00")], "commitments[0].end", "is not after the start"),
    ([put("business.time_zone", "America/Oakville")], "business.time_zone", "is not a known time zone"),
    ([put("business.time_zone", "")], "business.time_zone", '"" is not a known time zone'),
    ([put("business.time_zone", "../../etc/passwd")], "business.time_zone", "is not a known time zone"),
    ([put("business.time_zone", "x" * 5_000)], "business.time_zone", "is not a known time zone"),
    ([put("business.time_zone", "UTC\0")], "business.time_zone", "is not a known time zone"),
    ([put("now", "9999-12-20T00:00:00Z")], "now", "leaves no room for a horizon of 2 days"),
    ([put("now", "0001-01-02T00:00:00Z")], "now", "leaves no room"),
    ([put("now", "9999-12-31T23:59:59-14:00")], "now", "leaves no room"),
    ([put("now", "2026-11-23T08:00:00.5-05:00")], "now", "has a fraction of a second"),
    ([put("now", "2026-02-30T08:00")], "now", "is not a moment of the calendar"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "path", "message"), FAULTS)
def test_what_does_not_fit_together(edits: list[Edit], path: str, message: str) -> None:
    with pytest.raises(ScenarioError) as fault:
        read_scenario(changed(*edits))

    assert fault.value.path == path
    assert message in fault.value.message


HQ = {"lat": 43.4675, "lng": -79.6877}
DEPOT = {"lat": 43.39, "lng": -79.79}
C1 = {"lat": 43.45, "lng": -79.70}
C3 = {"lat": 43.34, "lng": -79.81}
X = {"lat": 43.46, "lng": -79.69}
PLACES = [HQ, DEPOT, C1, C3, X]


def matrix(places: list[dict[str, float]], seconds: Sequence[Sequence[float]] | None = None) -> Edit:
    size = len(places)
    square = [[0 if row == column else 60 for column in range(size)] for row in range(size)]
    return put(
        "business.travel", {"kind": "matrix", "places": places, "seconds": square if seconds is None else seconds}
    )


SECONDS = "business.travel.seconds"


@pytest.mark.parametrize(
    ("edit", "path", "message"),
    [
        (matrix([*PLACES, {"lat": 43.39, "lng": -79.79}]), "business.travel.places[5]", "stands twice"),
        (matrix([{"lat": 0, "lng": 0}, {"lat": -0.0, "lng": 0.0}]), "business.travel.places[1]", "stands twice"),
        (matrix(PLACES, [[0] * 5] * 4), SECONDS, "holds 4 rows for 5 places"),
        (matrix(PLACES, [[0] * 5] * 4 + [[0] * 6]), f"{SECONDS}[4]", "holds 6 values for 5 places"),
        (matrix([HQ], [[1]]), f"{SECONDS}[0][0]", "1 is not 0"),
        (matrix([HQ, X], [[0, -1], [1, 0]]), f"{SECONDS}[0][1]", "-1 is below 0"),
        (matrix([HQ, X], [[0, 1], [1.5, 0]]), f"{SECONDS}[1][0]", "1.5 is not a whole number"),
        (matrix([HQ, X], [[0, 1_000_000_001], [1, 0]]), f"{SECONDS}[0][1]", "is above 1000000000"),
        (matrix(PLACES[1:]), "business.hq", "the place 43.4675, -79.6877 is not among the places"),
        (matrix([HQ, C1, C3, X]), "business.technicians[1].depot", "is not among the places"),
        (matrix([HQ, DEPOT, C1, X]), "commitments[2].place", "is not among the places"),
        (matrix(PLACES[:4]), "request.place", "is not among the places"),
        (matrix([], []), "business.hq", "is not among the places"),
    ],
)
def test_matrix_that_can_not_be(edit: Edit, path: str, message: str) -> None:
    with pytest.raises(ScenarioError) as fault:
        read_scenario(changed(edit))

    assert fault.value.path == path
    assert message in fault.value.message


def test_matrix_that_can() -> None:
    question = read_scenario(changed(matrix(PLACES)))

    assert question.business.travel.seconds[0] == (0, 60, 60, 60, 60)  # type: ignore[union-attr]


@pytest.mark.parametrize(("key", "noun"), [("seconds[0][1]", "NaN"), ("seconds[1][0]", "Infinity")])
def test_matrix_with_no_number(key: str, noun: str) -> None:
    text = changed(matrix(PLACES), put(f"business.travel.{key}", "the number")).replace('"the number"', noun)

    with pytest.raises(ScenarioError, match="is not a finite number") as fault:
        read_scenario(text)
    assert fault.value.path == f"business.travel.{key}"


def test_unknown_product_of_the_request_is_no_fault() -> None:
    assert read_scenario(changed(put("request.product", "unheard-of"))).request.product == "unheard-of"


def test_chain_of_ten_thousand_composites_is_no_fault() -> None:
    chain = [
        {"id": f"x{link}", "kind": "composite", "children": [{"boundary": f"x{link + 1}", "operation": "union"}]}
        for link in range(10_000)
    ]
    end = {"id": "x10000", "kind": "postal_set", "codes": []}

    question = read_scenario(changed(put("business.boundaries", [*BUSINESS["boundaries"], *chain, end])))

    assert len(question.business.boundaries) == len(BUSINESS["boundaries"]) + 10_001
