"""Services: a catalogue, service locations, and bookings of one or more legs, each with its own staff."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.operations import slots
from fieldfare_ghl_sim.operations.appointments import TAKEN, WRONG_DURATION
from fieldfare_ghl_sim.world import Record, World

IGNORED_PLACE = "Meeting location is not supported for the selected service location and has been ignored."
_WIPED = frozenset({"cancelled"})
HOUR = 3600


@serves("get-services-catalog")
def catalog(asked: Asked) -> Record:
    """List what is in the catalogue."""
    rows = asked.world.in_location(asked.world.services, _enabled(asked, asked.one("locationId")))
    if category := asked.one("serviceCategoryId"):
        rows = [row for row in rows if row.get("serviceCategoryId") == category]
    if asked.one("isPrivate") is not None:
        rows = [row for row in rows if row["isPrivate"] == asked.flag("isPrivate")]
    return {"services": rows}


@serves("get-service-catalog-by-id")
def catalog_item(asked: Asked) -> Record:
    """Read one item of the catalogue."""
    return {"service": asked.found(asked.world.services, "serviceId", "Service")}


@serves("get-service-locations")
def service_locations(asked: Asked) -> Record:
    """List the service locations: a shop, or the customer's home."""
    rows = asked.world.in_location(asked.world.service_locations, _enabled(asked, asked.one("locationId")))
    return {"serviceLocations": rows}


@serves("get-service-location-by-id")
def service_location(asked: Asked) -> Record:
    """Read one service location."""
    return dict(asked.found(asked.world.service_locations, "serviceLocationId", "Service location"))


@serves("get-service-bookings")
def bookings(asked: Asked) -> Record:
    """List the service bookings of a window; deleted ones come back too."""
    location = _enabled(asked, asked.one("locationId"))
    place, zone = asked.one("serviceLocationId"), asked.one("timezone") or asked.zone(location)
    _check_zone(zone)
    is_listed = asked.window()
    return {
        "bookings": [
            row(item, zone)
            for item in asked.world.in_location(asked.world.service_bookings, location)
            if is_listed(item) and place in (None, item["serviceLocationId"])
        ]
    }


@serves("get-service-booking-by-id")
def booking(asked: Asked) -> Record:
    """Read one service booking, without any wrapping."""
    item = _known(asked)
    return row(item, asked.zone(item["locationId"]))


@serves("create-service-booking")
def create(asked: Asked) -> Record:
    """Make a service booking."""
    body = asked.body
    location = _enabled(asked, body["locationId"])
    contact = asked.world.contacts.get(body["contactId"])
    if contact is None or contact["locationId"] != location:
        raise Refused(HTTPStatus.BAD_REQUEST, "The contact does not exist in this location.")
    _check_zone(body["timezone"])
    start = asked.moment(body["startTime"], location, "startTime")
    end = asked.moment(body["endTime"], location, "endTime")
    legs = legs_of(asked.world, location, body["services"], start, end)
    _check(asked, legs, (start, end))
    title = body.get("title") or contact.get("name") or "Service booking"
    values: Record = {"title": title, "status": body.get("status", "confirmed"), "timezone": body["timezone"]}
    messages = _placed(asked, location, body, values)
    item = new_item(
        asked.world.new_id(), location, contact["id"], span=(start, end), legs=legs, values=values, now=asked.now
    )
    asked.world.service_bookings[item["id"]] = item
    return row(item, asked.zone(location)) | {"messages": messages}


@serves("update-service-booking")
def update(asked: Asked) -> Record:
    """Change a service booking; services that are sent replace all its legs, and a cancellation wipes their times."""
    item, body = _known(asked), asked.body
    location = item["locationId"]
    _check_zone(body.get("timezone", item["timezone"]))
    start = asked.moment(body["startTime"], location, "startTime") if "startTime" in body else item["start"]
    end = (
        asked.moment(body["endTime"], location, "endTime") if "endTime" in body else start + item["end"] - item["start"]
    )
    changed = dict(item)
    if {"startTime", "endTime", "services"} & body.keys():
        wanted = body.get("services") or [{"id": leg["service"], "staffId": leg["staff"]} for leg in item["legs"]]
        legs = legs_of(asked.world, location, wanted, start, end)
        _check(asked, legs, (start, end), but=item["id"])
        changed |= {"start": start, "end": end, "legs": legs}
    messages = _placed(asked, location, body, changed) if {"serviceLocationId", "meetingLocation"} & body.keys() else []
    changed |= {key: body[key] for key in ("title", "status", "timezone") if key in body}
    item.clear()
    item.update(changed)  # only now, when nothing can be refused any more
    item["updated"] = asked.now
    wipe(item)
    return row(item, asked.zone(location)) | {"messages": messages}


@serves("delete-service-booking")
def delete(asked: Asked) -> Record:
    """Delete a service booking; it stays readable, and says so."""
    item = _known(asked)
    item |= {"deleted": True, "updated": asked.now}
    wipe(item)
    return {"success": True, "message": "Booking deleted successfully"}


def new_item(
    id_: str, location: str, contact: str, *, span: tuple[int, int], legs: list[Record], values: Record, now: float
) -> Record:
    """Make a service booking as it is kept."""
    item: Record = {"id": id_, "locationId": location, "contactId": contact, "start": span[0], "end": span[1]}
    item |= {"legs": legs, "deleted": False, "added": now, "updated": now, "serviceLocationId": "", "source": "api"}
    return item | values


