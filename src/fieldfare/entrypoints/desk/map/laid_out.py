"""The shapes of boundaries and zones as a map shows them, laid out once for each configuration and date."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import shapely

from fieldfare.domain.business import Business
from fieldfare.usecases.zones.outline import Outline, outlines

Spot = tuple[float, float]
"""A longitude and a latitude."""

_FINE_DEGREES = 0.0002
"""Some twenty metres: what nobody sees on a map of a town."""
_MOST_KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a map shows of a boundary or zone: edges and a point inside them if it has any, and postal codes."""

    shape: shapely.Geometry | None
    inside: Spot | None
    codes: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """The boundaries that count on a date, and the zones that count, by id."""

    boundaries: Mapping[str, Shown]
    zones: Mapping[str, Shown]

    @property
    def codes(self) -> set[str]:
        """All postal codes."""
        return {code for shown in self.boundaries.values() for code in shown.codes}


async def laid_out(business: Business, day: date) -> LaidOut:
    """Give a business's shapes, laid out beside the loop if they aren't kept."""
    return await asyncio.to_thread(_kept, _Same(business), day)


def lay_out(business: Business, day: date) -> LaidOut:
    """Put the shapes together, no finer than can be seen."""
    drawn = outlines(business.boundaries, day)
    zones = {}
    for zone in business.zones:
        if zone.counts:
            own = [drawn[boundary] for boundary in zone.boundaries if boundary in drawn]
            shapes = [outline.shape for outline in own if outline.shape is not None]
            codes = frozenset(code for outline in own for code in outline.codes)
            shape = shapely.union_all(shapes) if shapes else None
            zones[zone.id] = _shown(Outline(shape=shape, codes=codes, whole=all(outline.whole for outline in own)))
    return LaidOut(boundaries={id_: _shown(outline) for id_, outline in drawn.items()}, zones=zones)


def simple(shape: shapely.Geometry) -> shapely.Geometry:
    """Leave out what nobody sees on a map of a town."""
    return shapely.set_precision(shapely.simplify(shape, _FINE_DEGREES), 1e-6, mode="pointwise")


class _Same:
    """A business that equals itself alone: comparing all that it decides would cost more than laying it out."""

    __slots__ = ("business",)

    def __init__(self, business: Business) -> None:
        self.business = business

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.business is other.business

    def __hash__(self) -> int:
        return id(self.business)


@lru_cache(maxsize=_MOST_KEPT)
def _kept(same: _Same, day: date) -> LaidOut:
    return lay_out(same.business, day)


def _shown(outline: Outline) -> Shown:
    shape = outline.shape if outline.shape is not None and not shapely.is_empty(outline.shape) else None
    return Shown(
        shape=None if shape is None else simple(shape),
        inside=None if shape is None else _inside(shape),
        codes=tuple(sorted(outline.codes)),
        whole=outline.whole,
    )


def _inside(shape: shapely.Geometry) -> Spot:
    largest = max(shapely.get_parts(shape), key=lambda part: float(shapely.area(part)))
    point = shapely.point_on_surface(largest)
    return (float(shapely.get_x(point)), float(shapely.get_y(point)))
