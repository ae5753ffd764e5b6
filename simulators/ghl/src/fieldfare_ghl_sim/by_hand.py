"""What people do in the vendor's own pages: entries, contacts and notes made, changed and deleted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.held import Held
from fieldfare_ghl_sim.operations import appointments, blocks, contacts, notes, opportunities, services
from fieldfare_ghl_sim.operations.entries import told_row
from fieldfare_ghl_sim.world import Record

Leg = tuple[str, str, int, int]
_APPOINTMENT_NAMES = {"status": "appointmentStatus", "user": "assignedUserId", "calendar": "calendarId"}


class Making(Held):
    """What is made by hand; moments are seconds since 1970."""

    def add_contact(
        self,
        location: str,
        name: str = "",
        email: str = "",
        phone: str = "",
        address1: str = "",
        city: str = "",
        state: str = "",
        postal_code: str = "",
        tags: Sequence[str] = (),
        fields: dict[str, str] | None = None,
    ) -> str:
        """Add a contact."""
        values: Record = {"name": name, "email": email, "phone": phone, "address1": address1, "city": city}
        values |= {"state": state, "postalCode": postal_code}
        values = {key: value for key, value in values.items() if value} | {"tags": list(tags)}
        values["customFields"] = [{"key": key, "field_value": value} for key, value in (fields or {}).items()]
        contact = contacts.new_contact(self.world, location, values, self.clock())
        self.outbox.emit("ContactCreate", location, contacts.told(contact))
        return str(contact["id"])

    def add_appointment(
        self,
        location: str,
        calendar: str,
        contact: str | None,
        user: str = "",
        start: float = 0,
        end: float = 0,
        title: str = "",
        status: str = "confirmed",
        address: str = "",
        **more: Any,
    ) -> str:
        """Add an appointment, as staff do in the vendor's calendar; nothing is checked."""
        body = {"title": title, "appointmentStatus": status, "address": address}
        item = appointments.new_item(
            self.world.new_id(),
            location=location,
            calendar=self.world.calendars[calendar],
            contact=self.world.contacts[contact] if contact else None,
            user=user,
            span=(int(start), int(end)),
            body=body,
            now=self.clock(),
            source="calendar_page",
        )
        item |= more
        self.world.appointments[item["id"]] = item
        self.outbox.emit("AppointmentCreate", location, told_row(item))
        return str(item["id"])

    def add_block(
        self,
        location: str,
        user: str = "",
        calendar: str = "",
        start: float = 0,
        end: float = 0,
        title: str = "Busy",
        full_day: bool = False,
    ) -> str:
        """Add a blocked slot of a user or of a calendar; a full day is that day from midnight to midnight."""
        span = (int(start), int(end))
        if full_day:
            zone = self.world.locations[location]["timezone"]
            day = moments.local_day(start, zone)
            span = (moments.at_local(day, 0, zone), moments.at_local(day, 24 * 60, zone))
        item = blocks.new_item(
            self.world.new_id(),
            location=location,
            user=user,
            calendar=calendar,
            span=span,
            title=title,
            full_day=full_day,
            now=self.clock(),
        )
        self.world.blocks[item["id"]] = item
        return str(item["id"])

    def add_service_booking(
        self,
        location: str,
        contact: str,
        location_id: str = "",
        legs: Sequence[Leg] = (),
        title: str = "",
        place: str = "",
        status: str = "confirmed",
    ) -> str:
        """Add a service booking with its legs: service, user, start and end of each."""
        kept: list[Record] = [
            {"service": service, "staff": user, "start": int(start), "end": int(end), "extras": []}
            for service, user, start, end in legs
        ]
        values: Record = {"serviceLocationId": location_id, "title": title or "Service booking", "status": status}
        values |= {"timezone": self.world.locations[location]["timezone"], "meetingLocation": place}
        span = min(leg["start"] for leg in kept), max(leg["end"] for leg in kept)
        item = services.new_item(
            self.world.new_id(), location, contact, span=span, legs=kept, values=values, now=self.clock()
        )
        item["source"] = "booking_widget"
        self.world.service_bookings[item["id"]] = item
        return str(item["id"])

    def add_opportunity(
        self, location: str, pipeline: str, stage: str, contact: str, name: str = "", **more: Any
    ) -> str:
        """Add an opportunity."""
        values: Record = {"pipelineId": pipeline, "pipelineStageId": stage, "contactId": contact}
        values |= {"name": name or self.world.contacts[contact].get("name", "")} | more
        item = opportunities.new_item(self.world.new_id(), location, values, self.clock())
        self.world.opportunities[item["id"]] = item
        self.outbox.emit("OpportunityCreate", location, opportunities.told(item))
        return str(item["id"])

    def add_note(self, contact: str, body: str, title: str = "") -> str:
        """Write a note on a contact."""
        location = self.world.contacts[contact]["locationId"]
        note: Record = {"id": self.world.new_id(), "contactId": contact, "locationId": location, "body": body}
        note |= {"added": self.clock()} | ({"title": title} if title else {})
        self.world.notes[note["id"]] = note
        self.outbox.emit("NoteCreate", location, notes.told(note))
        return str(note["id"])


