"""The map as a drawing that needs neither script nor graphics card: everything in its place, straight from degrees.

The plane is that of longitude and latitude, narrowed by the cosine of the middle latitude. There are no style
attributes, which the page's policy forbids: colours are attributes of their own, and classes.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from markupsafe import Markup

from fieldfare.entrypoints.desk.map.areas import Area, labels_of, written
from fieldfare.entrypoints.desk.map.laid_out import Spot, simple

WIDTH, HEIGHT = 960, 640
_MARGIN = 36
_LEAST_DEGREES = 0.01
_PATTERNS = Markup(
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="8" height="8" class="hatch-ground"/><path d="M0 0V8" class="hatch-line"/></pattern>'
    '<pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<circle cx="2" cy="2" r="1.2" class="dots-dot"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A mark at a spot: what stands in it, what it is, and of which kind: `stop`, `hub`, `hq`, `place` or `moved`."""

    at: Spot
    kind: str
    mark: str = ""
    title: str = ""
    colour: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A way from spot to spot."""

    spots: Sequence[Sequence[float]]
    colour: str
    dash: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is to be drawn, from the bottom to the top."""

    title: str
    areas: Sequence[Area] = ()
    drafts: Sequence[shapely.Geometry] = ()
    lines: Sequence[Line] = ()
    dots: Sequence[Dot] = ()
    others: Sequence[shapely.Geometry] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing that is drawn, and its zones as the script draws them."""

    drawn: Markup
    zones: dict[str, Any]


class _Plane:
    """Where a longitude and a latitude lie in the drawing."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        lngs, lats = [spot[0] for spot in spots] or [0.0], [spot[1] for spot in spots] or [0.0]
        middle = (min(lats) + max(lats)) / 2
        self._narrow = max(0.05, math.cos(math.radians(middle)))
        wide = max((max(lngs) - min(lngs)) * self._narrow, _LEAST_DEGREES)
        high = max(max(lats) - min(lats), _LEAST_DEGREES)
        self._scale = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / high)
        self._centre = ((min(lngs) + max(lngs)) / 2, middle)

    def at(self, spot: Sequence[float]) -> tuple[float, float]:
        """Give where a spot is, to a tenth of a unit."""
        x = WIDTH / 2 + (spot[0] - self._centre[0]) * self._narrow * self._scale
        y = HEIGHT / 2 - (spot[1] - self._centre[1]) * self._scale
        return (round(x, 1), round(y, 1))


async def pictured(drawing: Drawing) -> Picture:
    """Draw it both ways, beside the loop: a large business has many corners."""

    def both() -> Picture:
        return Picture(drawn=draw(drawing), zones=written(drawing.areas))

    return await asyncio.to_thread(both)


def draw(drawing: Drawing) -> Markup:
    """Draw it as an SVG element."""
    plane = _Plane(list(_spots(drawing)))
    parts = [
        Markup('<svg class="schematic" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            WIDTH, HEIGHT, drawing.title
        ),
        _PATTERNS,
        *(_area(area, plane) for area in drawing.areas),
        *(_code(spot, area, plane) for area in drawing.areas for _, spot in area.codes),
        *(Markup('<path class="other" d="{}"/>').format(_path(simple(shape), plane)) for shape in drawing.others),
        *(Markup('<path class="draft" d="{}"/>').format(_path(simple(shape), plane)) for shape in drawing.drafts),
        *(_line(line, plane) for line in drawing.lines),
        *(_dot(dot, plane) for dot in drawing.dots),
        *(_label(at, text, plane) for at, text, _ in labels_of(drawing.areas)),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def _spots(drawing: Drawing) -> Iterator[Spot]:
    shapes = [area.shape for area in drawing.areas if area.shape is not None]
    for shape in (*shapes, *drawing.drafts, *drawing.others):
        if not shapely.is_empty(shape):
            west, south, east, north = (float(edge) for edge in shapely.bounds(shape))
            yield (west, south)
            yield (east, north)
    for area in drawing.areas:
        yield from (spot for _, spot in area.codes)
    for line in drawing.lines:
        yield from ((spot[0], spot[1]) for spot in line.spots)
    # Hubs that lie far from everything else would make all of it small.
    yield from (dot.at for dot in drawing.dots if dot.kind != "hub")


def _path(shape: shapely.Geometry, plane: _Plane) -> str:
    rings: list[Any] = []
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon):
            rings += [part.exterior, *part.interiors]
    return "".join("M" + "L".join("{} {}".format(*plane.at(spot)) for spot in ring.coords[:-1]) + "Z" for ring in rings)


def _area(area: Area, plane: _Plane) -> Markup:
    if area.shape is None:
        return Markup("")
    path = _path(area.shape, plane)
    ground = Markup('<path class="area {}" d="{}" fill="{}" stroke="{}"><title>{}</title></path>').format(
        area.kind.replace("_", "-"), path, area.colour, area.colour, area.label
    )
    pattern = {"not_served": "hatch", "elsewhere": "dots"}.get(area.kind)
    over = Markup('<path d="{}" fill="url(#{})"/>').format(path, pattern) if pattern else Markup("")
    return ground + over


def _code(spot: Spot, area: Area, plane: _Plane) -> Markup:
    x, y = plane.at(spot)
    return Markup('<circle class="code" cx="{}" cy="{}" r="9" fill="{}" stroke="{}"/>').format(
        x, y, area.colour, area.colour
    )


def _line(line: Line, plane: _Plane) -> Markup:
    if not line.spots:
        return Markup("")
    points = " ".join("{},{}".format(*plane.at(spot)) for spot in line.spots)
    dash = Markup(' stroke-dasharray="{}"').format(line.dash) if line.dash else Markup("")
    return Markup('<polyline class="route" data-route="{}" points="{}" stroke="{}"{}/>').format(
        line.route, points, line.colour, dash
    )


def _dot(dot: Dot, plane: _Plane) -> Markup:
    x, y = plane.at(dot.at)
    title = Markup("<title>{}</title>").format(dot.title) if dot.title else Markup("")
    match dot.kind:
        case "hub":
            shape = Markup('<path d="M{} {}l5 9h-10z"/>').format(x, y - 6)
        case "hq":
            shape = Markup('<rect x="{}" y="{}" width="16" height="16"/>').format(x - 8, y - 8)
        case "fault":
            shape = Markup('<path d="M{} {}l14 14m0 -14l-14 14"/>').format(x - 7, y - 7)
        case _:
            fill = Markup(' fill="{}"').format(dot.colour) if dot.colour else Markup("")
            shape = Markup('<circle cx="{}" cy="{}" r="11"{}/>').format(x, y, fill)
    text = Markup('<text x="{}" y="{}">{}</text>').format(x, y + 4, dot.mark) if dot.mark else Markup("")
    known = Markup(' data-stop="{}"').format(dot.id) if dot.id else Markup("")
    return Markup('<g class="dot {}"{}>{}{}{}</g>').format(dot.kind, known, title, shape, text)


def _label(at: Spot, text: str, plane: _Plane) -> Markup:
    x, y = plane.at(at)
    return Markup('<text class="label" x="{}" y="{}">{}</text>').format(x, y, text)


def hub_dots(hubs: Iterable[Any]) -> list[Dot]:
    """Make a dot of each hub."""
    return [
        Dot(at=(hub.place.lng, hub.place.lat), kind="hub", title=f"Hub {hub.id} {hub.name}".strip()) for hub in hubs
    ]
