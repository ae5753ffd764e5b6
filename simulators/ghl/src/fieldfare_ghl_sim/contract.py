"""What the vendor's official files say, with the documented corrections: operations, and what they take and answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
import orjson

Json = dict[str, Any]
V2 = "v2"
V3 = "v3"
GENERATIONS = (V2, V3)
FILES = ("calendars", "contacts", "opportunities", "users", "locations", "oauth")
_METHODS = ("get", "post", "put", "delete")
_COMMON = "../common/common-schemas.json"
_COMMON_URN = "urn:ghl:common"
_AGENCY_ONLY = "Agency-Access-Only"
_LOCATION_ONLY = "Location-Access-Only"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRule:
    """One query parameter of an operation."""

    name: str
    required: bool
    type: str
    choices: tuple[Any, ...]
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of one generation of the vendor's interface."""

    generation: str
    id: str
    method: str
    template: str
    version: str | None
    scopes: frozenset[str]
    agency_only: bool
    location_only: bool
    query: tuple[QueryRule, ...]
    body_required: bool
    media: frozenset[str]
    body: Json | None
    success: int
    answers: Mapping[int, Json]
    document: str

    @property
    def name(self) -> str:
        """Name the operation as one reads it: method and path."""
        return f"{self.method} {self.template}"


class Contract:
    """The files, corrected, and checks against them."""

    def __init__(self) -> None:
        self._documents = {_urn(generation, name): _load(generation, name) for generation, name in _all_files()}
        operations = [each for urn, document in self._documents.items() for each in _operations(urn, document)]
        self.operations: tuple[Operation, ...] = tuple(operations)
        self._documents[_COMMON_URN] = _openapi_to_schema(_read("common-schemas.json"))
        self._registry = jsonschema_rs.Registry(list(self._documents.items()), draft=jsonschema_rs.Draft202012)
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def body_errors(self, operation: Operation, body: Any, *, strangers: bool) -> list[str]:
        """List what is wrong with a request's body, in the vendor's manner: all of it, one sentence each."""
        if operation.body is None:
            return []
        found = [_sentence(error) for error in self._validator(operation, operation.body).iter_errors(body)]
        if strangers and isinstance(body, dict):
            found += [f"property {name} should not exist" for name in self._strangers(operation, operation.body, body)]
        return found

    def answer_errors(self, operation: Operation, status: int, body: Any) -> list[str]:
        """List what is wrong with an answer of ours; one that the files don't declare is held to the common refusal."""
        schema = operation.answers.get(status) or _refusal(status)
        errors = self._validator(operation, schema).iter_errors(body)
        return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in errors]

    def answer_strangers(self, operation: Operation, status: int, body: Any) -> list[str]:
        """Name the keys of an answer that the files, corrected, don't have."""
        return sorted(set(self._strangers(operation, operation.answers.get(status, {}), body)))

    def _validator(self, operation: Operation, schema: Json) -> jsonschema_rs.Draft202012Validator:
        absolute = _absolute(schema, operation.document)
        key = orjson.dumps(absolute, option=orjson.OPT_SORT_KEYS).decode()
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(absolute, registry=self._registry)
        return self._validators[key]

    def _strangers(self, operation: Operation, schema: Json, value: Any, path: str = "") -> Iterator[str]:
        """Walk a body and name what its schema does not: the vendor refuses unknown keys."""
        parts = list(self._parts(operation, schema))
        if isinstance(value, list):
            items: Json = next((part["items"] for part in parts if "items" in part), {})
            for item in value:
                yield from self._strangers(operation, items, item, path)
        known: Json = {key: inner for part in parts for key, inner in part.get("properties", {}).items()}
        others = next((part["additionalProperties"] for part in parts if "additionalProperties" in part), None)
        if not isinstance(value, dict) or not (known or others):
            return
        for key, inner in value.items():
            named = known.get(key, others)
            if isinstance(named, dict):
                yield from self._strangers(operation, named, inner, f"{path}{key}.")
            else:
                yield f"{path}{key}"

    def _parts(self, operation: Operation, schema: Json) -> Iterator[Json]:
        """Give a schema with all that it refers to and is put together of."""
        yield schema
        if "$ref" in schema:
            urn, _, path = schema["$ref"].partition("#")
            schemas = self._documents[urn or operation.document]["components"]["schemas"]
            yield from self._parts(operation, schemas[path.rsplit("/", 1)[1]])
        for way in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(way, ()):
                yield from self._parts(operation, part)


@cache
def contract() -> Contract:
    """Load the files once for all simulators of this process."""
    return Contract()


def overlay() -> list[Json]:
    """Read the corrections, each with its reason."""
    return list(orjson.loads(_bytes("overlay.json")))


def _all_files() -> Iterator[tuple[str, str]]:
    return ((generation, name) for generation in GENERATIONS for name in FILES)


def _urn(generation: str, name: str) -> str:
    return f"urn:ghl:{generation}:{name}"


def _bytes(name: str) -> bytes:
    return files("fieldfare_ghl_sim").joinpath("openapi", *name.split("/")).read_bytes()


