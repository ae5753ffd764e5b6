"""What the staff's routes of the connection to GoHighLevel take and give. A token is taken, and never given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, SecretStr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from fieldfare.domain.connections import (
    BookingField,
    CalendarUse,
    Connection,
    ConnectionSettings,
    StageMode,
    StageRule,
    Target,
)
from fieldfare.entrypoints.api.values import Body, Name, RecordId
from fieldfare.ports.crm import Capability, CrmField
from fieldfare.usecases.integrations.check_connection import Checked
from fieldfare.usecases.integrations.connection_trail import settings_document
from fieldfare.usecases.integrations.options import UNFIT_KINDS, Options

_MOST = 500

VendorId: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]
"""An id of GoHighLevel's, or the key of a custom field."""
ProductKey: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^(\*|[A-Za-z0-9_.-]+)$")
]
Token: TypeAlias = Annotated[
    SecretStr,
    Field(min_length=8, max_length=4_000, description="A private integration token. It is never shown again."),
]
UseName: TypeAlias = Literal["visits", "busy", "ignored"]
FieldName: TypeAlias = Literal[
    "reference", "manage_link", "booking_link", "status", "start", "product", "technician", "address", "price"
]


class TargetBody(Body):
    """Where visits are written: a calendar, or a service at a service location."""

    calendar: VendorId | None = None
    service: VendorId | None = None
    service_location: VendorId | None = None


class StageBody(Body):
    """A stage of a pipeline, and what becomes of an opportunity that reaches it."""

    pipeline: VendorId
    stage: VendorId
    mode: Literal["book", "link"] = Field(description="`book` the best slot at once, or send the customer a `link`.")
    product: RecordId


class SettingsBody(Body):
    """How a business and its location fit together; ids on the left are GoHighLevel's."""

    technicians: Annotated[dict[VendorId, RecordId], Field(max_length=_MOST)] = Field(
        default={}, description="Which user is which technician."
    )
    calendars: Annotated[dict[VendorId, UseName], Field(max_length=_MOST)] = Field(
        default={}, description="What the entries of each calendar are; one that isn't named takes time."
    )
    products: Annotated[dict[VendorId, RecordId], Field(max_length=_MOST)] = Field(
        default={}, description="What a visit is about that was made by hand in a calendar or of a service."
    )
    targets: Annotated[dict[ProductKey, TargetBody], Field(max_length=_MOST)] = Field(
        default={}, description="Where visits of a product are written, `*` for all others."
    )
    fields: Annotated[dict[FieldName, VendorId], Field(max_length=len(BookingField))] = Field(
        default={}, description="Into which custom fields of the contact it is written, by id or by key."
    )
    stages: Annotated[list[StageBody], Field(max_length=_MOST)] = Field(default=[])
    services: bool = Field(default=False, description="Whether service bookings are read.")
    notify: bool = Field(default=True, description="Whether GoHighLevel tells customers of what is written.")
    poll_seconds: Annotated[int, Field(ge=15, le=3_600)] = 60
    full_seconds: Annotated[int, Field(ge=60, le=3_600)] = 300

    def read(self) -> ConnectionSettings:
        """Read the choices."""
        return ConnectionSettings(
            technicians=self.technicians,
            calendars={id_: CalendarUse(use) for id_, use in self.calendars.items()},
            products=self.products,
            targets={
                product: Target(
                    calendar=target.calendar, service=target.service, service_location=target.service_location
                )
                for product, target in self.targets.items()
            },
            fields={BookingField(name): id_ for name, id_ in self.fields.items()},
            stages=tuple(
                StageRule(pipeline=one.pipeline, stage=one.stage, mode=StageMode(one.mode), product=one.product)
                for one in self.stages
            ),
            services=self.services,
            notify=self.notify,
            poll_seconds=self.poll_seconds,
            full_seconds=self.full_seconds,
        )


class ConnectionBody(Body):
    """A location with the token that opens it, choices, or a rest: what is left out stays as it is."""

    location: VendorId | None = Field(default=None, description="The location id; goes with a token.")
    token: Token | None = None
    settings: SettingsBody | None = None
    paused: bool | None = Field(default=None, description="True reads and writes nothing until it is false again.")

    @model_validator(mode="after")
    def _whole(self) -> ConnectionBody:
        if (self.location is None) != (self.token is None):
            raise PydanticCustomError("half", "needs both location and token, or neither")
        if self.token is None and self.settings is None and self.paused is None:
            raise PydanticCustomError("nothing", "says nothing: send location and token, settings, or paused")
        return self


class AuthoriseBody(Body):
    """Which location is to be let into, where an agency has several."""

    location: VendorId | None = None


class NewField(Body):
    """A custom field of contacts that is to be made."""

    name: Name = Field(max_length=100, examples=["Booking link"])


