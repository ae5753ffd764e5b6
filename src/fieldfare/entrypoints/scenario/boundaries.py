"""The boundaries of a scenario, of all kinds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fieldfare.domain.boundaries import Boundary, Child, Composite, Operation, Polygon, PostalSet, Radius
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.entrypoints.scenario.composites import check_composites
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.rings import count_positions, read_polygon
from fieldfare.entrypoints.scenario.schema_shapes import (
    BoundaryRecord,
    CompositeRecord,
    PolygonRecord,
    PostalSetRecord,
    RadiusRecord,
)

MOST_VERTICES = 100_000

_PATH = "business.boundaries"


def read_boundaries(records: list[BoundaryRecord], known: Mapping[str, int]) -> tuple[Boundary, ...]:
    """Read all boundaries; `known` maps their ids to their places. Raises `ScenarioError`."""
    # What is deleted stays in a business's document for ever, and would fill the limit up in the end.
    drawn = (record for record in records if isinstance(record, PolygonRecord) and not record.deleted)
    vertices = sum(count_positions(record.geometry) for record in drawn)
    if vertices > MOST_VERTICES:
        raise ScenarioError(_PATH, f"hold {vertices:,} vertices; the limit is {MOST_VERTICES:,}")
    check_composites(records, known)
    return tuple(_read_boundary(record, f"{_PATH}[{place}]") for place, record in enumerate(records))


def check_dates(since: date | None, until: date | None, path: str) -> None:
    """Refuse effective dates that hold no day."""
    if since is not None and until is not None and until <= since:
        raise ScenarioError(f"{path}.effective_to", f"{until} is not after effective_from, {since}")


def _read_boundary(record: BoundaryRecord, path: str) -> Boundary:
    check_dates(record.effective_from, record.effective_to, path)
    return Boundary(
        id=record.id,
        shape=_read_shape(record, path),
        active=record.active,
        deleted=record.deleted,
        effective_from=record.effective_from,
        effective_to=record.effective_to,
    )


def _read_shape(record: BoundaryRecord, path: str) -> Polygon | Radius | PostalSet | Composite:
    match record:
        case PolygonRecord():
            return read_polygon(record.geometry, f"{path}.geometry")
        case RadiusRecord():
            return Radius(center=Place(lat=record.center.lat, lng=record.center.lng), radius_m=record.radius_m)
        case PostalSetRecord():
            codes = (normalise_postal_code(code) for code in record.codes)
            return PostalSet(codes=frozenset(code for code in codes if code is not None))
        case CompositeRecord():
            return Composite(
                children=tuple(
                    Child(boundary=child.boundary, operation=Operation(child.operation), sort=child.sort)
                    for child in record.children
                )
            )
