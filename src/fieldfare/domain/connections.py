"""How a business and its CRM fit together: who is who, what takes bookings, and what is written where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ConnectionState(StrEnum):
    """`setting_up` reads and writes nothing yet; `reconnect` waits for somebody to give a new token."""

    SETTING_UP = "setting_up"
    CONNECTED = "connected"
    PAUSED = "paused"
    RECONNECT = "reconnect"
    REMOVED = "removed"


class CalendarUse(StrEnum):
    """What the entries of a calendar are: visits, busy time, or nothing that concerns the fleet."""

    VISITS = "visits"
    BUSY = "busy"
    IGNORED = "ignored"


class StageMode(StrEnum):
    """What an opportunity that reaches a stage becomes: a booking at once, or a link with slots to the customer."""

    BOOK = "book"
    LINK = "link"


class BookingField(StrEnum):
    """What of a booking may be written into custom fields of the contact."""

    REFERENCE = "reference"
    MANAGE_LINK = "manage_link"
    BOOKING_LINK = "booking_link"
    STATUS = "status"
    START = "start"
    PRODUCT = "product"
    TECHNICIAN = "technician"
    ADDRESS = "address"
    PRICE = "price"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRule:
    """What to do with an opportunity that reaches a stage, and which product it is about.

    `since` is when that was chosen: those that stood there before are not meant. None means all of them.
    """

    pipeline: str
    stage: str
    mode: StageMode
    product: str
    since: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a product's visits are written: a calendar, or a service of the catalogue at a service location."""

    calendar: str | None = None
    service: str | None = None
    service_location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """The choices of whoever connected. All ids but those of technicians and products are the vendor's.

    `technicians` leads from users to technicians; `calendars` says what the entries of each are, `products` what a
    visit made by hand in a calendar or of a service is about; `targets` leads from products to where they are written,
    `*` standing for every other. `fields` leads from what we write to custom field ids. Without `notify` the CRM
    tells nobody of what we write.
    """

    technicians: Mapping[str, str] = field(default_factory=dict)
    calendars: Mapping[str, CalendarUse] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    fields: Mapping[BookingField, str] = field(default_factory=dict)
    stages: tuple[StageRule, ...] = ()
    services: bool = False
    notify: bool = True
    poll_seconds: int = 60
    full_seconds: int = 300

    def target_of(self, product: str) -> Target | None:
        """Tell where a product's visits are written."""
        return self.targets.get(product) or self.targets.get("*")

    def user_of(self, technician: str) -> str | None:
        """Name the vendor's user that a technician is: the smallest id, where several are."""
        return min((user for user, known in self.technicians.items() if known == technician), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A business's connection to one account. The credentials stand apart, sealed.

    `granted` says what kind of credentials they are (`token` or `oauth`), `agency` is the vendor's company id.
    `failing` is a sentence on why it doesn't work now.
    """

    provider: str
    account: str
    name: str
    time_zone: str
    state: ConnectionState
    settings: ConnectionSettings = ConnectionSettings()
    granted: str = "token"
    agency: str | None = None
    failing: str | None = None
    version: int = 1
    created_at: int
    checked_at: int | None = None

    @property
    def live(self) -> bool:
        """Whether anything is read and written."""
        return self.state is ConnectionState.CONNECTED

    @property
    def writes(self) -> bool:
        """Whether what happens is to be written, now or once it is connected again."""
        return self.state in {ConnectionState.CONNECTED, ConnectionState.PAUSED, ConnectionState.RECONNECT}
