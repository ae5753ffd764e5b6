"""No other site changes anything: every form is refused from elsewhere, and without what our page has signed (W5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.service.example import BUSINESS
from tests.web import flow
from tests.web.browser import Visitor
from tests.web.flow import EN, Person
from tests.web.site import Site

pytestmark = pytest.mark.slow

FOREIGN: Mapping[str, Mapping[str, str]] = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a sibling": {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:9"},
    "an old browser": {"Origin": "https://evil.example"},
    "a sandbox": {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    "an old browser's sandbox": {"Origin": "null"},
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form that changes something, filled in so that it would: one for each address to which its buttons send it."""

    action: str
    fields: Mapping[str, str]


def forms_of(page: Page) -> list[Form]:
    """Read the page's forms as the browser would send them."""
    found = page.evaluate(
        """() => [...document.querySelectorAll("form")].filter(form => form.method === "post").flatMap(form => {
            const sent = [...form.querySelectorAll("button:not([type=button])")].map(button => ({
                action: button.hasAttribute("formaction") ? button.formAction : form.action,
                fields: Object.fromEntries(new FormData(form, button)),
            }));
            return sent.filter((one, at) => sent.findIndex(other => other.action === one.action) === at);
        })"""
    )
    return [Form(action=one["action"], fields=one["fields"]) for one in found]


@pytest.fixture
def all_forms(phone: Visitor, site: Site) -> list[Form]:
    """All forms of the booking and of a booked visit."""
    person = Person(name="Cass Rf")
    page = phone.page(site.book)
    page.get_by_label(EN.address).first.fill("1225 Trafalgar Road, Oakville, ON L6H 0H3")
    found = forms_of(page)
    page.get_by_label(EN.address).first.fill("")
    flow.enter_address(page)
    flow.must_be_at(page, "what")
    found += forms_of(page)
    flow.choose_product(page)
    found += forms_of(page)
    flow.choose_first_slot(page)
    flow.fill_details(page, person)
    found += forms_of(page)
    flow.confirm(page)
    flow.booked(page)
    found += forms_of(page)
    link = site.link_to(person.email)
    for path in ("", "/move", "/cancel"):
        parts = urlsplit(link)
        page.goto(parts._replace(path=parts.path + path).geturl())
        found += forms_of(page)
    return found


def standing(site: Site) -> list[object]:
    """Give all that a form could change."""
    return [
        site.rows.query("SELECT id, status, starts_at, expires_at FROM bookings ORDER BY id"),
        site.rows.query("SELECT count(*) AS count FROM changes"),
    ]


def test_every_form_is_refused_from_elsewhere(all_forms: list[Form], site: Site) -> None:
    steps = {urlsplit(form.action).path.rpartition("/")[2] for form in all_forms}
    assert {"where", "hold", "confirm", "move", "cancel"} <= steps
    before = standing(site)
    with site.server.client() as client:
        for form in all_forms:
            for who, headers in FOREIGN.items():
                answer = client.post(form.action, data=dict(form.fields), headers=dict(headers))
                assert answer.status_code == 403, (form.action, who, answer.status_code)

    assert standing(site) == before


def test_every_form_is_refused_without_what_the_page_signed(all_forms: list[Form], site: Site) -> None:
    """Steps carry a signed state; the address of a visit's page is secret itself, so there is no more to leave out."""
    before = standing(site)
    steps = [form for form in all_forms if "/visits/" not in form.action]
    with site.server.client() as client:
        for form in steps:
            assert "s" in form.fields, form.action
            for state in (None, "", "forged", form.fields["s"][:-2] + "xx"):
                fields = {key: value for key, value in form.fields.items() if key != "s"}
                answer = client.post(bare(form.action), data=fields if state is None else fields | {"s": state})
                assert answer.status_code == 403, (form.action, state, answer.status_code)

    assert standing(site) == before


def bare(action: str) -> str:
    """Leave out an address's query."""
    return urlsplit(action)._replace(query="").geturl()


def test_a_state_of_another_business_is_none_here(all_forms: list[Form], site: Site) -> None:
    with site.server.client() as client:
        page = client.get(f"/book/{BUSINESS}-local")
        (foreign, *_) = re.findall(r'name="s"\s+value="([^"]+)"', page.text)
        for form in all_forms:
            if "/visits/" not in form.action:
                answer = client.post(form.action, data={**form.fields, "s": foreign})
                assert answer.status_code == 403, form.action


def test_only_forms_are_read(all_forms: list[Form], site: Site) -> None:
    """JSON that a hostile form sends as text, and JSON itself."""
    before = standing(site)
    with site.server.client() as client:
        for form in all_forms:
            for media in ("text/plain", "application/json", "multipart/form-data; boundary=x", ""):
                answer = client.post(form.action, content=b'{"s": "x"}', headers={"Content-Type": media})
                assert 400 <= answer.status_code < 500, (form.action, media)

    assert standing(site) == before


def test_get_changes_nothing(all_forms: list[Form], site: Site) -> None:
    before = standing(site)
    with site.server.client() as client:
        for form in all_forms:
            answer = client.get(form.action, params=dict(form.fields))
            assert answer.status_code < 500, (form.action, answer.status_code)

    assert standing(site) == before


def test_a_hostile_page_in_a_real_browser(desktop: Visitor, all_forms: list[Form], site: Site) -> None:
    desktop.watch.expect_status(403)
    before = standing(site)
    desktop.context.route(f"{site.stranger}/trap", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    for form in all_forms:
        page = desktop.page(f"{site.stranger}/trap")
        with page.expect_navigation() as gone:
            page.evaluate(
                """({action, fields}) => {
                    const form = Object.assign(document.createElement("form"), {method: "post", action});
                    for (const [name, value] of Object.entries(fields))
                        form.append(Object.assign(document.createElement("input"), {name, value, type: "hidden"}));
                    document.body.append(form);
                    HTMLFormElement.prototype.submit.call(form);
                }""",
                {"action": form.action, "fields": dict(form.fields)},
            )
        assert gone.value is not None
        assert gone.value.status == 403, form.action
        page.close()

    assert standing(site) == before


def test_a_refusal_is_a_page_that_leads_on(phone: Visitor, site: Site) -> None:
    """A customer whose page was open for a week sees words and a way back, not JSON."""
    phone.watch.expect_status(403, 404)
    page = phone.page(f"{site.book}/what?s=too-old")

    flow.must_be_at(page, "problem")
    expect(page.locator(f"main a[href*='/book/{BUSINESS}']").first).to_be_visible()


def test_answers_name_their_type(site: Site) -> None:
    with site.server.client(headers={"Accept": "text/html"}) as client:
        answer: httpx2.Response = client.get(f"/book/{BUSINESS}/what?s=broken")

    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-content-type-options"] == "nosniff"
