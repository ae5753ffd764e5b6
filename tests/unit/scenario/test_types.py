"""What stands where something else should: the path, and a sentence in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.read import read_scenario
from tests.unit.scenario.documents import changed, drop, put

REQUIRED = [
    "now", "business", "request",
    "business.id", "business.name", "business.time_zone", "business.hq", "business.hq.lat", "business.policy",
    "business.policy.blocks", "business.policy.blocks[0].id", "business.policy.blocks[1].start",
    "business.policy.blocks[0].end", "business.travel.kind",
    "business.hubs[1].id", "business.hubs[0].lat", "business.hubs[0].lng",
    "business.boundaries[0].id", "business.boundaries[0].kind", "business.boundaries[0].geometry",
    "business.boundaries[0].geometry.type", "business.boundaries[0].geometry.coordinates",
    "business.boundaries[1].center", "business.boundaries[1].radius_m", "business.boundaries[2].codes",
    "business.boundaries[3].children", "business.boundaries[3].children[1].boundary",
    "business.boundaries[3].children[0].operation",
    "business.zones[0].id", "business.zones[0].industries[0].industry", "business.zones[0].overrides[0].product",
    "business.industries[0].id",
    "business.products[0].id", "business.products[0].industry", "business.products[0].price",
    "business.technicians[1].id", "business.technicians[1].depot.lng",
    "business.resources[0].kind", "business.resources[0].capacity",
    "business.schedules[3].id", "business.schedules[0].owner",
    "commitments[0].id", "commitments[1].technician", "commitments[0].kind", "commitments[2].start",
    "commitments[0].end", "commitments[0].place.lat",
    "request.place", "request.place.lat", "request.place.lng", "request.product",
]  # fmt: skip


@pytest.mark.parametrize("path", REQUIRED)
def test_required_key_is_missing(path: str) -> None:
    fault = fault_of(drop(path))

    assert (fault.path, fault.message) == (path, "is missing")


WRONG_VALUES: list[tuple[str, Any, str]] = [
    ("now", 1795438800, "1795438800 is not a text"),
    ("now", "tomorrow", '"tomorrow" is not a time'),
    ("business", [], "a list is not an object"),
    ("business.id", "", '"" is not an id'),
    ("business.id", "northern comfort", "is not an id"),
    ("business.id", "x" * 65, "is not an id"),
    ("business.id", "tab\t", r'"tab\t" is not an id'),
    ("business.id", "end\n", r'"end\n" is not an id'),
    ("business.id", "nul\0", r'"nul\u0000" is not an id'),
    ("business.id", "\ud800", r'"\ud800" holds half of a character'),
    ("business.id", "é", "is not an id"),
    ("business.name", 5, "5 is not a text"),
    ("business.name", "\udfff", "holds half of a character"),
    ("business.time_zone", "\ud800", "holds half of a character"),
    ("business.zones[0].tiers[0]", "\ud800", "holds half of a character"),
    ("business.products[0].description", "a\ud800", "holds half of a character"),
    ("business.boundaries[2].codes[1]", "\ud800", "holds half of a character"),
    ("commitments[0].title", "\ud800", "holds half of a character"),
    ("business.time_zone", None, "null is not a text"),
    ("business.currency", "cad", '"cad" is not a currency'),
    ("business.currency", "CADS", "is not a currency"),
    ("business.hq", None, "null is not an object"),
    ("business.hq.lat", 90.01, "90.01 is above 90"),
    ("business.hq.lat", "43", '"43" is not a number'),
    ("business.hq.lat", False, "false is not a number"),
    ("business.hq.lng", -180.5, "-180.5 is below -180"),
    ("business.policy.horizon_days", 0, "0 is below 1"),
    ("business.policy.horizon_days", 367, "367 is above 366"),
    ("business.policy.horizon_days", 1.5, "1.5 is not a whole number"),
    ("business.policy.horizon_days", None, "null is not a number"),
    ("business.policy.min_notice_minutes", -1, "-1 is below 0"),
    ("business.policy.min_notice_minutes", True, "true is not a number"),
    ("business.policy.travel_buffer_minutes", "15", '"15" is not a number'),
    ("business.policy.travel_buffer_minutes", 2**53 + 1, "9007199254740993 is above 9007199254740992"),
    ("business.policy.hold_minutes", -0.5, "-0.5 is not a whole number"),
    ("business.policy.lock", "van", '"van" is not one of hub, none'),
    ("business.policy.depart", "late", '"late" is not one of on_shift, before_shift'),
    ("business.policy.return", None, "null is not one of by_shift_end, after_shift"),
    ("business.policy.blocks", {}, "an object is not a list"),
    ("business.policy.blocks[0].start", "8:00", '"8:00" is not a clock time'),
    ("business.policy.blocks[0].end", "24:00", '"24:00" is not a clock time'),
    ("business.policy.blocks[0].start", 480, "480 is not a text"),
    ("business.policy.blocks[0].starts", None, "null is not a list"),
    ("business.policy.blocks[0].starts[1]", "10:60", "is not a clock time"),
    ("business.policy.blocks[0].starts[0]", "08:00:00", "is not a clock time"),
    ("business.policy.blocks[1].step_minutes", 0, "0 is below 1"),
    ("business.policy.blocks[1].step_minutes", 1_441, "1441 is above 1440"),
    ("business.travel", "crow_flies", '"crow_flies" is not an object'),
    ("business.travel.kind", "osrm", '"osrm" is not one of crow_flies, matrix'),
    ("business.travel.speed_kmh", 0, "0 is not above 0"),
    ("business.travel.circuity", -1.3, "-1.3 is not above 0"),
    ("business.travel.speed_kmh", 10**400, "a number of over 60 digits is too large"),
    ("business.hubs", None, "null is not a list"),
    ("business.hubs[0]", "H01", '"H01" is not an object'),
    ("business.boundaries[0].kind", "circle", '"circle" is not one of polygon, radius, postal_set, composite'),
    ("business.boundaries[0]", 7, "7 is not an object"),
    ("business.boundaries[0].active", 1, "1 is not true or false"),
    ("business.boundaries[0].deleted", "no", '"no" is not true or false'),
    ("business.boundaries[0].effective_from", "2026-2-3", '"2026-2-3" is not a date'),
    ("business.boundaries[0].effective_to", "2026-02-30", '"2026-02-30" is not a date'),
    ("business.boundaries[0].effective_to", 20260230, "20260230 is not a text"),
    ("business.boundaries[0].effective_to", "2026-11-23T00:00", "is not a date"),
    ("business.boundaries[0].geometry.type", "Point", '"Point" is not one of Polygon, MultiPolygon'),
    ("business.boundaries[0].geometry.coordinates", None, "null is not a list"),
    ("business.boundaries[0].geometry.coordinates[0][1]", [1], "holds 1 value; at least 2 are needed"),
    ("business.boundaries[0].geometry.coordinates[0][1]", [1, 2, 3, 4], "holds 4 values; at most 3 are allowed"),
    ("business.boundaries[0].geometry.coordinates[0][1][1]", "43.4", '"43.4" is not a number'),
    ("business.boundaries[1].radius_m", 0, "0 is not above 0"),
    ("business.boundaries[1].radius_m", -5, "-5 is not above 0"),
    ("business.boundaries[1].center", None, "null is not an object"),
    ("business.boundaries[2].codes[0]", 12345, "12345 is not a text"),
    ("business.boundaries[3].children[0].operation", "minus", '"minus" is not one of union, intersect, exclude'),
    ("business.boundaries[3].children[0].sort", -1, "-1 is below 0"),
    ("business.zones[0].priority", 120, "120 is above 100"),
    ("business.zones[0].priority", -1, "-1 is below 0"),
    ("business.zones[0].negative", None, "null is not true or false"),
    ("business.zones[0].tiers", "gold", '"gold" is not a list'),
    ("business.zones[0].tiers[0]", 1, "1 is not a text"),
    ("business.zones[0].boundaries[0]", None, "null is not a text"),
    ("business.zones[0].overrides[0].price", 12.5, "12.5 is not a whole number"),
    ("business.zones[0].overrides[0].duration_minutes", 4, "4 is below 5"),
    ("business.zones[0].overrides[0].price_on", None, "null is not true or false"),
    ("business.products[0].price", -1, "-1 is below 0"),
    ("business.products[0].price", 149.99, "149.99 is not a whole number"),
    ("business.products[0].price", 1_000_000_000.5, "1000000000.5 is not a whole number"),
    ("business.products[0].duration_minutes", 4, "4 is below 5"),
    ("business.products[0].duration_minutes", 1_441, "1441 is above 1440"),
    ("business.products[0].duration_minutes", None, "null is not a number"),
    ("business.products[0].description", None, "null is not a text"),
    ("business.products[0].resources", [], "a list is not an object"),
    ("business.products[0].resources.lift", 0.5, "0.5 is not a whole number"),
    ("business.products[0].resources.lift", None, "null is not a number"),
    ("business.technicians[0].active", "yes", '"yes" is not true or false'),
    ("business.technicians[0].weekly_jobs", -1, "-1 is below 0"),
    ("business.technicians[0].weekly_minutes", 30.5, "30.5 is not a whole number"),
    ("business.technicians[0].skills", {"gas": True}, "an object is not a list"),
    ("business.resources[0].capacity", None, "null is not a number"),
    ("business.resources[0].capacity", -1, "-1 is below 0"),
    ("business.schedules[0].owner", "z1", '"z1" is not an object'),
    ("business.schedules[0].priority", -1, "-1 is below 0"),
    ("business.schedules[0].week", [], "a list is not an object"),
    ("business.schedules[0].week.mon", None, "null is not a list"),
    ("business.schedules[0].week.mon[0]", ["08:00"], "holds 1 value; at least 2 are needed"),
    ("business.schedules[0].week.mon[0]", "08:00-17:00", "is not a list"),
    ("business.schedules[0].week.mon[0][1]", "24:00", "is not a clock time"),
    ("business.schedules[0].exceptions.2026-02-30", [], '"2026-02-30" is not a date'),
    ("business.schedules[0].exceptions.Christmas", [], '"Christmas" is not a date'),
    ("business.schedules[0].exceptions.2026-12-25", None, "null is not a list"),
    ("commitments", None, "null is not a list"),
    ("commitments[0].kind", "job", '"job" is not one of visit, busy'),
    ("commitments[0].title", None, "null is not a text"),
    ("commitments[0].start", "2026-11-24", "is not a time"),
    ("commitments[0].start", "2026-11-24 08:00", "is not a time"),
    ("commitments[0].start", "2026-11-24T24:00:00Z", "is not a time"),
    ("commitments[0].start", "2026-11-24T08:00:60Z", "is not a time"),
    ("commitments[0].end", "2026-11-31T08:00:00Z", "is not a moment of the calendar"),
    ("commitments[0].end", "2026-11-24T09:00:00.250Z", "has a fraction of a second"),
    ("commitments[0].end", "2026-11-24T09:00:00+24:00", "is not a time"),
    ("commitments[0].end", None, "null is not a text"),
    ("commitments[0].resources.lift", -1, "-1 is below 0"),
    ("commitments[0].place.lat", 91, "91 is above 90"),
    ("request", None, "null is not an object"),
    ("request.place", None, "null is not an object"),
    ("request.place.lng", 180.0001, "180.0001 is above 180"),
    ("request.place.postal_code", 61801, "61801 is not a text"),
    ("request.product", None, "null is not a text"),
    ("request.product", "tune up", '"tune up" is not an id'),
    ("request.customer_tier", 1, "1 is not a text"),
    ("request.technician", "", '"" is not an id'),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), WRONG_VALUES)
def test_value_of_the_wrong_kind(path: str, value: object, message: str) -> None:
    fault = fault_of(put(path, value))

    assert fault.path == path
    assert message in fault.message


@pytest.mark.parametrize(
    ("path", "number", "name"),
    [
        ("request.place.lat", "NaN", "NaN"),
        ("request.place.lng", "-Infinity", "-Infinity"),
        ("business.hq.lat", "1e999", "Infinity"),
        ("business.travel.speed_kmh", "Infinity", "Infinity"),
        ("business.boundaries[1].radius_m", "1e400", "Infinity"),
        ("business.boundaries[0].geometry.coordinates[0][2][0]", "NaN", "NaN"),
        ("business.resources[0].capacity", "NaN", "NaN"),
        ("business.products[0].price", "1e309", "Infinity"),
        ("business.zones[0].priority", "-1e999", "-Infinity"),
        ("business.policy.horizon_days", "9" * 5_000, "Infinity"),
    ],
)
def test_number_that_is_not_finite(path: str, number: str, name: str) -> None:
    text = changed(put(path, "the number")).replace('"the number"', number)

    with pytest.raises(ScenarioError) as fault:
        read_scenario(text)

    assert str(fault.value) == f"{path}: {name} is not a finite number"


UNKNOWN_KEYS = [
    "colour", "business.colour", "business.hq.postal_code", "business.policy.return_", "business.policy.colour",
    "business.policy.blocks[1].colour", "business.travel.places", "business.hubs[0].place",
    "business.boundaries[0].radius_m", "business.boundaries[0].polygon", "business.boundaries[0].geometry.bbox",
    "business.boundaries[1].codes", "business.boundaries[1].center.postal_code",
    "business.boundaries[3].children[0].id",
    "business.zones[0].hubs", "business.zones[0].industries[0].name", "business.zones[0].overrides[0].skills",
    "business.industries[0].sort", "business.products[0].currency", "business.technicians[1].depot.name",
    "business.resources[0].id", "business.schedules[0].owner.business", "business.schedules[0].week.Monday",
    "commitments[0].status", "commitments[0].place.postal_code", "request.start", "request.place.name",
]  # fmt: skip


@pytest.mark.parametrize("path", UNKNOWN_KEYS)
def test_unknown_key(path: str) -> None:
    fault = fault_of(put(path, None))

    assert (fault.path, fault.message) == (path, "unknown key")


def test_odd_keys_stand_in_quotes() -> None:
    assert str(fault_of(put("business.a b", 1))) == 'business["a b"]: unknown key'
    assert str(fault_of(put("business.\0", 1))) == r'business["\u0000"]: unknown key'
    assert str(fault_of(put("\ud800", 1))) == r'the key "\ud800" holds half of a character (a lone surrogate)'


def test_first_fault_of_a_document_is_told() -> None:
    fault = fault_of(
        put("request.product", 1), put("business.zones[0].boundaries[0]", "nowhere"), put("business.hubs[0].lat", 91)
    )

    assert fault.path == "business.hubs[0].lat"


def fault_of(*edits: Any) -> ScenarioError:
    with pytest.raises(ScenarioError) as fault:
        read_scenario(changed(*edits))
    return fault.value