def _read(name: str) -> Json:
    return dict(orjson.loads(_bytes(name)))


def _load(generation: str, name: str) -> Json:
    document = _read(f"{generation}/{name}.json")
    for correction in overlay():
        if name == correction["file"] and generation in correction["in"]:
            _correct(document, correction)
    converted: Json = _openapi_to_schema(document)
    return converted


def _correct(document: Json, correction: Json) -> None:
    part: Any = document
    for step in correction["at"].split("/")[1:]:
        if step:
            part = part[step.replace("~1", "/").replace("~0", "~")]
    for name in correction.get("not_required", ()):
        part["required"].remove(name)
    _merge(part, correction.get("merge", {}))


def _merge(target: Json, change: Json) -> None:
    """Merge a change into a part of a document (RFC 7386: null takes a key away)."""
    for key, value in change.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict) and value and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = value


def _openapi_to_schema(part: Any) -> Any:
    """Turn OpenAPI 3.0 into JSON Schema: `nullable` becomes a type, and broken references find the common file."""
    if isinstance(part, list):
        return [_openapi_to_schema(item) for item in part]
    if not isinstance(part, dict):
        return part
    made = {key: _openapi_to_schema(value) for key, value in part.items() if key != "nullable"}
    if isinstance(reference := made.get("$ref"), str) and reference.startswith(_COMMON):
        made["$ref"] = reference.replace(_COMMON, _COMMON_URN)
    if part.get("nullable") is True:
        if isinstance(made.get("type"), str):
            made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


def _absolute(schema: Any, document: str) -> Any:
    if isinstance(schema, list):
        return [_absolute(item, document) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: f"{document}{value}" if key == "$ref" and value.startswith("#") else _absolute(value, document)
        for key, value in schema.items()
    }


def _operations(urn: str, document: Json) -> Iterator[Operation]:
    for template, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield _operation(urn, template, method, methods[method])


def _operation(urn: str, template: str, method: str, raw: Json) -> Operation:
    parameters: Sequence[Json] = raw.get("parameters", [])
    versions = [item["schema"]["enum"][0] for item in parameters if item["name"] == "Version"]
    content: Json = raw.get("requestBody", {}).get("content", {})
    security: list[Json] = raw.get("security", [])
    return Operation(
        generation=urn.split(":")[2],
        id=raw["operationId"],
        method=method.upper(),
        template=template,
        version=versions[0] if versions else None,
        scopes=frozenset(scope for way in security for scopes in way.values() for scope in scopes),
        agency_only=bool(security) and all(_AGENCY_ONLY in way for way in security),
        location_only=bool(security) and all(_LOCATION_ONLY in way for way in security),
        query=tuple(_query_rule(item) for item in parameters if item["in"] == "query"),
        body_required=bool(raw.get("requestBody", {}).get("required")),
        media=frozenset(content),
        body=next((media["schema"] for media in content.values()), None),
        success=min(map(int, raw["responses"])),
        answers={
            int(status): media["schema"]
            for status, answer in raw["responses"].items()
            for media in answer.get("content", {}).values()
            if "schema" in media
        },
        document=urn,
    )


_REFUSALS = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 422: "Unprocessable"}


def _refusal(status: int) -> Json:
    """Give what every refusal looks like, whether an operation declares it or not."""
    said = {"statusCode": {"const": status}, "message": {"type": ["string", "array"]}, "error": {"type": "string"}}
    schema: Json = {"type": "object", "required": ["statusCode", "message"], "properties": said}
    if status in _REFUSALS:
        schema["$ref"] = f"{_COMMON_URN}#/components/schemas/{_REFUSALS[status]}DTO"
    return schema


def _query_rule(raw: Json) -> QueryRule:
    schema: Json = raw.get("schema", {})
    return QueryRule(
        name=raw["name"],
        required=bool(raw.get("required")),
        type=str(schema.get("type", "string")),
        choices=tuple(schema.get("enum", ())),
        minimum=schema.get("minimum"),
        maximum=schema.get("maximum"),
    )


ARTICLES = {"string": "a string", "number": "a number", "integer": "an integer number", "boolean": "a boolean value"}
ARTICLES |= {"array": "an array", "object": "an object"}


def _sentence(error: jsonschema_rs.ValidationError) -> str:
    """Say a violation as the vendor's validator says it."""
    path = ".".join(map(str, error.instance_path))
    name = error.kind.name
    if name == "required":
        missing = error.message.split('"')[1]
        return f"{path}.{missing} should not be empty" if path else f"{missing} should not be empty"
    if name == "type":
        wanted = re.findall(r'"(\w+)"', error.message.rsplit("type", 1)[1])
        kind = next((each for each in wanted if each != "null"), "null")
        return f"{path} must be {ARTICLES.get(kind, kind)}"
    if name == "enum":
        choices = error.kind.as_dict()["options"]
        return f"{path} must be one of the following values: {', '.join(map(str, choices))}"
    return f"{path}: {error.message}" if path else error.message
