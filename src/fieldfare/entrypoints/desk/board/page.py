"""`/desk/board`: the board, or the same as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.board.data import read_board
from fieldfare.entrypoints.desk.board.view import View, view_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.web.live import mark_of


async def board_page(asking: Asking) -> Response:
    """Show the board of a day or a week; without scripts it is the list."""
    view = view_of(asking)
    board = await read_board(asking, view)
    view = replace(view, page=board["page"])
    values: dict[str, Any] = {
        "view": view,
        "board": board,
        "heading": _heading(asking, view),
        "links": _links(asking, view, pages=board["pages"]),
        "mark": mark_of(asking.current.state),
        "data_url": desk_link("board", "data", **view.query()),
        "skills": sorted({skill for person in asking.business.technicians for skill in person.skills}),
        "hubs": sorted(asking.business.hubs, key=lambda hub: (hub.name.casefold(), hub.id)),
        "filtered": bool(view.text or view.skill or view.hub),
    }
    return show(asking, "board/board.html", values)


def _heading(asking: Asking, view: View) -> str:
    tongue = asking.tongue
    if not view.week:
        return tongue.whole_day(view.day)
    last = view.first + timedelta(days=view.days - 1)
    return f"{tongue.short_day(view.first)} to {tongue.short_day(last)}"


def _links(asking: Asking, view: View, *, pages: int) -> dict[str, str | None]:
    def to(other: View) -> str:
        return desk_link("board", **other.query())

    return {
        "previous": to(view.moved(-1)),
        "next": to(view.moved(1)),
        "today": to(replace(view, day=asking.today, page=1)),
        "day": to(replace(view, week=False)),
        "week": to(replace(view, week=True)),
        "board": to(replace(view, listed=False)),
        "list": to(replace(view, listed=True)),
        "all": to(replace(view, text="", skill="", hub="", page=1)),
        "earlier": to(replace(view, page=view.page - 1)) if view.page > 1 else None,
        "later": to(replace(view, page=view.page + 1)) if view.page < pages else None,
    }
