"""From what a customer gives to a place: rules P1 to P5, and the three failures."""

from __future__ import annotations

import asyncio
import math

import pytest

from fieldfare.adapters.geocoders.chain import GeocoderChain, Member
from fieldfare.adapters.geocoders.postal_codes import PostalCodes
from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.places import Hub, Place, nearest_hub
from fieldfare.ports.geocoder import (
    Bias,
    GeocoderError,
    GeocoderRefusedError,
    GeocoderUnavailableError,
    RateLimitedError,
)
from fieldfare.usecases.places.locate import (
    Address,
    AddressAmbiguousError,
    AddressNotFoundError,
    AddressUnansweredError,
    Chosen,
    Point,
    PostalCode,
    Query,
    locate,
)
from tests.unit.geocoders.scripted import NOW, MemoryCache, Scripted, chain, located, member

CA = Bias(countries=("CA",))
FAILURES = [GeocoderUnavailableError("500"), RateLimitedError("429"), GeocoderRefusedError("403")]


def find(query: Query, geocoders: GeocoderChain, bias: Bias = CA) -> Located:
    return asyncio.run(locate(query, geocoders=geocoders, cache=MemoryCache(), bias=bias, now=NOW))


def knowing(*results: Located) -> GeocoderChain:
    return chain(member(Scripted(name="a", results=results)))


def failing(error: GeocoderError | None = None) -> GeocoderChain:
    return chain(member(Scripted(name="a", error=error or FAILURES[0])))


OFFLINE = chain(Member(geocoder=PostalCodes()))


# P1


def test_p1_coordinates_are_taken_as_they_are() -> None:
    result = find(Point(lat=43.4512345678, lng=-79.6812345678, postal_code=" l6h 1a1"), failing())

    assert result.place == Place(lat=43.4512345678, lng=-79.6812345678, postal_code="L6H1A1")
    assert (result.precision, result.source, result.formatted) == ("rooftop", "coordinates", "43.45123, -79.68123")


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_p1_a_point_never_fails_with_its_geocoder(error: GeocoderError) -> None:
    assert find(Point(lat=43.45, lng=-79.68), failing(error)).place == Place(lat=43.45, lng=-79.68)


def test_p1_a_point_whose_code_is_given_bothers_nobody() -> None:
    scripted = Scripted(name="a", results=(located(code="K1A0A9"),))

    result = find(Point(lat=43.45, lng=-79.68, postal_code="L6H 1A1"), chain(member(scripted)))

    assert result.place.postal_code == "L6H1A1"
    assert scripted.asked == []


@pytest.mark.parametrize(
    ("nearest", "code", "formatted"),
    [
        (located(43.4508), "L6H1A1", "12 Sparrow Street, Oakville"),  # 0.0008 degrees: 89 m
        (located(43.4580), "L6H1A1", "43.45000, -79.68000"),  # 890 m: its postal code, but another address
        (located(43.4595), None, "43.45000, -79.68000"),  # 1,056 m: another place
        (located(43.4508, code=None), None, "43.45000, -79.68000"),
        (located(43.4508, precision="area"), None, "43.45000, -79.68000"),
    ],
)
def test_p1_a_point_gets_the_code_of_the_nearest_address(nearest: Located, code: str | None, formatted: str) -> None:
    result = find(Point(lat=43.45, lng=-79.68), knowing(nearest))

    assert result.place == Place(lat=43.45, lng=-79.68, postal_code=code)
    assert result.formatted == formatted


def test_p1_zero_zero_is_a_point_if_the_caller_says_so() -> None:
    assert find(Point(lat=0.0, lng=0.0), OFFLINE).place == Place(lat=0.0, lng=0.0)


@pytest.mark.parametrize(
    ("lat", "lng"), [(90.1, 0.0), (-90.1, 0.0), (0.0, 180.1), (0.0, -180.1), (math.nan, 0.0), (0.0, math.inf)]
)
def test_p1_what_is_no_position_is_refused(lat: float, lng: float) -> None:
    with pytest.raises(ValueError, match="latitude"):
        Point(lat=lat, lng=lng)


# P2 and P4


@pytest.mark.parametrize(
    ("code", "countries", "normalised"),
    [
        ("L6H 1A1", ("CA",), "L6H1A1"),
        (" l6h-1a1", ("CA",), "L6H1A1"),
        ("l6h", ("CA",), "L6H"),
        ("97401", ("US",), "97401"),
        ("97401-2345", ("US", "CA"), "97401"),
        ("97401", (), "97401"),
    ],
)
def test_p2_p4_a_postal_code_alone_needs_no_network(code: str, countries: tuple[str, ...], normalised: str) -> None:
    result = find(PostalCode(code=code), failing(), Bias(countries=countries))

    assert (result.place.postal_code, result.precision) == (normalised, Precision.POSTAL)


