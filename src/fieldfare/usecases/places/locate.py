"""Find the place that an address, a postal code, a point or a chosen suggestion stands for (rules P1 to P4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from fieldfare.domain.addresses import Located, Precision, is_position, read_code, tidy, written_code
from fieldfare.domain.places import Place, distance_m, normalise_postal_code
from fieldfare.ports.geocode_cache import GeocodeCache
from fieldfare.ports.geocoder import Bias, GeocoderError, Geocoders
from fieldfare.usecases.places.choose import best_of

COORDINATES = "coordinates"
"""The source of a place whose coordinates were given."""

SAME_CODE_M = 1_000.0
"""How far the nearest known address may lie from a point that is to have its postal code."""
SAME_ADDRESS_M = 100.0
"""How far it may lie for the point to be called by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as it was typed; one that is nothing but a postal code is taken as such."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalCode:
    """A postal code alone."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Coordinates, taken as they are, with the postal code if the customer has said it.

    Raises `ValueError` for what is no latitude or no longitude (rule P1).
    """

    lat: float
    lng: float
    postal_code: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is nowhere."""
        if not is_position(self.lat, self.lng):
            raise ValueError("a latitude is a number from -90 to 90, and a longitude one from -180 to 180")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A suggestion that was chosen, by its reference, in the session in which it was suggested."""

    reference: str
    session: str | None = None


Query = Address | PostalCode | Point | Chosen


class AddressNotFoundError(LookupError):
    """There is no such address, or nothing finer than a town: the customer checks it, or gives a postal code."""

    code: ClassVar[str] = "address_not_found"


class AddressAmbiguousError(LookupError):
    """Several places fit equally well: the customer chooses one."""

    code: ClassVar[str] = "address_ambiguous"

    def __init__(self, choices: tuple[Located, ...]) -> None:
        """Keep the choices, which stay out of the message: it may get logged."""
        super().__init__(f"{len(choices)} places fit equally well")
        self.choices = choices


class AddressUnansweredError(Exception):
    """No geocoder answers, which is not the customer's mistake: they try the postal code, which needs no network."""

    code: ClassVar[str] = "geocoder_unavailable"


async def locate(query: Query, *, geocoders: Geocoders, cache: GeocodeCache, bias: Bias, now: int) -> Located:
    """Find the place of a query.

    Raises `AddressNotFoundError`, `AddressAmbiguousError` and `AddressUnansweredError`; for a point, none of them.
    """
    if isinstance(query, Point):
        return await _at_point(query, geocoders=geocoders, cache=cache, now=now)
    try:
        match query:
            case Address(text=text):
                return await _of_address(tidy(text), geocoders=geocoders, cache=cache, bias=bias, now=now)
            case PostalCode(code=code):
                return await _of_code(code, geocoders=geocoders, cache=cache, bias=bias, now=now)
            case Chosen(reference=reference, session=session):
                chosen = await geocoders.resolve(reference, session, bias)
                if chosen is None or not chosen.precision.locates:
                    raise AddressNotFoundError("the reference stands for no address")
                return chosen
    except GeocoderError:
        raise AddressUnansweredError("no geocoder answers; a postal code is found without one") from None


async def _of_address(text: str, *, geocoders: Geocoders, cache: GeocodeCache, bias: Bias, now: int) -> Located:
    alone = read_code(text, countries=bias.countries)
    if alone:
        return await _of_code(alone.code, geocoders=geocoders, cache=cache, bias=bias, now=now)
    written = written_code(text, countries=bias.countries)
    typed = written.code if written else None
    best = best_of(await geocoders.search(text, bias, cache=cache, now=now), typed=typed)
    if not best:
        raise AddressNotFoundError("nothing as fine as a postal code was found")
    if len(best) > 1:
        raise AddressAmbiguousError(best)
    located = best[0]
    if located.place.postal_code is None and typed:
        # Customers know their own postal code; maps often don't.
        return replace(located, place=replace(located.place, postal_code=typed))
    return located


async def _of_code(code: str, *, geocoders: Geocoders, cache: GeocodeCache, bias: Bias, now: int) -> Located:
    normalised = normalise_postal_code(tidy(code))
    if normalised is None:
        raise AddressNotFoundError("an empty postal code")
    results = await geocoders.postal_code(normalised, bias, cache=cache, now=now)
    if not results:
        raise AddressNotFoundError("nobody knows this postal code")
    return results[0]


async def _at_point(point: Point, *, geocoders: Geocoders, cache: GeocodeCache, now: int) -> Located:
    code = normalise_postal_code(tidy(point.postal_code or ""))
    place = Place(lat=point.lat, lng=point.lng, postal_code=code)
    here = Located(
        place=place,
        formatted=f"{point.lat:.5f}, {point.lng:.5f}",
        precision=Precision.ROOFTOP,
        country=None,
        source=COORDINATES,
    )
    if code:
        return here
    try:
        nearest = await geocoders.reverse(place, cache=cache, now=now)
    except GeocoderError:
        # A point never fails because a geocoder does (P1): its postal code stays unknown.
        return here
    if nearest is None:
        return here
    distance = distance_m(place.point, nearest.place.point)
    if distance > SAME_CODE_M:
        return here
    formatted = nearest.formatted if distance <= SAME_ADDRESS_M else here.formatted
    known = replace(place, postal_code=nearest.place.postal_code)
    return replace(here, place=known, formatted=formatted, country=nearest.country)
