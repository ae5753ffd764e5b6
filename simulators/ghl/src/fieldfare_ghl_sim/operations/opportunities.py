"""Pipelines, and the opportunities that move through them."""

from __future__ import annotations

from http import HTTPStatus

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.operations.contact_search import matches
from fieldfare_ghl_sim.world import Record, World

LONGEST_PAGE = 100
_CHANGED = ("name", "pipelineId", "pipelineStageId", "status", "monetaryValue", "assignedTo")
_V3_NAMES = {
    "location_id": "locationId",
    "pipeline_id": "pipelineId",
    "pipeline_stage_id": "pipelineStageId",
    "contact_id": "contactId",
    "assigned_to": "assignedTo",
}
_SEARCHED = {"date_added": "added", "date_updated": "updated", **_V3_NAMES}


@serves("get-pipelines")
def pipelines(asked: Asked) -> Record:
    """List the pipelines of a location with their stages."""
    return {"pipelines": asked.world.in_location(asked.world.pipelines, asked.one("locationId") or "")}


@serves("search-opportunity")
def search(asked: Asked) -> Record:
    """Search opportunities by query parameters: with underscores in the older version, without in the newer one."""
    place = asked.one("locationId" if asked.v3 else "location_id") or ""
    limit, page = asked.number("limit", 20, least=1, most=LONGEST_PAGE), asked.number("page", 1, least=1)
    hits = asked.world.in_location(asked.world.opportunities, place)
    for old, new in _V3_NAMES.items():
        if wanted := asked.one(new if asked.v3 else old):
            hits = [row for row in hits if row.get(new) == wanted]
    if (status := asked.one("status")) and status != "all":
        hits = [row for row in hits if row["status"] == status]
    if query := (asked.one("q") or "").lower():
        hits = [row for row in hits if query in f"{row['name']} {_contact(asked.world, row)}".lower()]
    if id_ := asked.one("id"):
        hits = [row for row in hits if row["id"] == id_]
    hits.sort(key=lambda row: (row["added"], row["id"]), reverse=True)
    ids = [row["id"] for row in hits]
    after = asked.one("startAfterId")
    first = ids.index(after) + 1 if after in ids else (page - 1) * limit
    shown = hits[first : first + limit]
    return {
        "opportunities": [_row(asked.world, row) for row in shown],
        "meta": _meta(shown, len(hits), first, limit, page),
    }


@serves("search-opportunities-advanced")
def search_advanced(asked: Asked) -> Record:
    """Search opportunities by filters, whose fields have underscores."""
    body = asked.body
    hits = asked.world.in_location(asked.world.opportunities, body["locationId"])
    query = str(body.get("query", "")).lower()
    hits = [row for row in hits if query in row["name"].lower() and matches(_renamed(body.get("filters", [])), row)]
    hits.sort(key=lambda row: (row["added"], row["id"]), reverse=True)
    limit, page = int(body.get("limit", 20)), int(body.get("page", 1))
    ids = [row["id"] for row in hits]
    after = (body.get("searchAfter") or [None])[-1]
    first = ids.index(after) + 1 if after in ids else (page - 1) * limit
    rows = [
        _row(asked.world, row) | {"searchAfter": [int(row["added"] * 1000), row["id"]]}
        for row in hits[first : first + limit]
    ]
    return {"opportunities": rows, "total": len(hits)}


@serves("get-opportunity")
def read(asked: Asked) -> Record:
    """Read one opportunity."""
    return {"opportunity": _row(asked.world, asked.found(asked.world.opportunities, "id", "Opportunity"))}


@serves("create-opportunity")
def create(asked: Asked) -> Record:
    """Make an opportunity."""
    return {"opportunity": _row(asked.world, _made(asked))}


@serves("update-opportunity")
def update(asked: Asked) -> Record:
    """Change an opportunity."""
    item = asked.found(asked.world.opportunities, "id", "Opportunity")
    _change(asked, item)
    return {"opportunity": _row(asked.world, item)}


@serves("update-opportunity-status")
def update_status(asked: Asked) -> Record:
    """Change an opportunity's status."""
    _change(asked, asked.found(asked.world.opportunities, "id", "Opportunity"))
    return {"succeded": True}


@serves("Upsert-opportunity")
def upsert(asked: Asked) -> Record:
    """Change the opportunity that is meant, else make one."""
    body = asked.body
    there = asked.world.opportunities.get(body.get("id", ""))
    if there is not None and there["locationId"] != body["locationId"]:
        raise Refused(HTTPStatus.BAD_REQUEST, "The opportunity does not exist in this location.")
    if there is None:
        same = (
            row
            for row in asked.world.in_location(asked.world.opportunities, body["locationId"])
            if row["pipelineId"] == body["pipelineId"] and body.get("contactId") in (row["contactId"],)
        )
        there = next(same, None)
    if there is None:
        return {"opportunity": _row(asked.world, _made(asked)), "new": True}
    _change(asked, there)
    return {"opportunity": _row(asked.world, there), "new": False}


@serves("delete-opportunity")
def delete(asked: Asked) -> Record:
    """Delete an opportunity."""
    item = asked.found(asked.world.opportunities, "id", "Opportunity")
    del asked.world.opportunities[item["id"]]
    asked.emit("OpportunityDelete", item["locationId"], told(item))
    return {"succeded": True}


