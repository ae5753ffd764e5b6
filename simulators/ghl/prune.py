"""Cut the vendor's official OpenAPI files down to what the simulator serves: `prune.py OFFICIAL [TARGET]`.

The vendor's files hold hundreds of operations; the simulator serves some. What it keeps is kept as it was published,
mistakes and all: what is corrected is corrected by `overlay.json` when the files are loaded.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fieldfare_ghl_sim.contract import V2, V3
from fieldfare_ghl_sim.drift import COMMON, official_common, official_file

Json = dict[str, Any]
HERE = Path(__file__).parent / "src" / "fieldfare_ghl_sim" / "openapi"

_CALENDARS = (
    "get-groups",
    "get-calendars",
    "get-calendar",
    "get-slots",
    "getAllSchedules",
    "getScheduleById",
    "create-appointment",
    "edit-appointment",
    "get-appointment",
    "get-calendar-events",
    "get-blocked-slots",
    "create-block-slot",
    "edit-block-slot",
    "delete-event",
    "get-appointment-notes",
    "create-appointment-note",
    "update-appointment-note",
    "delete-appointment-note",
)
_SERVICES = (
    "get-service-bookings",
    "create-service-booking",
    "get-service-booking-by-id",
    "update-service-booking",
    "delete-service-booking",
    "get-services-catalog",
    "get-service-catalog-by-id",
    "get-service-locations",
    "get-service-location-by-id",
)
_CONTACTS = (
    "search-contacts-advanced",
    "get-duplicate-contact",
    "get-appointments-for-contact",
    "add-tags",
    "remove-tags",
    "get-all-notes",
    "create-note",
    "get-note",
    "update-note",
    "delete-note",
    "get-contact",
    "update-contact",
    "delete-contact",
    "upsert-contact",
    "create-contact",
)
_OPPORTUNITIES = (
    "search-opportunity",
    "search-opportunities-advanced",
    "get-pipelines",
    "get-opportunity",
    "update-opportunity",
    "delete-opportunity",
    "update-opportunity-status",
    "Upsert-opportunity",
    "create-opportunity",
)
_LOCATIONS = (
    "get-location",
    "get-location-tags",
    "get-custom-fields",
    "create-custom-field",
    "get-custom-field",
    "get-timezones",
)
_OAUTH = ("get-access-token", "get-location-access-token", "get-installed-location")

SERVED: dict[str, dict[str, tuple[str, ...]]] = {
    V2: {
        "calendars": _CALENDARS,
        "contacts": (*_CONTACTS, "get-contacts"),
        "opportunities": _OPPORTUNITIES,
        "users": ("search-users", "get-user", "get-user-by-location"),
        "locations": _LOCATIONS,
        "oauth": _OAUTH,
    },
    V3: {
        "calendars": (*_CALENDARS, *_SERVICES),
        "contacts": _CONTACTS,
        "opportunities": _OPPORTUNITIES,
        "users": ("search-users", "get-user"),
        "locations": _LOCATIONS,
        "oauth": _OAUTH,
    },
}


def pruned(official: Path) -> dict[str, Json]:
    """Give all files that the simulator brings, by their path below its folder."""
    files = {
        f"{generation}/{name}.json": _prune(json.loads(official_file(official, generation, name).read_bytes()), served)
        for generation, names in SERVED.items()
        for name, served in names.items()
    }
    # The newer common file holds all that the older one has, and two schemas more.
    files[COMMON] = json.loads(official_common(official).read_bytes())
    return files


def _prune(document: Json, served: tuple[str, ...]) -> Json:
    paths: Json = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation.get("operationId") in served:
                paths.setdefault(path, {})[method] = operation
    found = {operation["operationId"] for methods in paths.values() for operation in methods.values()}
    if missing := set(served) - found:
        raise SystemExit(f"The official file {document['info']['title']} has no {sorted(missing)}")
    schemas = document["components"]["schemas"]
    reached: set[str] = set()
    waiting = list(_named(paths))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _named(schemas[name])
    return {
        "openapi": document["openapi"],
        "info": document["info"],
        "servers": document["servers"],
        "paths": paths,
        "components": {"schemas": {name: schema for name, schema in schemas.items() if name in reached}},
    }


def _named(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and value.startswith("#/components/schemas/"):
                yield value.rsplit("/", 1)[1]
            else:
                yield from _named(value)
    elif isinstance(part, list):
        for value in part:
            yield from _named(value)


def written(document: Json) -> str:
    """Write a file as it is kept: compact enough to ship, in lines that a difference can be read from."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE  # noqa: PLR2004 - the second argument
    for name, document in pruned(Path(sys.argv[1])).items():
        file = target / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(document), encoding="utf-8")
        print(f"{name}: {sum(map(len, document.get('paths', {}).values()))} operations")
