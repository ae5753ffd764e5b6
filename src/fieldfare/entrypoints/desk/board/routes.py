"""The addresses of the dispatch board."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.board.data import board_data
from fieldfare.entrypoints.desk.board.page import board_page
from fieldfare.entrypoints.desk.pages import data, page

_SEE = Permission.COMMITMENTS_READ_OWN
_HERE = f"{ROOT}/board"


def board_routes() -> list[Route]:
    """List the routes."""
    return [
        Route(_HERE, page(board_page, needs=_SEE)),
        Route(f"{_HERE}/data", data(board_data, needs=_SEE)),
    ]
