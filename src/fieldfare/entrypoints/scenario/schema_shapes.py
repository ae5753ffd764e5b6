"""What a scenario may say of boundaries."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, FailFast, Field, Tag

from fieldfare.entrypoints.scenario.tags import tag_by
from fieldfare.entrypoints.scenario.values import (
    Day,
    Id,
    Many,
    Number,
    OperationWord,
    PointRecord,
    Positive,
    Record,
    Text,
)

Position: TypeAlias = Annotated[list[float], FailFast(), Field(min_length=2, max_length=3)]
"""Longitude, latitude, and an altitude that is ignored (RFC 7946)."""

Ring: TypeAlias = Many[Position]


class PolygonGeometry(Record):
    """A shell, then its holes."""

    type: Literal["Polygon"]
    coordinates: Many[Ring]


class MultiPolygonGeometry(Record):
    """Any number of polygons."""

    type: Literal["MultiPolygon"]
    coordinates: Many[Many[Ring]]


Geometry: TypeAlias = Annotated[
    Annotated[PolygonGeometry, Tag("\0Polygon")] | Annotated[MultiPolygonGeometry, Tag("\0MultiPolygon")],
    Discriminator(**tag_by("type", "Polygon", "MultiPolygon")),
]


class BoundaryFields(Record):
    """What boundaries of every kind have."""

    id: Id
    active: bool = True
    deleted: bool = False
    effective_from: Day | None = None
    effective_to: Day | None = None


class PolygonRecord(BoundaryFields):
    """A shape drawn on the map."""

    kind: Literal["polygon"]
    geometry: Geometry


class RadiusRecord(BoundaryFields):
    """A disc."""

    kind: Literal["radius"]
    center: PointRecord
    radius_m: Positive


class PostalSetRecord(BoundaryFields):
    """Postal codes."""

    kind: Literal["postal_set"]
    codes: Many[Text]


class ChildRecord(Record):
    """One step of a composite."""

    boundary: Id
    operation: OperationWord
    sort: Number = 0


class CompositeRecord(BoundaryFields):
    """Other boundaries, put together."""

    kind: Literal["composite"]
    children: Many[ChildRecord]


BoundaryRecord: TypeAlias = Annotated[
    Annotated[PolygonRecord, Tag("\0polygon")]
    | Annotated[RadiusRecord, Tag("\0radius")]
    | Annotated[PostalSetRecord, Tag("\0postal_set")]
    | Annotated[CompositeRecord, Tag("\0composite")],
    Discriminator(**tag_by("kind", "polygon", "radius", "postal_set", "composite")),
]
