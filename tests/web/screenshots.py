"""Picture every page and state of the booking page: `python -m tests.web.screenshots [state ...]` fills docs/images."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests import databases
from tests.web.browser import DESKTOP, PHONE, ROOT, SETTLED, running_browser, visiting
from tests.web.flow import EN, FR, Person
from tests.web.pictures import make_small
from tests.web.site import Site, running_site
from tests.web.states import STATES, Scene

FOLDER = ROOT / "docs" / "images"
WAYS: dict[str, dict[str, Any]] = {
    "phone": PHONE,
    "desktop": DESKTOP,
    "phone-dark": {**PHONE, "color_scheme": "dark"},
    "desktop-dark": {**DESKTOP, "color_scheme": "dark"},
    "phone-french": {**PHONE, "locale": "fr-CA"},
}
FRAME_GROWS_MS = 200
ALWAYS = ("phone", "desktop")
ALSO = {
    "phone-dark": ("where", "what", "when", "details-filled", "taken", "done", "manage"),
    "desktop-dark": ("when",),
    "phone-french": ("where", "what", "when", "details-filled", "done", "manage", "out-of-area"),
}


def pictures(wanted: set[str]) -> Iterator[tuple[str, str]]:
    """List what is to be pictured: a state, and the way in which somebody sees it."""
    for state in STATES:
        for way in WAYS:
            if (not wanted or state in wanted) and (way in ALWAYS or state in ALSO[way]):
                yield state, way


def take(state: str, way: str, *, site: Site, browser: Browser) -> Path:
    """Go to a state, and picture all of its page."""
    with visiting(browser, origins=site.origins, reduced_motion="reduce", **WAYS[way]) as visitor:
        words = FR if way.endswith("french") else EN
        person = Person(name="Robin Doe", address=f"{state}.{way}")
        page = STATES[state](Scene(site=site, visitor=visitor, words=words, person=person))
        settle(page)
        file = FOLDER / f"booking-{state}-{way}.png"
        # A dialog is as high as the window, whatever lies behind it.
        page.screenshot(path=file, full_page="dialog" not in state, animations="disabled", caret="hide")
    make_small(file)
    return file


def settle(page: Page) -> None:
    """Let go of what only the mouse is over, and wait until nothing moves any more."""
    page.mouse.move(0, 0)
    for frame in page.frames:
        frame.evaluate(SETTLED)
    page.wait_for_timeout(FRAME_GROWS_MS)


@contextmanager
def stage() -> Iterator[tuple[Site, Browser]]:
    """Run the booking page and a browser, on a database of their own."""
    with tempfile.TemporaryDirectory(prefix="fieldfare-pictures-") as folder:
        home = Path(folder)
        with (
            databases.server(home / "postgres") as superuser,
            databases.clone(superuser, databases.template(superuser)) as database,
            running_site(database, home) as site,
            running_browser() as browser,
        ):
            yield site, browser


def main(wanted: set[str]) -> None:
    """Picture the states that are named, or all of them."""
    unknown = wanted - set(STATES)
    if unknown:
        sys.exit(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(STATES)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with stage() as (site, browser):
        for state, way in pictures(wanted):
            print(take(state, way, site=site, browser=browser).relative_to(ROOT), flush=True)
            site.clear()


if __name__ == "__main__":
    main(set(sys.argv[1:]))
