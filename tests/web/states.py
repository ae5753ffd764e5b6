"""Every page and state that a customer may come to, by the name of its screenshot, and how they came there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.service.example import BUSINESS
from tests.service.journey import ZONE
from tests.web import flow
from tests.web.browser import Visitor
from tests.web.flow import EN, Person, Words
from tests.web.photon import AIRPORT, SUDBURY
from tests.web.site import LOCAL, Site


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where somebody goes, with which device, in which language."""

    site: Site
    visitor: Visitor
    words: Words = EN
    person: Person = Person(name="Robin Doe")

    def begin(self, query: str = "", business: str = BUSINESS) -> Page:
        """Open the booking page."""
        return self.visitor.page(f"{self.site.server.url}/book/{business}{query}")

    def may_answer(self, *statuses: int) -> None:
        """Declare which refusals belong to the state."""
        self.visitor.watch.expect_status(*statuses)


def where(scene: Scene) -> Page:
    page = scene.begin()
    flow.must_be_at(page, "where")
    return page


def where_suggestions(scene: Scene) -> Page:
    page = scene.begin()
    page.get_by_role("combobox", name=scene.words.address).press_sequentially("Trafalgar", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    return page


def where_not_found(scene: Scene) -> Page:
    scene.may_answer(422)
    page = scene.begin()
    flow.enter_address(page, "17 Nowhere Crescent, Atlantis", scene.words)
    expect(page.locator(".errors")).to_be_visible()
    return page


def where_product(scene: Scene) -> Page:
    page = scene.begin("?product=furnace-tune-up")
    flow.must_be_at(page, "where")
    return page


def what(scene: Scene) -> Page:
    page = scene.begin()
    flow.enter_address(page, words=scene.words)
    flow.must_be_at(page, "what")
    return page


def what_products(scene: Scene) -> Page:
    page = what(scene)
    flow.choose_industry(page, scene.words)
    expect(flow.card(page, scene.words.tune_up)).to_be_visible()
    return page


def what_from(scene: Scene) -> Page:
    page = scene.begin("?industry=hvac")
    flow.must_be_at(page, "what")
    return page


def when(scene: Scene) -> Page:
    page = what(scene)
    flow.choose_product(page, scene.words)
    expect(flow.times(page).first).to_be_visible()
    return page


def when_next_month(scene: Scene) -> Page:
    page = when(scene)
    shown = page.locator("table.month [data-date]").first.get_attribute("data-date")
    page.locator("a[rel=next]").click()
    expect(page.locator("table.month [data-date]").first).not_to_have_attribute("data-date", str(shown))
    return page


def when_closed_day(scene: Scene) -> Page:
    page = when(scene)
    page.locator("table.month .day.closed").first.focus()
    expect(page.locator("#why")).not_to_be_empty()
    return page


def when_another_day(scene: Scene) -> Page:
    page = when(scene)
    flow.choose_day(page, 2)
    return page


def details(scene: Scene) -> Page:
    page = when(scene)
    flow.choose_first_slot(page, scene.words)
    return page


def details_filled(scene: Scene) -> Page:
    page = details(scene)
    flow.fill_details(page, scene.person, scene.words)
    return page


def details_faults(scene: Scene) -> Page:
    scene.may_answer(422)
    page = details(scene)
    page.locator("form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true })")
    page.get_by_label(scene.words.email).first.fill("robin at example")
    flow.confirm(page, scene.words)
    expect(page.locator(".errors")).to_be_visible()
    return page


def details_over(scene: Scene) -> Page:
    page = scene.visitor.page()
    page.clock.install()
    page.goto(scene.site.book)
    flow.enter_address(page, words=scene.words)
    flow.choose_product(page, scene.words)
    flow.choose_first_slot(page, scene.words)
    page.clock.fast_forward("10:05")
    expect(page.locator(".hold")).to_have_class(re.compile(r"\bover\b"))
    return page


def taken(scene: Scene) -> Page:
    scene.may_answer(409, 410)
    page = details_filled(scene)
    scene.site.shorten_holds(0)
    flow.confirm(page, scene.words)
    expect(page.locator("main button.time").first).to_be_visible()
    return page


def done(scene: Scene) -> Page:
    page = details_filled(scene)
    flow.confirm(page, scene.words)
    flow.booked(page)
    return page


def manage(scene: Scene) -> Page:
    page = done(scene)
    page.goto(scene.site.link_to(scene.person.email))
    flow.must_be_at(page, "manage")
    return page


def move(scene: Scene) -> Page:
    return _further(scene, "/move", "move")


def cancel(scene: Scene) -> Page:
    return _further(scene, "/cancel", "cancel")


def _further(scene: Scene, path: str, step: str) -> Page:
    page = manage(scene)
    parts = urlsplit(page.url)
    page.goto(parts._replace(path=parts.path + path).geturl())
    flow.must_be_at(page, step)
    return page


def moved(scene: Scene) -> Page:
    page = move(scene)
    flow.times(page).last.click()
    flow.must_be_at(page, "manage")
    return page


def cancelled(scene: Scene) -> Page:
    page = cancel(scene)
    page.locator("main").get_by_role("radio").first.check()
    page.locator("main").get_by_role("button", name=scene.words.cancel).click()
    flow.must_be_at(page, "manage")
    return page


def out_of_area(scene: Scene) -> Page:
    page = scene.begin(business=LOCAL)
    flow.enter_address(page, SUDBURY, scene.words)
    flow.must_be_at(page, "sorry")
    return page


def not_served(scene: Scene) -> Page:
    page = scene.begin()
    flow.enter_address(page, AIRPORT, scene.words)
    flow.must_be_at(page, "sorry")
    return page


def waiting(scene: Scene) -> Page:
    page = waitlist(scene)
    ahead = (datetime.now(ZONE) + timedelta(days=7)).date().isoformat()
    page.locator("main input[type=date]").first.fill(ahead)
    page.get_by_label(scene.words.name).first.fill(scene.person.name)
    page.get_by_label(scene.words.email).first.fill(scene.person.email)
    page.locator("main form").get_by_role("button").last.click()
    expect(page.locator(".notice.good")).to_be_visible()
    return page


def nothing_free(scene: Scene) -> Page:
    page = scene.begin()
    flow.enter_address(page, SUDBURY, scene.words)
    flow.must_be_at(page, "what")
    page.locator(".card").first.get_by_role("button").click()
    expect(page.locator("body")).not_to_have_attribute("data-step", "what")
    return page


def waitlist(scene: Scene) -> Page:
    page = nothing_free(scene)
    page.locator("main a[href*='/waitlist']").first.click()
    flow.must_be_at(page, "waitlist")
    return page


def problem(scene: Scene) -> Page:
    scene.may_answer(404)
    page = scene.begin("/what?s=broken")
    flow.must_be_at(page, "problem")
    return page


def embedded(scene: Scene) -> Page:
    page = scene.visitor.page(f"{scene.site.host}/inline")
    flow.must_be_at(page.frame_locator("iframe"), "where")
    return page


def embedded_calendar(scene: Scene) -> Page:
    page = embedded(scene)
    frame = page.frame_locator("iframe")
    flow.enter_address(frame, words=scene.words)
    flow.choose_product(frame, scene.words)
    return page


def embedded_dialog(scene: Scene) -> Page:
    page = scene.visitor.page(f"{scene.site.host}/popup")
    page.get_by_role("button", name="Book a visit").click()
    flow.must_be_at(page.frame_locator("iframe"), "where")
    return page


STATES: Mapping[str, Callable[[Scene], Page]] = {
    state.__name__.replace("_", "-"): state
    for state in (
        where,
        where_suggestions,
        where_not_found,
        where_product,
        what,
        what_products,
        what_from,
        when,
        when_next_month,
        when_closed_day,
        when_another_day,
        details,
        details_filled,
        details_faults,
        details_over,
        taken,
        done,
        manage,
        move,
        moved,
        cancel,
        cancelled,
        out_of_area,
        not_served,
        nothing_free,
        waitlist,
        waiting,
        problem,
        embedded,
        embedded_calendar,
        embedded_dialog,
    )
}
"""All of them, by the names of their screenshots."""
