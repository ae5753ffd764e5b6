"""A business alone, without a scenario around it: its document checked, brought to its full form, and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Any

from pydantic import Field, ValidationError

from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import Configuration, RecordKind
from fieldfare.domain.travel import Matrix
from fieldfare.entrypoints.scenario.commitments import read_commitments
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.full_form import full_form
from fieldfare.entrypoints.scenario.keeping import refuse_far_times, refuse_nul
from fieldfare.entrypoints.scenario.known import Known, collect_known
from fieldfare.entrypoints.scenario.messages import first_fault
from fieldfare.entrypoints.scenario.policy import read_policy
from fieldfare.entrypoints.scenario.read import business_of, reading, refuse_too_many
from fieldfare.entrypoints.scenario.schema_business import BusinessRecord
from fieldfare.entrypoints.scenario.schema_scenario import CommitmentRecord
from fieldfare.entrypoints.scenario.times import read_clock
from fieldfare.entrypoints.scenario.travel import read_travel
from fieldfare.entrypoints.scenario.values import Many, Record

RESERVED_IDS = frozenset({"bookings", "oauth", "staff", "webhooks"})
"""Ids that are paths of the API."""


class _Whole(Record):
    business: BusinessRecord


class _Commitments(Record):
    commitments: Many[CommitmentRecord] = Field(default_factory=list)


def read_business(document: object) -> tuple[Configuration, Business]:
    """Read a business, and give its document with every default filled in, records sorted by id.

    Raises `ScenarioError`, with paths that begin with `business`.
    """
    whole = {"business": document}
    with reading():
        refuse_too_many(whole)
        try:
            record = _Whole.model_validate(whole).business
        except ValidationError as error:
            raise first_fault(error, whole) from None
        if record.id in RESERVED_IDS:
            raise ScenarioError("business.id", f'"{record.id}" is a path of the API; choose another id')
        clock = read_clock(record.time_zone)
        policy, travel = read_policy(record.policy), read_travel(record.travel)
        known = collect_known(record, travel)
        business = business_of(record, clock, policy, travel, known)
        full = full_form(record)
        refuse_nul({"business": full})
        return Configuration.of(full), _in_order(business)


def read_commitments_of(documents: object, business: Business) -> tuple[Commitment, ...]:
    """Read a list of commitments of a business; raises `ScenarioError`, with paths that begin with `commitments`."""
    whole = {"commitments": documents}
    with reading():
        refuse_too_many(whole)
        try:
            records = _Commitments.model_validate(whole).commitments
        except ValidationError as error:
            raise first_fault(error, whole) from None
        refuse_nul({"commitments": [{"title": record.title} for record in records]})
        found = read_commitments(records, _known_of(business), clock_of(business.time_zone))
        refuse_far_times(found)
        return found


def write_commitment(commitment: Commitment, clock: Clock) -> dict[str, Any]:
    """Write a commitment in the scenario's form, with times in the business's offset."""
    place = commitment.place
    return {
        "id": commitment.id,
        "technician": commitment.technician,
        "kind": commitment.kind.value,
        "start": clock.iso(commitment.start),
        "end": clock.iso(commitment.end),
        "place": None if place is None else {"lat": place.lat, "lng": place.lng},
        "hub": commitment.hub,
        "title": commitment.title,
        "resources": dict(commitment.resources),
    }


def _in_order(business: Business) -> Business:
    """Sort the records by id, as the document has them: whoever reads that gets an equal business."""
    records: dict[str, Any] = {
        kind.value: tuple(sorted(getattr(business, kind.value), key=attrgetter(kind.id_key))) for kind in RecordKind
    }
    return replace(business, **records)


def _known_of(business: Business) -> Known:
    def placed(ids: Iterable[str]) -> Mapping[str, int]:
        return {id_: place for place, id_ in enumerate(ids)}

    return Known(
        hubs=placed(hub.id for hub in business.hubs),
        boundaries=placed(boundary.id for boundary in business.boundaries),
        zones=placed(zone.id for zone in business.zones),
        industries=placed(industry.id for industry in business.industries),
        products=placed(product.id for product in business.products),
        technicians=placed(technician.id for technician in business.technicians),
        resources=placed(resource.kind for resource in business.resources),
        places=frozenset(business.travel.points) if isinstance(business.travel, Matrix) else None,
    )
