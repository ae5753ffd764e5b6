"""What stands behind the routes: given to the app as a whole, and to each route that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol, TypeAlias

from fastapi import Depends

from fieldfare.domain.business import Business
from fieldfare.domain.travel import CrowFlies, Matrix
from fieldfare.entrypoints.api.answers import Answers
from fieldfare.entrypoints.api.inbound_figures import InboundFigures
from fieldfare.entrypoints.api.routing import given
from fieldfare.entrypoints.api.security import PeopleRoom
from fieldfare.ports.geocode_cache import GeocodeCache
from fieldfare.ports.geocoder import Bias, Geocoders
from fieldfare.ports.integrations import Accounts
from fieldfare.ports.storage import Storage
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.in_memory import BusinessesInMemory, ReadBusiness
from fieldfare.usecases.bookings.acting import Acting
from fieldfare.usecases.businesses.edit_record import ReadDocument
from fieldfare.usecases.integrations.granting import Granting
from fieldfare.usecases.integrations.keep_fresh import KeepFresh
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.reports.counting import Counting


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the desk's map lies on: the address of images of tiles, whose they are, and a file of vector tiles."""

    tiles: str = ""
    attribution: str = ""
    file: Path | None = None


class WebhookKeys(Protocol):
    """The keys by which a vendor signs its webhooks."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tell whether raw bytes are signed by one of the keys; without a signature or a key they never are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The whole house, as far as the API needs it.

    `clock` gives the instant that it is now; `public_url` is where browsers reach the service, and `mail_from` whom
    mails come from, each empty if nobody said;
    `webhook_http` whether webhooks may be called by http. `outward` leads to the CRMs, `accounts` looks up whose they
    are, `granting` lets an app of ours in, and `ghl_keys` are those that webhooks are signed with.
    `keep_fresh` reads the CRM again where it is about to matter.
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
    outward: Outward | None = None
    accounts: Accounts | None = None
    granting: Granting | None = None
    ghl_keys: WebhookKeys | None = None
    inbound: InboundFigures = field(default_factory=InboundFigures)
    keep_fresh: KeepFresh | None = None


InRooms: TypeAlias = Annotated[Rooms, Depends(given(Rooms))]
"""A route's parameter of this type is the house."""
