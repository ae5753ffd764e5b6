"""The order in which the vendor checks a request, before it does what was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import orjson

from fieldfare_ghl_sim.asked import Refused
from fieldfare_ghl_sim.contract import ARTICLES, Contract, Operation, QueryRule
from fieldfare_ghl_sim.operations.appointments import SILENTLY_DROPPED
from fieldfare_ghl_sim.routes import PUBLISHED, Route
from fieldfare_ghl_sim.tokens import Token, Tokens
from fieldfare_ghl_sim.world import World

Query = Mapping[str, list[str]]
_WITHOUT_TOKEN = frozenset({"get-access-token"})
_APPOINTMENTS = frozenset({"create-appointment", "edit-appointment"})
_PRIVATE = "pit-"
_NUMBER = {"number": re.compile(r"-?[0-9]+(\.[0-9]+)?"), "integer": re.compile(r"-?[0-9]+")}
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def cannot(method: str, path: str) -> Refused:
    """Refuse a path that is not there."""
    return Refused(HTTPStatus.NOT_FOUND, f"Cannot {method} {path}")


def authenticate(route: Route, tokens: Tokens, header: str | None, now: float) -> Token | None:
    """First check: the bearer token."""
    if any(operation.id in _WITHOUT_TOKEN for operation in route.operations.values()):
        return None
    kind, _, text = (header or "").partition(" ")
    if kind.lower() != "bearer" or not text:
        raise Refused(HTTPStatus.UNAUTHORIZED, "Authorization header not found.")
    token = tokens.valid(text, now)
    if token is None:
        private = text.startswith(_PRIVATE)
        raise Refused(HTTPStatus.UNAUTHORIZED, "Invalid Private Integration token" if private else "Invalid JWT")
    return token


def pick_version(route: Route, version: str | None, *, path: str, strict: bool) -> Operation:
    """Second check: the version header, which also decides whether the path exists."""
    unversioned = next((each for each in route.operations.values() if each.id in _WITHOUT_TOKEN), None)
    if version is None and unversioned is not None:
        version = "2021-07-28"
    if version is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "version header was not found.")
    if version not in PUBLISHED:
        raise Refused(HTTPStatus.UNAUTHORIZED, "version header is invalid")
    operation = route.operation(version, strict=strict)
    if operation is None:
        raise cannot(route.method, path)
    return operation


def authorise(operation: Operation, token: Token | None) -> None:
    """Third check: the scope, before the location."""
    if token is None:
        return
    if operation.scopes and not operation.scopes & token.scopes:
        raise Refused(HTTPStatus.UNAUTHORIZED, "The token is not authorized for this scope.")
    if operation.agency_only and (token.private or token.location is not None):
        raise Refused(HTTPStatus.UNAUTHORIZED, "This route is only accessible to agency tokens.")
    if operation.location_only and (token.private or token.location is None):
        raise Refused(HTTPStatus.UNAUTHORIZED, "This route is only accessible to location tokens.")


def locations(world: World, operation: Operation, path: Mapping[str, str], query: Query, body: Any) -> set[str]:
    """Say which locations a request touches: those that it names, and those of the entries that it names."""
    if operation.document.endswith(":oauth"):
        return set()
    named = {path.get("locationId"), _first(query, "locationId"), _first(query, "location_id")}
    told = body if isinstance(body, dict) else {}
    said = {key: told[key] for key in ("locationId", "id") if isinstance(told.get(key), str)}
    named |= {said.get("locationId"), world.owner(said.get("id", ""))}  # an upsert names its entry in the body
    named |= {world.owner(id_) for id_ in path.values()}
    return {name for name in named if name}


def admit(world: World, operation: Operation, token: Token | None, locations: set[str], query: Query) -> None:
    """Fourth check: whether the token opens each location that a request touches."""
    if token is None or operation.agency_only:
        return
    for location in locations:
        company = world.locations.get(location, {}).get("companyId")
        if not token.admits(location, company):
            raise Refused(HTTPStatus.FORBIDDEN, "The token does not have access to this location.")
    company = _first(query, "companyId")
    if company is not None and token.company not in (None, company):
        raise Refused(HTTPStatus.FORBIDDEN, "The token does not have access to this company.")


def read_body(operation: Operation, raw: bytes, content_type: str) -> Any:
    """Read a body as the operation takes it: a form for tokens, else JSON; in any other form it is not looked at."""
    if operation.body is None and not raw:
        return None
    sent = content_type.partition(";")[0].strip().lower()
    if _FORM in operation.media and sent != _JSON:
        return {key: values[0] for key, values in parse_qs(raw.decode(errors="replace")).items()}
    if not raw or (sent == _JSON and operation.media and _JSON not in operation.media):
        return {}
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused(HTTPStatus.BAD_REQUEST, "Unexpected token in JSON") from None


def validate(contract: Contract, operation: Operation, query: Query, body: Any, *, strict: bool) -> Any:
    """Last check before the work: every parameter and every key, all violations at once."""
    wrong = [text for rule in operation.query for text in _query_errors(rule, query)]
    if strict:
        known = {rule.name for rule in operation.query}
        wrong += [f"property {name} should not exist" for name in query if name.removesuffix("[]") not in known]
    if operation.id in _APPOINTMENTS and isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in SILENTLY_DROPPED}
    if operation.body is not None and (body or operation.body_required):
        wrong += contract.body_errors(operation, {} if body is None else body, strangers=strict)
    if wrong:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, wrong)
    return body


def _query_errors(rule: QueryRule, query: Query) -> list[str]:
    listed = rule.type == "array"
    values = [*query.get(rule.name, ()), *(query.get(f"{rule.name}[]", ()) if listed else ())]
    if not values or (rule.required and values == [""]):
        return [f"{rule.name} should not be empty"] if rule.required else []
    wrong = None if listed else _value_error(rule, values)
    return [] if wrong is None else [f"{rule.name} {wrong}"]


def _value_error(rule: QueryRule, values: list[str]) -> str | None:
    """Say what is wrong with a parameter that is no list."""
    value = values[0]
    wrong = None
    if len(values) > 1:
        wrong = f"must be {ARTICLES.get(rule.type, rule.type)}"
    elif rule.type in _NUMBER and not _NUMBER[rule.type].fullmatch(value):
        wrong = "must be a number conforming to the specified constraints"
    elif rule.minimum is not None and float(value) < rule.minimum:
        wrong = f"must not be less than {rule.minimum:g}"
    elif rule.maximum is not None and float(value) > rule.maximum:
        wrong = f"must not be greater than {rule.maximum:g}"
    elif rule.type == "boolean" and value not in ("true", "false"):
        wrong = "must be a boolean value"
    elif rule.choices and value not in map(str, rule.choices):
        wrong = f"must be one of the following values: {', '.join(map(str, rule.choices))}"
    return wrong


def _first(query: Query, name: str) -> str | None:
    values = query.get(name)
    return values[0] if values else None
