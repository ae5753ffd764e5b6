"""Contacts: made, merged, changed, tagged and deleted."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.world import Record, World

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_PLAIN = [
    "firstName",
    "lastName",
    "name",
    "email",
    "phone",
    "address1",
    "city",
    "state",
    "postalCode",
    "country",
    "website",
    "timezone",
    "companyName",
    "source",
    "assignedTo",
    "dateOfBirth",
    "dnd",
    "dndSettings",
    "gender",
]
_TOLD = [key for key in _PLAIN if key not in ("dndSettings", "gender", "timezone")]
_NOT_SHOWN = frozenset({"added", "updated", "gender", "deleted"})
NO_DUPLICATES = "This location does not allow duplicated contacts."


@serves("create-contact")
def create(asked: Asked) -> Record:
    """Make a contact; a location may forbid a second one of the same email or phone."""
    body = _checked(asked)
    there = duplicate(asked.world, body["locationId"], body.get("email"), body.get("phone"))
    if there is not None and not _duplicates_allowed(asked, body["locationId"]):
        matching = "email" if body.get("email") and there[1] == "email" else "phone"
        meta = {"contactId": there[0]["id"], "matchingField": matching}
        raise Refused(asked.quirks.duplicate_contact, NO_DUPLICATES, meta=meta)
    made = row(_made(asked, body))
    if not asked.v3:
        made.pop("name", None)  # the older answer has the two halves alone
    return {"contact": made}


@serves("upsert-contact")
def upsert(asked: Asked) -> Record:
    """Change the contact of the same email or phone, else make one; tags that are sent replace all tags."""
    body = _checked(asked)
    location = body["locationId"]
    there = duplicate(asked.world, location, body.get("email"), body.get("phone"))
    if there is None or (body.get("createNewIfDuplicateAllowed") and _duplicates_allowed(asked, location)):
        return {"new": True, "contact": row(_made(asked, body))}
    _change(asked, there[0], body)
    return {"new": False, "contact": row(there[0])}


@serves("update-contact")
def update(asked: Asked) -> Record:
    """Change a contact."""
    contact = asked.found(asked.world.contacts, "contactId", "Contact")
    _change(asked, contact, _checked(asked))
    return {"succeeded" if asked.v3 else "succeded": True, "contact": row(contact)}


@serves("get-contact")
def read(asked: Asked) -> Record:
    """Read a contact."""
    return {"contact": row(asked.found(asked.world.contacts, "contactId", "Contact"))}


@serves("delete-contact")
def delete(asked: Asked) -> Record:
    """Delete a contact."""
    contact = asked.found(asked.world.contacts, "contactId", "Contact")
    del asked.world.contacts[contact["id"]]
    asked.world.index(contact["id"], asked.now)
    asked.emit("ContactDelete", contact["locationId"], told(contact))
    return {"succeded": True} | ({"succeeded": True} if asked.v3 else {})


@serves("add-tags")
def add_tags(asked: Asked) -> Record:
    """Add tags to a contact; its others stay."""
    contact = asked.found(asked.world.contacts, "contactId", "Contact")
    return _tagged(asked, contact, [*contact["tags"], *(_tags(asked.body["tags"]))])


@serves("remove-tags")
def remove_tags(asked: Asked) -> Record:
    """Take tags from a contact."""
    contact = asked.found(asked.world.contacts, "contactId", "Contact")
    gone = _tags(asked.body["tags"])
    return _tagged(asked, contact, [tag for tag in contact["tags"] if tag not in gone])


@serves("get-appointments-for-contact")
def appointments(asked: Asked) -> Record:
    """List a contact's appointments, with wall-clock times that name no zone."""
    contact = asked.found(asked.world.contacts, "contactId", "Contact")
    zone = asked.zone(contact["locationId"])
    rows = []
    for item in asked.world.appointments.values():
        if item["contactId"] == contact["id"] and not item["deleted"]:
            kept = (
                "id",
                "calendarId",
                "title",
                "assignedUserId",
                "address",
                "locationId",
                "contactId",
                "groupId",
                "users",
            )
            given: Record = {key: item[key] for key in (*kept, "appointmentStatus")} | {"status": "booked"}
            stamps = {"startTime": "start", "endTime": "end", "dateAdded": "added", "dateUpdated": "updated"}
            rows.append(given | {name: moments.naive_text(item[key], zone) for name, key in stamps.items()})
    return {"events": rows}


