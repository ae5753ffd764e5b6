"""The configured geocoders, asked in their order, one after another (rule P3)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fieldfare.adapters.geocoders.guarding import Guard
from fieldfare.adapters.geocoders.remembering import cache_key, remembered
from fieldfare.domain.addresses import Located, Suggestion
from fieldfare.domain.places import Place
from fieldfare.ports.geocode_cache import GeocodeCache
from fieldfare.ports.geocoder import (
    Bias,
    Geocoder,
    GeocoderError,
    GeocoderUnavailableError,
    Resolves,
    Reverses,
    Suggests,
)

GIVEN_TIMES = 2.5
"""How many geocoders' time one question may take in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What a geocoder on the network brings along: a guard, and for how long its answers may be remembered."""

    guard: Guard
    keep_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A geocoder that suggests, with a guard of its own: its vendor may refuse one thing and do the other."""

    suggests: Suggests
    guard: Guard
    resolves: Resolves | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One geocoder of a chain and what it can do besides locating; without `network` it is offline, and never fails."""

    geocoder: Geocoder
    network: Network | None = None
    reverses: Reverses | None = None
    completion: Completion | None = None


Ask = Callable[[], Awaitable[tuple[Located, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inquiry:
    """One question to several members: what it is called and remembered by, and which results count."""

    kind: str
    question: str
    bias: Bias
    counts: Callable[[Located], bool]
    asks: Sequence[tuple[Member, Ask]]


class GeocoderChain:
    """See `ports.geocoder.Geocoders`.

    A geocoder that fails in any way is passed over, and so is one that finds nothing as fine as a postal code. Where
    one was passed over because it failed, and no other finds anything, the answer is that nobody knows.
    """

    def __init__(self, *, members: Sequence[Member], codes: Geocoder, seconds: float) -> None:
        """Keep the members in their order.

        `codes` is the offline geocoder that postal codes alone go to first, be it a member or not. `seconds` is the
        time of one geocoder, as its guard has it.
        """
        self._members = tuple(members)
        self._codes = codes
        self._total_seconds = GIVEN_TIMES * seconds

    async def search(self, text: str, bias: Bias, *, cache: GeocodeCache, now: int) -> tuple[Located, ...]:
        """Locate an address: the results of the first that has any."""
        asks = [(member, partial(member.geocoder.search, text, bias)) for member in self._members]
        inquiry = _Inquiry(kind="search", question=text, bias=bias, counts=_locates, asks=asks)
        return await self._first(inquiry, cache=cache, now=now)

    async def postal_code(self, code: str, bias: Bias, *, cache: GeocodeCache, now: int) -> tuple[Located, ...]:
        """Locate a postal code offline, else by the first that has it."""
        offline = await self.postal_code_offline(code, bias)
        if offline:
            return offline
        asks = [(member, partial(member.geocoder.postal_code, code, bias)) for member in self._members]
        inquiry = _Inquiry(kind="postal_code", question=code, bias=bias, counts=_locates, asks=asks)
        return await self._first(inquiry, cache=cache, now=now)

    async def postal_code_offline(self, code: str, bias: Bias) -> tuple[Located, ...]:
        """Locate a postal code without a network."""
        return await self._codes.postal_code(code, bias)

    async def reverse(self, point: Place, *, cache: GeocodeCache, now: int) -> Located | None:
        """Find the address nearest to a point, of the first that knows one with a postal code."""
        asks = [(member, partial(_reverse, member.reverses, point)) for member in self._members if member.reverses]
        question = f"{point.lat:.6f},{point.lng:.6f}"
        inquiry = _Inquiry(kind="reverse", question=question, bias=Bias(), counts=_tells_code, asks=asks)
        return next(iter(await self._first(inquiry, cache=cache, now=now)), None)

    async def suggest(self, text: str, bias: Bias, session: str | None) -> tuple[Suggestion, ...]:
        """Complete what was typed, by the first that can; its references carry its name."""
        for member in self._members:
            if member.completion is not None:
                suggests, name = member.completion.suggests, member.geocoder.name
                found = await member.completion.guard.ask(partial(suggests.suggest, text, bias, session))
                return tuple(
                    replace(each, reference=f"{name}:{each.reference}") if each.reference else each for each in found
                )
        return ()

    async def resolve(self, reference: str, session: str | None, bias: Bias) -> Located | None:
        """Locate a chosen suggestion by the geocoder whose name its reference carries."""
        name, _, own = reference.partition(":")
        for member in self._members:
            completion = member.completion
            if completion is not None and completion.resolves is not None and member.geocoder.name == name:
                return await completion.guard.ask(partial(completion.resolves.resolve, own, session, bias))
        return None

    async def _first(self, inquiry: _Inquiry, *, cache: GeocodeCache, now: int) -> tuple[Located, ...]:
        deadline = asyncio.get_running_loop().time() + self._total_seconds
        failed = False
        for member, ask in inquiry.asks:
            try:
                results = await _answer(member, ask, inquiry, deadline=deadline, cache=cache, now=now)
            except GeocoderError:
                failed = True
                continue
            counting = tuple(result for result in results if inquiry.counts(result))
            if counting:
                return counting
        if failed:
            raise GeocoderUnavailableError("no geocoder answers")
        return ()


async def _answer(
    member: Member, ask: Ask, inquiry: _Inquiry, *, deadline: float, cache: GeocodeCache, now: int
) -> tuple[Located, ...]:
    """Ask one member: directly if it is offline, else by way of the cache and its guard."""
    network = member.network
    if network is None:
        return await ask()

    async def guarded() -> tuple[Located, ...]:
        left = deadline - asyncio.get_running_loop().time()
        return await network.guard.ask(ask, seconds=left)

    key = cache_key(geocoder=member.geocoder.name, kind=inquiry.kind, question=inquiry.question, bias=inquiry.bias)
    return await remembered(guarded, key=key, cache=cache, now=now, keep_seconds=network.keep_seconds)


async def _reverse(reverses: Reverses, point: Place) -> tuple[Located, ...]:
    found = await reverses.reverse(point)
    return () if found is None else (found,)


def _locates(result: Located) -> bool:
    return result.precision.locates


def _tells_code(result: Located) -> bool:
    return result.precision.locates and result.place.postal_code is not None
