"""Suggestions: a help while typing that never stands in the way."""

from __future__ import annotations

import asyncio

import pytest

from fieldfare.adapters.geocoders.chain import GeocoderChain, Member
from fieldfare.adapters.geocoders.postal_codes import PostalCodes
from fieldfare.ports.geocoder import (
    Bias,
    GeocoderError,
    GeocoderRefusedError,
    GeocoderUnavailableError,
    RateLimitedError,
)
from fieldfare.usecases.places.suggest import Suggestions, suggest
from tests.unit.geocoders.scripted import Scripted, chain, located, member


def complete(text: str, geocoders: GeocoderChain) -> Suggestions:
    return asyncio.run(suggest(text, geocoders=geocoders, bias=Bias(), session="s"))


def test_a_text_is_completed() -> None:
    scripted = Scripted(name="a", results=(located(formatted="12 Sparrow Street"),))

    answer = complete(" 12  Spar", chain(member(scripted)))

    assert [(each.text, each.reference) for each in answer.suggestions] == [("12 Sparrow Street", "a:r1")]
    assert not answer.failed
    assert scripted.asked == [("suggest", ("12 Spar", "s"))]


def test_without_anybody_who_can_there_are_none() -> None:
    answer = complete("12 Spar", chain(Member(geocoder=PostalCodes())))

    assert answer == Suggestions(suggestions=())


@pytest.mark.parametrize(
    "error", [GeocoderUnavailableError("500"), RateLimitedError("429"), GeocoderRefusedError("403")]
)
def test_a_failure_is_an_empty_list_with_a_flag(error: GeocoderError) -> None:
    answer = complete("12 Spar", chain(member(Scripted(name="a", error=error))))

    assert answer == Suggestions(suggestions=(), failed=True)
