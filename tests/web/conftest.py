"""The booking page and the people who visit it.

Playwright's loop runs in the thread of the tests, where no other loop can start meanwhile. So the browser lives as long
as the tests of this folder and no longer, and begins after all that needs a loop to begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser
from sqlalchemy import URL

from tests.databases import clone
from tests.web.browser import DESKTOP, PHONE, Visitor, running_browser, visiting
from tests.web.site import Site, running_site


class Visit(Protocol):
    """Let somebody visit, on a phone unless told otherwise."""

    def __call__(self, device: dict[str, Any] = ..., **options: Any) -> Visitor: ...


@pytest.fixture(scope="package")
def site(database_server: URL, database_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Northern Comfort's booking page, with all that stands behind it."""
    with (
        clone(database_server, database_template) as database,
        running_site(database, tmp_path_factory.mktemp("site")) as running,
    ):
        yield running


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    """The browser of all tests here."""
    with running_browser() as running:
        yield running


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Give everybody who comes a context of their own, which is watched until the test ends and all time given back."""
    with ExitStack() as stack:
        stack.callback(site.clear)

        def come(device: dict[str, Any] = PHONE, **options: Any) -> Visitor:
            return stack.enter_context(visiting(browser, origins=site.origins, **{**device, **options}))

        yield come


@pytest.fixture
def phone(visit: Visit) -> Visitor:
    """Somebody with a phone."""
    return visit(PHONE)


@pytest.fixture
def desktop(visit: Visit) -> Visitor:
    """Somebody at a desk."""
    return visit(DESKTOP)


@pytest.fixture
def no_script(visit: Visit) -> Visitor:
    """Somebody with a phone that runs no scripts."""
    return visit(PHONE, java_script_enabled=False)


@pytest.fixture
def french(visit: Visit) -> Visitor:
    """Somebody with a phone that speaks French."""
    return visit(PHONE, locale="fr-CA")


@pytest.fixture
def dark(visit: Visit) -> Visitor:
    """Somebody with a phone in dark colours."""
    return visit(PHONE, color_scheme="dark")


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def anybody(request: pytest.FixtureRequest, visit: Visit) -> Visitor:
    """Somebody on either device."""
    return visit(request.param)
