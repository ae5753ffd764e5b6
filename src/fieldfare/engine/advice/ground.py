"""Zones that overlap where nothing but a tie-break tells them apart, and hubs that lie in none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import shapely

from fieldfare.domain.boundaries import BORDER_TOLERANCE_DEGREES, entries_that_match
from fieldfare.domain.places import Hub, distance_m
from fieldfare.domain.zones import Zone
from fieldfare.engine.advice.outlook import Caution, Outlook, listed
from fieldfare.engine.advice.regions import Region, joined, regions_on

REACH_M = 100_000
"""How far from HQ and depots a postal code, or what falls to the default zone, is taken to lie at most."""

SLIVER = 0.001
"""Up to this share of the smaller zone, an overlap is what is left of drawing one border twice."""

_MOST_DATES = 8
_MOST_PAIRS = 5_000

Pair = tuple[str, str]
"""Two zones, the smaller id first."""


def zones_overlap(outlook: Outlook) -> Iterator[Caution]:
    """Zones of equal priority that share ground or postal codes."""
    by_priority: dict[float, list[Zone]] = defaultdict(list)
    for zone in outlook.selling:
        by_priority[zone.priority].append(zone)
    pairs: set[Pair] = set()
    for known in _regions(outlook):
        for zones in by_priority.values():
            pairs |= _overlapping(zones, known, but=pairs)
    rivals: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        rivals[one].add(other)
    priority = {zone.id: zone.priority for zone in outlook.selling}
    for id_, others in sorted(rivals.items()):
        yield Caution(
            code="zones_overlap",
            path=f"zones.{id_}",
            sentence=f"it overlaps with {listed(others)} at the same priority, {priority[id_]:g}, so that tier, "
            "industry, staff and in the end the smaller id decide; give them different priorities",
        )


def hub_outside_zones(outlook: Outlook) -> Iterator[Caution]:
    """A hub in no zone, often a swapped or mistyped coordinate."""
    if not outlook.business.hubs:
        return
    linked = {boundary for zone in outlook.selling for boundary in zone.boundaries}
    whole = joined([known[id_] for known in _regions(outlook) for id_ in linked & known.keys()])
    shapely.prepare(whole.ground)
    # Where neither is on a map, only what is far from everybody is surely a mistake.
    is_vague = bool(whole.codes) or any(zone.default for zone in outlook.selling)
    for hub in outlook.business.hubs:
        point = shapely.Point(hub.place.lng, hub.place.lat)
        inside = shapely.dwithin(whole.ground, point, BORDER_TOLERANCE_DEGREES)
        if not inside and not (is_vague and _is_near(hub, outlook)):
            yield Caution(
                code="hub_outside_zones",
                path=f"hubs.{hub.id}",
                sentence="it lies outside all zones; check its coordinates, draw a zone around it, or delete it",
            )


def _is_near(hub: Hub, outlook: Outlook) -> bool:
    depots = (technician.depot for technician in outlook.technicians if technician.depot is not None)
    return any(distance_m(hub.place.point, base.point) <= REACH_M for base in (outlook.business.hq, *depots))


def _regions(outlook: Outlook) -> Iterator[dict[str, Region]]:
    """Give what each boundary covers, today and on the next dates on which one begins or ceases to count."""
    dates = {
        day
        for boundary in outlook.business.boundaries
        for day in (boundary.effective_from, boundary.effective_to)
        if day is not None and day > outlook.today
    }
    for day in (outlook.today, *sorted(dates)[:_MOST_DATES]):
        yield regions_on(outlook.business.boundaries, day)


def _overlapping(zones: Sequence[Zone], known: Mapping[str, Region], *, but: Collection[Pair]) -> set[Pair]:
    """Find the pairs that share a boundary, a postal code, or more ground than a border or a sliver, but for some."""
    live = {zone.id: [known[id_] for id_ in zone.boundaries if id_ in known] for zone in zones}
    holders: dict[str, set[str]] = defaultdict(set)
    for zone in zones:
        for boundary in zone.boundaries:
            if boundary in known and not known[boundary].is_nowhere:
                holders[boundary].add(zone.id)
    pairs = {pair for group in set(map(frozenset, holders.values())) for pair in _pairs(group, group)}
    regions = {id_: joined(parts) for id_, parts in live.items()}
    pairs |= _sharing_codes(regions)
    return pairs | _sharing_ground(regions, {*pairs, *but})


def _sharing_codes(regions: Mapping[str, Region]) -> set[Pair]:
    holders: dict[str, set[str]] = defaultdict(set)
    for id_, region in regions.items():
        for code in region.codes:
            holders[code].add(id_)
    # Many codes are held by the same zones: each two groups are paired once.
    groups = {
        (frozenset(holders[code]), frozenset(holders[entry]))
        for code in tuple(holders)
        for entry in entries_that_match(code)
        if entry in holders
    }
    return {pair for one, other in groups for pair in _pairs(one, other)}


def _sharing_ground(regions: Mapping[str, Region], known: Collection[Pair]) -> set[Pair]:
    ids = [id_ for id_, region in regions.items() if not shapely.is_empty(region.ground)]
    if not ids:
        return set()
    shapes = [regions[id_].ground for id_ in ids]
    areas = [float(shapely.area(shape)) for shape in shapes]
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects").tolist()
    near = [(i, j) for i, j in zip(left, right, strict=True) if ids[i] < ids[j] and (ids[i], ids[j]) not in known]
    # Of too many, every so many: in a crowd each zone still has its turn.
    return {
        (ids[i], ids[j])
        for i, j in near[:: len(near) // _MOST_PAIRS + 1]
        if shapely.area(shapely.intersection(shapes[i], shapes[j])) > SLIVER * min(areas[i], areas[j])
    }


def _pairs(one: Collection[str], other: Collection[str]) -> set[Pair]:
    return {(a, b) if a < b else (b, a) for a in one for b in other if a != b}