class Editing(Held):
    """What is changed and deleted by hand."""

    def edit(self, id: str, **changes: Any) -> None:
        """Change an entry or a contact as staff do: start, end, user, status, title, address; nothing is checked.

        `deleted=True` leaves a row that says that it is deleted; `delete` lets the row vanish.
        """
        now = self.clock()
        if id in self.world.appointments:
            self._edit_appointment(self.world.appointments[id], changes, now)
        elif id in self.world.blocks:
            item = self.world.blocks[id]
            item |= {_APPOINTMENT_NAMES.get(key, key): value for key, value in changes.items()} | {"updated": now}
            if changes.get("deleted"):
                item["deleted"] = "shown"
        elif id in self.world.service_bookings:
            self._edit_service_booking(self.world.service_bookings[id], changes, now)
        elif id in self.world.contacts:
            item = self.world.contacts[id]
            renamed = {"postal_code": "postalCode"}
            contacts.apply_values(self.world, item, {renamed.get(key, key): value for key, value in changes.items()})
            item["updated"] = now
            self.world.index(id, now)
            self.outbox.emit("ContactUpdate", item["locationId"], contacts.told(item))
        else:
            raise KeyError(id)

    def delete(self, id: str) -> None:
        """Delete an entry, a contact or an opportunity by hand."""
        world, now = self.world, self.clock()
        if id in world.appointments:
            item = world.appointments[id]
            item |= {"deleted": True, "updated": now}
            self.outbox.emit("AppointmentDelete", item["locationId"], told_row(item))
        elif id in world.blocks:
            world.blocks[id] |= {"deleted": True, "updated": now}
        elif id in world.service_bookings:
            world.service_bookings[id] |= {"deleted": True, "updated": now}
            services.wipe(world.service_bookings[id])
        elif id in world.contacts:
            contact = world.contacts.pop(id)
            world.index(id, now)
            self.outbox.emit("ContactDelete", contact["locationId"], contacts.told(contact))
        else:
            item = world.opportunities.pop(id)
            self.outbox.emit("OpportunityDelete", item["locationId"], opportunities.told(item))

    def move_opportunity(self, id: str, stage: str, **more: Any) -> None:
        """Move an opportunity to another stage."""
        item = self.world.opportunities[id]
        before = dict(item)
        item |= {"pipelineStageId": stage} | more
        opportunities.tell_changes(self.outbox.emit, before, item, self.clock())

    def _edit_appointment(self, item: Record, changes: Record, now: float) -> None:
        item |= {_APPOINTMENT_NAMES.get(key, key): value for key, value in changes.items()} | {"updated": now}
        if "user" in changes:
            item["users"] = [changes["user"]] if changes["user"] else []
        if changes.get("deleted"):
            item["deleted"] = "shown"
        event = "AppointmentDelete" if changes.get("deleted") else "AppointmentUpdate"
        self.outbox.emit(event, item["locationId"], told_row(item))

    def _edit_service_booking(self, item: Record, changes: Record, now: float) -> None:
        start, end = int(changes.get("start") or item["start"]), int(changes.get("end") or item["end"])
        moved, grown = start - item["start"], (end - start) - (item["end"] - item["start"])
        for leg in item["legs"]:
            if leg["start"] is not None:
                leg |= {"start": leg["start"] + moved, "end": leg["end"] + moved}
        if grown and item["legs"] and item["legs"][-1]["end"] is not None:
            item["legs"][-1]["end"] = end
        if "user" in changes:
            for leg in item["legs"]:
                leg["staff"] = changes["user"]
        names = {"place": "meetingLocation"}
        kept = {names.get(key, key): value for key, value in changes.items() if key not in ("user", "start", "end")}
        item |= kept | {"start": start, "end": end, "updated": now}
        services.wipe(item)
