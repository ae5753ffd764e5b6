"""Somebody at the desk: a watched browser with a session, and where they go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.desk.office import Office
from tests.web.browser import DESKTOP, HERE, PHONE, Visitor, Watch, visiting

DESK: dict[str, Any] = {**DESKTOP, "viewport": {"width": 1440, "height": 900}}
TABLET: dict[str, Any] = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, **HERE}
DEVICES: dict[str, dict[str, Any]] = {"phone": PHONE, "tablet": TABLET, "desktop": DESK}
COOKIE = "fieldfare"
SOFTWARE_GL = r"GL Driver Message .* GPU stall due to ReadPixels"
"""What a browser without a graphics card says of any map."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who is signed in, or about to be."""

    office: Office
    visitor: Visitor

    @property
    def context(self) -> BrowserContext:
        return self.visitor.context

    @property
    def watch(self) -> Watch:
        return self.visitor.watch

    def url(self, *path: str, **query: Any) -> str:
        """Give the address of a page of the desk."""
        chosen = {key: str(value) for key, value in query.items() if value is not None}
        address = "/".join((self.office.server.url, "desk", *path))
        return f"{address}?{urlencode(chosen)}" if chosen else address

    def page(self, *path: str, **query: Any) -> Page:
        """Open a page of the desk in a window of its own."""
        return self.visitor.page(self.url(*path, **query))


@contextmanager
def at_the_desk(
    browser: Browser, office: Office, role: str | None, device: dict[str, Any] = DESK, **options: Any
) -> Iterator[Member]:
    """Let somebody sit down, with a session unless they have no role."""
    settings = {**device, **options}
    with visiting(browser, origins={office.server.url}, may_keep=frozenset({COOKIE}), **settings) as visitor:
        visitor.watch.expect_message(SOFTWARE_GL)
        if role is not None:
            visitor.context.add_cookies(
                [
                    {"name": name, "value": value, "url": office.server.url}
                    for name, value in office.cookies[role].items()
                ]
            )
        yield Member(office=office, visitor=visitor)


def must_be_at(page: Page, name: str) -> None:
    """Wait until a page of the desk is there."""
    expect(page.locator("body")).to_have_attribute("data-page", name)
