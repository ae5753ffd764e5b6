"""Who would move under a draft: the same as asking for each place before and after."""

from __future__ import annotations

import random
from typing import Any

from fieldfare.domain.business import Business
from fieldfare.domain.configuration import Configuration, RecordKind
from fieldfare.domain.places import Place
from fieldfare.entrypoints.desk.map.boundary_words import moves_in_words
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.ports.bookings import LatestPlace
from fieldfare.usecases.zones.who_moves import Draft, Moves, drafted, moves_between
from tests.reading.document import read
from tests.reading.zones import resolve
from tests.worlds import box, world

NOW = 1_795_435_200


Document = dict[str, Any]


def square(id_: str, west: float, east: float) -> dict[str, Any]:
    return {"id": id_, "kind": "polygon", "geometry": {"type": "Polygon", "coordinates": [box(west, 43, east, 44)]}}


def document(*boundaries: Document, **zones: dict[str, Any]) -> Document:
    records = [{"id": id_, "industries": [{"industry": "hvac"}], **fields} for id_, fields in zones.items()]
    made: Document = world().business(boundaries=list(boundaries), zones=records, schedules=[]).document["business"]
    return made


def business_of(whole: Document) -> Business:
    return read_business(whole)[1]


def known(id_: str, lng: float, *, lat: float = 43.5, tier: str | None = None) -> LatestPlace:
    place = Place(lat=lat, lng=lng)
    return LatestPlace(customer=id_, name="", tier=tier, booking=id_, place=place, product="tune-up", start=NOW)


def test_only_those_whose_zone_changes_move() -> None:
    zones = {"east": {"boundaries": ["b-east"]}, "west": {"boundaries": ["b-west"]}}
    before = document(square("b-west", -81, -80), square("b-east", -80, -79), **zones)
    after = document(square("b-west", -81, -79.5), square("b-east", -79.5, -79), **zones)
    people = [known("stays", -80.5), known("moves", -79.7), known("away", -70)]

    moves = moves_between(business_of(before), business_of(after), people, now=NOW)

    assert [(move.customer.customer, move.way) for move in moves] == [("moves", ("east", "west"))]


def test_a_zone_that_is_lost_and_one_that_refuses_are_told_apart() -> None:
    before = document(square("b", -81, -79), z={"boundaries": ["b"]})
    gone = document(square("b", -81, -80), z={"boundaries": ["b"]})
    negative = document(square("b", -81, -79), z={"boundaries": ["b"], "negative": True})

    lost = moves_between(business_of(before), business_of(gone), [known("c", -79.5)], now=NOW)
    refused = moves_between(business_of(before), business_of(negative), [known("c", -79.5)], now=NOW)

    assert [move.way for move in (*lost, *refused)] == [("z", "(out_of_area)"), ("z", "(blocked)")]


def test_drafts_stand_in_place_of_records_and_deleted_ones_are_flagged() -> None:
    configuration, _ = read_business(document(square("b", -81, -79), z={"boundaries": ["b"]}))
    other = {**configuration.records[RecordKind.BOUNDARIES]["b"], "active": False}

    changed = drafted(configuration, [Draft(kind=RecordKind.BOUNDARIES, id="b", document=other)])
    deleted = drafted(configuration, [Draft(kind=RecordKind.BOUNDARIES, id="b", document=None)])

    assert changed.records[RecordKind.BOUNDARIES]["b"]["active"] is False
    assert deleted.records[RecordKind.BOUNDARIES]["b"]["deleted"] is True
    assert isinstance(deleted, Configuration)


def test_many_places_move_as_the_slow_reading_says() -> None:
    chance = random.Random(6)
    zones: dict[str, Any] = {
        "gold": {"boundaries": ["a"], "priority": 50, "tiers": ["gold"]},
        "plain": {"boundaries": ["b"], "priority": 50},
        "never": {"boundaries": ["c"], "negative": True},
        "rest": {"default": True},
    }
    before = document(square("a", -81, -80), square("b", -80.5, -79), square("c", -79.2, -79.1), **zones)
    after = document(square("a", -80.8, -79.4), square("b", -80.5, -79), square("c", -79.6, -79.3), **zones)
    people = [known(f"c{at}", chance.uniform(-81.2, -78.8), tier=chance.choice(["gold", None])) for at in range(300)]

    found = {
        move.customer.customer: move.way
        for move in moves_between(business_of(before), business_of(after), people, now=NOW)
    }

    slow = {one.customer: (slowly(before, one), slowly(after, one)) for one in people}
    assert found == {id_: way for id_, way in slow.items() if way[0] != way[1]}
    assert len(set(found.values())) > 3


def test_the_sentence_counts_ways() -> None:
    before = document(square("b", -81, -79), z={"boundaries": ["b"], "name": "Halton"})
    after = document(square("b", -81, -80), z={"boundaries": ["b"], "name": "Halton"})
    present, draft = business_of(before), business_of(after)
    people = [known("stays", -80.5), known("goes", -79.5), known("too", -79.4)]

    def told(count: int) -> str:
        moves = moves_between(present, draft, people[:count], now=NOW)
        return moves_in_words(Moves(known=count, moves=moves, present=present, drafted=draft))

    assert told(0) == "You know no customers yet, so nobody moves."
    assert told(1) == "For the one customer you know nothing changes."
    assert told(3).startswith("2 of the 3 customers you know would move: 2 from Halton to out of area.")


def slowly(business: Document, one: LatestPlace) -> str:
    """Ask the slow reading of the rules where a place belongs."""
    place = {"lat": one.place.lat, "lng": one.place.lng}
    request = {"place": place, "product": one.product, "customer_tier": one.tier}
    scenario = {"now": "2026-11-23T09:00:00-05:00", "business": business, "commitments": [], "request": request}
    found = resolve(read(scenario))
    return found.zone.id if found.zone else f"({found.outcome})"
