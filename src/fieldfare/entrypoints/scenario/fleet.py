"""The hubs, technicians and resources of a scenario."""

from __future__ import annotations

from fieldfare.domain.fleet import Resource, Technician
from fieldfare.domain.places import Hub, Place
from fieldfare.entrypoints.scenario.known import Known, must_be_known, must_be_listed
from fieldfare.entrypoints.scenario.schema_business import HubRecord, ResourceRecord, TechnicianRecord


def read_hubs(records: list[HubRecord]) -> tuple[Hub, ...]:
    """Read all hubs."""
    return tuple(Hub(id=record.id, name=record.name, place=Place(lat=record.lat, lng=record.lng)) for record in records)


def read_resources(records: list[ResourceRecord]) -> tuple[Resource, ...]:
    """Read all resources."""
    return tuple(Resource(kind=record.kind, capacity=record.capacity) for record in records)


def read_technicians(records: list[TechnicianRecord], known: Known) -> tuple[Technician, ...]:
    """Read all technicians; raises `ScenarioError`."""
    return tuple(
        _read_technician(record, known, f"business.technicians[{place}]") for place, record in enumerate(records)
    )


def _read_technician(record: TechnicianRecord, known: Known, path: str) -> Technician:
    for place, zone in enumerate(record.zones):
        must_be_known(zone, known.zones, "zone", f"{path}.zones[{place}]")
    depot = None if record.depot is None else Place(lat=record.depot.lat, lng=record.depot.lng)
    must_be_listed(depot, known, f"{path}.depot")
    return Technician(
        id=record.id,
        name=record.name,
        active=record.active,
        skills=frozenset(record.skills),
        zones=frozenset(record.zones),
        depot=depot,
        weekly_jobs=record.weekly_jobs,
        weekly_minutes=record.weekly_minutes,
    )
