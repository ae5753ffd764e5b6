"""From a place to a zone: boundaries, composites and the choice among zones (Z1-Z8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import hypot
from typing import Any

from tests.reading.clock import local_date
from tests.reading.document import Boundary, Business, Place, Request, Scenario, Zone
from tests.reading.places import is_canadian, is_fsa, metres, postal

BORDER_DEGREES = 1e-9

Ring = list[list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Which zone serves the place, and the trace of how it was found (Z8)."""

    outcome: str
    zone: Zone | None
    matched: list[str]
    candidates: list[str]
    decided_by: str


def resolve(scenario: Scenario) -> Resolution:
    """Resolve the request's place to a zone."""
    business, request = scenario.business, scenario.request
    today = local_date(business.zone, scenario.now)
    matched = {b.id for b in business.boundaries if matches(business, b, request, today)}
    zones = [z for z in business.zones if z.active and not z.deleted and any(b in matched for b in z.boundaries)]

    def found(outcome: str, zone: Zone | None, decided_by: str) -> Resolution:
        return Resolution(
            outcome=outcome,
            zone=zone,
            matched=sorted(matched),
            candidates=sorted(z.id for z in zones),
            decided_by=decided_by,
        )

    if any(z.negative for z in zones):  # Z5
        return found("blocked", None, "negative")
    if zones:  # Z6
        best, decided_by = _choose(business, request, zones)
        return found("zone", best, decided_by)
    defaults = [z for z in business.zones if z.default and z.active and not z.deleted and not z.negative]
    if defaults:  # Z7
        return found("default_zone", min(defaults, key=lambda z: z.id), "default")
    return found("out_of_area", None, "none")


def _choose(business: Business, request: Request, zones: list[Zone]) -> tuple[Zone, str]:
    if len(zones) == 1:
        return zones[0], "only"
    industry = _industry_asked_for(business, request)
    top = max(z.priority for z in zones)
    criteria: list[tuple[str, Callable[[Zone], bool]]] = [
        ("priority", lambda z: z.priority == top),
        ("tier", lambda z: request.customer_tier in z.tiers),
        ("industry", lambda z: offers(business, z, industry)),
        ("staff", lambda z: any(t.active and z.id in t.zones for t in business.technicians)),
        ("default", lambda z: z.default),
    ]
    left = zones
    for name, meets in criteria:
        left = [z for z in left if meets(z)] or left
        if len(left) == 1:
            return left[0], name
    smallest = min(z.id for z in left)
    return next(z for z in left if z.id == smallest), "id"


def _industry_asked_for(business: Business, request: Request) -> str | None:
    if request.industry is not None:
        return request.industry
    return next((p.industry for p in business.products if p.id == request.product), None)


def offers(business: Business, zone: Zone, industry: str | None) -> bool:
    """Say whether the zone has an active link to this industry, and the industry is active."""
    linked = any(i["industry"] == industry and i.get("active", True) for i in zone.industries)
    return linked and any(i.id == industry and i.active for i in business.industries)


def matches(business: Business, boundary: Boundary, request: Request, today: date) -> bool:
    """Say whether the boundary counts today and contains the place (Z1-Z3)."""
    if not boundary.life.covers(today):
        return False
    shape = boundary.shape
    if boundary.kind == "polygon":
        return in_geometry(request.place, shape["geometry"])
    if boundary.kind == "radius":
        center = Place(shape["center"]["lat"], shape["center"]["lng"])
        return bool(metres(center, request.place) <= shape["radius_m"])
    if boundary.kind == "postal_set":
        return in_codes(request.postal_code, shape.get("codes", []))
    return _in_composite(business, boundary, request, today)


def _in_composite(business: Business, composite: Boundary, request: Request, today: date) -> bool:
    by_id = {b.id: b for b in business.boundaries}
    children = sorted(composite.shape.get("children", []), key=lambda c: (c.get("sort", 0), c["boundary"]))
    live = [c for c in children if by_id[c["boundary"]].life.covers(today)]
    inside = False
    for place, child in enumerate(live):
        m = matches(business, by_id[child["boundary"]], request, today)
        operation = child["operation"]
        if operation == "union" or (operation == "intersect" and place == 0):
            inside = inside or m
        elif operation == "intersect":
            inside = inside and m
        else:
            inside = inside and not m
    return inside


def in_codes(code: str | None, entries: Iterable[str]) -> bool:
    """Say whether an entry of a postal set matches the code (Z2)."""
    normal = postal(code)
    if normal is None:
        return False
    for entry in map(postal, entries):
        if entry == normal:
            return True
        if entry is not None and is_fsa(entry) and is_canadian(normal) and normal.startswith(entry):
            return True
    return False


def in_geometry(place: Place, geometry: dict[str, Any]) -> bool:
    """Say whether a GeoJSON Polygon or MultiPolygon contains the place (Z2)."""
    parts = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        parts = [parts]
    return any(_in_polygon(place, rings) for rings in parts)


def _in_polygon(place: Place, rings: list[Ring]) -> bool:
    if not rings:
        return False
    if any(_on_border(place, ring) for ring in rings):
        return True
    return _in_ring(place, rings[0]) and not any(_in_ring(place, hole) for hole in rings[1:])


def _in_ring(place: Place, ring: Ring) -> bool:
    inside = False
    for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
        if (y1 > place.lat) != (y2 > place.lat):
            crossing = x1 + (place.lat - y1) * (x2 - x1) / (y2 - y1)
            if place.lng < crossing:
                inside = not inside
    return inside


def _on_border(place: Place, ring: Ring) -> bool:
    return any(_degrees_to(place, a, b) <= BORDER_DEGREES for a, b in pairwise(ring))


def _degrees_to(place: Place, a: list[float], b: list[float]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    px, py = place.lng - a[0], place.lat - a[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, (px * dx + py * dy) / length))
    return hypot(px - along * dx, py - along * dy)
