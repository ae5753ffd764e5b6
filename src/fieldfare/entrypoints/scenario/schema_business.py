"""What a scenario may say of a business: its hubs, zones, catalogue, fleet and schedules."""

from __future__ import annotations

from pydantic import Field

from fieldfare.domain.catalog import DEFAULT_DURATION_MINUTES
from fieldfare.entrypoints.scenario.schema_booking_page import BookingPageRecord
from fieldfare.entrypoints.scenario.schema_policy import CrowFliesRecord, PolicyRecord, TravelRecord
from fieldfare.entrypoints.scenario.schema_schedules import ScheduleRecord
from fieldfare.entrypoints.scenario.schema_shapes import BoundaryRecord
from fieldfare.entrypoints.scenario.values import (
    Currency,
    DurationMinutes,
    Id,
    Latitude,
    Longitude,
    Many,
    Number,
    PointRecord,
    Record,
    Resources,
    Text,
    Whole,
    ZonePriority,
)


class HubRecord(Record):
    """A hub."""

    id: Id
    name: Text = ""
    lat: Latitude
    lng: Longitude


class IndustryLinkRecord(Record):
    """A zone's offer of an industry."""

    industry: Id
    sort: Number = 0
    active: bool = True


class OverrideRecord(Record):
    """What a zone changes of a product, each with its flag."""

    product: Id
    price: Whole | None = None
    price_on: bool = False
    duration_minutes: DurationMinutes | None = None
    duration_on: bool = False
    name: Text | None = None
    name_on: bool = False
    description: Text | None = None
    description_on: bool = False


class ZoneRecord(Record):
    """A zone."""

    id: Id
    name: Text = ""
    priority: ZonePriority = 50
    negative: bool = False
    default: bool = False
    active: bool = True
    deleted: bool = False
    tiers: Many[Text] = Field(default_factory=list)
    boundaries: Many[Id] = Field(default_factory=list)
    industries: Many[IndustryLinkRecord] = Field(default_factory=list)
    overrides: Many[OverrideRecord] = Field(default_factory=list)


class IndustryRecord(Record):
    """An industry."""

    id: Id
    name: Text = ""
    active: bool = True


class ProductRecord(Record):
    """A product."""

    id: Id
    industry: Id
    name: Text = ""
    description: Text = ""
    price: Whole
    duration_minutes: DurationMinutes = DEFAULT_DURATION_MINUTES
    skills: Many[Text] = Field(default_factory=list)
    resources: Resources = Field(default_factory=dict)
    active: bool = True


class TechnicianRecord(Record):
    """A technician."""

    id: Id
    name: Text = ""
    active: bool = True
    skills: Many[Text] = Field(default_factory=list)
    zones: Many[Id] = Field(default_factory=list)
    depot: PointRecord | None = None
    weekly_jobs: Whole | None = None
    weekly_minutes: Whole | None = None


class ResourceRecord(Record):
    """A kind of shared equipment."""

    kind: Id
    capacity: Whole


class BusinessRecord(Record):
    """A business."""

    id: Id
    name: Text
    time_zone: Text
    currency: Currency = "CAD"
    hq: PointRecord
    policy: PolicyRecord
    travel: TravelRecord = Field(default_factory=lambda: CrowFliesRecord(kind="crow_flies"))
    booking_page: BookingPageRecord = Field(default_factory=BookingPageRecord)
    hubs: Many[HubRecord] = Field(default_factory=list)
    boundaries: Many[BoundaryRecord] = Field(default_factory=list)
    zones: Many[ZoneRecord] = Field(default_factory=list)
    industries: Many[IndustryRecord] = Field(default_factory=list)
    products: Many[ProductRecord] = Field(default_factory=list)
    technicians: Many[TechnicianRecord] = Field(default_factory=list)
    resources: Many[ResourceRecord] = Field(default_factory=list)
    schedules: Many[ScheduleRecord] = Field(default_factory=list)
