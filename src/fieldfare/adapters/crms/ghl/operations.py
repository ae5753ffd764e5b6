"""What is asked of GoHighLevel: one table of operations, each with its own version header and scope.

The version belongs to the operation, not to the client: calendars keep one date, most else another, and services exist
in v3 alone. A test holds each row to the vendor's own OpenAPI files.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Version(StrEnum):
    """The values of the header `Version` that we send."""

    CALENDARS = "2021-04-15"
    ACCOUNTS = "2021-07-28"
    SERVICES = "v3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row: `writes` tells whether doing it twice may do harm, so a search by POST is a read."""

    name: str
    method: str
    path: str
    version: Version
    scope: str
    writes: bool = False

    @property
    def of_one(self) -> bool:
        """Whether it is about one thing that its path names, which may be gone."""
        return "{" in self.path


def _reads(name: str, path: str, version: Version, scope: str, *, method: str = "GET") -> Operation:
    return Operation(name=name, method=method, path=path, version=version, scope=scope)


def _writes(name: str, method: str, path: str, version: Version, scope: str) -> Operation:
    return Operation(name=name, method=method, path=path, version=version, scope=scope, writes=True)


_EVENTS, _EVENTS_WRITE = "calendars/events.readonly", "calendars/events.write"
_CONTACTS, _CONTACTS_WRITE = "contacts.readonly", "contacts.write"

GET_ACCOUNT = _reads("read the account", "/locations/{id}", Version.ACCOUNTS, "locations.readonly")
LIST_FIELDS = _reads(
    "list custom fields", "/locations/{id}/customFields", Version.ACCOUNTS, "locations/customFields.readonly"
)
CREATE_FIELD = _writes(
    "make a custom field", "POST", "/locations/{id}/customFields", Version.ACCOUNTS, "locations/customFields.write"
)
SEARCH_USERS = _reads("list users", "/users/search", Version.ACCOUNTS, "users.readonly")
LIST_USERS = _reads("list users of the account", "/users/", Version.ACCOUNTS, "users.readonly")

LIST_CALENDARS = _reads("list calendars", "/calendars/", Version.CALENDARS, "calendars.readonly")
LIST_EVENTS = _reads("list appointments", "/calendars/events", Version.CALENDARS, _EVENTS)
LIST_BLOCKS = _reads("list blocked slots", "/calendars/blocked-slots", Version.CALENDARS, _EVENTS)
GET_APPOINTMENT = _reads("read an appointment", "/calendars/events/appointments/{id}", Version.CALENDARS, _EVENTS)
CREATE_APPOINTMENT = _writes(
    "create an appointment", "POST", "/calendars/events/appointments", Version.CALENDARS, _EVENTS_WRITE
)
CHANGE_APPOINTMENT = _writes(
    "change an appointment", "PUT", "/calendars/events/appointments/{id}", Version.CALENDARS, _EVENTS_WRITE
)

LIST_BOOKINGS = _reads("list service bookings", "/calendars/services/bookings", Version.SERVICES, _EVENTS)
GET_BOOKING = _reads("read a service booking", "/calendars/services/bookings/{id}", Version.SERVICES, _EVENTS)
CREATE_BOOKING = _writes(
    "create a service booking", "POST", "/calendars/services/bookings", Version.SERVICES, _EVENTS_WRITE
)
CHANGE_BOOKING = _writes(
    "change a service booking", "PUT", "/calendars/services/bookings/{id}", Version.SERVICES, _EVENTS_WRITE
)
LIST_SERVICES = _reads("list services", "/calendars/services/catalog", Version.SERVICES, "calendars.readonly")
LIST_SERVICE_LOCATIONS = _reads(
    "list service locations", "/calendars/services/locations", Version.SERVICES, "calendars.readonly"
)

GET_CONTACT = _reads("read a contact", "/contacts/{id}", Version.ACCOUNTS, _CONTACTS)
SEARCH_CONTACTS = _reads("search contacts", "/contacts/search", Version.ACCOUNTS, _CONTACTS, method="POST")
LIST_CONTACTS = _reads("list contacts", "/contacts/", Version.ACCOUNTS, _CONTACTS)
FIND_DUPLICATE = _reads("find a contact", "/contacts/search/duplicate", Version.ACCOUNTS, _CONTACTS)
UPSERT_CONTACT = _writes("write a contact", "POST", "/contacts/upsert", Version.ACCOUNTS, _CONTACTS_WRITE)
CHANGE_CONTACT = _writes("change a contact", "PUT", "/contacts/{id}", Version.ACCOUNTS, _CONTACTS_WRITE)
LIST_NOTES = _reads("list notes", "/contacts/{id}/notes", Version.ACCOUNTS, _CONTACTS)
CREATE_NOTE = _writes("write a note", "POST", "/contacts/{id}/notes", Version.ACCOUNTS, _CONTACTS_WRITE)

LIST_PIPELINES = _reads("list pipelines", "/opportunities/pipelines", Version.ACCOUNTS, "opportunities.readonly")
SEARCH_OPPORTUNITIES = _reads("list opportunities", "/opportunities/search", Version.ACCOUNTS, "opportunities.readonly")
GET_OPPORTUNITY = _reads("read an opportunity", "/opportunities/{id}", Version.ACCOUNTS, "opportunities.readonly")

OPERATIONS = (
    GET_ACCOUNT,
    LIST_FIELDS,
    CREATE_FIELD,
    SEARCH_USERS,
    LIST_USERS,
    LIST_CALENDARS,
    LIST_EVENTS,
    LIST_BLOCKS,
    GET_APPOINTMENT,
    CREATE_APPOINTMENT,
    CHANGE_APPOINTMENT,
    LIST_BOOKINGS,
    GET_BOOKING,
    CREATE_BOOKING,
    CHANGE_BOOKING,
    LIST_SERVICES,
    LIST_SERVICE_LOCATIONS,
    GET_CONTACT,
    SEARCH_CONTACTS,
    LIST_CONTACTS,
    FIND_DUPLICATE,
    UPSERT_CONTACT,
    CHANGE_CONTACT,
    LIST_NOTES,
    CREATE_NOTE,
    LIST_PIPELINES,
    SEARCH_OPPORTUNITIES,
    GET_OPPORTUNITY,
)

SCOPES = tuple(sorted({operation.scope for operation in OPERATIONS}))
"""What a token must be allowed for all of it."""
