"""Emails: normalised, and refused when nobody could be written to."""

from __future__ import annotations

import pytest

from fieldfare.usecases.people.emails import EmailRefusedError, read_email
from fieldfare.usecases.people.names import NameRefusedError, read_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("kim@example.com", "kim@example.com"),
        ("  Kim.Doe+Booking@Example.COM ", "kim.doe+booking@example.com"),
        ("o'neill@mail.example.co.uk", "o'neill@mail.example.co.uk"),
        ("kim@xn--bcher-kva.example", "kim@xn--bcher-kva.example"),
        ("a" * 64 + "@" + "b" * 63 + ".example", "a" * 64 + "@" + "b" * 63 + ".example"),
    ],
)
def test_these_are_kept_so(typed: str, kept: str) -> None:
    assert read_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "kim",
        "kim@",
        "@example.com",
        "kim@localhost",
        "kim@example..com",
        "kim@-example.com",
        "kim@example.com.",
        ".kim@example.com",
        "kim.@example.com",
        "k..m@example.com",
        "kim@example.com, lee@example.com",
        "Kim <kim@example.com>",
        '"kim"@example.com',
        "kim@[127.0.0.1]",
        "kim@exa mple.com",
        "kim@example.com\r\nBcc: lee@example.com",
        "kim@example.com\n",
        "kim\0@example.com",
        "\tkim@example.com",
        # The Kelvin sign, which is a k in lower case, and a Cyrillic i.
        "\u212aim@example.com",
        "k\u0456m@example.com",
        "kim@bücher.example",
        "\ud800@example.com",
        "a" * 65 + "@example.com",
        "a@" + ("b" * 60 + ".") * 4 + "example.com",
    ],
)
def test_these_are_refused(typed: str) -> None:
    with pytest.raises(EmailRefusedError):
        read_email(typed)


def test_a_name_is_one_line_that_can_be_shown() -> None:
    assert read_name(" Zoe\u0308 ") == "Zo\u00eb"
    for typed in ("x" * 201, "Kim\0", "Kim\nDoe", "Kim\u2028Doe", "\ud800"):
        with pytest.raises(NameRefusedError):
            read_name(typed)
