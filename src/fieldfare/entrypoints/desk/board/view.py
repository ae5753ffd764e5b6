"""Which part of the board somebody looks at: read from the query, and written into links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fieldfare.domain.clock import monday_of
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.usecases.board.lay_out import Wanted

WEEK = 7
_LONGEST_TEXT = 100
_MOST_PAGES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A date, a day or the week around it, as board or as list, and the filters."""

    day: date
    week: bool = False
    listed: bool = False
    page: int = 1
    text: str = ""
    skill: str = ""
    hub: str = ""

    @property
    def first(self) -> date:
        """The first date that is shown."""
        return monday_of(self.day) if self.week else self.day

    @property
    def days(self) -> int:
        """How many dates are shown."""
        return WEEK if self.week else 1

    def moved(self, steps: int) -> View:
        """Give the view so many days or weeks later."""
        return replace(self, day=self.day + timedelta(days=steps * self.days), page=1)

    def query(self) -> dict[str, Any]:
        """Write the view as a query; what is as usual is left out."""
        return {
            "date": self.day.isoformat(),
            "view": "week" if self.week else None,
            "show": "list" if self.listed else None,
            "page": self.page if self.page > 1 else None,
            "q": self.text or None,
            "skill": self.skill or None,
            "hub": self.hub or None,
        }

    def wanted(self, asking: Asking) -> Wanted:
        """Ask for what the member may see of it: all rows, or their own; raises `Problem` (forbidden)."""
        return Wanted(
            first=self.first,
            days=self.days,
            page=self.page,
            text=self.text,
            skill=self.skill,
            hub=self.hub,
            only=own_row(asking),
        )


def own_row(asking: Asking) -> str | None:
    """Name the one technician whose row the member may see, None for all; raises `Problem` (forbidden)."""
    if asking.may(Permission.BOOKINGS_READ) and asking.may(Permission.COMMITMENTS_READ):
        return None
    if asking.who.technician is None or not asking.may(Permission.COMMITMENTS_READ_OWN):
        raise Problem("forbidden")
    return asking.who.technician


def view_of(asking: Asking) -> View:
    """Read the view from the query; what can't be read is as usual."""
    query = asking.query
    return View(
        day=asking.day(),
        week=query.get("view") == "week",
        listed=query.get("show") == "list",
        page=_page_of(query.get("page", "")),
        text=query.get("q", "")[:_LONGEST_TEXT],
        skill=query.get("skill", "")[:_LONGEST_TEXT],
        hub=query.get("hub", "")[:_LONGEST_TEXT],
    )


def _page_of(text: str) -> int:
    return min(max(1, int(text)), _MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) < 5 else 1  # noqa: PLR2004
