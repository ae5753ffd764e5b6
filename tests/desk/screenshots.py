"""Picture every page and state of the desk: `python -m tests.desk.screenshots [state ...]` fills docs/images."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests import databases
from tests.desk import crm_states
from tests.desk.crm import CrmOffice, running_crm_office
from tests.desk.desk import DESK, TABLET, Member, at_the_desk
from tests.desk.office import Office, running_office
from tests.desk.states import BY_HAND, STATES
from tests.web.browser import PHONE, ROOT, SETTLED, running_browser
from tests.web.pictures import make_small

FOLDER = ROOT / "docs" / "images"
DARK: dict[str, Any] = {"color_scheme": "dark"}
WAYS: dict[str, dict[str, Any]] = {
    "desktop": DESK,
    "desktop-dark": {**DESK, **DARK},
    "tablet": {**TABLET, "device_scale_factor": 1},
    "tablet-dark": {**TABLET, **DARK, "device_scale_factor": 1},
    "phone": {**PHONE, "device_scale_factor": 1},
    "phone-dark": {**PHONE, **DARK, "device_scale_factor": 1},
}
IN_THE_WINDOW = ("board", "map", "boundary-polygon", "boundary-radius", "search-found")
"""What is as high as the window, or has something over it that is."""

AS_LONG_AS_IT_IS = ("board-list", "board-move", "board-time", "board-blocked")
_MOVES_ON_MS = 300
_LONGEST = 3_000


State = Callable[[Member], Page]


def pictures(wanted: set[str], states: Mapping[str, State]) -> Iterator[tuple[str, str]]:
    """List what is to be pictured: a state, and the way in which somebody sees it."""
    for state in states:
        for way in WAYS:
            if (not wanted or state in wanted) and not (state in BY_HAND and not way.startswith("desktop")):
                yield state, way


def take(state: str, way: str, *, office: Office, browser: Browser, show: State) -> Path:
    """Go to a state, and picture all of its page."""
    with at_the_desk(browser, office, "owner", WAYS[way], reduced_motion="reduce") as member:
        page = show(member)
        page.evaluate(SETTLED)
        if not state.startswith(IN_THE_WINDOW) or state in AS_LONG_AS_IT_IS:
            stretch(page)
        page.wait_for_timeout(_MOVES_ON_MS)
        file = FOLDER / f"desk-{state}-{way}.png"
        page.screenshot(path=file, animations="disabled", caret="hide")
    make_small(file)
    return file


def stretch(page: Page) -> None:
    """Make the window as high as the page: what sticks to its edges then stands where the page ends."""
    window = page.viewport_size
    assert window is not None
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": window["width"], "height": min(max(height, window["height"]), _LONGEST)})


@contextmanager
def stage(*, crm: bool) -> Iterator[tuple[Office, CrmOffice | None, Browser]]:
    """Run the desk and a browser, on databases of their own; one with a CRM too, where it is wanted."""
    with tempfile.TemporaryDirectory(prefix="fieldfare-pictures-") as folder:
        home = Path(folder)
        with (
            databases.server(home / "postgres") as superuser,
            databases.clone(superuser, template := databases.template(superuser)) as database,
            running_office(database, home) as office,
            ExitStack() as stack,
        ):
            other = None
            if crm:
                beside = stack.enter_context(databases.clone(superuser, template))
                other = stack.enter_context(running_crm_office(beside, home / "crm", office.post))
                crm_states.live_a_day(other)
            with running_browser() as browser:
                yield office, other, browser


def main(wanted: set[str]) -> None:
    """Picture the states that are named, or all of them."""
    unknown = wanted - set(STATES) - set(crm_states.STATES)
    if unknown:
        known = ", ".join((*STATES, *crm_states.STATES))
        sys.exit(f"there is no {', '.join(sorted(unknown))}; there are {known}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with stage(crm=not wanted or bool(wanted & set(crm_states.STATES))) as (office, other, browser):
        for state, way in pictures(wanted, STATES):
            file = take(state, way, office=office, browser=browser, show=STATES[state])
            print(file.relative_to(ROOT), flush=True)
            office.clear()
        if other is not None:
            for state, way in pictures(wanted, crm_states.STATES):
                file = take(state, way, office=other, browser=browser, show=crm_states.STATES[state])
                print(file.relative_to(ROOT), flush=True)


if __name__ == "__main__":
    main(set(sys.argv[1:]))