SETTINGS: dict[str, Any] = {
    "technicians": {"0IHuJvc2ofPAAA8GzTRi": "amara"},
    "calendars": {"BqTwX8QFwXzpegMve9EQ": "visits", "3GAs6VyQ3Hc1mVAyxR2k": "busy"},
    "products": {"BqTwX8QFwXzpegMve9EQ": "furnace-tune-up"},
    "targets": {"*": {"calendar": "BqTwX8QFwXzpegMve9EQ", "service": None, "service_location": None}},
    "fields": {"manage_link": "3sv6UEo51C9Bmpo1cKTq"},
    "stages": [
        {
            "pipeline": "VDm7RPYC2GLUvdpKmBfC",
            "stage": "e93ba61a-53b3-45e7-985a-c7732dbcdb69",
            "mode": "link",
            "product": "furnace-tune-up",
        }
    ],
    "services": False,
    "notify": True,
    "poll_seconds": 60,
    "full_seconds": 300,
}
CONNECTION: dict[str, Any] = {
    "provider": "ghl",
    "location": "ve9EPM428h8vShlRW1KT",
    "name": "Northern Comfort",
    "time_zone": "America/Toronto",
    "state": "connected",
    "granted": "token",
    "failing": None,
    "created_at": "2026-11-23T13:00:00Z",
    "checked_at": "2026-11-23T13:00:00Z",
    "settings": SETTINGS,
}
CONNECTING: dict[str, Any] = {"location": CONNECTION["location"], "token": "pit-00000000-0000-0000-0000-000000000000"}
CHECK: dict[str, Any] = {
    "works": False,
    "checks": [
        {"name": "account", "state": "works", "advice": ""},
        {"name": "technician:ben", "state": "missing", "advice": "Say which user of GoHighLevel Ben is."},
    ],
}
FIELD: dict[str, Any] = {"id": "3sv6UEo51C9Bmpo1cKTq", "key": "contact.booking_link", "name": "Booking link"}
OPTIONS: dict[str, Any] = {
    "users": [{"id": "0IHuJvc2ofPAAA8GzTRi", "name": "Amara Okafor", "email": "amara@example.com"}],
    "calendars": [
        {
            "id": "BqTwX8QFwXzpegMve9EQ",
            "name": "Visits",
            "type": "round_robin",
            "takes_visits": True,
            "active": True,
            "users": ["0IHuJvc2ofPAAA8GzTRi"],
        }
    ],
    "services": [{"id": "685a1f0c2b1d4e0012ab34cd", "name": "Furnace tune-up", "users": ["0IHuJvc2ofPAAA8GzTRi"]}],
    "service_locations": [{"id": "685a1f0c2b1d4e0012ab34ce", "name": "At your home", "asks_booker": True}],
    "fields": [FIELD],
    "pipelines": [
        {
            "id": "VDm7RPYC2GLUvdpKmBfC",
            "name": "Leads",
            "stages": [{"id": "e93ba61a-53b3-45e7-985a-c7732dbcdb69", "name": "Book now"}],
        }
    ],
    "unseen": [],
}


def time_of(instant: int | None) -> str | None:
    """Write an instant in UTC."""
    return None if instant is None else datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")


def write_connection(connection: Connection) -> dict[str, Any]:
    """Write a connection without what opens it."""
    return {
        "provider": connection.provider,
        "location": connection.account,
        "name": connection.name,
        "time_zone": connection.time_zone,
        "state": connection.state.value,
        "granted": connection.granted,
        "failing": connection.failing,
        "created_at": time_of(connection.created_at),
        "checked_at": time_of(connection.checked_at),
        "settings": settings_document(connection.settings),
    }


def write_line(line: Capability) -> dict[str, Any]:
    """Write one line of a check."""
    return {"name": line.name, "state": line.state.value, "advice": line.advice}


def write_check(checked: Checked) -> dict[str, Any]:
    """Write a check."""
    return {"works": checked.works, "checks": [write_line(line) for line in checked.lines]}


def write_field(field: CrmField) -> dict[str, Any]:
    """Write a custom field."""
    return {"id": field.id, "key": field.key, "name": field.name}


def write_options(options: Options) -> dict[str, Any]:
    """Write what there is to choose from."""
    return {
        "users": [{"id": user.id, "name": user.name, "email": user.email} for user in options.users],
        "calendars": [
            {
                "id": calendar.id,
                "name": calendar.name,
                "type": calendar.kind,
                "takes_visits": calendar.active and calendar.kind not in UNFIT_KINDS,
                "active": calendar.active,
                "users": sorted(calendar.users),
            }
            for calendar in options.calendars
        ],
        "services": [
            {"id": service.id, "name": service.name, "users": sorted(service.users)} for service in options.services
        ],
        "service_locations": [
            {"id": place.id, "name": place.name, "asks_booker": place.asks_booker}
            for place in options.service_locations
        ],
        "fields": [write_field(field) for field in options.fields],
        "pipelines": [
            {
                "id": pipeline.id,
                "name": pipeline.name,
                "stages": [{"id": stage.id, "name": stage.name} for stage in pipeline.stages],
            }
            for pipeline in options.pipelines
        ],
        "unseen": sorted(options.unseen),
    }
