"""What the simulated vendor keeps: locations with their users, calendars, contacts, entries and pipelines.

Records are dicts with the vendor's own keys; moments are kept as `start`, `end`, `added` and `updated`, in seconds
since 1970, and written as text only when they are answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass(slots=True)
class World:
    """Everything the vendor knows, each kind by id."""

    locations: dict[str, Record] = field(default_factory=dict)
    users: dict[str, Record] = field(default_factory=dict)
    schedules: dict[str, Record] = field(default_factory=dict)
    groups: dict[str, Record] = field(default_factory=dict)
    calendars: dict[str, Record] = field(default_factory=dict)
    appointments: dict[str, Record] = field(default_factory=dict)
    appointment_notes: dict[str, Record] = field(default_factory=dict)
    blocks: dict[str, Record] = field(default_factory=dict)
    services: dict[str, Record] = field(default_factory=dict)
    service_locations: dict[str, Record] = field(default_factory=dict)
    service_bookings: dict[str, Record] = field(default_factory=dict)
    fields: dict[str, Record] = field(default_factory=dict)
    contacts: dict[str, Record] = field(default_factory=dict)
    indexed: dict[str, list[tuple[float, Record | None]]] = field(default_factory=dict)
    notes: dict[str, Record] = field(default_factory=dict)
    pipelines: dict[str, Record] = field(default_factory=dict)
    opportunities: dict[str, Record] = field(default_factory=dict)
    made: int = 0

    def in_location(self, kind: dict[str, Record], location: str) -> list[Record]:
        """Give the records of a kind that belong to a location, in the order of their making."""
        return [record for record in kind.values() if record["locationId"] == location]

    def users_of(self, location: str) -> list[Record]:
        """Give the users who work for a location."""
        return [user for user in self.users.values() if location in user["roles"]["locationIds"]]

    def new_id(self, prefix: str = "") -> str:
        """Make an id of twenty letters and digits, as the vendor's are; the same in each run."""
        self.made += 1
        digest = hashlib.sha256(f"fieldfare-ghl-sim {self.made}".encode()).digest()
        return prefix + "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[: _ID_LENGTH - len(prefix)])

    def owner(self, id_: str) -> str | None:
        """Say which location a record belongs to, whatever kind it is of."""
        return next((kind[id_]["locationId"] for kind in self._owned() if id_ in kind), None)

    def _owned(self) -> Iterator[dict[str, Record]]:
        yield from (self.appointments, self.blocks, self.service_bookings, self.contacts, self.calendars)
        yield from (self.opportunities, self.services, self.service_locations, self.schedules, self.fields)
        yield from (self.notes, self.appointment_notes, self.pipelines, self.groups)

    def works_for(self, user: str, location: str) -> bool:
        """Say whether a user is one of a location's."""
        return user in self.users and location in self.users[user]["roles"]["locationIds"]

    def index(self, contact: str, at: float) -> None:
        """Note a contact's state for the search, which sees it some seconds later."""
        record = self.contacts.get(contact)
        history = self.indexed.setdefault(contact, [])
        history.append((at, None if record is None else dict(record)))
        del history[:-_KEPT_STATES]

    def searchable(self, location: str, at: float) -> Iterator[Record]:
        """Give the contacts as the search saw them at a moment."""
        for history in self.indexed.values():
            state = next((record for when, record in reversed(history) if when <= at), None)
            if state is not None and state["locationId"] == location:
                yield state


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_ID_LENGTH = 20
_KEPT_STATES = 20

Clock = Callable[[], float]


@dataclass(slots=True, kw_only=True)
class Quirks:
    """What real accounts were seen to do beyond the files; each may be switched."""

    create_omits_times: bool = True
    typo_status: bool = True
    loose_end_seconds: int = 86_400
    overlap_missing: bool = True
    deleted_rows: bool = False
    user_filter_sees_assigned: bool = True
    unknown_appointment: int = 404
    exact_start: bool = True
    retry_after: bool = True
    contact_search_lag: float = 2.0
    cursor_on_top: bool = False
    duplicate_contact: int = 409
    old_signature: bool = False
