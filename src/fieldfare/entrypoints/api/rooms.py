"""What stands behind the routes: given to the app as a whole, and to each route that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

from fastapi import Depends

from fieldfare.domain.business import Business
from fieldfare.domain.travel import CrowFlies, Matrix
from fieldfare.entrypoints.api.answers import Answers
from fieldfare.entrypoints.api.routing import given
from fieldfare.entrypoints.api.security import PeopleRoom
from fieldfare.ports.geocode_cache import GeocodeCache
from fieldfare.ports.geocoder import Bias, Geocoders
from fieldfare.ports.storage import Storage
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.in_memory import BusinessesInMemory, ReadBusiness
from fieldfare.usecases.bookings.acting import Acting
from fieldfare.usecases.businesses.edit_record import ReadDocument
from fieldfare.usecases.reports.counting import Counting


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the desk's map lies on: the address of images of tiles, whose they are, and a file of vector tiles."""

    tiles: str = ""
    attribution: str = ""
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The whole house, as far as the API needs it.

    `clock` gives the instant that it is now; `public_url` is where browsers reach the service, and `mail_from` whom
    mails come from, each empty if nobody said;
    `webhook_http` whether webhooks may be called by http.
    """

    clock: Callable[[], int]
    storage: Storage
    people: PeopleRoom
    read_document: ReadDocument
    read_business: ReadBusiness
    businesses: BusinessesInMemory
    answers: Answers
    geocoders: Geocoders
    geocode_cache: Callable[[str], GeocodeCache]
    bias: Callable[[Business], Bias]
    travel: Callable[[CrowFlies | Matrix], TravelTimes]
    acting: Acting
    counting: Counting
    public_url: str
    mail_from: str
    webhook_http: bool
    ground: Ground = Ground()


InRooms: TypeAlias = Annotated[Rooms, Depends(given(Rooms))]
"""A route's parameter of this type is the house."""
