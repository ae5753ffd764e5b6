"""`POST /api/v1/{business}/places` and its suggestions: from what a customer types to what is sold there."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Depends, Query

from fieldfare.domain.addresses import Located
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.permissions import Permission
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.engine.offer import Offer
from fieldfare.entrypoints.api.limits import limit_geocoding
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public import examples
from fieldfare.entrypoints.api.public.inquiries import Inquiry, current_business, keep_fresh, maker
from fieldfare.entrypoints.api.public.shapes import (
    LONGEST_ADDRESS,
    PlaceQuery,
    SessionToken,
    write_located,
    write_offer,
)
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import Visitor
from fieldfare.entrypoints.api.values import BusinessId, Line
from fieldfare.usecases.availability.in_memory import Current
from fieldfare.usecases.places.locate import (
    Address,
    AddressAmbiguousError,
    AddressNotFoundError,
    AddressUnansweredError,
    Chosen,
    Point,
    PostalCode,
    locate,
)
from fieldfare.usecases.places.locate import Query as Wanted
from fieldfare.usecases.places.suggest import suggest

router = JsonRouter(prefix="/api/v1", tags=["places"])


@router.post(
    "/{business}/places",
    summary="What is sold at this address?",
    dependencies=[Depends(limit_geocoding)],
    responses={
        **json_example(examples.PLACE),
        **problem_responses("business_not_found", "address_not_found", "address_ambiguous", "geocoder_unavailable"),
    },
)
async def enter_place(
    business: BusinessId, query: Annotated[PlaceQuery, Body(examples=examples.QUERIES)], rooms: InRooms, who: Visitor
) -> dict[str, Any]:
    """Turn an address, a postal code, coordinates or a chosen suggestion into a place, and say what is sold there.

    Out of area, or in a negative zone, is an answer, with a `message` for the customer. With `needs_postal_code` the
    place has none, and one might bring another zone: ask for it, and send it beside the coordinates. The calendar of
    every product is prepared at once, so that the availability that is asked for next is there already.
    """
    current = await current_business(rooms, business)
    located = await find_place(rooms, current, wanted_of(query), business=business)
    now = current.as_of
    offered = current.snapshot.offer(located.place, now=now, industry=query.industry)
    keep_fresh(rooms, current, zone=offered.resolution.zone)
    prepare(rooms, current, located, offered, industry=query.industry, now=now)
    return write_offer(offered, located, detail=who.may(Permission.AVAILABILITY_DETAIL))


@router.get(
    "/{business}/places/suggestions",
    summary="Which addresses begin like this?",
    dependencies=[Depends(limit_geocoding)],
    responses={**json_example(examples.SUGGESTIONS), **problem_responses("business_not_found")},
)
async def suggest_places(
    business: BusinessId,
    rooms: InRooms,
    who: Visitor,  # noqa: ARG001 - counts the request
    q: Annotated[
        Line,
        Query(min_length=3, max_length=LONGEST_ADDRESS, description="What was typed so far.", examples=["1225 Traf"]),
    ],
    session: Annotated[
        SessionToken | None,
        Query(description="The same until one is chosen.", examples=["0b0e7f0a-9c55-4f7e-8f0e-6f6a4d1f7c1e"]),
    ] = None,
) -> dict[str, Any]:
    """Suggest addresses while a customer types. Without a geocoder that can, or when it is down, there are none.

    Choose one by sending its `reference` (and the `session`) as `suggestion`, or its `place` where it has one.
    """
    current = await current_business(rooms, business)
    found = await suggest(q, geocoders=rooms.geocoders, bias=rooms.bias(current.snapshot.business), session=session)
    return {
        "suggestions": [
            {
                "text": suggestion.text,
                "detail": suggestion.detail,
                "reference": suggestion.reference,
                "place": None if suggestion.place is None else write_located(suggestion.place),
            }
            for suggestion in found.suggestions
        ],
        "available": not found.failed,
    }


def wanted_of(query: PlaceQuery) -> Wanted:
    """Say what was typed in the words of the use case."""
    if query.suggestion is not None:
        return Chosen(reference=query.suggestion, session=query.session)
    if query.address is not None:
        return Address(text=query.address)
    if query.lat is not None and query.lng is not None:
        return Point(lat=query.lat, lng=query.lng, postal_code=normalise_postal_code(query.postal_code))
    return PostalCode(code=query.postal_code or "")


async def find_place(rooms: Rooms, current: Current, wanted: Wanted, *, business: str) -> Located:
    """Find the place; raises `Problem` for the three ways in which that fails (rule P3)."""
    try:
        return await locate(
            wanted,
            geocoders=rooms.geocoders,
            cache=rooms.geocode_cache(business),
            bias=rooms.bias(current.snapshot.business),
            now=rooms.clock(),
        )
    except AddressNotFoundError:
        raise Problem("address_not_found") from None
    except AddressAmbiguousError as error:
        raise Problem("address_ambiguous", choices=[write_located(choice) for choice in error.choices]) from None
    except AddressUnansweredError:
        raise Problem("geocoder_unavailable") from None


def prepare(
    rooms: Rooms, current: Current, located: Located, offered: Offer, *, industry: str | None, now: int
) -> None:
    """Begin the public calendar of every product of the zone, in the background."""
    place = Place(lat=located.place.lat, lng=located.place.lng, postal_code=located.place.postal_code)
    inquiries = [
        Inquiry(
            current=current,
            asked=Asked(place=place, product=quote.product, industry=industry or shelf.industry.id),
            now=now,
            wanted=None,
            detail=False,
            explain=False,
        )
        for shelf in offered.shelves
        for quote in shelf.quotes
    ]
    rooms.answers.prepare([(inquiry.key, maker(rooms, inquiry)) for inquiry in inquiries])
