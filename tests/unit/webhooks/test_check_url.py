"""Addresses as people type them: what is none is refused with a word of why."""

from __future__ import annotations

import pytest

from fieldfare.domain.webhooks import LONGEST_URL, check_url

GOOD = [
    "https://example.com",
    "https://example.com/",
    "HTTPS://Example.COM/Hooks",
    "https://example.com:8443/hooks?key=value&x=%20@/:",
    "https://example.com?key=value",
    "https://hooks.example.com/a/b/../c",
    "https://xn--mller-kva.example/hooks",
    "https://receiver/hooks",
    "https://my_receiver:8000/hooks",
    "https://8.8.8.8/hooks",
    "https://[2606:4700:4700::1111]:8443/hooks",
    "https://10.0.0.1/",
    "https://4you.example/",
    "https://" + "a" * 63 + ".example/",
    "https://example.com/" + "a" * (LONGEST_URL - 20),
]

BAD = [
    ("", "begin with https://"),
    ("example.com/hooks", "begin with https://"),
    ("//example.com/hooks", "begin with https://"),
    ("/hooks", "begin with https://"),
    ("http://example.com/hooks", "begin with https://"),
    ("file:///etc/passwd", "begin with https://"),
    ("gopher://example.com:25/_MAIL", "begin with https://"),
    ("ftp://example.com/", "begin with https://"),
    ("javascript:alert(1)", "begin with https://"),
    ("https:example.com", "begin with https://"),
    ("https:/example.com", "begin with https://"),
    ("https://", "name of a host"),
    ("https:///hooks", "name of a host"),
    ("https://:443/", "name of a host"),
    ("https://?x=example.com", "name of a host"),
    ("https://example..com/", "name of a host"),
    ("https://.example.com/", "name of a host"),
    ("https://example.com./", "name of a host"),
    ("https://-example.com/", "name of a host"),
    ("https://example-.com/", "name of a host"),
    ("https://exa%6dple.com/", "name of a host"),
    ("https://exam*ple.com/", "name of a host"),
    ("https://" + "a" * 64 + ".example/", "name of a host"),
    ("https://" + "a." * 127 + "example/", "name of a host"),
    ("https://127.1/", "name of a host"),
    ("https://2130706433/", "name of a host"),
    ("https://0x7f000001/", "name of a host"),
    ("https://0x7f.0.0.1/", "name of a host"),
    ("https://127.0.0.0x1/", "name of a host"),
    ("https://0177.0.0.1/", "name of a host"),
    ("https://127.0.0.1.1/", "name of a host"),
    ("https://256.1.1.1/", "name of a host"),
    ("https://1.1.1.1./", "name of a host"),
    ("https://[::1/", "port must be"),
    ("https://[::1]x/", "port must be"),
    ("https://[fe80::1%25eth0]/", "name of a host"),
    ("https://[fe80::1%eth0]/", "name of a host"),
    ("https://[127.0.0.1]/", "name of a host"),
    ("https://[]/", "name of a host"),
    ("https://example.com:0/", "port must be"),
    ("https://example.com:65536/", "port must be"),
    ("https://example.com:x/", "port must be"),
    ("https://example.com:-1/", "port must be"),
    ("https://example.com:80:80/", "port must be"),
    ("https://kim@example.com/", "neither a user"),
    ("https://kim:pass@example.com/", "neither a user"),
    ("https://example.com@127.0.0.1/", "neither a user"),
    ("https://example.com/#part", "fragment"),
    ("https://127.0.0.1#@example.com/", "fragment"),
    ("https://example.com\\@127.0.0.1/", "backslashes"),
    ("https:\\\\example.com/", "backslashes"),
    (" https://example.com/", "spaces"),
    ("https://example.com/a b", "spaces"),
    ("https://example.com/\r\nHost: other", "spaces"),
    ("https://example.com/\n", "spaces"),
    ("https://example.com/\x00", "ASCII"),
    ("https://müller.example/", "ASCII"),
    ("https://①②⑦.⓪.⓪.①/", "ASCII"),
    ("https://example。com/", "ASCII"),
    ("https://example.com/" + "a" * LONGEST_URL, "longer than"),
]


@pytest.mark.parametrize("url", GOOD)
def test_an_address_that_could_be_called_is_taken(url: str) -> None:
    assert check_url(url) is None


@pytest.mark.parametrize(("url", "why"), BAD)
def test_what_is_no_address_is_refused_with_a_reason(url: str, why: str) -> None:
    assert why in (check_url(url) or "")


@pytest.mark.parametrize(("url", "why"), [each for each in BAD if not each[0].startswith("http://")])
def test_where_http_is_allowed_nothing_else_is(url: str, why: str) -> None:
    assert check_url("http://example.com/hooks", allow_http=True) is None
    assert why in (check_url(url, allow_http=True) or "")
    assert why in (check_url(url.replace("https", "http", 1), allow_http=True) or "")
