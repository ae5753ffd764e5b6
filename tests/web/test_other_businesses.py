"""Businesses that are set up in other ways: money, blocks, discounts, names, horizons, and nobody to call."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.reader import Reader, Seen
from tests.web.site import Site, bring_in, comfort

pytestmark = pytest.mark.slow

OAKVILLE = "1225 Trafalgar Road, Oakville, ON L6H 0H3"
NAME = "<b>Odd</b> & \N{RIGHT-TO-LEFT OVERRIDE}Sons " + "x" * 120


def variant(id_: str, *, policy: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    document = comfort(origins=[])
    return {**document, "id": id_, "policy": {**document["policy"], **(policy or {})}, **fields}


ODD = variant(
    "nc-odd",
    name=NAME,
    currency="JPY",
    booking_page={},
    policy={
        "assignment": "manual",
        "recommended_discount": {"percent": 10, "floor": 100},
        "blocks": [{"id": "early", "start": "08:00", "end": "13:00", "step_minutes": 60}],
        "min_notice_minutes": 0,
        "change_cutoff_minutes": 100_000,
    },
)
TODAY = variant("nc-today", policy={"horizon_days": 1, "min_notice_minutes": 10_000})


@pytest.fixture(scope="module")
def more(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site, with more businesses."""
    folder: Path = tmp_path_factory.mktemp("more")
    for document in (ODD, TODAY):
        bring_in(dict(site.server.env), document, folder, busy=False)
    return site


@pytest.fixture
def reader(more: Site) -> Iterator[Reader]:
    with more.server.client() as client:
        yield Reader(client)


def text_of(page: Seen) -> str:
    """Give what a page says, spaces of every kind as one."""
    return " ".join(html.unescape(page.text).split())


def test_a_discount_in_yen_at_a_business_that_assigns_by_hand(reader: Reader) -> None:
    calendar = reader.at_calendar("/book/nc-odd", OAKVILLE)
    signed = [choice for choice in calendar.choices if " " in choice]
    said = text_of(calendar)

    assert calendar.step == "when"
    assert len(signed) == len(calendar.choices)
    assert "8:00 a.m. \N{EN DASH} 1:00 p.m." in said
    assert "you save" in said
    recommended = calendar.text.index("time recommended")
    number = calendar.text[:recommended].count('name="choice"') - 1
    details = reader.hold(calendar, number)
    assert "you save" in text_of(details)
    assert "can't be changed or cancelled online" in text_of(details)
    done = reader.send(details.form("confirm"), name="Odd Robin", email="odd.robin@example.com")
    assert done.step == "done"
    assert "A technician comes" in text_of(done)
    assert "JP\N{YEN SIGN}" in done.text or "\N{YEN SIGN}" in done.text
    assert "<b>Odd</b>" not in done.text


def test_nothing_free_and_nobody_to_call_has_a_way_on(reader: Reader) -> None:
    page = reader.at_calendar("/book/nc-today", OAKVILLE)

    assert (page.status, page.step) == (200, "when")
    assert "no free time for you" in page.text
    assert "/waitlist" in page.text


def test_out_of_area_without_phone_or_email_says_whom_to_ask(reader: Reader) -> None:
    page = reader.send(
        reader.open("/book/nc-odd").form("where"), address="", postal_code="L0R 1W0", lat="43.1705", lng="-79.927"
    )

    assert page.step == "sorry"
    assert "We don't currently service your area." in html.unescape(page.text)
    assert "Get in touch with" in page.text
