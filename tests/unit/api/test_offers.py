"""B14: what was shown is what is charged, and nobody can show themselves another price."""

from __future__ import annotations

import base64

import pytest

from fieldfare.domain.business import Request
from fieldfare.domain.places import Place
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.offers import read_offer, sign_offer
from fieldfare.usecases.bookings.hold import Shown

SECRET = b"s" * 32
ASKED = Request(place=Place(lat=43.5, lng=-79.7, postal_code="L6H1A1"), product="tune-up")
SHOWN = Shown(price=13_410, discount=1_490)
OFFER = sign_offer(secret=SECRET, asked=ASKED, start=1_000, shown=SHOWN, until=500)


def read(offer: str, *, secret: bytes = SECRET, asked: Request = ASKED, start: int = 1_000, now: int = 500) -> object:
    return read_offer(offer, secret=secret, asked=asked, start=start, now=now)


def test_what_was_shown_is_read_back_until_it_has_run_out() -> None:
    assert read(OFFER) == SHOWN
    assert read(OFFER, now=501) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": b"t" * 32},
        {"start": 1_001},
        {"asked": Request(place=ASKED.place, product="repair")},
        {"asked": Request(place=Place(lat=43.6, lng=-79.7, postal_code="L6H1A1"), product="tune-up")},
        {"asked": Request(place=Place(lat=43.5, lng=-79.7, postal_code="L6H1A2"), product="tune-up")},
    ],
)
def test_an_offer_of_something_else_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(Problem) as refused:
        read(OFFER, **changed)  # type: ignore[arg-type]
    assert refused.value.code == "invalid_request"


def test_an_offer_that_was_altered_anywhere_is_refused() -> None:
    raw = base64.urlsafe_b64decode(OFFER + "=" * (-len(OFFER) % 4))
    for at in range(len(raw)):
        altered = bytes([*raw[:at], raw[at] ^ 1, *raw[at + 1 :]])
        with pytest.raises(Problem):
            read(base64.urlsafe_b64encode(altered).decode())


@pytest.mark.parametrize("nonsense", ["", "a", "AAAA", "%%%", "e30", "é"])
def test_nonsense_is_refused(nonsense: str) -> None:
    with pytest.raises(Problem):
        read(nonsense)
