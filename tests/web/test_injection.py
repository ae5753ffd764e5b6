"""Scripts that somebody types, or puts into a link, are shown as text and never run (W1).

A script that ran would say so; one that was only tried would break the page's policy, which the watch reports.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.service.example import OAKVILLE
from tests.web import flow
from tests.web.browser import DESKTOP, PHONE, Visitor
from tests.web.conftest import Visit
from tests.web.flow import EN, Person
from tests.web.site import Site

pytestmark = pytest.mark.slow

PAYLOADS = (
    "<script>window.hit=1</script>",
    "\"><img src=x onerror='window.hit=1'>",
    "' autofocus onfocus='window.hit=1' x='",
    "</title></textarea></script><svg onload=window.hit=1>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "javascript:window.hit=1",
    "{{7*7}}${7*7}<%=7*7%>{% raw %}#{7*7}",
    "<a href=javascript:window.hit=1 hx-get=/healthz hx-trigger=load>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:window.hit=1'>",
    "\u2028</script><script>window.hit=1</script>\u202e",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "<math><mtext><style><img src onerror=window.hit=1></style></mtext></math>",
)
TYPED = ("name", "email", "phone", "address", "postal_code", "unit", "city", "notes")
CHOSEN = ("s", "lang", "theme", "host", "brand", "product", "industry", "month", "day", "ref", "utm_source", "nonsense")
REFUSED = (400, 404, 409, 410, 422)


def must_be_unharmed(page: Page) -> None:
    """Look for the traces of a script that ran, or of an element that somebody smuggled in."""
    harm = page.evaluate(
        """() => [
            window.hit,
            document.querySelectorAll("iframe, svg[onload], img[onerror], [onfocus], math, [srcdoc]").length,
            document.querySelectorAll("script:not([src]), a[href^='javascript:' i], meta[http-equiv]").length,
        ]"""
    )
    assert harm == [None, 0, 0]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_the_query(phone: Visitor, site: Site, payload: str) -> None:
    phone.watch.expect_status(*REFUSED)
    page = phone.page()
    page.goto(f"{site.book}?{urlencode(dict.fromkeys(TYPED, payload))}")
    must_be_unharmed(page)
    expect(page.get_by_label(EN.address).first).to_have_value(flat(payload))
    for path in ("", "/what", "/when", "/details", "/waitlist", "/done"):
        page.goto(f"{site.book}{path}?{urlencode(dict.fromkeys(CHOSEN[1:], payload))}")
        must_be_unharmed(page)
    page.goto(f"{site.book}?s={quote(payload)}")
    must_be_unharmed(page)


def flat(text: str) -> re.Pattern[str]:
    """Match a text as a field of one line keeps it."""
    return re.compile(".?".join(re.escape(part) for part in re.split("[\u2028\u202e]", text)))


@pytest.mark.parametrize("payload", PAYLOADS[:6])
def test_in_the_path(phone: Visitor, site: Site, payload: str) -> None:
    phone.watch.expect_status(*REFUSED)
    page = phone.page()
    safe = quote(payload, safe="")
    for path in (f"/book/{safe}", f"/book/northern-comfort/{safe}", f"/book/northern-comfort/visits/{safe}"):
        page.goto(site.server.url + path)
        must_be_unharmed(page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_the_address_that_is_not_found(phone: Visitor, site: Site, payload: str) -> None:
    phone.watch.expect_status(*REFUSED)
    page = phone.page(site.book)
    flow.enter_address(page, payload)
    expect(page.locator("body")).to_have_attribute("data-step", re.compile("where|what|sorry"))

    must_be_unharmed(page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_all_that_is_stored(visit: Visit, site: Site, payload: str) -> None:
    """Booked under such a name, and shown on the confirmation, the visit's own page and in its mail."""
    visitor = visit(PHONE)
    visitor.watch.expect_status(*REFUSED)
    number = PAYLOADS.index(payload)
    person = Person(name=f"Payload {number}")
    page = visitor.page(site.book)
    flow.enter_address(page)
    flow.choose_product(page)
    flow.choose_first_slot(page)
    flow.fill_details(page, person)
    loaded = f"{payload} {number}"
    for label in (EN.name, EN.notes):
        page.get_by_label(label).first.fill(loaded)
    typed = page.locator("main form input[name='unit'], main form input[name='address']")
    for field in typed.all():
        if field.is_editable():
            field.fill(payload)
    flow.confirm(page)
    # What may be refused (nobody is called so) is shown again, as text.
    expect(page.locator("body")).to_have_attribute("data-step", re.compile("done|details"))
    must_be_unharmed(page)
    if page.locator("body").get_attribute("data-step") == "details":
        expect(page.get_by_label(EN.notes).first).to_have_value(flat(payload))
        page.get_by_label(EN.name).first.fill(person.name)
        for field in typed.all():
            field.fill("12 Sparrow Street")
        flow.confirm(page)
    flow.booked(page)
    must_be_unharmed(page)
    page.goto(site.link_to(person.email))
    flow.must_be_at(page, "manage")
    must_be_unharmed(page)


@pytest.mark.parametrize("payload", PAYLOADS[:4])
def test_in_what_is_kept_and_what_is_suggested(visit: Visit, site: Site, payload: str) -> None:
    """A geocoder that is not to be trusted, and a draft that somebody else wrote into the session."""
    visitor = visit(DESKTOP)
    suggestion: dict[str, Any] = {"text": payload, "detail": payload, "reference": None, "place": OAKVILLE}
    answer = {"suggestions": [suggestion], "available": True}
    visitor.context.route("**/places/suggestions*", lambda route: route.fulfill(json=answer))
    page = visitor.page(site.book)
    page.get_by_role("combobox", name=EN.address).press_sequentially("1225", delay=20)
    expect(page.get_by_role("option").first).to_contain_text(payload)
    page.get_by_role("option").first.click()

    must_be_unharmed(page)
    expect(page.get_by_role("combobox", name=EN.address)).to_have_value(re.compile(re.escape(payload)))
