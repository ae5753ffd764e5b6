"""Who turns addresses into places: the port behind which every geocoder stands, alone or in a chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fieldfare.domain.addresses import Located, Suggestion
from fieldfare.domain.places import Place
from fieldfare.ports.geocode_cache import GeocodeCache


class GeocoderError(Exception):
    """A geocoder gave no answer. The message says how it failed, and never what it was asked: it gets logged."""


class GeocoderUnavailableError(GeocoderError):
    """The geocoder is down, slow, resting, or talks nonsense: ask another, or later."""


class RateLimitedError(GeocoderError):
    """The geocoder wants fewer questions: ask it again after `retry_after` seconds, or whenever it may be."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """Keep how long to wait, if that is known."""
        super().__init__(message)
        self.retry_after = retry_after


class GeocoderRefusedError(GeocoderError):
    """The geocoder won't serve this installation, because of its key or its quota: the operator must act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """Where an address is expected: in one of some countries (alpha-2, capitals; none: anywhere), near a place.

    The countries are binding: what lies elsewhere is no answer. The place only brings what is near to the front.
    """

    countries: tuple[str, ...] = ()
    near: Place | None = None


class Geocoder(Protocol):
    """One geocoder. All it is asked raises `GeocoderError`; finding nothing is an answer, and an empty one."""

    @property
    def name(self) -> str:
        """The name in settings, logs and cache keys, which a result carries as its source."""
        ...

    async def search(self, text: str, bias: Bias) -> tuple[Located, ...]:
        """Locate an address, the best result first."""
        ...

    async def postal_code(self, code: str, bias: Bias) -> tuple[Located, ...]:
        """Locate a normalised postal code; a result carries this very code, with precision `postal`."""
        ...


class Reverses(Protocol):
    """A geocoder that knows what is at a point."""

    async def reverse(self, point: Place) -> Located | None:
        """Find the address nearest to a point; None if there is none."""
        ...


class Suggests(Protocol):
    """A geocoder that is meant to be asked at every key stroke."""

    async def suggest(self, text: str, bias: Bias, session: str | None) -> tuple[Suggestion, ...]:
        """Complete what was typed so far; one session is one customer who types one address."""
        ...


class Resolves(Protocol):
    """A geocoder whose suggestions are references."""

    async def resolve(self, reference: str, session: str | None, bias: Bias) -> Located | None:
        """Locate a suggestion that was chosen, which closes the session; None if there is no such thing."""
        ...


class Geocoders(Protocol):
    """All geocoders of an installation, asked one after another, answers remembered.

    An answer that is empty, or None, means that all who were asked answered and none found anything. If one of them
    was down and no other found anything, each raises `GeocoderUnavailableError`.
    """

    async def search(self, text: str, bias: Bias, *, cache: GeocodeCache, now: int) -> tuple[Located, ...]:
        """Locate an address at least as finely as by postal code."""
        ...

    async def postal_code(self, code: str, bias: Bias, *, cache: GeocodeCache, now: int) -> tuple[Located, ...]:
        """Locate a normalised postal code, offline where that is possible."""
        ...

    async def postal_code_offline(self, code: str, bias: Bias) -> tuple[Located, ...]:
        """Locate a normalised postal code as far as that is possible offline; never fails."""
        ...

    async def reverse(self, point: Place, *, cache: GeocodeCache, now: int) -> Located | None:
        """Find the address nearest to a point, rather one with a postal code."""
        ...

    async def suggest(self, text: str, bias: Bias, session: str | None) -> tuple[Suggestion, ...]:
        """Complete what was typed so far; nothing if no geocoder can."""
        ...

    async def resolve(self, reference: str, session: str | None, bias: Bias) -> Located | None:
        """Locate a suggestion that was chosen; None for a reference that nobody here has given."""
        ...
