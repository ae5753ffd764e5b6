"""The page of one boundary: its form, its place on the map, and whom the draft would move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from starlette.responses import Response

from fieldfare.domain.boundaries import Radius
from fieldfare.domain.configuration import Configuration, Document, RecordKind
from fieldfare.domain.permissions import Permission
from fieldfare.domain.places import Place
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.areas import Area, areas_of, geometry, spots_of
from fieldfare.entrypoints.desk.map.boundary_form import SHAPES, Filled, rows_of
from fieldfare.entrypoints.desk.map.boundary_words import OPERATIONS, moves_in_words, place_name, users_of
from fieldfare.entrypoints.desk.map.colours import ROUTES
from fieldfare.entrypoints.desk.map.ground import ground_of, sources_of
from fieldfare.entrypoints.desk.map.laid_out import simple
from fieldfare.entrypoints.desk.map.postal_text import read_codes
from fieldfare.entrypoints.desk.map.schematic import Dot, Drawing, pictured
from fieldfare.entrypoints.desk.map.shape_text import NoShapeError, read_shape
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.web.forms import Form
from fieldfare.usecases.zones.outline import circle
from fieldfare.usecases.zones.who_moves import Move, Moves

_MOST_MOVES_SHOWN = 200
_MOST_DOTS = 2_000
_WHAT_IT_IS = {
    "polygon": "An area with straight edges: everything inside it and on its border belongs to it.",
    "radius": "A circle on the ground: everything at most so many metres from its centre belongs to it.",
    "postal_set": "A list of postal codes. A code of three characters stands for all codes that begin with it; a place "
    "whose postal code isn't known belongs to none.",
    "composite": "Other boundaries put together, one after the other: added, taken out, or kept only where they meet.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the page shows: fields as they are typed, what came of them, and what stands."""

    kind: str
    id: str
    is_new: bool
    is_deleted: bool
    fields: Form
    filled: Filled
    moves: Moves | None
    may_write: bool
    standing: Document | None


async def show_boundary(asking: Asking, sheet: Sheet, configuration: Configuration, *, status: int) -> Response:
    """Show the page."""
    shape = _drawn(sheet)
    codes = read_codes(sheet.fields.get("codes", "")) if sheet.kind == "postal_set" else None
    spots = await spots_of(asking, codes.codes) if codes is not None else {}
    dots = _dots(sheet.moves)
    picture = await pictured(_drawing(sheet, await areas_of(asking), shape, dots, list(spots.values())))
    boundaries = configuration.records[RecordKind.BOUNDARIES]
    return show(
        asking,
        "map/boundary.html",
        {
            "sheet": sheet,
            "shape_name": SHAPES[sheet.kind],
            "rule": _WHAT_IT_IS[sheet.kind],
            "fields": sheet.fields,
            "faults": sheet.filled.faults,
            "codes": codes,
            "rows": rows_of(sheet.fields) if sheet.kind == "composite" else [],
            "others": [id_ for id_, one in boundaries.items() if id_ != sheet.id and not one["deleted"]],
            "operations": OPERATIONS,
            "zones": [zone for zone in asking.business.zones if not zone.deleted],
            "users": [] if sheet.is_new else users_of(configuration, sheet.id),
            "moves": sheet.moves,
            "moves_said": moves_in_words(sheet.moves) if sheet.moves else "",
            "moved": _rows(asking, sheet.moves),
            "moved_shown": _MOST_MOVES_SHOWN,
            "drawing": picture.drawn,
            "map": {
                "ground": ground_of(asking),
                "zones": picture.zones,
                "edit": _edit(sheet, shape),
                "draft_codes": [{"code": code, "at": list(spot)} for code, spot in spots.items()],
                "dots": [{"at": list(dot.at), "title": dot.title, "kind": dot.kind} for dot in dots],
                "faults": [list(at) for at in sheet.filled.judged.at],
                "hq": [asking.business.hq.lng, asking.business.hq.lat],
            },
            "may_configure": True,
        },
        status=status,
        sources=sources_of(asking),
    )


def _edit(sheet: Sheet, shape: shapely.Geometry | None) -> dict[str, Any]:
    """Tell the script what it edits; the text of a polygon is read there from its field."""
    return {
        "kind": sheet.kind,
        "may": sheet.may_write,
        "shape": None if shape is None else geometry(shape if sheet.may_write else simple(shape)),
    }


def _drawn(sheet: Sheet) -> shapely.Geometry | None:
    """Draw what is typed, as far as it can be drawn."""
    fields = sheet.fields
    try:
        if sheet.kind == "polygon":
            found = read_shape(fields.get("shape", ""))
            return shapely.from_geojson(_json(found))
        if sheet.kind == "radius":
            lat, lng = float(fields.get("lat", "")), float(fields.get("lng", ""))
            metres = float(fields.get("radius_m", ""))
            return circle(Radius(center=Place(lat=lat, lng=lng), radius_m=metres)) if metres > 0 else None
    except (NoShapeError, ValueError, shapely.errors.GEOSException):
        return None
    return None


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _drawing(
    sheet: Sheet, areas: list[Area], shape: shapely.Geometry | None, dots: list[Dot], spots: list[tuple[float, float]]
) -> Drawing:
    faults = [Dot(at=at, kind="fault", title="Something is wrong here") for at in sheet.filled.judged.at]
    codes = [Dot(at=spot, kind="code") for spot in spots]
    return Drawing(
        title="The boundary among the zones. The form beside the map says the same.",
        areas=areas,
        drafts=[] if shape is None else [shape],
        dots=[*codes, *dots, *faults],
    )


def _dots(moves: Moves | None) -> list[Dot]:
    if moves is None:
        return []
    return [
        Dot(
            at=(move.customer.place.lng, move.customer.place.lat),
            kind="moved",
            colour=ROUTES[1],
            title=f"{_from(move, moves)} → {_to(move, moves)}",
        )
        for move in moves.moves[:_MOST_DOTS]
    ]


def _rows(asking: Asking, moves: Moves | None) -> list[dict[str, Any]]:
    if moves is None:
        return []
    named = asking.may(Permission.CUSTOMERS_READ)
    return [
        {
            "customer": (move.customer.name if named else "") or move.customer.customer,
            "href": asking.link("customers", move.customer.customer) if named else None,
            "postal_code": move.customer.place.postal_code or "unknown",
            "before": _from(move, moves),
            "after": _to(move, moves),
        }
        for move in moves.moves[:_MOST_MOVES_SHOWN]
    ]


def _from(move: Move, moves: Moves) -> str:
    return place_name(moves.present, move.way[0])


def _to(move: Move, moves: Moves) -> str:
    return place_name(moves.drafted, move.way[1])
