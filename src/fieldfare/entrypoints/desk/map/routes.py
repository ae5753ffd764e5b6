"""The addresses of the map and of boundaries."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.map.ground import give_file
from fieldfare.entrypoints.desk.map.overview import map_data, map_page
from fieldfare.entrypoints.desk.pages import data, page

_MAP = f"{ROOT}/map"
_SEES = Permission.COMMITMENTS_READ


def map_routes() -> list[Route]:
    """List the routes."""
    return [
        Route(_MAP, page(map_page, needs=_SEES)),
        Route(f"{_MAP}/data", data(map_data, needs=_SEES)),
        Route(f"{_MAP}/tiles.pmtiles", data(give_file, needs=(_SEES, Permission.CONFIGURATION_READ))),
    ]
