"""How heavy the booking page is, and how soon a phone on a slow line sees the first calendar.

    python -m benchmarks.booking_page    # writes its part of docs/performance.md

The server, the database and the example business are real, with this week's commitments; the phone is Chromium at 390
pixels with a processor slowed down four times, on a line of 1.6 Mbit/s down, 0.75 Mbit/s up and 150 ms round trip: the
profile "slow 4G" of Lighthouse. Beside it stands what the same browser takes for an empty page of the same server.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests import databases
from tests.reliability.racing import NO_LIMITS
from tests.servers import Server, environment, fieldfare, serving
from tests.service.example import BUSINESS, FOLDER
from tests.web.browser import running_browser

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
MARKS = ("<!-- booking page: written by python -m benchmarks.booking_page -->", "<!-- booking page: end -->")
ADDRESS = "1225 Trafalgar Road, Oakville, ON L6H 0H3"
ROUNDS = 15
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
PROCESSOR = 4
MOST_BYTES = 45_000
GOAL_SECONDS = 1.0


def main() -> None:
    """Measure, print, and write the page."""
    with tempfile.TemporaryDirectory() as folder, example(Path(folder)) as server, running_browser() as browser:
        weight = first_load(browser, server)
        cold = [first_calendar(browser, server, warm=False) for _ in range(ROUNDS)]
        warm = [first_calendar(browser, server, warm=True) for _ in range(ROUNDS)]
        empty = [blank(browser, server) for _ in range(ROUNDS)]
    lines = [
        "| what | bytes over the line |",
        "| --- | --- |",
        *(f"| {name} | {size:,} |" for name, size in weight.items()),
        f"| **first load, in all** (goal: {MOST_BYTES:,}) | {sum(weight.values()):,} |",
        "",
        "| from the click to the paint, on the slow phone | p50 | slowest of 15 |",
        "| --- | --- | --- |",
        row("first calendar, on the way through the steps (goal: 1 s)", warm),
        row("first calendar, opened by its address with an empty cache", cold),
        row("an error page of a line, with an empty cache", empty),
        "",
        f"- Load of the machine before: {os.getloadavg()[0]:.1f}.",
    ]
    text = "\n".join(lines)
    print(text)
    page = PAGE.read_text(encoding="utf-8")
    begin, end = MARKS
    written = re.sub(f"{re.escape(begin)}.*{re.escape(end)}", f"{begin}\n\n{text}\n\n{end}", page, flags=re.DOTALL)
    PAGE.write_text(written, encoding="utf-8")


def row(name: str, seconds: list[float]) -> str:
    """Write one line of the table."""
    return f"| {name} | {statistics.median(seconds):.2f} s | {max(seconds):.2f} s |"


@contextmanager
def example(folder: Path) -> Iterator[Server]:
    """Serve Northern Comfort with this week's commitments, as the demonstration does."""
    with databases.server(folder / "server") as superuser:
        template = databases.template(superuser)
        with databases.clone(superuser, template) as database:
            env = environment(database, **NO_LIMITS, FIELDFARE_LOG_LEVEL="warning")
            living = subprocess.run([sys.executable, FOLDER / "living.py"], capture_output=True, check=True)
            words = ("business", "import", str(FOLDER / "business.json"), "--commitments", "-")
            done = fieldfare(*words, env=env, given=living.stdout)
            if done.returncode:
                raise SystemExit(done.stderr)
            with serving(env, log=folder / "log") as server:
                yield server


def slowed(browser: Browser) -> Page:
    """Open a page on the slow phone."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=3).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR})
    return page


def first_load(browser: Browser, server: Server) -> dict[str, int]:
    """Add up what the first page fetches, as it comes over the line, headers and all."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda said: names.update({said["requestId"]: said["response"]["url"]}))

    def add(said: dict[str, object]) -> None:
        name = names.get(str(said["requestId"]), "").partition("?")[0].rpartition("/")[2]
        sizes[name] = sizes.get(name, 0) + round(float(str(said["encodedDataLength"])))

    session.on("Network.loadingFinished", add)
    page.goto(f"{server.url}/book/{BUSINESS}", wait_until="networkidle")
    page.context.close()
    return {_kind(name): size for name, size in sizes.items() if size}


def _kind(name: str) -> str:
    if name.startswith("widget-"):
        return "script" if name.endswith(".js") else "styles"
    return {BUSINESS: "page", "brand.css": "colours"}.get(name, name)


def first_calendar(browser: Browser, server: Server, *, warm: bool) -> float:
    """Give the seconds until the calendar is painted."""
    page = slowed(browser)
    page.goto(f"{server.url}/book/{BUSINESS}")
    page.get_by_role("combobox").fill(ADDRESS)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Choose Heating").click()
    page.get_by_role("button", name="Choose Furnace repair").click()
    page.locator("table.month").wait_for()
    address = page.url
    if not warm:
        page.context.close()
        page = slowed(browser)
        page.goto(address)
    return painted(page)


def blank(browser: Browser, server: Server) -> float:
    """Give the seconds until a page with next to nothing on it is painted."""
    page = slowed(browser)
    page.goto(f"{server.url}/book/{BUSINESS}?s=nothing")
    return painted(page)


def painted(page: Page) -> float:
    """Give the seconds from the navigation's start, which is the click, to the first paint, and close the page."""
    page.wait_for_load_state("load")
    seconds = None
    while seconds is None:
        seconds = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000 || null")
        page.wait_for_timeout(50)
    page.context.close()
    return float(seconds)


if __name__ == "__main__":
    main()
