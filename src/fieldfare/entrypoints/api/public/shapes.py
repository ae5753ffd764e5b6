"""What the public routes take and give, in the words of the scenario format."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from fieldfare.domain.addresses import Located
from fieldfare.domain.answers import Resolution
from fieldfare.domain.zones import Outcome
from fieldfare.engine.offer import Offer
from fieldfare.entrypoints.api.values import Body, Line, RecordId
from fieldfare.entrypoints.scenario.values import Latitude, Longitude, TimeText

LONGEST_ADDRESS = 300

Address = Annotated[Line, Field(min_length=3, max_length=LONGEST_ADDRESS)]
PostalCode = Annotated[Line, Field(min_length=3, max_length=16)]
Reference = Annotated[Line, Field(min_length=1, max_length=300)]
SessionToken = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,36}$")]

SENTENCES = {
    Outcome.BLOCKED: "We don't currently service your area.",
    Outcome.OUT_OF_AREA: "We don't come to your area yet.",
    Outcome.NO_SERVICES: "Services not available in your area.",
    Outcome.PRODUCT_UNAVAILABLE: "This is not available in your area.",
}
"""What a customer is told where nothing is sold (rules Z5, Z7, C1)."""


class PlaceQuery(Body):
    """Where: an address, a postal code, coordinates, or a suggestion that was chosen; one of them."""

    address: Address | None = Field(default=None, examples=["1225 Trafalgar Road, Oakville, ON L6H 0H3"])
    postal_code: PostalCode | None = Field(
        default=None, description="Alone, or beside coordinates that have none.", examples=["L6H 1A1"]
    )
    lat: Latitude | None = Field(default=None, examples=[43.4675])
    lng: Longitude | None = Field(default=None, examples=[-79.6877])
    suggestion: Reference | None = Field(default=None, description="The `reference` of a suggestion.")
    session: SessionToken | None = Field(
        default=None, description="The same for all suggestions and the choice among them."
    )
    industry: RecordId | None = Field(
        default=None, description="What the customer wants, if that is known: it breaks ties."
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> PlaceQuery:
        if (self.lat is None) != (self.lng is None):
            raise PydanticCustomError("half_a_place", "needs both lat and lng, or neither")
        ways = sum(
            (
                self.address is not None,
                self.lat is not None,
                self.suggestion is not None,
                self.postal_code is not None and self.lat is None,
            )
        )
        if ways != 1:
            raise PydanticCustomError("one_place", "needs one of address, postal_code, lat and lng, or suggestion")
        return self


class AskedPlace(Body):
    """The place that is asked for."""

    lat: Latitude = Field(examples=[43.46])
    lng: Longitude = Field(examples=[-79.69])
    postal_code: Annotated[Line, Field(max_length=16)] | None = Field(default=None, examples=["L6H 1A1"])


class Ask(Body):
    """A request of the scenario format, and for staff what goes beyond it."""

    place: AskedPlace
    product: RecordId = Field(examples=["furnace-tune-up"])
    industry: RecordId | None = None
    customer_tier: Line | None = Field(default=None, description="Staff only.")
    technician: RecordId | None = Field(default=None, description="Staff only: limits the answer to one.")
    start: TimeText | None = Field(
        default=None,
        description="A time that is wanted; if it isn't free, `alternatives` holds up to five that are.",
        examples=["2026-11-24T10:30:00-05:00"],
    )
    hold: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,200}$")] | None = Field(
        default=None, description="The `token` of one's own hold, whose time is offered as if it weren't held."
    )
    at: TimeText | None = Field(default=None, description="Staff only: another moment than now.")
    explain: bool = Field(default=False, description="Staff only: with a reason for every refused start.")

    @property
    def for_staff(self) -> tuple[str, ...]:
        """The fields that only staff may send, as far as they were sent."""
        sent = {"customer_tier": self.customer_tier, "technician": self.technician, "at": self.at}
        return (*(name for name, value in sent.items() if value is not None), *(("explain",) if self.explain else ()))


def write_resolution(resolution: Resolution, *, detail: bool) -> dict[str, Any]:
    """Write the resolution; the trace of how it was found is for staff."""
    document: dict[str, Any] = {
        "outcome": resolution.outcome.value,
        "zone": resolution.zone,
        "hub": resolution.hub,
    }
    if detail:
        document["matched_boundaries"] = list(resolution.matched_boundaries)
        document["candidate_zones"] = list(resolution.candidate_zones)
        document["decided_by"] = resolution.decided_by.value
    return document


def write_located(located: Located) -> dict[str, Any]:
    """Write a place with its address."""
    return {
        "lat": located.place.lat,
        "lng": located.place.lng,
        "postal_code": located.place.postal_code,
        "address": located.formatted,
        "precision": located.precision.value,
    }


def write_offer(offer: Offer, located: Located, *, detail: bool) -> dict[str, Any]:
    """Write what a place can buy."""
    return {
        "place": write_located(located),
        "resolution": write_resolution(offer.resolution, detail=detail),
        "message": SENTENCES.get(offer.resolution.outcome),
        "needs_postal_code": offer.needs_postal_code,
        "industries": [{"id": shelf.industry.id, "name": shelf.industry.name} for shelf in offer.shelves],
        "products": [
            {
                "product": quote.product,
                "industry": shelf.industry.id,
                "name": quote.name,
                "description": quote.description,
                "price": quote.price,
                "currency": quote.currency,
                "duration_minutes": quote.duration_minutes,
            }
            for shelf in offer.shelves
            for quote in shelf.quotes
        ],
    }
