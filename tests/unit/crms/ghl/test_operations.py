"""Each operation is one of the vendor's own files: path, method, version, and scope."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from fieldfare.adapters.crms.ghl.oauth import WANTED_SCOPES
from fieldfare.adapters.crms.ghl.operations import OPERATIONS, SCOPES, Operation, Version

OFFICIAL = Path(__file__).parents[4].parent / "shared" / "ghl"
"""The vendor's files as they were published; the simulator has a pruned copy of them."""
NAMES = {operation.name: operation for operation in OPERATIONS}


def generation(operation: Operation) -> str:
    return "v3" if operation.version is Version.SERVICES else "v2"


def pruned(operation: Operation) -> dict[str, Any]:
    area = operation.path.split("/")[1]
    found = files("fieldfare_ghl_sim") / "openapi" / generation(operation) / f"{area}.json"
    read: dict[str, Any] = json.loads(found.read_text())
    return read


def official(operation: Operation) -> dict[str, Any]:
    area = operation.path.split("/")[1]
    name = f"v3/{area}-v3.json" if generation(operation) == "v3" else f"{area}.json"
    read: dict[str, Any] = json.loads((OFFICIAL / "openapi" / name).read_text())
    return read


def shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def found(operation: Operation, document: dict[str, Any]) -> dict[str, Any]:
    """Find the operation in a document; its parameters may be named otherwise."""
    hits = [path for path in document["paths"] if shape(path) == shape(operation.path)]
    assert len(hits) == 1, operation.path
    entry: dict[str, Any] = document["paths"][hits[0]][operation.method.lower()]
    return entry


def hold_to(operation: Operation, document: dict[str, Any]) -> None:
    entry = found(operation, document)
    versions = next(each["schema"]["enum"] for each in entry["parameters"] if each["name"] == "Version")
    assert versions == [operation.version]
    assert operation.scope in {scope for way in entry["security"] for scopes in way.values() for scope in scopes}


@pytest.mark.parametrize("name", NAMES)
def test_each_row_is_in_the_files_of_its_generation(name: str) -> None:
    hold_to(NAMES[name], pruned(NAMES[name]))


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the vendor's own files are not beside the checkout")
@pytest.mark.parametrize("name", NAMES)
def test_each_row_is_in_the_files_as_they_were_published(name: str) -> None:
    hold_to(NAMES[name], official(NAMES[name]))


@pytest.mark.parametrize("name", [name for name, row in NAMES.items() if row.version is not Version.SERVICES])
def test_services_alone_need_the_newest_version(name: str) -> None:
    assert "/services/" not in NAMES[name].path


def listed_scopes() -> dict[str, set[str]]:
    """Read which scope the vendor's page names for which call, in so far as it does."""
    scopes: dict[str, set[str]] = {}
    current = ""
    for line in (OFFICIAL / "Scopes.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 4:
            continue
        current = current if cells[1] in {"", "&nbsp;"} else cells[1]
        if call := re.match(r"(GET|POST|PUT|DELETE) (/\S*)", cells[2]):
            path = re.sub(r":\w+", "{}", call[2]).rstrip("/")
            scopes.setdefault(f"{call[1]} {path}", set()).add(current)
    return scopes


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the vendor's own files are not beside the checkout")
def test_scopes_fit_the_vendors_page() -> None:
    listed = listed_scopes()
    known = {scope for scopes in listed.values() for scope in scopes}

    named = {
        operation.name: listed[key]
        for operation in OPERATIONS
        if (key := f"{operation.method} {shape(operation.path).rstrip('/')}") in listed
    }

    assert len(named) > 10
    assert {name: NAMES[name].scope in scopes for name, scopes in named.items()} == dict.fromkeys(named, True)
    assert set(SCOPES) <= known


def test_an_app_asks_for_what_the_operations_need_and_for_nothing_else() -> None:
    assert sorted(WANTED_SCOPES) == list(SCOPES)


@pytest.mark.parametrize(
    ("name", "writes"),
    [
        ("search contacts", False),
        ("list appointments", False),
        ("create an appointment", True),
        ("write a contact", True),
        ("write a note", True),
        ("make a custom field", True),
    ],
)
def test_a_search_by_post_is_a_read(name: str, writes: bool) -> None:
    assert NAMES[name].writes is writes


def test_names_are_unique() -> None:
    assert len(NAMES) == len(OPERATIONS)