def new_contact(world: World, location: str, values: Record, now: float) -> Record:
    """Make a contact as it is kept, and let the search know in time."""
    contact: Record = {"id": world.new_id(), "locationId": location, "tags": [], "customFields": [], "type": "lead"}
    contact |= {"added": now, "updated": now, "dnd": False, "country": world.locations[location]["country"]}
    apply_values(world, contact, values)
    world.contacts[contact["id"]] = contact
    world.index(contact["id"], now)
    return contact


def apply_values(world: World, contact: Record, values: Record) -> None:
    """Write values over a contact: tags as a whole, custom fields one by one, an unknown field nowhere."""
    for key in _PLAIN:
        if key in values:
            contact[key] = values[key]
            if values[key] is None:
                del contact[key]
    if "name" in values and values["name"] and not {"firstName", "lastName"} & values.keys():
        first, _, last = values["name"].partition(" ")
        contact |= {"firstName": first, "lastName": last}
    elif {"firstName", "lastName"} & values.keys():
        contact["name"] = " ".join(filter(None, (contact.get("firstName"), contact.get("lastName"))))
    if "tags" in values:
        contact["tags"] = list(dict.fromkeys(_tags(values["tags"])))
    kept = {field["id"]: field["value"] for field in contact["customFields"]}
    for field in values.get("customFields", ()):
        known = field_of(world, contact["locationId"], field)
        if known is not None:
            kept[known["id"]] = field.get("fieldValue", field.get("field_value"))
    contact["customFields"] = [{"id": id_, "value": value} for id_, value in kept.items()]


def field_of(world: World, location: str, field: Record) -> Record | None:
    """Find the custom field that a written value means, by id or by key."""
    for known in world.in_location(world.fields, location):
        short = str(known["fieldKey"]).partition(".")[2]
        if known["id"] == field.get("id") or field.get("key") in (known["fieldKey"], short):
            return known
    return None


def duplicate(world: World, location: str, email: Any, phone: Any) -> tuple[Record, str] | None:
    """Find a location's contact of the same email, or else of the same phone."""
    for name, value in (("email", email), ("phone", phone)):
        for contact in world.in_location(world.contacts, location) if value else ():
            if str(contact.get(name, "")).lower() == str(value).lower():
                return contact, name
    return None


def row(contact: Record) -> Record:
    """Write a contact as it is read."""
    shown = {key: value for key, value in contact.items() if key not in _NOT_SHOWN}
    shown |= {"dateAdded": moments.utc_text(contact["added"]), "dateUpdated": moments.utc_text(contact["updated"])}
    if "email" in shown:
        shown["emailLowerCase"] = str(shown["email"]).lower()
    if "name" in shown:
        shown["fullNameLowerCase"] = str(shown["name"]).lower()
    return shown


def told(contact: Record) -> Record:
    """Write a contact as webhooks have it: flat."""
    kept = {key: contact[key] for key in (*_TOLD, "id", "tags", "customFields") if key in contact}
    return kept | {"dateAdded": moments.utc_text(contact["added"]), "attachments": []}


def _checked(asked: Asked) -> Record:
    body: Record = asked.body
    phone = body.get("phone")
    if asked.strict and phone and not _E164.fullmatch(phone):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["phone must be a valid phone number"])
    email = body.get("email")
    if email and "@" not in email:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["email must be an email"])
    return body


def _duplicates_allowed(asked: Asked, location: str) -> bool:
    return bool(asked.world.locations[location]["settings"]["allowDuplicateContact"])


def _made(asked: Asked, body: Record) -> Record:
    asked.check_assigned(body["locationId"], "assignedTo")
    contact = new_contact(asked.world, body["locationId"], body, asked.now)
    asked.emit("ContactCreate", contact["locationId"], told(contact))
    return contact


def _change(asked: Asked, contact: Record, values: Record) -> None:
    asked.check_assigned(contact["locationId"], "assignedTo")
    tags = contact["tags"]
    apply_values(asked.world, contact, values)
    contact["updated"] = asked.now
    asked.world.index(contact["id"], asked.now)
    asked.emit("ContactUpdate", contact["locationId"], told(contact))
    if contact["tags"] != tags:
        asked.emit("ContactTagUpdate", contact["locationId"], told(contact))


def _tagged(asked: Asked, contact: Record, tags: list[str]) -> Record:
    _change(asked, contact, {"tags": tags})
    return {"tags": list(contact["tags"])}


def _tags(tags: list[str]) -> list[str]:
    return [tag.lower() for tag in tags]
