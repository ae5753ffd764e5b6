"""Locations with their custom fields, tags and zones, and the users who work for them."""

from __future__ import annotations

from http import HTTPStatus
from zoneinfo import available_timezones

from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.world import Record

_OURS = ("locationId", "services", "notice")


@serves("get-location")
def location(asked: Asked) -> Record:
    """Read a location: its zone, its agency, and whether contacts may be there twice."""
    found = asked.found(asked.world.locations, "locationId", "Location")
    return {"location": {key: value for key, value in found.items() if key not in _OURS}}


@serves("get-location-tags")
def tags(asked: Asked) -> Record:
    """List the tags that contacts of a location have."""
    place = asked.path["locationId"]
    names = sorted({tag for contact in asked.world.in_location(asked.world.contacts, place) for tag in contact["tags"]})
    return {"tags": [{"id": f"tag-{name}", "name": name, "locationId": place} for name in names]}


@serves("get-custom-fields")
def fields(asked: Asked) -> Record:
    """List the custom fields of a location."""
    model = asked.one("model") or "contact"
    rows = asked.world.in_location(asked.world.fields, asked.path["locationId"])
    return {"customFields": [row for row in rows if model in (row["model"], "all")]}


@serves("get-custom-field")
def one_field(asked: Asked) -> Record:
    """Read one custom field."""
    return {"customField": asked.found(asked.world.fields, "id", "Custom field")}


@serves("create-custom-field")
def create_field(asked: Asked) -> Record:
    """Make a custom field; its key comes from its name."""
    body, model = asked.body, asked.body.get("model", "contact")
    key = f"{model}.{'_'.join(body['name'].lower().split())}"
    there = asked.world.in_location(asked.world.fields, asked.path["locationId"])
    if any(row["fieldKey"] == key for row in there):
        raise Refused(HTTPStatus.BAD_REQUEST, f"{key} already exists")
    field: Record = {"id": asked.world.new_id(), "locationId": asked.path["locationId"], "name": body["name"]}
    field |= {"fieldKey": key, "dataType": body["dataType"], "position": len(there), "model": model}
    if "placeholder" in body:
        field["placeholder"] = body["placeholder"]
    asked.world.fields[field["id"]] = field
    return {"customField": field}


@serves("get-timezones")
def zones(_: Asked) -> Record:
    """List the zones that a location may be in."""
    return {"timeZones": sorted(available_timezones())}


@serves("search-users")
def search_users(asked: Asked) -> Record:
    """Search users of an agency; the agency is demanded even of a location's token."""
    company, place = asked.one("companyId"), asked.one("locationId")
    rows = [row for row in asked.world.users.values() if row["company"] == company]
    mine = asked.token.location if asked.token else None
    if place or mine:
        rows = [row for row in rows if (place or mine) in row["roles"]["locationIds"]]
    if query := (asked.one("query") or "").lower():
        rows = [row for row in rows if query in f"{row['name']} {row['email']} {row['phone']}".lower()]
    if ids := asked.one("ids"):
        rows = [row for row in rows if row["id"] in ids.split(",")]
    if role := asked.one("role"):
        rows = [row for row in rows if row["roles"]["role"] == role]
    skip, limit = asked.number("skip", 0), asked.number("limit", 25, least=1)
    return {"users": [_user(row) for row in rows[skip : skip + limit]], "count": len(rows)}


@serves("get-user")
def user(asked: Asked) -> Record:
    """Read one user, without any wrapping."""
    row = asked.found(asked.world.users, "userId", "User")
    if asked.token and asked.token.location not in (None, *row["roles"]["locationIds"]):
        raise Refused(HTTPStatus.FORBIDDEN, "The token does not have access to this location.")
    return _user(row)


@serves("get-user-by-location")
def users_of(asked: Asked) -> Record:
    """List the users of a location in the old way."""
    return {"users": [_user(row) for row in asked.world.users_of(asked.one("locationId") or "")]}


def _user(row: Record) -> Record:
    return {key: value for key, value in row.items() if key != "company"}
