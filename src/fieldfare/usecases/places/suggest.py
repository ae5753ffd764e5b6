"""Suggest addresses while one is typed; whoever gets none goes on typing."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.addresses import Suggestion, tidy
from fieldfare.ports.geocoder import Bias, GeocoderError, Geocoders


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What to choose from, and whether the geocoder failed, which explains an empty list."""

    suggestions: tuple[Suggestion, ...]
    failed: bool = False


async def suggest(text: str, *, geocoders: Geocoders, bias: Bias, session: str | None) -> Suggestions:
    """Complete an address; never raises a geocoder's error, for nobody needs suggestions.

    One session stands for one customer who types one address; the place is looked up under the same one.
    """
    try:
        return Suggestions(suggestions=await geocoders.suggest(tidy(text), bias, session))
    except GeocoderError:
        return Suggestions(suggestions=(), failed=True)
