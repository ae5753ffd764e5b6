"""The commitments of a scenario; there may be hundreds of thousands, so each is read in one short pass."""

from __future__ import annotations

from fieldfare.domain.clock import Clock
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.places import Place
from fieldfare.entrypoints.scenario.errors import ScenarioError, show
from fieldfare.entrypoints.scenario.known import Known, must_be_known, must_be_listed, once, resources_must_be_known
from fieldfare.entrypoints.scenario.schema_scenario import CommitmentRecord
from fieldfare.entrypoints.scenario.times import read_instant

_KINDS = {kind.value: kind for kind in CommitmentKind}


def read_commitments(records: list[CommitmentRecord], known: Known, clock: Clock) -> tuple[Commitment, ...]:
    """Read all commitments; raises `ScenarioError`."""
    once((record.id for record in records), "commitments", "id")
    return tuple(
        _read_commitment(record, known, clock, f"commitments[{place}]") for place, record in enumerate(records)
    )


def _read_commitment(
    record: CommitmentRecord,
    known: Known,
    clock: Clock,
    path: str,
) -> Commitment:
    kind = _KINDS[record.kind]
    if record.technician is not None:
        must_be_known(record.technician, known.technicians, "technician", f"{path}.technician")
    elif kind is CommitmentKind.VISIT:
        raise ScenarioError(f"{path}.technician", "is null; only busy time may belong to no technician")
    start = _read_time(record.start, clock, path, "start")
    end = _read_time(record.end, clock, path, "end")
    if end <= start:
        raise ScenarioError(f"{path}.end", f"{show(record.end)} is not after the start, {show(record.start)}")
    place = None if record.place is None else Place(lat=record.place.lat, lng=record.place.lng)
    must_be_listed(place, known, f"{path}.place")
    if record.hub is not None:
        must_be_known(record.hub, known.hubs, "hub", f"{path}.hub")
    if record.resources:
        resources_must_be_known(record.resources, known, f"{path}.resources")
    return Commitment(
        id=record.id,
        technician=record.technician,
        kind=kind,
        start=start,
        end=end,
        place=place,
        hub=record.hub,
        title=record.title,
        resources=record.resources,
    )


def _read_time(text: str, clock: Clock, path: str, key: str) -> int:
    try:
        return read_instant(text, clock)
    except ValueError as error:
        raise ScenarioError(f"{path}.{key}", str(error)) from None
