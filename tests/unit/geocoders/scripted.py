"""Geocoders and a cache in memory, which answer as the test says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from fieldfare.adapters.geocoders.breaker import Breaker
from fieldfare.adapters.geocoders.chain import Completion, GeocoderChain, Member, Network
from fieldfare.adapters.geocoders.guarding import Guard
from fieldfare.adapters.geocoders.postal_codes import PostalCodes
from fieldfare.domain.addresses import Located, Precision, Suggestion
from fieldfare.domain.places import Place
from fieldfare.ports.geocoder import Bias

NOW = 1_800_000_000


def located(
    lat: float = 43.45,
    lng: float = -79.68,
    *,
    code: str | None = "L6H1A1",
    formatted: str = "12 Sparrow Street, Oakville",
    precision: str = "rooftop",
    partial: bool = False,
    source: str = "scripted",
) -> Located:
    return Located(
        place=Place(lat=lat, lng=lng, postal_code=code),
        formatted=formatted,
        precision=Precision(precision),
        country="CA",
        source=source,
        partial=partial,
    )


@dataclass(kw_only=True)
class Scripted:
    """A geocoder that knows some results, or fails, maybe slowly."""

    name: str
    results: tuple[Located, ...] = ()
    error: Exception | None = None
    delay: float = 0.0
    asked: list[tuple[str, Any]] = field(default_factory=list)

    async def search(self, text: str, bias: Bias) -> tuple[Located, ...]:
        return await self._answer("search", text)

    async def postal_code(self, code: str, bias: Bias) -> tuple[Located, ...]:
        return await self._answer("postal_code", code)

    async def reverse(self, point: Place) -> Located | None:
        return next(iter(await self._answer("reverse", point)), None)

    async def suggest(self, text: str, bias: Bias, session: str | None) -> tuple[Suggestion, ...]:
        results = await self._answer("suggest", (text, session))
        return tuple(Suggestion(text=result.formatted, detail="", reference="r1") for result in results)

    async def resolve(self, reference: str, session: str | None, bias: Bias) -> Located | None:
        return next(iter(await self._answer("resolve", (reference, session))), None)

    async def _answer(self, kind: str, question: object) -> tuple[Located, ...]:
        self.asked.append((kind, question))
        await asyncio.sleep(self.delay)
        if self.error:
            raise self.error
        return self.results


@dataclass(kw_only=True)
class MemoryCache:
    """A cache at one instant."""

    now: int = NOW
    kept: dict[bytes, tuple[tuple[Located, ...], int]] = field(default_factory=dict)

    async def get(self, key: bytes) -> tuple[Located, ...] | None:
        results, expires_at = self.kept.get(key, ((), self.now))
        return results if expires_at > self.now else None

    async def put(self, key: bytes, results: tuple[Located, ...], expires_at: int) -> None:
        self.kept[key] = (results, expires_at)


def member(geocoder: Scripted, *, seconds: float = 1.0, reverses: bool = True, suggests: bool = True) -> Member:
    """Put a geocoder on the network, with a breaker that opens at the third failure and rests for long."""
    network = Network(
        guard=Guard(name=geocoder.name, seconds=seconds, breaker=Breaker(failures=3, rest_seconds=600)),
        keep_seconds=1_000_000,
    )
    completion = Completion(
        suggests=geocoder, resolves=geocoder, guard=Guard(name=f"{geocoder.name}'s suggestions", seconds=seconds)
    )
    return Member(
        geocoder=geocoder,
        network=network,
        reverses=geocoder if reverses else None,
        completion=completion if suggests else None,
    )


def chain(*members: Member, seconds: float = 1.0) -> GeocoderChain:
    """Make a chain with the real offline geocoder for postal codes alone."""
    return GeocoderChain(members=members, codes=PostalCodes(), seconds=seconds)