def new_item(id_: str, location: str, values: Record, now: float) -> Record:
    """Make an opportunity as it is kept."""
    item: Record = {"id": id_, "locationId": location, "customFields": [], "followers": [], "source": "api"}
    item |= {"added": now, "updated": now, "stage_changed": now, "assignedTo": "", "monetaryValue": 0, "status": "open"}
    return item | values


def told(item: Record) -> Record:
    """Write an opportunity as webhooks have it: flat."""
    kept = (
        "id",
        "assignedTo",
        "contactId",
        "monetaryValue",
        "name",
        "pipelineId",
        "pipelineStageId",
        "source",
        "status",
    )
    return {key: item[key] for key in kept} | {"dateAdded": moments.utc_text(item["added"])}


def _made(asked: Asked) -> Record:
    body, location = asked.body, asked.body["locationId"]
    pipeline = _stage_checked(asked, location, body["pipelineId"])
    contact = asked.world.contacts.get(body.get("contactId", ""))
    if contact is None or contact["locationId"] != location:
        raise Refused(HTTPStatus.BAD_REQUEST, "The contact does not exist in this location.")
    asked.check_assigned(location, "assignedTo")
    values = {key: body[key] for key in _CHANGED if key in body} | {"contactId": contact["id"]}
    values |= {"customFields": _fields(body)}
    values.setdefault("name", contact.get("name", ""))
    values.setdefault("pipelineStageId", pipeline["stages"][0]["id"])
    item = new_item(asked.world.new_id(), location, values, asked.now)
    asked.world.opportunities[item["id"]] = item
    asked.emit("OpportunityCreate", location, told(item))
    return item


def _change(asked: Asked, item: Record) -> None:
    before = dict(item)
    asked.check_assigned(item["locationId"], "assignedTo")
    if {"pipelineId", "pipelineStageId"} & asked.body.keys():
        pipeline = _stage_checked(asked, item["locationId"], asked.body.get("pipelineId", item["pipelineId"]))
        if pipeline["id"] != item["pipelineId"]:
            item["pipelineStageId"] = pipeline["stages"][0]["id"]  # unless another is named
    item |= {key: asked.body[key] for key in _CHANGED if key in asked.body}
    kept = {field["id"]: field for field in item["customFields"]}
    item["customFields"] = list((kept | {field["id"]: field for field in _fields(asked.body)}).values())
    tell_changes(asked.emit, before, item, asked.now)


def _stage_checked(asked: Asked, location: str, id_: str) -> Record:
    """Find a pipeline of the location that has the stage which the body names, if it names one."""
    pipeline = asked.world.pipelines.get(id_)
    if pipeline is None or pipeline["locationId"] != location:
        raise Refused(HTTPStatus.BAD_REQUEST, "The pipeline does not exist in this location.")
    stage = asked.body.get("pipelineStageId")
    if stage is not None and stage not in [each["id"] for each in pipeline["stages"]]:
        raise Refused(HTTPStatus.BAD_REQUEST, "The stage does not exist in this pipeline.")
    return pipeline


def tell_changes(emit: object, before: Record, item: Record, now: float) -> None:
    """Stamp a change and tell of it: of any change, and of the stage and the status by messages of their own."""
    assert callable(emit)  # noqa: S101 - narrows the type
    item["updated"] = now
    events = ["OpportunityUpdate"]
    if before["pipelineStageId"] != item["pipelineStageId"]:
        item["stage_changed"] = now
        events.append("OpportunityStageUpdate")
    if before["status"] != item["status"]:
        events.append("OpportunityStatusUpdate")
    for event in events:
        emit(event, item["locationId"], told(item))


def _fields(body: Record) -> list[Record]:
    return [
        {"id": field["id"], "fieldValue": field.get("fieldValue", field.get("field_value"))}
        for field in body.get("customFields", ())
        if "id" in field
    ]


def _renamed(filters: list[Record]) -> list[Record]:
    return [
        rule
        | ({"filters": _renamed(rule["filters"])} if "filters" in rule else {"field": _field(rule.get("field", ""))})
        for rule in filters
    ]


def _field(name: str) -> str:
    known = {"date_added": "dateAdded", "date_updated": "dateUpdated"}
    return known.get(name) or _SEARCHED.get(name, name)


def _contact(world: World, row: Record) -> Record:
    contact = world.contacts.get(row["contactId"], {})
    kept = {key: contact[key] for key in ("id", "name", "companyName", "email", "phone") if key in contact}
    return kept | {"tags": list(contact.get("tags", ()))}


def _row(world: World, item: Record) -> Record:
    hidden = ("added", "updated", "stage_changed", "stageChanged")
    row = {key: value for key, value in item.items() if key not in hidden}
    row |= {"createdAt": moments.utc_text(item["added"]), "updatedAt": moments.utc_text(item["updated"])}
    return row | {"lastStageChangeAt": moments.utc_text(item["stage_changed"]), "contact": _contact(world, item)}


def _meta(shown: list[Record], total: int, first: int, limit: int, page: int) -> Record:
    meta: Record = {"total": total, "currentPage": page}
    if shown:
        meta |= {"startAfter": int(shown[-1]["added"] * 1000), "startAfterId": shown[-1]["id"]}
    if first + limit < total:
        meta |= {
            "nextPage": page + 1,
            "nextPageUrl": f"https://services.leadconnectorhq.com/opportunities/search?page={page + 1}",
        }
    return meta | ({"prevPage": page - 1} if page > 1 else {})
