"""The dispatch board as hands know it: where items lie, where an instant is, and how something is carried there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.desk.desk import Member, must_be_at

STEPS = 12
"""In how many steps a mouse goes from here to there."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board that is shown in a page."""

    page: Page

    def item(self, booking: Mapping[str, Any] | str) -> Locator:
        """Find an item, a booking's or a commitment's."""
        id_ = booking if isinstance(booking, str) else booking["id"]
        return self.page.locator(f".bd-rows .bd-item[data-id='{id_}']")

    def lane(self, technician: str) -> Locator:
        """Find the row of time of a technician."""
        return self.page.locator(f".bd-row[data-technician='{technician}'] .bd-lane")

    @property
    def ghost(self) -> Locator:
        """What is being carried."""
        return self.page.locator(".bd-ghost")

    @property
    def bubble(self) -> Locator:
        """What is said of the place over which it is carried."""
        return self.page.locator(".bd-bubble")

    @property
    def toast(self) -> Locator:
        """What was said last."""
        return self.page.locator(".bd-toast")

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.locator("dialog[open]")

    def x_of(self, instant: int) -> float:
        """Tell where an instant lies, in pixels from the left edge of the window."""
        found = self.page.evaluate(
            """(at) => {
                const {days} = JSON.parse(document.getElementById("board-data").textContent);
                const {left, width} = document.querySelector(".bd-over").getBoundingClientRect();
                let before = 0, place = 0, sum = 0;
                for (const {opens, closes} of days) {
                    if (at >= opens && at <= closes) place = before + at - opens;
                    before += closes - opens;
                }
                sum = before;
                return left + (place / sum) * width;
            }""",
            instant,
        )
        return float(found)

    def reach(self, instant: int) -> None:
        """Scroll the board until an instant lies in the middle of what is shown."""
        self.page.evaluate(
            """([x]) => {
                const scroller = document.querySelector(".bd-scroll");
                const {left, width} = scroller.getBoundingClientRect();
                scroller.scrollBy(x - left - width / 2, 0);
            }""",
            [self.x_of(instant)],
        )

    def y_of(self, technician: str) -> float:
        """Tell where a technician's row lies, in pixels from the upper edge."""
        lane = self.lane(technician)
        lane.scroll_into_view_if_needed()
        box = lane.bounding_box()
        assert box is not None
        return box["y"] + min(box["height"] / 2, 22)

    def grip_of(self, booking: Mapping[str, Any]) -> tuple[float, float]:
        """Tell where a hand takes an item."""
        item = self.item(booking)
        item.scroll_into_view_if_needed()
        box = item.bounding_box()
        assert box is not None
        return box["x"] + min(box["width"] / 2, 20), box["y"] + box["height"] / 2

    def take(self, element: Locator) -> None:
        """Press the mouse on what is to be carried."""
        element.scroll_into_view_if_needed()
        box = element.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + min(box["width"] / 2, 20), box["y"] + box["height"] / 2)
        self.page.mouse.down()

    def bring(self, *, to: str, at: int) -> None:
        """Carry what was taken to a technician's row at an instant: roughly there, then to the spot, as a hand does."""
        x, y = self.x_of(at), self.y_of(to)
        self.page.mouse.move(x, y, steps=STEPS)
        expect(self.ghost).to_have_attribute("data-technician", to)
        off = self.x_of(int(str(self.ghost.get_attribute("data-start")))) - x
        self.page.mouse.move(x - off, y, steps=2)
        expect(self.ghost).to_have_attribute("data-start", str(at))

    def carry(self, booking: Mapping[str, Any], *, to: str, at: int) -> None:
        """Take an item up, and carry it to a technician's row at an instant."""
        self.take(self.item(booking))
        self.bring(to=to, at=at)

    def drop(self) -> None:
        """Let go of what is carried."""
        self.page.mouse.up()

    def must_show(self, booking: Mapping[str, Any] | str, *, whose: str, at: int) -> None:
        """Wait until an item stands with somebody at an instant."""
        expect(self.item(booking)).to_have_attribute("data-technician", whose)
        expect(self.item(booking)).to_have_attribute("data-start", str(at))


def opened(member: Member, on: date, **query: Any) -> Board:
    """Open the board of a day, and wait until it is drawn."""
    page = member.page("board", date=on.isoformat(), **query)
    must_be_at(page, "board")
    board = Board(page=page)
    expect(page.locator("#board")).to_have_attribute("data-ready", "true")
    return board