def legs_of(world: World, location: str, wanted: list[Record], start: int, end: int) -> list[Record]:
    """Lay the legs one after the other, each as long as the catalogue says; one alone takes the whole booking."""
    legs, at = [], start
    for item in sorted(wanted, key=lambda each: each.get("position", 0)):
        service = world.services.get(item["id"])
        if service is None or service["locationId"] != location:
            raise Refused(HTTPStatus.BAD_REQUEST, "The service does not exist in this location.")
        staff = item.get("staffId", "")
        if staff and staff not in [member["id"] for member in service["staff"]]:
            raise Refused(HTTPStatus.BAD_REQUEST, "The staff member does not provide this service.")
        leg: Record = {"service": item["id"], "staff": staff, "extras": item.get("addOns", [])}
        until = end if len(wanted) == 1 else at + _length(world, leg)
        legs.append(leg | {"start": at, "end": until})
        at = until
    return legs


def wipe(item: Record) -> None:
    """Take the times of all legs away, as the vendor does with what is cancelled or deleted."""
    if item["deleted"] or item["status"] in _WIPED:
        for leg in item["legs"]:
            leg |= {"start": None, "end": None}


def row(item: Record, zone: str) -> Record:
    """Write a service booking as it is read."""
    shown: Record = {"bookingId": item["id"]}
    shown |= {key: item[key] for key in ("locationId", "contactId", "serviceLocationId", "title", "timezone", "status")}
    shown |= {"startTime": moments.offset_text(item["start"], zone), "endTime": moments.offset_text(item["end"], zone)}
    shown |= {"deleted": item["deleted"], "createdBy": {"source": item["source"], "userId": ""}}
    shown |= {"dateAdded": moments.utc_text(item["added"]), "dateUpdated": moments.utc_text(item["updated"])}
    if item.get("meetingLocation"):
        shown["meetingLocation"] = item["meetingLocation"]
    # The order of legs is not promised, so it is not kept.
    return shown | {"services": [_leg(leg, zone) for leg in reversed(item["legs"])]}


def _leg(leg: Record, zone: str) -> Record:
    times: dict[str, Any] = {"serviceStartTime": leg["start"], "serviceEndTime": leg["end"]}
    extras = [{"id": extra["id"], "quantity": extra.get("quantity", 1)} for extra in leg["extras"]]
    return {
        "id": leg["service"],
        "serviceCategoryId": "",
        "serviceStaffId": leg["staff"],
        **{name: "" if at is None else moments.offset_text(at, zone) for name, at in times.items()},
        "serviceResources": [],
        "serviceAddOns": extras,
    }


def _known(asked: Asked) -> Record:
    item = asked.world.service_bookings.get(asked.path["bookingId"])
    if item is None or (item["deleted"] and asked.operation.method != "GET"):
        raise Refused(HTTPStatus.NOT_FOUND, "The booking was not found.")
    return item


def _enabled(asked: Asked, location: str | None) -> str:
    """Refuse where the module is not switched on."""
    if location is None or not asked.world.locations[location].get("services"):
        raise Refused(HTTPStatus.NOT_FOUND, "Services are not enabled for this location.")
    return location


def _check_zone(name: str) -> None:
    if not moments.known_zone(name):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["timezone must be a valid IANA time zone"])


def _length(world: World, leg: Record) -> int:
    more = sum(int(extra.get("duration", 0)) for extra in leg["extras"])
    return slots.seconds(world.services[leg["service"]], "serviceDuration", default=HOUR) + 60 * more


def _check(asked: Asked, legs: list[Record], span: tuple[int, int], *, but: str | None = None) -> None:
    if span[1] <= span[0]:
        raise Refused(HTTPStatus.BAD_REQUEST, "The end time must be after the start time.")
    if asked.flag("overrideAvailability"):
        return
    if span[1] - span[0] != sum(_length(asked.world, leg) for leg in legs):
        raise Refused(HTTPStatus.BAD_REQUEST, WRONG_DURATION)
    location = str(asked.world.services[legs[0]["service"]]["locationId"])
    for leg in legs:
        service = asked.world.services[leg["service"]]
        team = [leg["staff"]] if leg["staff"] else [member["id"] for member in service["staff"]]
        team = [user for user in team if slots.works(asked.world, location, user, (leg["start"], leg["end"]))]
        calendar: Record = {"calendarType": "service_booking", "teamMembers": []}
        if not slots.is_free(asked.world, calendar, (leg["start"], leg["end"]), team, but=but):
            raise Refused(HTTPStatus.BAD_REQUEST, TAKEN)
    notice = asked.world.locations[asked.location or ""].get("notice", 0) if asked.location else 0
    if span[0] < asked.now + notice and not asked.flag("skipSchedulingNotice"):
        raise Refused(HTTPStatus.BAD_REQUEST, "The booking does not respect the scheduling notice.")


def _placed(asked: Asked, location: str, body: Record, values: Record) -> list[str]:
    """Say where a booking is; a place to be asked for must be given, and one that is not asked for is ignored."""
    there = asked.world.in_location(asked.world.service_locations, location)
    wanted = body.get("serviceLocationId") or values.get("serviceLocationId") or (there[0]["id"] if there else "")
    place = next((row for row in there if row["id"] == wanted), None)
    if place is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "The service location does not exist in this location.")
    values["serviceLocationId"] = place["id"]
    if place["locationType"] == "ask_booker":
        values["meetingLocation"] = body.get("meetingLocation") or values.get("meetingLocation")
        if not values["meetingLocation"]:
            raise Refused(HTTPStatus.BAD_REQUEST, "meetingLocation is required for this service location.")
        return []
    values.pop("meetingLocation", None)
    return [IGNORED_PLACE] if body.get("meetingLocation") else []
