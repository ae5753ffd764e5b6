"""How a customer goes through the booking, by what a person sees: labels, headings, the words on buttons."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.web.browser import PATIENCE_MS
from tests.web.photon import OAKVILLE, Address

SEVERAL = re.IGNORECASE


def _like(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), SEVERAL)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the pages call things in one language."""

    address: re.Pattern[str]
    go_on: re.Pattern[str]
    next_available: re.Pattern[str]
    name: re.Pattern[str]
    email: re.Pattern[str]
    phone: re.Pattern[str]
    notes: re.Pattern[str]
    confirm: re.Pattern[str]
    industry: str
    tune_up: str
    cancel: re.Pattern[str]
    move: re.Pattern[str]


EN = Words(
    address=_like("^(your |street )?address"),
    go_on=_like("^(continue|next|show|see|find)"),
    next_available=_like("next available|first available|earliest"),
    name=_like("^(your |full )?name"),
    email=_like("^e-?mail"),
    phone=_like("phone"),
    notes=_like("^how do we get in"),
    confirm=_like("^(confirm|book)"),
    cancel=_like("^cancel"),
    move=_like("another time"),
    industry="Heating and cooling",
    tune_up="Furnace tune-up with new filter",
)
FR = Words(
    address=_like("adresse"),
    go_on=_like("^(continuer|suivant|voir)"),
    next_available=_like("prochain|premier"),
    name=_like("^(votre )?nom"),
    email=_like("courriel"),
    phone=_like("téléphone"),
    notes=_like("^comment|accès|entr"),
    confirm=_like("^(confirmer|réserver)"),
    cancel=_like("^annuler"),
    move=_like("autre (moment|heure)"),
    industry="Heating and cooling",
    tune_up="Furnace tune-up with new filter",
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who books."""

    name: str
    phone: str = "905 555 0142"
    notes: str = "The side door; the dog is friendly."
    address: str = ""

    @property
    def email(self) -> str:
        """The address of their own, from their name unless one is given."""
        return f"{self.address or re.sub(r'[^a-z0-9]+', '.', self.name.lower())}@example.com"


def must_be_at(page: Any, step: str) -> None:
    """Wait until a step is there: `page` is a page, or the frame of an embedded one."""
    expect(page.locator("body")).to_have_attribute("data-step", step)
    must_rest(page)


def must_rest(page: Any) -> None:
    """Wait until an embedded page has the height it asks for, and nothing moves under the pointer any more."""
    if not isinstance(page, FrameLocator):
        return
    end = time.monotonic() + PATIENCE_MS / 1000
    while True:
        shown = page.owner.evaluate("frame => frame.clientHeight")
        differs = shown - page.locator("html").evaluate("root => Math.ceil(root.getBoundingClientRect().height)")
        if abs(differs) <= 2:
            return
        assert time.monotonic() < end, f"the frame is {differs} pixels higher than its page"
        time.sleep(0.05)


def enter_address(page: Any, address: Address | str = OAKVILLE, words: Words = EN) -> None:
    """Type an address in full, and go on."""
    must_be_at(page, "where")
    box = page.get_by_label(words.address).first
    box.fill(address if isinstance(address, str) else address.written)
    box.press("Tab")
    page.locator("main").get_by_role("button", name=words.go_on).first.click()


def choose_suggestion(page: Page, typed: str, words: Words = EN) -> None:
    """Type the beginning of an address, take what is suggested first, and go on."""
    box = page.get_by_role("combobox", name=words.address)
    box.press_sequentially(typed, delay=20)
    page.get_by_role("option").first.click()
    page.locator("main").get_by_role("button", name=words.go_on).first.click()


def card(page: Any, name: str) -> Locator:
    """Find the card of a product or an industry by its heading."""
    found: Locator = page.locator(".card").filter(has=page.get_by_role("heading", name=name, exact=True))
    return found


def choose_industry(page: Any, words: Words = EN) -> None:
    """Choose a trade, of several that are sold at the address."""
    must_be_at(page, "what")
    card(page, words.industry).get_by_role("button").click()


def choose_product(page: Any, words: Words = EN) -> None:
    """Choose a product by its card."""
    choose_industry(page, words)
    expect(card(page, words.tune_up)).to_be_visible()
    must_rest(page)
    card(page, words.tune_up).get_by_role("button").click()
    must_be_at(page, "when")


def times(page: Any) -> Locator:
    """Find the times of the day that is shown."""
    found: Locator = page.locator(".times button.time")
    return found


def free_days(page: Any) -> Locator:
    """Find the days of the month that can be chosen."""
    found: Locator = page.locator("table.month a.day.free")
    return found


def choose_day(page: Any, index: int = 0) -> str:
    """Choose one of the free days, and give its date."""
    must_be_at(page, "when")
    day = free_days(page).nth(index)
    date = day.get_attribute("data-date")
    assert date is not None
    day.click()
    expect(page.locator("table.month .day.chosen")).to_have_attribute("data-date", date)
    expect(times(page).first).to_be_visible()
    return date


def choose_first_slot(page: Any, words: Words = EN) -> None:
    """Take the next available time."""
    must_be_at(page, "when")
    page.get_by_role("button", name=words.next_available).first.click()
    must_be_at(page, "details")


def fill_details(page: Any, person: Person, words: Words = EN) -> None:
    """Type in who books."""
    must_be_at(page, "details")
    page.get_by_label(words.name).first.fill(person.name)
    page.get_by_label(words.email).first.fill(person.email)
    page.get_by_label(words.phone).first.fill(person.phone)
    page.get_by_label(words.notes).first.fill(person.notes)


def confirm(page: Any, words: Words = EN) -> None:
    """Book."""
    page.locator("main").get_by_role("button", name=words.confirm).first.click()


def book(page: Any, person: Person, words: Words = EN, *, address: Address = OAKVILLE) -> str:
    """Go all the way from the first step, and give the reference."""
    enter_address(page, address, words)
    choose_product(page, words)
    choose_first_slot(page, words)
    fill_details(page, person, words)
    confirm(page, words)
    return booked(page)


def booked(page: Any) -> str:
    """Wait for the confirmation, and give the reference."""
    must_be_at(page, "done")
    reference: str | None = page.locator("body").get_attribute("data-booked")
    assert reference
    return reference
