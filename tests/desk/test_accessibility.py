"""axe finds nothing on any page of the desk in any state, on a phone and at a desk, in light and in dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.desk.conftest import SignIn
from tests.desk.desk import DESK
from tests.desk.office import Office
from tests.desk.states import BY_HAND, STATES
from tests.web.browser import PHONE, must_be_accessible

pytestmark = pytest.mark.slow

STILL: dict[str, Any] = {"reduced_motion": "reduce"}
NARROW: ViewportSize = {"width": 320, "height": 640}
ON_PHONES = [state for state in STATES if state not in BY_HAND]


def must_hold(page: Page) -> None:
    """Look in light, then at what is another in the dark."""
    must_be_accessible(page)
    page.emulate_media(color_scheme="dark")
    must_be_accessible(page, rules=("color-contrast",))
    expect(page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("state", STATES)
def test_every_state_at_a_desk(state: str, sign_in: SignIn, quiet: Office) -> None:
    must_hold(STATES[state](sign_in("owner", DESK, **STILL)))


@pytest.mark.parametrize("state", ON_PHONES)
def test_every_state_on_a_phone(state: str, sign_in: SignIn, quiet: Office) -> None:
    page = STATES[state](sign_in("owner", PHONE, **STILL))

    must_hold(page)
    page.set_viewport_size(NARROW)
    # WCAG 1.4.10: only a table, the board or the map is wider, and scrolls within itself.
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("state", ["board", "board-list", "book-options", "booking", "settings-policy", "map-day"])
def test_with_colours_of_ones_own(state: str, sign_in: SignIn, quiet: Office) -> None:
    """Forced colours, as people with low vision set them."""
    must_be_accessible(STATES[state](sign_in("owner", DESK, forced_colors="active", **STILL)))
