"""Notes on contacts and on appointments; an appointment's note stands on its contact too."""

from __future__ import annotations

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, serves
from fieldfare_ghl_sim.world import Record

LONGEST_PAGE = 20
_WRITTEN = ("body", "userId", "title", "color", "pinned")


@serves("get-all-notes")
def listed(asked: Asked) -> Record:
    """List a contact's notes, newest first."""
    contact = asked.found(asked.world.contacts, "contactId", "Contact")
    notes = [_row(note) for note in asked.world.notes.values() if note["contactId"] == contact["id"]]
    return {"notes": notes[::-1]}


@serves("create-note")
def create(asked: Asked) -> Record:
    """Write a note on a contact."""
    contact = asked.found(asked.world.contacts, "contactId", "Contact")
    note = _new(asked, contact["id"], contact["locationId"])
    asked.world.notes[note["id"]] = note
    asked.emit("NoteCreate", contact["locationId"], told(note))
    return {"note": _row(note)}


@serves("get-note")
def read(asked: Asked) -> Record:
    """Read a note of a contact."""
    return {"note": _row(_of_contact(asked))}


@serves("update-note")
def update(asked: Asked) -> Record:
    """Change a note of a contact."""
    note = _of_contact(asked)
    note |= {key: asked.body[key] for key in _WRITTEN if key in asked.body}
    asked.emit("NoteUpdate", note["locationId"], told(note))
    return {"note": _row(note)}


@serves("delete-note")
def delete(asked: Asked) -> Record:
    """Delete a note of a contact."""
    note = _of_contact(asked)
    del asked.world.notes[note["id"]]
    asked.emit("NoteDelete", note["locationId"], told(note))
    return {"succeded": True} | ({"succeeded": True} if asked.v3 else {})


@serves("get-appointment-notes")
def of_appointment(asked: Asked) -> Record:
    """List an appointment's notes, at most twenty at a time."""
    item = asked.found(asked.world.appointments, "appointmentId", "Appointment")
    notes = [note for note in asked.world.appointment_notes.values() if note["appointmentId"] == item["id"]]
    first, limit = asked.number("offset", 0), asked.number("limit", LONGEST_PAGE, least=1)
    shown = [_internal_row(asked, note) for note in notes[first : first + limit]]
    return {"notes": shown, "hasMore": first + limit < len(notes)}


@serves("create-appointment-note")
def create_of_appointment(asked: Asked) -> Record:
    """Write a note on an appointment; its contact gets it too."""
    item = asked.found(asked.world.appointments, "appointmentId", "Appointment")
    note = _new(asked, item["contactId"], item["locationId"]) | {"appointmentId": item["id"]}
    asked.world.appointment_notes[note["id"]] = note
    asked.world.notes[note["id"]] = note
    asked.emit("NoteCreate", item["locationId"], told(note))
    return {"note": _internal_row(asked, note)}


@serves("update-appointment-note")
def update_of_appointment(asked: Asked) -> Record:
    """Change a note of an appointment."""
    note = _of_known_appointment(asked)
    note |= {key: asked.body[key] for key in ("body", "userId") if key in asked.body}
    return {"note": _internal_row(asked, note)}


@serves("delete-appointment-note")
def delete_of_appointment(asked: Asked) -> Record:
    """Delete a note of an appointment."""
    note = _of_known_appointment(asked)
    del asked.world.appointment_notes[note["id"]]
    asked.world.notes.pop(note["id"], None)
    return {"success": True}


def _new(asked: Asked, contact: str, location: str) -> Record:
    note = {key: asked.body[key] for key in _WRITTEN if key in asked.body}
    return {"id": asked.world.new_id(), "contactId": contact, "locationId": location, "added": asked.now} | note


def _of_contact(asked: Asked) -> Record:
    contact = asked.found(asked.world.contacts, "contactId", "Contact")
    note = asked.found(asked.world.notes, "id", "Note")
    if note["contactId"] != contact["id"]:
        return asked.found({}, "id", "Note")
    return note


def _of_known_appointment(asked: Asked) -> Record:
    item = asked.found(asked.world.appointments, "appointmentId", "Appointment")
    note = asked.found(asked.world.appointment_notes, "noteId", "Note")
    if note["appointmentId"] != item["id"]:
        return asked.found({}, "noteId", "Note")
    return note


def _row(note: Record) -> Record:
    kept = {key: note[key] for key in ("id", "contactId", *_WRITTEN) if key in note}
    return kept | {"dateAdded": moments.utc_text(note["added"])}


def _internal_row(asked: Asked, note: Record) -> Record:
    row: Record = {key: note[key] for key in ("id", "body", "userId", "contactId") if key in note}
    author = asked.world.users.get(note.get("userId", ""))
    if author:
        row["createdBy"] = {"id": author["id"], "name": author["name"]}
    return row | {"dateAdded": moments.utc_text(note["added"])}


def told(note: Record) -> Record:
    """Write a note as webhooks have it."""
    return {key: note[key] for key in ("id", "body", "contactId")} | {"dateAdded": moments.utc_text(note["added"])}
