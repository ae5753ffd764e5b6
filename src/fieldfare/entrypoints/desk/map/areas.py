"""The zones as areas on the map: shapes, postal codes where there are no edges, and where their names stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import shapely

from fieldfare.domain.addresses import read_code
from fieldfare.domain.business import Business
from fieldfare.domain.zones import Zone
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.colours import ELSEWHERE, NOT_SERVED, zone_colour
from fieldfare.ports.geocoder import GeocoderError
from fieldfare.usecases.zones.outline import Outline, outlines

_FINE_DEGREES = 0.0002
"""Some twenty metres: what nobody sees on a map of a town."""
_MOST_CODES = 300

_KINDS = ("not_served", "served", "elsewhere")

Spot = tuple[float, float]
"""A longitude and a latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What is drawn of a zone. `kind` is `served`, `not_served` (negative) or `elsewhere` (default)."""

    id: str
    name: str
    kind: str
    colour: str
    shape: shapely.Geometry | None
    codes: tuple[tuple[str, Spot], ...]
    unlocated: tuple[str, ...]
    whole: bool
    priority: float

    @property
    def is_drawn(self) -> bool:
        """Whether it has edges."""
        return self.shape is not None and not shapely.is_empty(self.shape)

    @property
    def label(self) -> str:
        """Its name, and what it is if one can't book there as anywhere, unless the name says that already."""
        what = {"not_served": "not served", "elsewhere": "everywhere else"}.get(self.kind, "")
        return self.name if what in self.name.lower() else f"{self.name} ({what})"

    @property
    def label_at(self) -> Spot | None:
        """A point inside it, or amid its postal codes; None if it has no place."""
        if self.is_drawn:
            largest = max(shapely.get_parts(self.shape), key=lambda part: float(shapely.area(part)))
            point = shapely.point_on_surface(largest)
            return (float(shapely.get_x(point)), float(shapely.get_y(point)))
        spots = [spot for _, spot in self.codes]
        if not spots:
            return None
        return (sum(lng for lng, _ in spots) / len(spots), sum(lat for _, lat in spots) / len(spots))


async def areas_of(asking: Asking) -> list[Area]:
    """List the areas of the zones that count, those that are drawn on top last."""
    business = asking.business
    drawn = outlines(business.boundaries, asking.today)
    spots = await spots_of(asking, {code for outline in drawn.values() for code in outline.codes})
    return areas_in(business, drawn, spots)


def areas_in(business: Business, drawn: Mapping[str, Outline], spots: Mapping[str, Spot]) -> list[Area]:
    """Put each zone's boundaries together."""
    counting = sorted((zone for zone in business.zones if zone.counts), key=lambda zone: (zone.priority, zone.id))
    colours = {zone.id: zone_colour(place) for place, zone in enumerate(business.zones)}
    return [_area(zone, drawn, spots, colours[zone.id]) for zone in counting]


async def spots_of(asking: Asking, codes: Iterable[str]) -> dict[str, Spot]:
    """Find where postal codes are, as far as that is known; what nobody knows isn't drawn."""
    rooms, business = asking.rooms, asking.business
    bias, cache = rooms.bias(business), rooms.geocode_cache(business.id)
    found: dict[str, Spot] = {}
    for code in sorted(codes)[:_MOST_CODES]:
        if read_code(code) is None:
            continue
        try:
            located = await rooms.geocoders.postal_code(code, bias, cache=cache, now=asking.now)
        except GeocoderError:
            continue
        if located:
            found[code] = (located[0].place.lng, located[0].place.lat)
    return found


def labels_of(areas: Iterable[Area]) -> list[tuple[Spot, str, str]]:
    """Give where names stand, and their kind; zones of the very same ground share one, and not served is said first."""
    found: dict[Spot, list[Area]] = {}
    for area in areas:
        if area.label_at is not None:
            found.setdefault(area.label_at, []).append(area)
    return [
        (at, ", ".join(area.label for area in own), min((area.kind for area in own), key=_KINDS.index))
        for at, own in found.items()
    ]


def feature(shape: shapely.Geometry, **properties: Any) -> dict[str, Any]:
    """Write a shape as GeoJSON, no finer than can be seen."""
    return {"type": "Feature", "properties": properties, "geometry": geometry(simple(shape))}


def geometry(shape: shapely.Geometry) -> Any:
    """Write a shape as a geometry of GeoJSON."""
    return orjson.loads(shapely.to_geojson(shape))


def simple(shape: shapely.Geometry) -> shapely.Geometry:
    """Leave out what nobody sees on a map of a town."""
    return shapely.set_precision(shapely.simplify(shape, _FINE_DEGREES), 1e-6, mode="pointwise")


def written(areas: Iterable[Area]) -> dict[str, Any]:
    """Write the areas for the script."""
    known = list(areas)
    return {
        "shapes": {
            "type": "FeatureCollection",
            "features": [
                feature(area.shape, zone=area.id, kind=area.kind, colour=area.colour)
                for area in known
                if area.shape is not None and area.is_drawn
            ],
        },
        "codes": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"zone": area.id, "kind": area.kind, "colour": area.colour, "code": code},
                    "geometry": {"type": "Point", "coordinates": list(spot)},
                }
                for area in known
                for code, spot in area.codes
            ],
        },
        "labels": [{"text": text, "kind": kind, "at": list(at)} for at, text, kind in labels_of(known)],
    }


def _area(zone: Zone, drawn: Mapping[str, Outline], spots: Mapping[str, Spot], colour: str) -> Area:
    own = [drawn[boundary] for boundary in zone.boundaries if boundary in drawn]
    shapes = [outline.shape for outline in own if outline.shape is not None]
    codes = sorted({code for outline in own for code in outline.codes})
    kind = "not_served" if zone.negative else "elsewhere" if zone.default else "served"
    return Area(
        id=zone.id,
        name=zone.name or zone.id,
        kind=kind,
        colour={"not_served": NOT_SERVED, "elsewhere": ELSEWHERE}.get(kind, colour),
        shape=shapely.union_all(shapes) if shapes else None,
        codes=tuple((code, spots[code]) for code in codes if code in spots),
        unlocated=tuple(code for code in codes if code not in spots),
        whole=all(outline.whole for outline in own),
        priority=zone.priority,
    )
