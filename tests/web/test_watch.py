"""The watch itself sees what it is there to see; so that a clean page is clean."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from tests.web.browser import DESKTOP, Visitor, must_be_accessible
from tests.web.conftest import Visit
from tests.web.site import Site

pytestmark = pytest.mark.slow

POLICY = "default-src 'none'; script-src 'self'; connect-src *; img-src *"
HEALTHY = "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1></main>"


def strict(visitor: Visitor, site: Site, html: str) -> Page:
    def give(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    visitor.context.route(f"{site.server.url}/watched", give)
    return visitor.page(f"{site.server.url}/watched")


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("() => console.error('broken')", "console error"),
        ("() => console.warn('odd')", "console warning"),
        ("() => setTimeout(() => { throw new Error('thrown') })", "script error"),
        ("() => { Promise.reject(new Error('nobody waited')) }", "script error"),
        ("() => { document.body.innerHTML = '<p style=\"color: red\">' }", "breach of the content security policy"),
        ("() => { document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.2:9/x'})) }", "somebody else"),
        ("() => fetch('/openapi.json', {signal: AbortSignal.timeout(0)}).catch(() => {})", ""),
        ("() => fetch('/nowhere-at-all')", "404"),
    ],
)
def test_a_fault_is_seen(visit: Visit, site: Site, script: str, fault: str) -> None:
    visitor = visit(DESKTOP)
    seen = strict(visitor, site, HEALTHY)
    seen.evaluate(script)
    seen.wait_for_timeout(300)

    assert any(fault in one for one in visitor.watch.faults) if fault else visitor.watch.faults == []
    if fault:
        with pytest.raises(AssertionError):
            visitor.watch.must_be_clean()
    visitor.watch.faults.clear()


def test_a_declared_status_is_no_fault(visit: Visit, site: Site) -> None:
    visitor = visit(DESKTOP)
    visitor.watch.expect_status(404)
    strict(visitor, site, HEALTHY).evaluate("() => fetch('/nowhere-at-all')")


def test_a_cookie_is_seen(visit: Visit, site: Site) -> None:
    visitor = visit(DESKTOP)
    visitor.context.add_cookies([{"name": "a", "value": "b", "url": site.server.url}])

    with pytest.raises(AssertionError):
        visitor.must_have_no_cookies()
    visitor.context.clear_cookies()


def test_axe_runs_under_the_policy_and_finds_what_is_wrong(visit: Visit, site: Site) -> None:
    visitor = visit(DESKTOP)
    must_be_accessible(strict(visitor, site, HEALTHY))
    bad = strict(visitor, site, HEALTHY.replace("</main>", "<input></main>"))

    with pytest.raises(AssertionError, match="label"):
        must_be_accessible(bad)
