"""All boundaries: what each is, who uses it, and where it lies."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from fieldfare.domain.boundaries import Boundary, Composite, Polygon, PostalSet
from fieldfare.domain.configuration import Configuration
from fieldfare.entrypoints.api.staff.record_refusals import refusals
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.areas import Area, spots_of
from fieldfare.entrypoints.desk.map.boundary_form import SHAPES
from fieldfare.entrypoints.desk.map.boundary_words import size_of, users_of
from fieldfare.entrypoints.desk.map.colours import zone_colour
from fieldfare.entrypoints.desk.map.ground import ground_of, sources_of
from fieldfare.entrypoints.desk.map.laid_out import laid_out
from fieldfare.entrypoints.desk.map.schematic import Drawing, pictured
from fieldfare.entrypoints.desk.pages import show
from fieldfare.usecases.businesses.edit_record import load


async def list_boundaries(asking: Asking) -> Response:
    """List the boundaries, those that count and those that don't."""
    configuration = await configuration_of(asking)
    known = sorted(asking.business.boundaries, key=lambda boundary: boundary.id)
    picture = await pictured(
        Drawing(title="All boundaries that count. The table names them.", areas=await boundary_areas(asking))
    )
    return show(
        asking,
        "map/boundaries.html",
        {
            "rows": [_row(asking, configuration, boundary) for boundary in known if not boundary.deleted],
            "deleted": [boundary.id for boundary in known if boundary.deleted],
            "shapes": SHAPES,
            "drawing": picture.drawn,
            "map": {"ground": ground_of(asking), "zones": picture.zones},
            "may_configure": True,
        },
        sources=sources_of(asking),
    )


async def configuration_of(asking: Asking) -> Configuration:
    """Read the business's documents as they stand."""
    with refusals():
        async with asking.rooms.storage.open(asking.who.business) as books:
            return await load(books)


async def boundary_areas(asking: Asking) -> list[Area]:
    """Draw each boundary by itself, as far as it has edges or codes."""
    laid = await laid_out(asking.business, asking.today)
    spots = await spots_of(asking, laid.codes)
    colours = {boundary.id: zone_colour(place) for place, boundary in enumerate(asking.business.boundaries)}
    return [
        Area(
            id=id_,
            name=id_,
            kind="served",
            colour=colours[id_],
            shape=shown.shape,
            inside=shown.inside,
            codes=tuple((code, spots[code]) for code in shown.codes if code in spots),
            unlocated=(),
            whole=shown.whole,
            priority=0,
        )
        for id_, shown in sorted(laid.boundaries.items())
    ]


def kind_of(boundary: Boundary) -> str:
    """Give the kind that a boundary's document names."""
    match boundary.shape:
        case Polygon():
            return "polygon"
        case PostalSet():
            return "postal_set"
        case Composite():
            return "composite"
        case _:
            return "radius"


def _row(asking: Asking, configuration: Configuration, boundary: Boundary) -> dict[str, Any]:
    users = users_of(configuration, boundary.id)
    return {
        "id": boundary.id,
        "kind": SHAPES[kind_of(boundary)],
        "size": size_of(boundary),
        "users": users,
        "counts": boundary.counts_on(asking.today),
        "active": boundary.active,
        "since": boundary.effective_from,
        "until": boundary.effective_to,
    }