@pytest.mark.parametrize("text", ["L6H 1A1", " l6h ", "l6h-1a1"])
def test_p2_an_address_that_is_only_a_code_is_a_code(text: str) -> None:
    assert find(Address(text=text), failing()).precision == Precision.POSTAL


def test_p2_an_address() -> None:
    assert find(Address(text="12 Sparrow Street, Oakville"), knowing(located())) == located()


def test_p2_an_address_with_a_code_is_understood_without_a_network() -> None:
    result = find(Address(text=" 12 Sparrow Street,  Oakville ON  L6H 1A1 "), OFFLINE)

    assert (result.formatted, result.precision) == ("12 Sparrow Street, Oakville ON L6H 1A1", "postal")
    assert result.place.postal_code == "L6H1A1"


def test_p2_customers_know_their_own_postal_code() -> None:
    result = find(Address(text="12 Sparrow Street, L6H 1A1"), knowing(located(code=None)))

    assert result.place == Place(lat=43.45, lng=-79.68, postal_code="L6H1A1")


@pytest.mark.parametrize("text", ["12 Sparrow Street", "12 Sparrow Street, 97401"])
def test_p2_no_code_is_made_up(text: str) -> None:
    assert find(Address(text=text), knowing(located(code=None))).place.postal_code is None


def test_the_geocoder_gets_a_tidy_text() -> None:
    scripted = Scripted(name="a", results=(located(),))

    find(Address(text="  12\u0000 Sparrow \n Street "), chain(member(scripted)))

    assert scripted.asked == [("search", "12 Sparrow Street")]


# P3


@pytest.mark.parametrize(
    ("query", "geocoders"),
    [
        (Address(text="12 Sparrow Street"), knowing()),
        (Address(text="Oakville"), knowing(located(precision="area"))),
        (Address(text="12 Sparrow Street"), OFFLINE),
        (Address(text=" \u0000 "), OFFLINE),
        (PostalCode(code="H0H 0H0"), knowing()),
        (PostalCode(code="97401"), OFFLINE),  # of another country
        (PostalCode(code="hello"), OFFLINE),
        (PostalCode(code="  "), knowing(located())),
        (Chosen(reference="a:r1"), knowing()),
        (Chosen(reference="b:r1"), knowing(located())),
        (Chosen(reference="a:r1"), knowing(located(precision="area"))),
    ],
)
def test_p3_not_found(query: Query, geocoders: GeocoderChain) -> None:
    with pytest.raises(AddressNotFoundError) as caught:
        find(query, geocoders)

    assert caught.value.code == "address_not_found"


def test_p3_several_of_equal_worth_are_a_choice() -> None:
    oakville, milton = (
        located(43.45, formatted="12 Sparrow Street, Oakville"),
        located(43.51, formatted="12 ..., Milton"),
    )

    with pytest.raises(AddressAmbiguousError) as caught:
        find(Address(text="12 Sparrow Street"), knowing(oakville, milton, located(precision="postal", lat=43.6)))

    assert (caught.value.code, caught.value.choices) == ("address_ambiguous", (oakville, milton))
    assert "Sparrow" not in str(caught.value)


def test_p3_the_typed_code_decides_between_them() -> None:
    oakville, milton = located(43.45, code="L6H1A1"), located(43.51, code="L9T2B2", formatted="Milton")

    assert find(Address(text="12 Sparrow Street L9T 2B2"), knowing(oakville, milton)) == milton


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "query", [Address(text="12 Sparrow Street"), PostalCode(code="H0H 0H0"), Chosen(reference="a:r1")]
)
def test_p3_a_geocoder_that_is_down_is_not_the_customers_mistake(query: Query, error: GeocoderError) -> None:
    with pytest.raises(AddressUnansweredError, match="postal code") as caught:
        find(query, failing(error))

    assert caught.value.code == "geocoder_unavailable"
    assert "Sparrow" not in str(caught.value)


def test_p3_the_next_one_is_tried() -> None:
    geocoders = chain(member(Scripted(name="a", error=FAILURES[0])), member(Scripted(name="b", results=(located(),))))

    assert find(Address(text="12 Sparrow Street"), geocoders) == located()


def test_a_chosen_suggestion_is_looked_up_in_its_session() -> None:
    scripted = Scripted(name="a", results=(located(),))

    assert find(Chosen(reference="a:r1", session="s"), chain(member(scripted))) == located()
    assert scripted.asked == [("resolve", ("r1", "s"))]


# P5


def test_p5_a_postal_code_leads_to_a_hub() -> None:
    oakville = Hub(id="H01", name="Oakville", place=Place(lat=43.4675, lng=-79.6877))
    ottawa = Hub(id="H00", name="Ottawa", place=Place(lat=45.4215, lng=-75.6972))

    assert nearest_hub(find(PostalCode(code="L6H 1A1"), OFFLINE).place.point, [ottawa, oakville]) == "H01"
    assert nearest_hub(find(PostalCode(code="K1A 0A9"), OFFLINE).place.point, [ottawa, oakville]) == "H00"
