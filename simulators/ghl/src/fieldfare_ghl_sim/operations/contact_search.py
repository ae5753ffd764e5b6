"""Looking contacts up: the search, which lags behind, the check for duplicates, and the old list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.operations import contacts
from fieldfare_ghl_sim.world import Record

FURTHEST = 10_000
LONGEST_OLD_PAGE = 100
LONGEST_VALUE = 75
_TEXTS = ("name", "firstName", "lastName", "email", "phone", "address1", "city", "postalCode", "companyName")
_NOT_FOUND_HERE = ("dndSettings",)


@serves("search-contacts-advanced")
def search(asked: Asked) -> Record:
    """Search contacts by text and filters, as the index saw them some seconds ago."""
    body = asked.body
    size, page = int(body["pageLimit"]), int(body.get("page", 1))
    if page * size > FURTHEST:
        raise Refused(HTTPStatus.BAD_REQUEST, "Only the first 10000 records can be paged; use searchAfter.")
    seen = asked.world.searchable(body["locationId"], asked.now - asked.quirks.contact_search_lag)
    hits = [item for item in seen if _says(item, body.get("query")) and matches(body.get("filters", ()), item)]
    _sort(hits, body.get("sort") or [{"field": "dateAdded", "direction": "desc"}])
    if "searchAfter" in body:
        ids = [item["id"] for item in hits]
        after = body["searchAfter"][-1] if body["searchAfter"] else None
        first = ids.index(after) + 1 if after in ids else len(ids)
    else:
        first = (page - 1) * size
    rows = [_row(item) for item in hits[first : first + size]]
    answer: Record = {"contacts": rows, "total": len(hits)}
    if asked.quirks.cursor_on_top and rows:
        answer["searchAfter"] = rows[-1]["searchAfter"]
    return answer


@serves("get-duplicate-contact")
def duplicate(asked: Asked) -> Record:
    """Find the contact of an email or a phone; at once, not by the index."""
    if not asked.one("email") and not asked.one("number"):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["Either of email or number is required"])
    found = contacts.duplicate(asked.world, asked.one("locationId") or "", asked.one("email"), asked.one("number"))
    return {"contact": None if found is None else contacts.row(found[0])}


@serves("get-contacts")
def listed(asked: Asked) -> Record:
    """List contacts in the old way, newest first."""
    limit = asked.number("limit", 20, least=1, most=LONGEST_OLD_PAGE)
    hits = [
        item
        for item in asked.world.in_location(asked.world.contacts, asked.one("locationId") or "")
        if _says(item, asked.one("query"))
    ]
    hits.sort(key=lambda item: (item["added"], item["id"]), reverse=True)
    ids = [item["id"] for item in hits]
    first = ids.index(asked.one("startAfterId")) + 1 if asked.one("startAfterId") in ids else 0
    shown = hits[first : first + limit]
    meta: Record = {"total": len(hits)}
    if shown:
        meta |= {"startAfterId": shown[-1]["id"], "startAfter": int(shown[-1]["added"] * 1000)}
    return {"contacts": [contacts.row(item) for item in shown], "count": len(hits), "meta": meta}


def matches(filters: Iterable[Record], item: Record) -> bool:
    """Say whether a record passes all filters."""
    return all(_passes(each, item) for each in filters)


def _passes(rule: Record, item: Record) -> bool:
    if "filters" in rule:
        inner = (_passes(each, item) for each in rule["filters"])
        return any(inner) if str(rule.get("group", "AND")).upper() == "OR" else all(inner)
    operator = _OPERATORS.get(rule.get("operator", ""))
    if operator is None or "field" not in rule:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["filters: unknown operator or field"])
    return operator(_value(item, str(rule["field"])), rule.get("value"))


def _value(item: Record, field: str) -> Any:
    if field.startswith("customFields."):
        wanted = field.partition(".")[2]
        return next((each["value"] for each in item["customFields"] if each["id"] == wanted), None)
    stamp = {"dateAdded": "added", "dateUpdated": "updated"}.get(field)
    return item.get(stamp or field)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return any(_same(each, wanted) for each in value)
    return str("" if value is None else value).lower() == str(wanted).lower()


def _contains(value: Any, wanted: Any) -> bool:
    if len(str(wanted)) > LONGEST_VALUE:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["filters: the value is too long"])
    texts = value if isinstance(value, list) else [value]
    return any(str(wanted).lower() in str(text or "").lower() for text in texts)


def _within(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["filters: a range takes gte, gt, lte and lt"])
    bounds = {key: _number(bound) for key, bound in wanted.items()}
    tests: dict[str, Callable[[float, float], bool]] = {
        "gte": lambda have, bound: have >= bound,
        "gt": lambda have, bound: have > bound,
        "lte": lambda have, bound: have <= bound,
        "lt": lambda have, bound: have < bound,
    }
    if set(bounds) - set(tests):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["filters: a range takes gte, gt, lte and lt"])
    return isinstance(value, int | float) and all(tests[key](float(value), bound) for key, bound in bounds.items())


def _number(bound: Any) -> float:
    if isinstance(bound, int | float):
        return bound / 1000
    at = moments.read(str(bound), "UTC")
    if at is None:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, ["filters: a range needs moments"])
    return float(at)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "not_eq": lambda value, wanted: not _same(value, wanted),
    "contains": _contains,
    "not_contains": lambda value, wanted: not _contains(value, wanted),
    "exists": lambda value, _: value not in (None, "", []),
    "not_exists": lambda value, _: value in (None, "", []),
    "range": _within,
}


def _says(item: Record, query: str | None) -> bool:
    words = (query or "").lower().split()
    text = " ".join(str(item.get(key, "")) for key in _TEXTS).lower()
    return all(word in text for word in words)


def _sort(items: list[Record], rules: list[Record]) -> None:
    items.sort(key=lambda item: str(item["id"]))
    for rule in reversed(rules):
        items.sort(key=lambda item: _order(_value(item, rule["field"])), reverse=rule["direction"] == "desc")


def _order(value: Any) -> tuple[bool, float, str]:
    return (value is not None, value, "") if isinstance(value, int | float) else (value is not None, 0.0, str(value))


def _row(item: Record) -> Record:
    shown = {key: value for key, value in contacts.row(item).items() if key not in _NOT_FOUND_HERE}
    return shown | {"searchAfter": [int(item["updated"] * 1000), item["id"]]}
