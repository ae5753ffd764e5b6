"""axe finds nothing on any page in any state, on a phone and at a desk, in light and in dark, in both languages."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.web.browser import DESKTOP, PHONE, must_be_accessible
from tests.web.conftest import Visit
from tests.web.flow import EN, FR, Person
from tests.web.site import Site
from tests.web.states import STATES, Scene

pytestmark = pytest.mark.slow

DARK = {**PHONE, "color_scheme": "dark"}


def must_hold(state: str, visit: Visit, site: Site, device: dict[str, Any], **options: Any) -> None:
    words = FR if options.get("locale") == "fr-CA" else EN
    # Nobody has had a mail to this address before: the newest one leads to this visit.
    person = Person(name=f"Alex {state}", address=f"{state}.{secrets.token_hex(4)}")
    page = STATES[state](Scene(site=site, visitor=visit(device, **options), words=words, person=person))

    must_be_accessible(page)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_state(state: str, device: dict[str, Any], visit: Visit, site: Site) -> None:
    must_hold(state, visit, site, device)


@pytest.mark.parametrize("state", ["where", "what", "when", "details-faults", "taken", "done", "manage", "problem"])
def test_in_the_dark(state: str, visit: Visit, site: Site) -> None:
    must_hold(state, visit, site, DARK)


@pytest.mark.parametrize("state", ["where", "what", "when", "details-faults", "done", "out-of-area"])
def test_in_french(state: str, visit: Visit, site: Site) -> None:
    must_hold(state, visit, site, PHONE, locale="fr-CA")


@pytest.mark.parametrize("state", ["where", "what", "when", "details-filled", "done"])
def test_with_colours_of_ones_own(state: str, visit: Visit, site: Site) -> None:
    """Forced colours, as people with low vision set them."""
    must_hold(state, visit, site, DESKTOP, forced_colors="active", reduced_motion="reduce")
