"""Two people changed one boundary: what differs, and a clear choice between the two versions."""

from __future__ import annotations

from typing import Any

import orjson
import shapely
from starlette.responses import Response

from fieldfare.domain.boundaries import Radius
from fieldfare.domain.configuration import Document, RecordKind
from fieldfare.domain.places import Place
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.actors import actor_name, names_of
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.areas import areas_of, geometry
from fieldfare.entrypoints.desk.map.boundary_words import differences
from fieldfare.entrypoints.desk.map.ground import ground_of, sources_of
from fieldfare.entrypoints.desk.map.schematic import Drawing, pictured
from fieldfare.entrypoints.desk.pages import show
from fieldfare.usecases.businesses.edit_record import load, version_of
from fieldfare.usecases.zones.outline import circle

_CHANGED = 412


async def show_conflict(asking: Asking, id_: str, *, mine: Document) -> Response:
    """Show both versions: nothing is written until somebody chooses."""
    async with asking.rooms.storage.open(asking.who.business) as books:
        theirs = (await load(books)).records[RecordKind.BOUNDARIES].get(id_)
        last = await books.audit.page(before=None, limit=1, subject=RecordKind.BOUNDARIES.value, subject_id=id_)
        names = await names_of(books)
    if theirs is None:
        raise Problem("not_found")
    shapes = {name: shape for name, one in (("theirs", theirs), ("mine", mine)) if (shape := _drawn(one)) is not None}
    picture = await pictured(
        Drawing(
            title="Both versions. Dashed is theirs, solid is yours.",
            areas=await areas_of(asking),
            others=[shapes["theirs"]] if "theirs" in shapes else [],
            drafts=[shapes["mine"]] if "mine" in shapes else [],
        )
    )
    return show(
        asking,
        "map/conflict.html",
        {
            "id": id_,
            "who": actor_name(last[0].entry.actor, names) if last else "Somebody",
            "at": last[0].at if last else None,
            "gone": theirs["deleted"],
            "differences": differences(theirs, mine),
            "version": version_of(theirs),
            "fields": {name: value for name, value in asking.form.items() if name not in {"version", "do"}},
            "drawing": picture.drawn,
            "map": {
                "ground": ground_of(asking),
                "zones": picture.zones,
                "versions": {name: geometry(shape) for name, shape in shapes.items()},
            },
        },
        status=_CHANGED,
        sources=sources_of(asking),
    )


def _drawn(document: Document) -> Any:
    match document["kind"]:
        case "polygon":
            return shapely.from_geojson(orjson.dumps(document["geometry"]).decode())
        case "radius":
            center = document["center"]
            place = Place(lat=center["lat"], lng=center["lng"])
            return circle(Radius(center=place, radius_m=document["radius_m"]))
        case _:
            return None
