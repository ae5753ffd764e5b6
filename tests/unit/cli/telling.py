"""Explanations of starts in small worlds."""

from __future__ import annotations

import json
from typing import Any

from fieldfare.entrypoints.cli.explained import Explained, explain
from fieldfare.wiring.engine import explaining
from tests.worlds import World


def explained(world: World, start: str, technician: str = "t1") -> Explained:
    """Explain a start as `fieldfare explain` does."""
    with explaining() as ask:
        return explain(world.text().encode(), ask, technician=technician, start=start)


def told(world: World, start: str, technician: str = "t1") -> str:
    """Tell it in a paragraph, without the newline at its end, and with plain hyphens for dashes."""
    return plain(explained(world, start, technician).as_text().removesuffix("\n"))


def plain(text: str) -> str:
    """Write plain hyphens for dashes, which look too much like them in a test."""
    return text.replace("\N{EN DASH}", "-")


def fields(world: World, start: str, technician: str = "t1") -> Any:
    """Give the document that `--format json` prints."""
    return json.loads(explained(world, start, technician).as_json())
