"""A booking by forms alone, and the ways in which people stray: back, twice, elsewhere, too far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.service.example import ASK, AVAILABILITY, BUSINESS
from tests.web.reader import Reader, Seen
from tests.web.site import LOCAL, Site, eventually

pytestmark = pytest.mark.slow

OAKVILLE = "1225 Trafalgar Road, Oakville, ON L6H 0H3"
SUDBURY = {"street": "200 Brady Street", "city": "Sudbury", "postal_code": "P3A 5P3"}


@pytest.fixture
def reader(site: Site) -> Iterator[Reader]:
    with site.server.client() as client:
        yield Reader(client)
    site.clear()


@pytest.fixture
def calendar(reader: Reader, site: Site) -> Seen:
    page = reader.at_calendar(site.book, OAKVILLE)
    assert page.step == "when", page.text
    return page


def details(page: Seen) -> Seen:
    assert page.step == "details", page.text[:3_000]
    return page


def when_lapsed(reader: Reader, site: Site, address: str) -> Seen:
    """Let what is held run out, and wait for the second in which it has: the page counts in whole ones."""
    site.shorten_holds(0)

    def look() -> Seen | None:
        page = reader.open(address)
        return page if page.status == 409 else None

    page = eventually(look)
    assert page is not None
    return page


def test_who_goes_back_keeps_their_time_and_may_change_their_mind_for_ever(reader: Reader, calendar: Seen) -> None:
    chosen = calendar.form("hold").buttons[0][1]
    for number in (0, 1, 2, 1, 0):
        details(reader.hold(calendar, number))
        again = reader.open(str(calendar.answer.url))
        assert chosen in again.choices
        assert len(again.choices) == len(calendar.choices)


def test_another_place_gives_the_held_time_back(reader: Reader, calendar: Seen, site: Site) -> None:
    details(reader.hold(calendar, 0))
    link = re.search(r'class="done"><a href="([^"]+)"', calendar.text)
    assert link
    start = link[1].replace("&amp;", "&")
    other = reader.at_calendar(start, "100 Regina Street South, Waterloo, ON N2J 4P9")
    details(reader.hold(other, 0))

    assert site.statuses()["held"] == 1


def test_the_chosen_address_goes_before_the_link_s(reader: Reader, site: Site) -> None:
    filled = "?address=100+Regina+Street+South%2C+Waterloo%2C+ON+N2J+4P9&postal_code=N2J+4P9&name=Robin+Doe"
    page = details(reader.hold(reader.at_calendar(site.book + filled, OAKVILLE), 0))
    form = page.form("confirm").fields

    assert (form["street"], form["postal_code"]) == ("1225 Trafalgar Road", "L6H 0H3")
    assert form["name"] == "Robin Doe"


def test_a_link_s_words_about_somebody_go_no_further_than_the_form(reader: Reader, site: Site) -> None:
    page = reader.hold(reader.at_calendar(f"{site.book}?name=Robin+Prefilled", OAKVILLE), 0)
    done = reader.send(page.form("confirm"), email="robin.prefilled@example.com")

    assert done.step == "done"
    assert "Prefilled" not in str(done.answer.url)
    assert all("Prefilled" not in address for address in re.findall(r'href="([^"]*)"', done.text))


def test_an_address_to_which_nobody_can_come_has_a_way_on_and_loses_nothing(reader: Reader, calendar: Seen) -> None:
    page = details(reader.hold(calendar, 0))
    typed = {"name": "Robin Elsewhere", "email": "robin.elsewhere@example.com", "notes": "Ring twice."}
    refused = reader.send(page.form("confirm"), **typed, **SUDBURY)
    back = details(reader.send(refused.form("details")))

    assert refused.status == 409
    assert "/waitlist" in refused.text
    assert {key: back.form("confirm").fields[key] for key in typed} == typed
    assert back.form("confirm").fields["street"] == SUDBURY["street"]
    done = reader.send(back.form("confirm"), street="1225 Trafalgar Road", city="Oakville", postal_code="L6H 0H3")
    assert done.step == "done"


def test_an_address_out_of_area_is_called_that(reader: Reader, site: Site) -> None:
    page = details(reader.hold(reader.at_calendar(f"{site.server.url}/book/{LOCAL}", OAKVILLE), 0))
    refused = reader.send(page.form("confirm"), name="Sam Far", email="sam.far@example.com", **SUDBURY)

    assert (refused.status, refused.step) == (409, "sorry")


def test_whole_calendar_and_choosing_again_carry_what_was_typed(reader: Reader, calendar: Seen, site: Site) -> None:
    page = details(reader.hold(calendar, 0))
    typed = {"name": "Robin Slow", "email": "robin.slow@example.com", "notes": "Two dogs."}
    when_lapsed(reader, site, str(page.answer.url))
    lapsed = reader.send(page.form("confirm"), **typed)
    whole = reader.send(lapsed.form("when"))
    again = details(reader.hold(whole, 1))

    assert lapsed.status == 409
    assert len(lapsed.choices) == 3
    assert {key: again.form("confirm").fields[key] for key in typed} == typed


def test_a_page_that_answered_a_form_is_found_again_by_its_address(reader: Reader, calendar: Seen, site: Site) -> None:
    page = details(reader.hold(calendar, 0))
    wrong = reader.send(page.form("confirm"), name="")

    assert wrong.status == 422
    for address in (str(wrong.answer.url), re.findall(r'data-here="([^"]+)"', wrong.text)[0].replace("&amp;", "&")):
        assert reader.open(address).step == "details"
    nowhere = reader.send(reader.open(site.book).form("where"), address="nowhere at all")
    assert (nowhere.status, reader.open(str(nowhere.answer.url)).step) == (422, "where")


def test_a_booking_that_was_cancelled_no_longer_says_thank_you(reader: Reader, calendar: Seen) -> None:
    done = reader.send(
        details(reader.hold(calendar, 0)).form("confirm"), name="Robin Gone", email="robin.gone@example.com"
    )
    visit = reader.open(re.findall(r'href="(/book/[^"]+/visits/[^"?]+)', done.text)[0])
    cancel = reader.open(f"{visit.answer.url.path}/cancel").form("cancel")
    first, second = (reader.send(cancel, other="We moved.") for _ in range(2))

    assert first.text.count("Your visit is cancelled") == second.text.count("Your visit is cancelled") == 1
    assert reader.open(str(done.answer.url)).step == "manage"


def test_waiting_twice_is_waiting_once(reader: Reader, calendar: Seen) -> None:
    link = re.findall(r'href="([^"]+/waitlist[^"]*)"', calendar.text)[-1].replace("&amp;", "&")
    form = reader.open(link).form("waitlist")
    wish = {"name": "Sam Wait", "email": "sam.wait@example.com", "day-1": "2099-01-01", "day-3": form.fields["day-1"]}
    wrong = reader.send(form, **wish)
    right = wish | {"day-1": form.fields["day-1"]}
    first, second = (reader.send(form, **right) for _ in range(2))

    assert (wrong.status, wrong.form("waitlist").fields["day-3"]) == (422, form.fields["day-1"])
    assert first.answer.url == second.answer.url
    assert "You are on the waitlist" in first.text


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "2500-01", "nonsense", "2026-13", ""])
def test_any_month_is_one_that_can_be_booked(reader: Reader, calendar: Seen, month: str) -> None:
    page = reader.open(f"{calendar.answer.url}&month={month}")

    assert (page.status, page.step) == (200, "when")
    assert page.choices


def test_change_the_address_asks_for_the_address(reader: Reader, site: Site) -> None:
    page = reader.send(reader.open(site.book).form("where"), address=OAKVILLE)
    page = reader.send(page.forms[0])
    link = re.findall(r'<a href="([^"]+)">Change the address', page.text)[0].replace("&amp;", "&")

    assert reader.open(link).step == "where"


def test_a_link_that_names_an_industry_shows_it_first(reader: Reader, site: Site) -> None:
    page = reader.open(f"{site.book}?industry=hvac")

    assert page.step == "what"
    assert "Prices may depend on your address" in page.text
    where = reader.send(page.forms[0])
    assert where.step == "where"


def test_problems_are_pages_that_the_listed_sites_may_show(reader: Reader, site: Site) -> None:
    page = reader.open(f"{site.book}/when?s=old&host={site.host}&lang=fr&theme=dark")

    assert (page.status, page.step) == (404, "problem")
    assert site.host in page.answer.headers["Content-Security-Policy"]
    assert f'data-host="{site.host}"' in page.text
    assert 'lang="fr-CA"' in page.text
    assert f"host={site.host.replace(':', '%3A').replace('/', '%2F')}" in page.text
    for path in ("/", "/nope", "/visits/nothing/at/all"):
        lost = reader.open(site.book + path)
        assert (lost.status, lost.step) == (404, "problem")
        assert lost.answer.headers["content-type"].startswith("text/html")


def held_by_a_program(site: Site) -> dict[str, Any]:
    """Hold a time by the API, the first that nobody else takes meanwhile."""
    with site.server.client() as program:
        for slot in program.post(AVAILABILITY, json=ASK).json()["slots"][:20]:
            answer = program.post(f"/api/v1/{BUSINESS}/holds", json={**ASK, "start": slot["start"]})
            if answer.status_code == 201:
                held: dict[str, Any] = answer.json()
                return held
            assert answer.json()["code"] == "slot_taken", answer.text
    raise AssertionError("nothing can be held")


def test_a_time_that_is_held_for_somebody_is_booked_behind_its_link(reader: Reader, site: Site) -> None:
    held = held_by_a_program(site)
    page = details(reader.open(f"{site.book}/held/{held['token']}"))
    wrong = reader.send(page.form("confirm"), name="", street="1225 Trafalgar Road", postal_code="L6H 0H3")
    done = reader.send(wrong.form("confirm"), name="Sam Offered", email="sam.offered@example.com")

    assert wrong.status == 422
    assert done.step == "done"


def test_a_lapsed_offer_shows_what_is_free_instead(reader: Reader, site: Site) -> None:
    held = held_by_a_program(site)
    lapsed = when_lapsed(reader, site, f"{site.book}/held/{held['token']}")

    assert (lapsed.status, len(lapsed.choices)) == (409, 3)
    details(reader.hold(lapsed, 0))
