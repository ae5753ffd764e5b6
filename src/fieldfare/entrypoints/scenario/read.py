"""A scenario's text in, a question out, or the first thing that is wrong with it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from fieldfare.domain.business import Business, Request
from fieldfare.domain.clock import Clock
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.domain.policy import Policy
from fieldfare.domain.questions import Question
from fieldfare.domain.travel import CrowFlies, Matrix
from fieldfare.entrypoints.scenario.boundaries import read_boundaries
from fieldfare.entrypoints.scenario.catalog import read_industries, read_products
from fieldfare.entrypoints.scenario.commitments import read_commitments
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.fleet import read_hubs, read_resources, read_technicians
from fieldfare.entrypoints.scenario.json_text import parse_json
from fieldfare.entrypoints.scenario.known import Known, collect_known, must_be_known, must_be_listed
from fieldfare.entrypoints.scenario.messages import first_fault
from fieldfare.entrypoints.scenario.policy import read_policy
from fieldfare.entrypoints.scenario.schedules import read_schedules
from fieldfare.entrypoints.scenario.schema_booking_page import read_booking_page
from fieldfare.entrypoints.scenario.schema_business import BusinessRecord
from fieldfare.entrypoints.scenario.schema_scenario import RequestRecord, ScenarioRecord
from fieldfare.entrypoints.scenario.times import read_clock, read_now
from fieldfare.entrypoints.scenario.travel import read_travel
from fieldfare.entrypoints.scenario.zones import read_zones

MOST_TECHNICIANS = 10_000
MOST_COMMITMENTS = 200_000


def read_scenario(text: bytes | str) -> Question:
    """Read a scenario: types first, then what refers to what, each in the order of the document.

    Raises `ScenarioError` with the path of the first fault.
    """
    with reading():
        return _read(parse_json(text))


@contextmanager
def reading() -> Iterator[None]:
    """Read a document in here: faster, for it is a tree."""
    # A document is a tree of millions of small values and no cycles: looking for cycles again and again while it grows
    # takes longer than all the reading.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(document: object) -> Question:
    refuse_too_many(document)
    try:
        record = ScenarioRecord.model_validate(document)
    except ValidationError as error:
        raise first_fault(error, document) from None
    clock = read_clock(record.business.time_zone)
    policy = read_policy(record.business.policy)
    now = read_now(record.now, clock, horizon_days=policy.horizon_days)
    travel = read_travel(record.business.travel)
    known = collect_known(record.business, travel)
    return Question(
        now=now,
        business=business_of(record.business, clock, policy, travel, known),
        commitments=read_commitments(record.commitments, known, clock),
        request=_read_request(record.request, known),
    )


def refuse_too_many(document: object) -> None:
    """Refuse more records than the engine is made for; raises `ScenarioError`."""
    match document:
        case {"business": {"technicians": list(technicians)}} if len(technicians) > MOST_TECHNICIANS:
            figures = f"holds {len(technicians):,} technicians; the limit is {MOST_TECHNICIANS:,}"
            raise ScenarioError("business.technicians", figures)
    match document:
        case {"commitments": list(commitments)} if len(commitments) > MOST_COMMITMENTS:
            figures = f"holds {len(commitments):,} commitments; the limit is {MOST_COMMITMENTS:,}"
            raise ScenarioError("commitments", figures)


def business_of(
    record: BusinessRecord,
    clock: Clock,
    policy: Policy,
    travel: CrowFlies | Matrix,
    known: Known,
) -> Business:
    """Read the records of a business, of which clock, policy and travel are read already; raises `ScenarioError`."""
    hq = Place(lat=record.hq.lat, lng=record.hq.lng)
    must_be_listed(hq, known, "business.hq")
    return Business(
        id=record.id,
        name=record.name,
        time_zone=clock.zone,
        currency=record.currency,
        hq=hq,
        policy=policy,
        travel=travel,
        hubs=read_hubs(record.hubs),
        boundaries=read_boundaries(record.boundaries, known.boundaries),
        zones=read_zones(record.zones, known),
        industries=read_industries(record.industries),
        products=read_products(record.products, known),
        technicians=read_technicians(record.technicians, known),
        resources=read_resources(record.resources),
        schedules=read_schedules(record.schedules, known),
        booking_page=read_booking_page(record.booking_page),
    )


def _read_request(record: RequestRecord, known: Known) -> Request:
    code = normalise_postal_code(record.place.postal_code)
    place = Place(lat=record.place.lat, lng=record.place.lng, postal_code=code)
    must_be_listed(place, known, "request.place")
    if record.industry is not None:
        must_be_known(record.industry, known.industries, "industry", "request.industry")
    if record.technician is not None:
        must_be_known(record.technician, known.technicians, "technician", "request.technician")
    return Request(
        place=place,
        product=record.product,
        industry=record.industry,
        customer_tier=record.customer_tier,
        technician=record.technician,
    )
