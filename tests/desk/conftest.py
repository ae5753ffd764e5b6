"""The office and its people.

As at the booking page, the browser begins after all that needs a loop to begin, and ends with the tests of this folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import httpx2
import pytest
from playwright.sync_api import Browser
from sqlalchemy import URL

from tests.databases import clone
from tests.desk.desk import DESK, Member, at_the_desk
from tests.desk.office import Office, running_office
from tests.web.browser import running_browser


class SignIn(Protocol):
    """Let somebody of a role sit down, at a desk unless told otherwise."""

    def __call__(self, role: str | None = ..., device: dict[str, Any] = ..., **options: Any) -> Member: ...


@pytest.fixture(scope="package")
def office(database_server: URL, database_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The desk, with all that stands behind it."""
    with (
        clone(database_server, database_template) as database,
        running_office(database, tmp_path_factory.mktemp("office")) as running,
    ):
        yield running


@pytest.fixture(scope="package")
def browser(office: Office) -> Iterator[Browser]:
    """The browser of all tests here."""
    with running_browser() as running:
        yield running


@pytest.fixture
def quiet(office: Office) -> Iterator[Office]:
    """The office, whose quiet day is emptied after the test."""
    yield office
    office.clear()


@pytest.fixture
def sign_in(browser: Browser, office: Office) -> Iterator[SignIn]:
    """Give everybody who sits down a context of their own, which is watched until the test ends."""
    with ExitStack() as stack:

        def sit(role: str | None = "dispatcher", device: dict[str, Any] = DESK, **options: Any) -> Member:
            return stack.enter_context(at_the_desk(browser, office, role, device, **options))

        yield sit


@pytest.fixture
def dispatcher(sign_in: SignIn) -> Member:
    """Somebody who plans the day."""
    return sign_in("dispatcher")


@pytest.fixture
def owner(sign_in: SignIn) -> Member:
    """Somebody who may do everything."""
    return sign_in("owner")


@pytest.fixture
def no_script(sign_in: SignIn) -> Member:
    """An owner whose browser runs no scripts."""
    return sign_in("owner", java_script_enabled=False)


@pytest.fixture
def scripts(office: Office) -> Iterator[httpx2.Client]:
    """What a dispatcher's scripts send."""
    with office.signed_in("dispatcher") as client:
        yield client
