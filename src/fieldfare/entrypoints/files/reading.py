"""Files in: a business as TOML, JSON or a scenario, and commitments beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fieldfare.domain.business import Business
from fieldfare.domain.configuration import Configuration
from fieldfare.entrypoints.cli import streams
from fieldfare.entrypoints.files.geometry import with_geometry_from_files
from fieldfare.entrypoints.files.toml_text import parse_toml
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
        return CommitmentsFile(documents=_parsed_lines(file), business=None)
    document = _parsed(file)
    business = None
    if isinstance(document, dict):
        named = document.get("business")
        business = named.get("id") if isinstance(named, dict) else named
        document = document.get("commitments")
    if not isinstance(document, list):
        raise ScenarioError("commitments", "is missing: the file holds a list, or an object with such a list")
    return CommitmentsFile(documents=document, business=business if isinstance(business, str) else None)


def _parsed_lines(file: str) -> list[Any]:
    documents: list[Any] = []
    with streams.opened(file) as stream:
        for number, line in enumerate(streams.lines(stream), start=1):
            try:
                documents.append(parse_json(line))
            except ScenarioError as error:
                raise ScenarioError(error.path, f"line {number:,} of {file}: {error.message}") from None
    return documents


def _parsed(file: str) -> object:
    with streams.opened(file) as stream:
        text = streams.whole(stream)
    return parse_toml(text, file) if file.endswith(".toml") else parse_json(text)
