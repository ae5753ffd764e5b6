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
from fieldfare.entrypoints.desk.map.laid_out import LaidOut, Shown, Spot, laid_out

_MOST_CODES = 300

_KINDS = ("not_served", "served", "elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What is drawn of a zone. `kind` is `served`, `not_served` (negative) or `elsewhere` (default)."""

    id: str
    name: str
    kind: str
    colour: str
    shape: shapely.Geometry | None
    inside: Spot | None
    codes: tuple[tuple[str, Spot], ...]
    unlocated: tuple[str, ...]
    whole: bool
    priority: float

    @property
    def label(self) -> str:
        """Its name, and what it is if one can't book there as anywhere, unless the name says that already."""
        what = {"not_served": "not served", "elsewhere": "everywhere else"}.get(self.kind, "")
        return self.name if what in self.name.lower() else f"{self.name} ({what})"

    @property
    def label_at(self) -> Spot | None:
        """A point inside it, or amid its postal codes; None if it has no place."""
        if self.inside is not None:
            return self.inside
        spots = [spot for _, spot in self.codes]
        if not spots:
            return None
        return (sum(lng for lng, _ in spots) / len(spots), sum(lat for _, lat in spots) / len(spots))


async def areas_of(asking: Asking) -> list[Area]:
    """List the areas of the zones that count, those that are drawn on top last."""
    business = asking.business
    laid = await laid_out(business, asking.today)
    return areas_in(business, laid, await spots_of(asking, laid.codes))


def areas_in(business: Business, laid: LaidOut, spots: Mapping[str, Spot]) -> list[Area]:
    """Give each zone its name and colour."""
    counting = sorted((zone for zone in business.zones if zone.counts), key=lambda zone: (zone.priority, zone.id))
    colours = {zone.id: zone_colour(place) for place, zone in enumerate(business.zones)}
    return [_area(zone, laid.zones[zone.id], spots, colours[zone.id]) for zone in counting]


async def spots_of(asking: Asking, codes: Iterable[str]) -> dict[str, Spot]:
    """Find where postal codes are, as far as that is known here: no geocoder is asked for the sake of a drawing."""
    rooms = asking.rooms
    bias = rooms.bias(asking.business)
    found: dict[str, Spot] = {}
    for code in sorted(codes)[:_MOST_CODES]:
        if read_code(code) is None:
            continue
        located = await rooms.geocoders.postal_code_offline(code, bias)
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
    """Write a shape as GeoJSON."""
    return {"type": "Feature", "properties": properties, "geometry": geometry(shape)}


def geometry(shape: shapely.Geometry) -> Any:
    """Write a shape as a geometry of GeoJSON."""
    return orjson.loads(shapely.to_geojson(shape))


def written(areas: Iterable[Area]) -> dict[str, Any]:
    """Write the areas for the script."""
    known = list(areas)
    return {
        "shapes": {
            "type": "FeatureCollection",
            "features": [
                feature(area.shape, zone=area.id, kind=area.kind, colour=area.colour)
                for area in known
                if area.shape is not None
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


def _area(zone: Zone, shown: Shown, spots: Mapping[str, Spot], colour: str) -> Area:
    kind = "not_served" if zone.negative else "elsewhere" if zone.default else "served"
    return Area(
        id=zone.id,
        name=zone.name or zone.id,
        kind=kind,
        colour={"not_served": NOT_SERVED, "elsewhere": ELSEWHERE}.get(kind, colour),
        shape=shown.shape,
        inside=shown.inside,
        codes=tuple((code, spots[code]) for code in shown.codes if code in spots),
        unlocated=tuple(code for code in shown.codes if code not in spots),
        whole=shown.whole,
        priority=zone.priority,
    )
