"""The browser of the tests: where it is found, what each context is like, and the watch that is kept over its pages.

A watch fails a test for whatever a customer's browser would complain of: an error in the console or of a script, a
breach of the content security policy, a request to anybody else, one that failed. What a test expects, it declares.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    WebError,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-default-apps",
    "--metrics-recording-only",
    "--disable-domain-reliability",
)
MISSING = (
    "THERE IS NO BROWSER, SO THE BOOKING PAGE IS NOT TESTED. Install one (Debian, Ubuntu: apt install chromium) "
    "or name one in FIELDFARE_CHROMIUM"
)
HERE: dict[str, Any] = {"locale": "en-CA", "timezone_id": "America/Toronto"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    **HERE,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **HERE}
PATIENCE_MS = 60_000
"""How long to wait for what shall come; nothing is measured by it."""
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")

SETTLED = "() => Promise.allSettled(document.getAnimations().map(one => one.finished))"
"""Waits until nothing changes its colour any more."""

_BREACH = "breach of the content security policy"
_LISTEN = f"""
window.addEventListener("securitypolicyviolation", (event) => {{
    console.error(`{_BREACH}: ${{event.violatedDirective}} ${{event.blockedURI}} ${{event.sourceFile}}`);
}});
"""
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")
_LEFT = "net::ERR_ABORTED"
"""What a request ends with that its own page gave up, or that became a download."""


def find_chromium(playwright: Playwright) -> str | None:
    """Give the browser's path: the one that is named, one of the machine's, or Playwright's own."""
    named = os.environ.get("FIELDFARE_CHROMIUM")
    if named:
        assert Path(named).exists(), f"FIELDFARE_CHROMIUM names {named}, which does not exist"
        return named
    own = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, NAMES)), own if Path(own).exists() else None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Run a browser; where there is none, skip what asks for it, or fail if this is the project's own check."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        expect.set_options(timeout=PATIENCE_MS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(kw_only=True)
class Watch:
    """What is wrong with the pages of a context, so far."""

    origins: set[str]
    faults: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    patterns: list[re.Pattern[str]] = field(default_factory=list)

    def expect_status(self, *statuses: int) -> None:
        """Declare that pages are answered with these statuses, which the console calls failures."""
        self.statuses.update(statuses)

    def expect_message(self, pattern: str) -> None:
        """Declare that the browser says this."""
        self.patterns.append(re.compile(pattern))

    def over(self, context: BrowserContext) -> None:
        """Watch all pages and frames of a context."""
        context.add_init_script(_LISTEN)
        context.on("console", self._said)
        context.on("weberror", self._failed)
        context.on("request", self._asked)
        context.on("requestfailed", self._unanswered)

    def must_be_clean(self) -> None:
        """Fail for whatever nobody declared."""
        undeclared = [fault for fault in self.faults if not self._declared(fault)]
        assert not undeclared, "\n".join(undeclared)

    def _declared(self, fault: str) -> bool:
        status = _STATUS.search(fault)
        if status and int(status[1]) in self.statuses:
            return True
        return any(pattern.search(fault) for pattern in self.patterns)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            self.faults.append(f"console {message.type} at {message.location.get('url', '')}: {message.text}")

    def _failed(self, error: WebError) -> None:
        self.faults.append(f"script error: {error.error}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"}:
            self.requested.append(request.url)
            if f"{parts.scheme}://{parts.netloc}" not in self.origins:
                self.faults.append(f"request to somebody else: {request.url}")

    def _unanswered(self, request: Request) -> None:
        if request.failure != _LEFT:
            self.faults.append(f"request failed, {request.failure}: {request.url}")


@contextmanager
def visiting(
    browser: Browser,
    *,
    origins: set[str],
    watch: Watch | None = None,
    may_keep: frozenset[str] = frozenset(),
    **options: Any,
) -> Iterator[Visitor]:
    """Open a context for somebody who visits; at the end nothing may have been wrong with what they saw.

    `may_keep` names the cookies that may be set: none, for a customer.
    """
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    kept = watch or Watch(origins=origins)
    kept.over(context)
    visitor = Visitor(context=context, watch=kept)
    try:
        yield visitor
        visitor.must_have_no_cookies(but=may_keep)
        context.close()
    finally:
        context.close()
    kept.must_be_clean()


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody with a browser of their own."""

    context: BrowserContext
    watch: Watch

    def page(self, url: str | None = None) -> Page:
        """Open a page, at an address if there is one."""
        page = self.context.new_page()
        if url is not None:
            page.goto(url)
        return page

    def must_have_no_cookies(self, *, but: frozenset[str] = frozenset()) -> None:
        """The booking page sets none, ever; the desk's only one is that of the session."""
        cookies = [cookie for cookie in self.context.cookies() if cookie.get("name") not in but]
        assert not cookies, cookies


def must_be_accessible(page: Page, *, exclude: tuple[str, ...] = (), rules: tuple[str, ...] = ()) -> None:
    """Let axe find nothing on a page and in its frames, not even by best practice; by some rules only, if named.

    The page's policy allows no script but its own, and stays in force: what the browser's debugger evaluates is not
    the page's.
    """
    found = []
    chosen = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(AXE_TAGS)}
    for frame in page.frames:
        frame.evaluate(SETTLED)
        frame.evaluate(AXE.read_text(encoding="utf-8"))
        result: Mapping[str, Any] = frame.evaluate(
            "([exclude, chosen]) => axe.run({exclude}, {runOnly: chosen, iframes: false})",
            [[[each] for each in exclude], chosen],
        )
        found += [violation | {"url": frame.url} for violation in result["violations"]]
    told = [
        f"{violation['id']} ({violation['impact']}): {violation['help']} [{violation['url']}]\n"
        + "\n".join(
            f"    {node['target']}  {node['html']}\n      {node['failureSummary']}" for node in violation["nodes"]
        )
        for violation in found
    ]
    assert not told, "\n".join(told)
