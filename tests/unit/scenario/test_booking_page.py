"""What a business's document says of its booking page."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from fieldfare.domain.booking_page import DEFAULT_BRAND, BookingPage
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.entrypoints.scenario.errors import ScenarioError
from tests.worlds import world

PNG = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n and so on").decode()


def document(**page: Any) -> dict[str, Any]:
    whole: dict[str, Any] = world().document["business"]
    return {**whole, "booking_page": page}


def test_what_is_said_is_read() -> None:
    configuration, business = read_business(
        document(
            brand="#0A7",
            logo=PNG,
            phone="+1 905 555 0100",
            email="office@example.com",
            origins=["https://*.example.com", "http://127.0.0.1:*"],
        )
    )

    assert business.booking_page == BookingPage(
        brand="#00aa77",
        logo=PNG,
        phone="+1 905 555 0100",
        email="office@example.com",
        origins=("https://*.example.com", "http://127.0.0.1:*"),
    )
    assert configuration.own["booking_page"]["brand"] == "#00aa77"


def test_a_business_that_says_nothing_has_the_default_and_writes_nothing() -> None:
    for whole in (world().document["business"], document(), document(brand=DEFAULT_BRAND, origins=[])):
        configuration, business = read_business(whole)

        assert business.booking_page == BookingPage()
        assert "booking_page" not in configuration.own


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ({"brand": "red"}, "business.booking_page.brand"),
        ({"brand": "#12345"}, "business.booking_page.brand"),
        ({"logo": "https://example.com/logo.png"}, "business.booking_page.logo"),
        ({"logo": "data:image/svg+xml;base64,PHN2Zz4="}, "business.booking_page.logo"),
        ({"logo": "data:image/png;base64,AAAA"}, "business.booking_page.logo"),
        ({"logo": "data:image/png;base64,A"}, "business.booking_page.logo"),
        ({"logo": PNG + "A" * 150_000}, "business.booking_page.logo"),
        ({"phone": "<script>"}, "business.booking_page.phone"),
        ({"email": "nobody"}, "business.booking_page.email"),
        ({"email": 'a"b@example.com'}, "business.booking_page.email"),
        ({"origins": ["example.com"]}, "business.booking_page.origins[0]"),
        ({"origins": ["https://example.com/path"]}, "business.booking_page.origins[0]"),
        ({"origins": ["https://example.com; script-src *"]}, "business.booking_page.origins[0]"),
        ({"origins": ["*"]}, "business.booking_page.origins[0]"),
        ({"origins": ["https://*"]}, "business.booking_page.origins[0]"),
        ({"color": "#fff"}, "business.booking_page.color"),
    ],
)
def test_what_can_not_be_is_refused_where_it_stands(page: dict[str, Any], path: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_business(document(**page))

    assert caught.value.path == path
