"""Walks an OpenAPI document and lists what a reader would miss in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fieldfare.entrypoints.api.problem_table import PROBLEMS

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}

Document = Mapping[str, Any]


def faults_of(document: Document) -> list[str]:
    """List every fault as `POST /path: what is missing`; an empty list is a good document."""
    operations = list(_operations(document))
    faults = [f"{name}: {fault}" for name, operation in operations for fault in _faults(document, operation)]
    ids = Counter(operation.get("operationId") for _, operation in operations)
    return faults + [f"operationId {name} stands {count} times" for name, count in ids.items() if count > 1]


def _operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def _faults(document: Document, operation: Document) -> Iterator[str]:
    for member in ("summary", "description", "tags"):
        if not operation.get(member):
            yield f"no {member}"
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", operation.get("operationId", "")):
        yield "no operationId in snake case"
    for parameter in operation.get("parameters", []):
        if parameter["in"] != "cookie" and not _has_example(document, parameter):
            yield f"no example for {parameter['name']}"
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        if not _has_example(document, content):
            yield f"no example for its {media}"
    yield from _response_faults(document, operation["responses"])
    if bool(operation.get("security")) != ("401" in operation["responses"]):
        yield "security and 401 don't go together"


def _response_faults(document: Document, responses: Document) -> Iterator[str]:
    if not any(status.startswith("2") for status in responses):
        yield "no answer for success"
    for status, response in responses.items():
        if not response.get("description"):
            yield f"no description for {status}"
        for media, content in response.get("content", {}).items():
            if status[0] in "45":
                yield from _problem_faults(status, media, content)
            elif not _has_example(document, content):
                yield f"no example for its answer {status}"
        if status[0] in "45" and not response.get("content"):
            yield f"no problem for {status}"


def _problem_faults(status: str, media: str, content: Document) -> Iterator[str]:
    if media != PROBLEM:
        yield f"{status} is {media} and no problem"
        return
    if not content.get("examples"):
        yield f"no code for {status}"
    for code, example in content.get("examples", {}).items():
        value = example["value"]
        if code not in PROBLEMS:
            yield f"the code {code} is unknown"
        elif str(PROBLEMS[code].status) != status:
            yield f"{code} stands under {status}"
        if missing := MEMBERS - value.keys():
            yield f"the example for {code} lacks {sorted(missing)}"
        if value.get("code") != code:
            yield f"the example for {code} is another's"


def _has_example(document: Document, holder: Document) -> bool:
    written = holder.get("schema", {})
    schema = _resolved(document, written)
    choices = [schema, *(_resolved(document, choice) for choice in schema.get("anyOf", []))]
    return any(key in place for place in (holder, written) for key in ("example", "examples")) or any(
        key in choice for choice in choices for key in ("example", "examples", "default", "enum", "const")
    )


def _resolved(document: Document, schema: Document) -> Document:
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema
