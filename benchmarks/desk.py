"""How soon the dispatch board is usable, and how quickly it answers while a visit is carried over it.

    python -m benchmarks.desk    # writes its part of docs/performance.md

The server, the database and the browser are real. Two businesses of forty and two hundred technicians have eight visits
a day each, on five days. Beside each figure stands what somebody would do without it, in the same run: load the page
anew, or ask for the whole map of availability at every place over which a visit is carried.
"""

from __future__ import annotations

import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, Page

from tests import databases
from tests.desk import board as boards
from tests.desk.board import Board
from tests.desk.desk import at_the_desk
from tests.desk.office import LEIGHLAND, Office, running_office
from tests.web.browser import running_browser

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
MARKS = ("<!-- desk: written by python -m benchmarks.desk -->", "<!-- desk: end -->")
SIZES = (40, 200)
VISITS = 8
ROUNDS = 15
ASKED = 200
CARRIED = 60
TOLD = 15
GOAL_USABLE_S, GOAL_CHECK_S, GOAL_STEP_S = 1.0, 0.1, 1.0
HALF_PAST_ONE = "13:30"


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long something took, again and again, in seconds."""

    seconds: tuple[float, ...]

    @property
    def middle(self) -> float:
        return statistics.median(self.seconds)

    @property
    def most(self) -> float:
        """What nineteen of twenty stay below."""
        return statistics.quantiles(self.seconds, n=20)[-1]

    def row(self, name: str, beside: Spread | None = None) -> str:
        """Write a line of the table; `beside` is what stands for 1."""
        ratio = "" if beside is None else f"{self.middle / beside.middle:.1f}x"
        return f"| {name} | {_written(self.middle)} | {_written(self.most)} | {ratio} |"


def main() -> None:
    """Measure, print, and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with (
            databases.server(home / "server") as superuser,
            databases.clone(superuser, databases.template(superuser)) as database,
            running_office(database, home, businesses=[(size, VISITS) for size in SIZES]) as office,
        ):
            answers = [line for size in SIZES for line in of_answers(office, size)]
            with running_browser() as browser:
                pages = [line for size in SIZES for line in of_pages(browser, office, size)]
                step = in_step(browser, office)
    head = ["| {} | p50 | p95 | beside |", "| --- | --- | --- | --- |"]
    lines = [
        head[0].format(f"in the browser, {ROUNDS} rounds (goal: usable in {GOAL_USABLE_S:.0f} s)"),
        head[1],
        *pages,
        step.row(f"a change by somebody else shows on an open board (goal: {GOAL_STEP_S:.0f} s)"),
        "",
        head[0].format(f"the server's answers (goal: a live check in {GOAL_CHECK_S * 1000:.0f} ms)"),
        head[1],
        *answers,
        "",
        f"- Load of the machine before: {os.getloadavg()[0]:.1f}.",
    ]
    text = "\n".join(lines)
    print(text)
    page = PAGE.read_text(encoding="utf-8")
    begin, end = MARKS
    written = re.sub(f"{re.escape(begin)}.*{re.escape(end)}", f"{begin}\n\n{text}\n\n{end}", page, flags=re.DOTALL)
    PAGE.write_text(written, encoding="utf-8")


def of_answers(office: Office, size: int) -> list[str]:
    """Measure what the server answers for a business: live checks, its data, and what they stand in for."""
    name = f"{size} technicians"
    with office.signed_in(f"fleet-{size}") as client:
        booking = booked(office, client, size)
        places = [
            {
                "booking": booking["id"],
                "technician": f"t{turn % size:03}",
                "start": office.instant("08:00") + turn * 300,
            }
            for turn in range(ASKED)
        ]
        # A step to the side each time: no map that is kept answers.
        beside = iter({**LEIGHLAND, "lat": 43.4615 + turn / 100_000} for turn in range(ROUNDS))
        day = {"date": office.quiet.isoformat()}
        turns = iter(places)
        check = timed(lambda: client.get("/desk/board/check", params=next(turns)), ASKED)
        found = timed(
            lambda: client.post(
                f"/api/v1/fleet-{size}/availability", json={"place": next(beside), "product": "tune-up"}
            ),
            ROUNDS,
        )
        data = timed(lambda: client.get("/desk/board/data", params=day), ROUNDS)
        week = timed(lambda: client.get("/desk/board/data", params={**day, "view": "week"}), ROUNDS)
        page = timed(lambda: client.get("/desk/board", params=day, headers={"Accept": "text/html"}), ROUNDS)
    return [
        check.row(f"a live check, {name}", check),
        found.row(f"the whole map of availability in its place, {name}", check),
        page.row(f"the whole page in its place, {name}", check),
        data.row(f"a day of the board, {name}", check),
        week.row(f"a week of the board, {name}", check),
    ]


def of_pages(browser: Browser, office: Office, size: int) -> list[str]:
    """Measure the board of a business in a browser: until it is usable, and while a visit is carried over it."""
    name = f"{size} technicians"
    cold = Spread(seconds=tuple(usable(browser, office, size) for _ in range(ROUNDS)))
    with at_the_desk(browser, office, f"fleet-{size}") as member:
        shown = boards.opened(member, office.quiet)
        rows = shown.page.locator(".bd-row[data-technician]").count()
        warm = []
        for _ in range(ROUNDS):
            shown.page.reload()
            warm.append(marked(shown.page))
        checks, slow = carried(shown)
    again = Spread(seconds=tuple(warm))
    return [
        again.row(f"board usable, {name} x {VISITS} visits, {rows} rows shown", again),
        cold.row(f"the same with an empty cache, {name}", again),
        checks.row(f"a live check while carrying, as the browser waits for it, {name}"),
        f"| tasks over 50 ms while carrying over {CARRIED} places, {name} | {slow} | | |",
    ]


def usable(browser: Browser, office: Office, size: int) -> float:
    """Give the seconds from the click to a board that can be used, with an empty cache."""
    with at_the_desk(browser, office, f"fleet-{size}") as member:
        return marked(boards.opened(member, office.quiet).page)


def marked(page: Page) -> float:
    """Wait for the board's own mark, and give the seconds from the navigation's start."""
    while not (found := page.evaluate("performance.getEntriesByName('board:usable')[0]?.startTime ?? 0")):
        page.wait_for_timeout(20)
    return float(found) / 1000


def carried(shown: Board) -> tuple[Spread, int]:
    """Carry a visit over the board by the mouse; gives how long checks took, and how many tasks were too long."""
    page = shown.page
    page.evaluate(
        """() => {
            performance.clearResourceTimings();
            performance.setResourceTimingBufferSize(1000);
            window.slow = 0;
            new PerformanceObserver((list) => { window.slow += list.getEntries().length; }).observe({type: "longtask"});
        }"""
    )
    item = page.locator(".bd-item[data-movable]").first
    x, y = shown.grip_of({"id": item.get_attribute("data-id")})
    page.mouse.move(x, y)
    page.mouse.down()
    rows = [str(one.get_attribute("data-technician")) for one in page.locator(".bd-row[data-technician]").all()[:6]]
    for turn in range(CARRIED):
        page.mouse.move(x + turn * 9, shown.y_of(rows[turn // 10 % len(rows)]), steps=2)
        page.wait_for_timeout(60)
    page.keyboard.press("Escape")
    page.mouse.up()
    entries = "performance.getEntriesByType('resource').filter(({name}) => name.includes('board/check'))"
    took = page.evaluate(f"{entries}.map(one => one.duration)")
    return Spread(seconds=tuple(one / 1000 for one in took)), int(page.evaluate("window.slow"))


def in_step(browser: Browser, office: Office) -> Spread:
    """Give the seconds from before somebody's move is sent until another's open board shows it."""
    booking = office.book("09:00", "amara")
    took = []
    with at_the_desk(browser, office, "dispatcher") as member, office.desk() as desk:
        page = boards.opened(member, office.quiet).page
        page.locator("[data-live=true]").wait_for(state="attached")
        for turn in range(TOLD):
            start = office.instant("09:30" if turn % 2 == 0 else "09:00")
            page.evaluate(WATCH, [booking["id"], str(start)])
            began = time.time()
            moved = {"start": office.at("09:30" if turn % 2 == 0 else "09:00"), "technician": "amara"}
            desk.post(f"/api/v1/staff/bookings/{booking['id']}/reschedule", json=moved).raise_for_status()
            while not (seen := page.evaluate("window.seen")):
                page.wait_for_timeout(20)
            took.append(seen / 1000 - began)
            page.wait_for_timeout(300 + 37 * turn)
    office.clear()
    return Spread(seconds=tuple(took))


WATCH = """([id, start]) => {
    window.seen = 0;
    const look = () => {
        const item = document.querySelector(`.bd-rows .bd-item[data-id="${id}"]`);
        if (item?.dataset.start === start) window.seen = Date.now();
        else requestAnimationFrame(look);
    };
    look();
}"""


def booked(office: Office, client: httpx2.Client, size: int) -> dict[str, Any]:
    """Book a visit with the first technician, whose afternoons are free."""
    body = {
        "place": LEIGHLAND,
        "product": "tune-up",
        "start": office.at(HALF_PAST_ONE),
        "technician": "t000",
        "customer": {"name": "Robin Doe", "email": f"robin.{size}@example.com"},
    }
    answer = client.post("/api/v1/staff/bookings", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def timed(ask: Callable[[], httpx2.Response], rounds: int) -> Spread:
    """Ask again and again, and give how long each took."""
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        answer = ask()
        took.append(time.perf_counter() - begin)
        assert answer.status_code == 200, answer.text
    return Spread(seconds=tuple(took))


def _written(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main()
