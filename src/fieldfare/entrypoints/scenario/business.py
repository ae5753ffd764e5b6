"""A business alone, without a scenario around it: its document checked, brought to its full form, and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field, ValidationError

from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import Configuration, RecordKind
from fieldfare.domain.places import normalise_postal_code
from fieldfare.domain.travel import Matrix
from fieldfare.entrypoints.scenario.commitments import read_commitments
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.known import Known, collect_known
from fieldfare.entrypoints.scenario.messages import first_fault
from fieldfare.entrypoints.scenario.policy import read_policy
from fieldfare.entrypoints.scenario.read import business_of, reading, refuse_too_many
from fieldfare.entrypoints.scenario.schema_business import BusinessRecord
from fieldfare.entrypoints.scenario.schema_scenario import CommitmentRecord
from fieldfare.entrypoints.scenario.times import read_clock
from fieldfare.entrypoints.scenario.travel import read_travel
from fieldfare.entrypoints.scenario.values import Many, Record

RESERVED_IDS = frozenset({"staff"})
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
        return Configuration.of(_full_form(record)), business


def read_commitments_of(documents: object, business: Business) -> tuple[Commitment, ...]:
    """Read a list of commitments of a business; raises `ScenarioError`, with paths that begin with `commitments`."""
    whole = {"commitments": documents}
    with reading():
        refuse_too_many(whole)
        try:
            records = _Commitments.model_validate(whole).commitments
        except ValidationError as error:
            raise first_fault(error, whole) from None
        return read_commitments(records, _known_of(business), clock_of(business.time_zone))


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


def _full_form(record: BusinessRecord) -> dict[str, Any]:
    """Write a record out whole. What says the same twice is left as it was said: a block has starts or a step.

    Records of several forms are told apart as they are read, by a mark that written ones lack: hence no warnings.
    """
    document = record.model_dump(mode="json", by_alias=True, warnings=False)
    for block, given in zip(document["policy"]["blocks"], record.policy.blocks, strict=True):
        for key in {"starts", "step_minutes"} - given.model_fields_set:
            del block[key]
    for boundary in document[RecordKind.BOUNDARIES]:
        if "codes" in boundary:
            boundary["codes"] = _codes(boundary["codes"])
    return document


def _codes(codes: Iterable[str]) -> list[str]:
    """Give the codes in the form in which they are compared, each once, in the order in which they were written."""
    normalised = (normalise_postal_code(code) for code in codes)
    return list(dict.fromkeys(code for code in normalised if code is not None))


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
