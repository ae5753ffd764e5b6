"""Files in: a business as TOML, JSON or a scenario, and commitments beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from fieldfare.domain.business import Business
from fieldfare.domain.configuration import Configuration
from fieldfare.entrypoints.cli import streams
from fieldfare.entrypoints.files.geometry import with_geometry_from_files
from fieldfare.entrypoints.scenario.business import read_business
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.json_text import parse_json


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentsFile:
    """A list of commitments whose form nobody has checked yet, and the business that the file names, if it does."""

    documents: list[Any]
    business: str | None


def read_business_file(file: str) -> tuple[Configuration, Business]:
    """Read a business; raises `ScenarioError` and `UnreadableError`.

    `-` is JSON on standard input. Of a scenario only the business is read. A polygon may name a GeoJSON file, whose
    path begins at the business's file.
    """
    document = _parsed(file)
    if isinstance(document, dict) and isinstance(document.get("business"), dict):
        document = document["business"]
    folder = Path() if file == "-" else Path(file).parent
    return read_business(with_geometry_from_files(document, folder))


def read_commitments_file(file: str) -> CommitmentsFile:
    """Read commitments: a list, an object with `commitments`, a scenario, or JSON lines; raises the same."""
    if file.endswith(".jsonl"):
        with streams.opened(file) as stream:
            return CommitmentsFile(documents=[parse_json(line) for line in streams.lines(stream)], business=None)
    document = _parsed(file)
    business = None
    if isinstance(document, dict):
        named = document.get("business")
        business = named.get("id") if isinstance(named, dict) else named
        document = document.get("commitments")
    if not isinstance(document, list):
        raise ScenarioError("commitments", "is missing: the file holds a list, or an object with such a list")
    return CommitmentsFile(documents=document, business=business if isinstance(business, str) else None)


def _parsed(file: str) -> object:
    with streams.opened(file) as stream:
        text = streams.whole(stream)
    if not file.endswith(".toml"):
        return parse_json(text)
    try:
        return _as_json(tomllib.loads(text.decode()))
    except UnicodeDecodeError:
        raise ScenarioError("", f"{file} is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError("", f"{file} is not TOML: {error}") from None


def _as_json(value: Any) -> Any:
    """Give what TOML has types of its own for as the text that JSON would hold: dates, times, moments."""
    match value:
        case Mapping():
            return {key: _as_json(inner) for key, inner in value.items()}
        case list():
            return [_as_json(inner) for inner in value]
        case datetime():
            return value.isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case _:
            return value
