"""What a whole scenario may say: a business, its commitments, a moment and a request."""

from __future__ import annotations

from pydantic import Field

from fieldfare.entrypoints.scenario.schema_business import BusinessRecord
from fieldfare.entrypoints.scenario.values import (
    CommitmentWord,
    Id,
    Latitude,
    Longitude,
    Many,
    PointRecord,
    Record,
    Resources,
    Text,
    TimeText,
)


class CommitmentRecord(Record):
    """A commitment."""

    id: Id
    technician: Id | None
    kind: CommitmentWord
    start: TimeText
    end: TimeText
    place: PointRecord | None = None
    hub: Id | None = None
    title: Text = ""
    resources: Resources = Field(default_factory=dict)


class AddressRecord(Record):
    """The place that is asked for."""

    lat: Latitude
    lng: Longitude
    postal_code: Text | None = None


class RequestRecord(Record):
    """A request."""

    place: AddressRecord
    product: Id
    industry: Id | None = None
    customer_tier: Text | None = None
    technician: Id | None = None


class ScenarioRecord(Record):
    """A scenario."""

    now: TimeText
    business: BusinessRecord
    commitments: Many[CommitmentRecord] = Field(default_factory=list)
    request: RequestRecord
