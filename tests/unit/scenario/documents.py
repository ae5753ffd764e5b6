"""The worked example as a document, and small changes to it by path."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

Document = dict[str, Any]
Edit = Callable[[Document], None]

EXAMPLE_TEXT = (Path(__file__).parents[2] / "reading" / "example.json").read_text(encoding="utf-8")
EXAMPLE: Document = json.loads(EXAMPLE_TEXT)
HERE = "the path that was edited"


def changed(*edits: Edit) -> str:
    """Write the example with some edits made."""
    document = copy.deepcopy(EXAMPLE)
    for edit in edits:
        edit(document)
    return json.dumps(document)


def put(path: str, value: object) -> Edit:
    """Set the value at a path, in place of another or anew."""
    *steps, last = steps_of(path)

    def edit(document: Document) -> None:
        _at(document, steps)[last] = copy.deepcopy(value)

    return edit


def drop(path: str) -> Edit:
    """Take a key or an entry out."""
    *steps, last = steps_of(path)

    def edit(document: Document) -> None:
        del _at(document, steps)[last]

    return edit


def add(path: str, value: object) -> Edit:
    """Add an entry to a list."""

    def edit(document: Document) -> None:
        _at(document, steps_of(path)).append(copy.deepcopy(value))

    return edit


def steps_of(path: str) -> list[str | int]:
    """Read `a.b[2].c` into its steps."""
    return [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]


def _at(document: Any, steps: list[str | int]) -> Any:
    for step in steps:
        document = document[step]
    return document
