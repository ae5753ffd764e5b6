"""What the map lies on: nothing unless somebody set tiles or a file, and then what the page may load for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.responses import FileResponse, Response

from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.web.assets import bundled

_OSM = "© OpenStreetMap contributors"
_A_DAY = 86_400


def sources_of(asking: Asking) -> str:
    """Name the origin from which the page may load tiles; none if they are ours, or there are none."""
    parts = urlsplit(asking.rooms.ground.tiles)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def ground_of(asking: Asking) -> dict[str, Any]:
    """Tell the script where the worker, the tiles and the file are, and whose they are."""
    ground = asking.rooms.ground
    credited = [ground.attribution] if ground.attribution else []
    if ground.file is not None and _OSM not in ground.attribution:
        credited.append(_OSM)
    return {
        "worker": bundled().address_of("map_worker.js"),
        "tiles": ground.tiles,
        "file": asking.link("map", "tiles.pmtiles") if ground.file is not None else "",
        "attribution": ", ".join(credited),
    }


async def give_file(asking: Asking) -> Response:
    """Serve the file of tiles, or the ranges of it that a browser asks for."""
    path = asking.rooms.ground.file
    if path is None or not path.is_file():
        raise Problem("not_found")
    headers = {"Cache-Control": f"private, max-age={_A_DAY}"}
    return FileResponse(path, media_type="application/vnd.pmtiles", headers=headers)
