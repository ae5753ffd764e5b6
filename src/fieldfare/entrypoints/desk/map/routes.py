"""The addresses of the map and of boundaries."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.staff.configuration import LONGEST_DOCUMENT
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.map.boundary_delete import ask_deletion, delete_boundary
from fieldfare.entrypoints.desk.map.boundary_edit import new_boundary, send_new_boundary, send_one, show_one
from fieldfare.entrypoints.desk.map.boundary_list import list_boundaries
from fieldfare.entrypoints.desk.map.ground import give_file
from fieldfare.entrypoints.desk.map.overview import map_data, map_page
from fieldfare.entrypoints.desk.map.tracing import trace_page
from fieldfare.entrypoints.desk.pages import data, page

_MAP = f"{ROOT}/map"
_BOUNDARIES = f"{_MAP}/boundaries"
_SEES = Permission.COMMITMENTS_READ
_READS = Permission.CONFIGURATION_READ
_WRITES = Permission.CONFIGURATION_WRITE
_BOTH = ["GET", "POST"]


def map_routes() -> list[Route]:
    """List the routes."""
    return [
        Route(_MAP, page(map_page, needs=_SEES)),
        Route(f"{_MAP}/data", data(map_data, needs=_SEES)),
        Route(f"{_MAP}/tiles.pmtiles", data(give_file, needs=(_SEES, _READS))),
        Route(f"{_MAP}/trace", page(trace_page, needs=_SEES)),
        Route(_BOUNDARIES, page(list_boundaries, needs=_READS)),
        Route(
            f"{_BOUNDARIES}/new",
            page(new_boundary, needs=_WRITES, by_form=send_new_boundary, longest=LONGEST_DOCUMENT),
            methods=_BOTH,
        ),
        Route(
            f"{_BOUNDARIES}/{{id}}",
            page(show_one, needs=_READS, by_form=send_one, form_needs=_WRITES, longest=LONGEST_DOCUMENT),
            methods=_BOTH,
        ),
        Route(
            f"{_BOUNDARIES}/{{id}}/delete",
            page(ask_deletion, needs=_WRITES, by_form=delete_boundary),
            methods=_BOTH,
        ),
    ]
