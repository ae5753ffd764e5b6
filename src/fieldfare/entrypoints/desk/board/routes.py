"""The addresses of the dispatch board."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.board.check import check
from fieldfare.entrypoints.desk.board.data import board_data
from fieldfare.entrypoints.desk.board.history import last_change
from fieldfare.entrypoints.desk.board.move import move_it, move_page
from fieldfare.entrypoints.desk.board.page import board_page
from fieldfare.entrypoints.desk.board.time import block_time, change_time, new_time_page, time_page
from fieldfare.entrypoints.desk.board.why import why_page
from fieldfare.entrypoints.desk.pages import data, page

_SEE = Permission.COMMITMENTS_READ_OWN
_MOVE = Permission.BOOKINGS_WRITE
_BLOCK = Permission.COMMITMENTS_WRITE
_HERE = f"{ROOT}/board"
_BOTH = ["GET", "POST"]


def board_routes() -> list[Route]:
    """List the routes."""
    return [
        Route(_HERE, page(board_page, needs=_SEE)),
        Route(f"{_HERE}/data", data(board_data, needs=_SEE)),
        Route(f"{_HERE}/check", data(check, needs=_MOVE)),
        Route(f"{_HERE}/changed/{{id}}", data(last_change, needs=_MOVE)),
        Route(f"{_HERE}/move/{{id}}", page(move_page, needs=_MOVE, by_form=move_it), methods=_BOTH),
        Route(f"{_HERE}/time", page(new_time_page, needs=_BLOCK, by_form=block_time), methods=_BOTH),
        Route(
            f"{_HERE}/time/{{id}}",
            page(time_page, needs=Permission.COMMITMENTS_READ_OWN, by_form=change_time, form_needs=_BLOCK),
            methods=_BOTH,
        ),
        Route(f"{_HERE}/why", page(why_page, needs=Permission.WHY)),
    ]
