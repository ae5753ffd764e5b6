"""A business: one tenant with its clock, HQ, fleet, zones and policy."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.booking_page import BookingPage
from fieldfare.domain.boundaries import Boundary
from fieldfare.domain.catalog import Industry, Product
from fieldfare.domain.fleet import Resource, Technician
from fieldfare.domain.places import Hub, Place
from fieldfare.domain.policy import Policy
from fieldfare.domain.schedules import Schedule
from fieldfare.domain.travel import CrowFlies, Matrix
from fieldfare.domain.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """All that a business decides, at one moment. Ids are unique within their kind, and every reference resolves."""

    id: str
    name: str
    time_zone: str
    hq: Place
    policy: Policy
    currency: str = "CAD"
    travel: CrowFlies | Matrix = CrowFlies()
    hubs: tuple[Hub, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    zones: tuple[Zone, ...] = ()
    industries: tuple[Industry, ...] = ()
    products: tuple[Product, ...] = ()
    technicians: tuple[Technician, ...] = ()
    resources: tuple[Resource, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    booking_page: BookingPage = BookingPage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks for what, where. `product` may name nothing: that is an outcome, not a mistake."""

    place: Place
    product: str
    industry: str | None = None
    customer_tier: str | None = None
    technician: str | None = None
