"""What a valid scenario becomes: the worked example, the defaults, and the corners of single values."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from fieldfare.domain.boundaries import Child, Composite, Operation, PostalSet, Radius
from fieldfare.domain.catalog import Industry, Override, Product
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.fleet import Resource, Technician
from fieldfare.domain.places import Hub, Place
from fieldfare.domain.policy import Block, Depart, Lock, Policy, Return
from fieldfare.domain.schedules import Owner, Schedule
from fieldfare.domain.travel import CrowFlies
from fieldfare.domain.zones import IndustryLink, Zone
from fieldfare.entrypoints.scenario.read import read_scenario
from tests.unit.scenario.documents import EXAMPLE_TEXT, changed, put

NOV_24 = 1_795_478_400  # 2026-11-24T00:00:00Z
HOUR = 3_600


def test_the_worked_example() -> None:
    question = read_scenario(EXAMPLE_TEXT)
    business = question.business

    assert question.now == NOV_24 - 24 * HOUR + 13 * HOUR  # 08:00 at -05:00
    assert (business.id, business.time_zone, business.currency) == ("northern-comfort", "America/Toronto", "CAD")
    assert business.hq == Place(lat=43.4675, lng=-79.6877)
    assert business.policy == Policy(
        horizon_days=2,
        blocks=(
            Block(id="AM", start=480, end=720, starts=(480, 630)),
            Block(id="PM", start=780, end=1_020, starts=(780, 900)),
        ),
    )
    assert business.travel == CrowFlies(circuity=1.3, speed_kmh=45)
    assert business.hubs[1] == Hub(id="H02", name="Burlington", place=Place(lat=43.3255, lng=-79.799))
    assert [boundary.id for boundary in business.boundaries] == ["b1", "b2", "b3", "b4"]
    assert business.boundaries[1].shape == Radius(center=Place(lat=43.5, lng=-79.7), radius_m=12_000)
    assert business.boundaries[2].shape == PostalSet(codes=frozenset({"L6H", "L6J1A1"}))
    assert business.boundaries[3].shape == Composite(
        children=(
            Child(boundary="b1", operation=Operation.UNION, sort=1),
            Child(boundary="b3", operation=Operation.EXCLUDE, sort=2),
        )
    )
    assert business.zones == (
        Zone(
            id="z1",
            name="Halton",
            tiers=frozenset({"gold"}),
            boundaries=("b1", "b4"),
            industries=(IndustryLink(industry="hvac", sort=1),),
            overrides=(Override(product="tune-up", price=12_900),),
        ),
    )
    assert business.industries == (Industry(id="hvac", name="Heating and cooling"),)
    assert business.products == (
        Product(
            id="tune-up",
            industry="hvac",
            name="AC tune-up",
            price=14_900,
            skills=frozenset({"gas"}),
            resources={"lift": 1},
        ),
    )
    assert business.technicians[0] == Technician(
        id="t1", name="Sam", skills=frozenset({"gas"}), zones=frozenset({"z1"}), weekly_jobs=25
    )
    assert business.technicians[1].depot == Place(lat=43.39, lng=-79.79)
    assert business.resources == (Resource(kind="lift", capacity=1),)
    assert business.schedules[:3] == (
        Schedule(
            id="s1",
            owner=Owner(zone="z1"),
            week={0: ((480, 1_020),), 1: ((480, 1_020),)},
            exceptions={date(2026, 12, 25): ()},
        ),
        Schedule(id="s2", owner=Owner(technician="t1"), week={0: ((450, 720), (780, 1_050))}),
        Schedule(
            id="s3",
            owner=Owner(zone="z1", technician="t1"),
            effective_from=date(2026, 11, 24),
            week={1: ((450, 1_050),)},
        ),
    )
    assert question.commitments[0] == Commitment(
        id="c1",
        technician="t1",
        kind=CommitmentKind.VISIT,
        start=NOV_24 + 13 * HOUR,
        end=NOV_24 + 14 * HOUR,
        place=Place(lat=43.45, lng=-79.7),
        title="[H01] Furnace repair",
        resources={"lift": 1},
    )
    assert question.commitments[1].place is None
    assert question.request.place == Place(lat=43.46, lng=-79.69, postal_code="L6H1A1")
    assert (question.request.industry, question.request.technician) == (None, None)


SMALLEST: dict[str, Any] = {
    "now": "2026-11-23T08:00:00Z",
    "business": {
        "id": "b",
        "name": "",
        "time_zone": "UTC",
        "hq": {"lat": 0, "lng": 0},
        "policy": {"blocks": [{"id": "all", "start": "00:00", "end": "00:00", "step_minutes": 720}]},
    },
    "request": {"place": {"lat": 0, "lng": 0}, "product": "p"},
}


def test_all_but_the_required_may_be_left_out() -> None:
    question = read_scenario(json.dumps(SMALLEST))
    business = question.business

    assert business.currency == "CAD"
    assert business.travel == CrowFlies(circuity=1.3, speed_kmh=45)
    assert business.policy == Policy(
        blocks=(Block(id="all", start=0, end=1_440, starts=(0, 720)),),
        horizon_days=30,
        min_notice_minutes=240,
        travel_buffer_minutes=15,
        lock=Lock.HUB,
        depart=Depart.ON_SHIFT,
        return_=Return.AFTER_SHIFT,
        hold_minutes=10,
    )
    lists = (business.hubs, business.boundaries, business.zones, business.industries, business.products)
    assert lists == ((), (), (), (), ())
    assert (business.technicians, business.resources, business.schedules, question.commitments) == ((), (), (), ())
    assert question.request.place.postal_code is None


def test_records_with_only_what_they_are_about() -> None:
    question = read_scenario(
        changed(
            put("business.products[0]", {"id": "tune-up", "industry": "hvac", "price": 1}),
            put("business.technicians[1]", {"id": "t2"}),
            put("business.zones[0]", {"id": "z1"}),
            put("business.schedules[0]", {"id": "s1", "owner": {"zone": "z1"}}),
            put("business.boundaries[3].children[0]", {"boundary": "b1", "operation": "union"}),
        )
    )
    business = question.business

    assert business.products[0] == Product(id="tune-up", industry="hvac", price=1, duration_minutes=60)
    assert business.technicians[1] == Technician(id="t2")
    assert business.zones[0] == Zone(id="z1", priority=50)
    assert business.schedules[0] == Schedule(id="s1", owner=Owner(zone="z1"), priority=0)
    assert business.boundaries[3].shape.children[0].sort == 0  # type: ignore[union-attr]


NULLS = [
    "business.boundaries[0].effective_from", "business.boundaries[0].effective_to",
    "business.zones[0].overrides[0].duration_minutes", "business.zones[0].overrides[0].name",
    "business.zones[0].overrides[0].description", "business.technicians[1].depot",
    "business.technicians[0].weekly_jobs", "business.technicians[0].weekly_minutes",
    "business.schedules[2].effective_from", "business.schedules[0].effective_to",
    "commitments[0].place", "commitments[0].hub", "commitments[1].technician",
    "request.place.postal_code", "request.industry", "request.customer_tier", "request.technician",
]  # fmt: skip


@pytest.mark.parametrize("path", NULLS)
def test_null_is_none_where_the_format_has_it(path: str) -> None:
    read_scenario(changed(put(path, None)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("business.policy.min_notice_minutes", 240.0),
        ("business.policy.min_notice_minutes", 2**53),
        ("business.zones[0].priority", 50.5),
        ("business.zones[0].priority", 100),
        ("business.schedules[0].priority", 1e300),
        ("business.boundaries[1].radius_m", 1e308),
        ("business.boundaries[1].radius_m", 5e-324),
        ("business.boundaries[2].codes", []),
        ("business.boundaries[3].children", []),
        ("business.products[0].price", 0),
        ("business.products[0].duration_minutes", 1_440),
        ("business.resources[0].capacity", 0),
        ("business.zones[0].tiers", ["gold", "gold", "any text at all"]),
        ("business.technicians[0].zones", ["z1", "z1"]),
        ("business.name", "Ünïcode\nand\u0000more"),
        ("business.id", "A-z_0.9:" + "x" * 56),
    ],
)
def test_value_at_the_edge_is_taken(path: str, value: object) -> None:
    read_scenario(changed(put(path, value)))


def test_fixed_starts_are_put_in_order() -> None:
    question = read_scenario(changed(put("business.policy.blocks[0].starts", ["10:30", "08:00", "10:30"])))

    assert question.business.policy.blocks[0].starts == (480, 630)


def test_block_may_end_at_midnight_and_touch_another() -> None:
    blocks = [
        {"id": "late", "start": "20:00", "end": "00:00", "step_minutes": 90},
        {"id": "early", "start": "00:00", "end": "20:00", "starts": []},
    ]
    question = read_scenario(changed(put("business.policy.blocks", blocks)))

    assert question.business.policy.blocks == (
        Block(id="late", start=1_200, end=1_440, starts=(1_200, 1_290, 1_380)),
        Block(id="early", start=0, end=1_200, starts=()),
    )


def test_windows_keep_their_midnight_and_their_night() -> None:
    week = {"sun": [["20:00", "06:00"], ["08:00", "00:00"], ["09:00", "09:00"]]}
    question = read_scenario(changed(put("business.schedules[0].week", week)))

    assert question.business.schedules[0].week == {6: ((1_200, 360), (480, 0), (540, 540))}


def test_override_counts_only_where_its_flag_is_raised() -> None:
    override = {"product": "tune-up", "price": 1, "name": "Tune", "name_on": True, "duration_minutes": 5}
    question = read_scenario(changed(put("business.zones[0].overrides[0]", override)))

    assert question.business.zones[0].overrides == (Override(product="tune-up", name="Tune"),)


def test_postal_codes_are_normalised_and_empty_ones_none() -> None:
    question = read_scenario(
        changed(
            put("business.boundaries[2].codes", [" l6h-1a1 ", "12345-6789", "", "sw1a 1aa"]),
            put("request.place.postal_code", ""),
        )
    )

    assert question.business.boundaries[2].shape == PostalSet(codes=frozenset({"L6H1A1", "12345", "SW1A 1AA"}))
    assert question.request.place.postal_code is None


def test_busy_time_may_belong_to_nobody() -> None:
    question = read_scenario(
        changed(put("commitments[1].technician", None), put("commitments[1].resources", {"lift": 1}))
    )

    assert question.commitments[1].technician is None


def test_an_owner_whose_zone_is_null_is_one_without_a_zone() -> None:
    question = read_scenario(changed(put("business.schedules[1].owner", {"technician": "t1", "zone": None})))

    assert question.business.schedules[1].owner == Owner(technician="t1")
