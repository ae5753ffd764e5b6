"""Which sites may embed a booking page."""

from __future__ import annotations

import pytest

from fieldfare.domain.booking_page import BookingPage


@pytest.mark.parametrize(
    ("allowed", "origin", "may"),
    [
        ("https://www.example.com", "https://www.example.com", True),
        ("https://www.example.com", "http://www.example.com", False),
        ("https://www.example.com", "https://example.com", False),
        ("https://www.example.com", "https://www.example.com:8443", False),
        ("https://www.example.com:8443", "https://www.example.com:8443", True),
        ("https://www.example.com:443", "https://www.example.com", True),
        ("http://www.example.com:443", "http://www.example.com", False),
        ("https://*.example.com", "https://shop.example.com", True),
        ("https://*.example.com", "https://a.b.example.com", True),
        ("https://*.example.com", "https://example.com", False),
        ("https://*.example.com", "https://badexample.com", False),
        ("https://*.example.com", "https://example.com.evil.org", False),
        ("http://127.0.0.1:*", "http://127.0.0.1:8001", True),
        ("http://127.0.0.1:*", "http://127.0.0.1", True),
        ("http://127.0.0.1:*", "http://127.0.0.2:8001", False),
    ],
)
def test_an_origin_is_compared_as_the_browser_does(allowed: str, origin: str, may: bool) -> None:
    assert BookingPage(origins=(allowed,)).may_embed(origin) is may


def test_nobody_may_unless_listed() -> None:
    assert not BookingPage().may_embed("https://www.example.com")
