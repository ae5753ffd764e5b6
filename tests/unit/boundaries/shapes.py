"""Boundaries of our own making: sound ones, and one for each thing that can be wrong."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

# Maps that governments published, which the project may use but does not ship.
PUBLISHED = Path(__file__).parents[3].parent / "shared" / "data"

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
BOW_TIE = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]
# As in published maps: where two lobes of a township meet, the surveyor's ring passes twice.
TOUCHING = [[-79.9, 43.4], [-79.8, 43.4], [-79.8, 43.5], [-79.85, 43.45], [-79.9, 43.5], [-79.95, 43.5],
            [-79.85, 43.45], [-79.9, 43.4]]  # fmt: skip


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def multi(*parts: Any) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": list(parts)}


def feature(geometry: Any, **members: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": geometry, **members}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def square(west: float, south: float, size: float) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def star(vertices: int, step: int) -> list[list[float]]:
    """Draw a star whose every edge crosses nearly every other."""
    angles = [2 * math.pi * step * i / vertices for i in [*range(vertices), 0]]
    return [[math.cos(angle), math.sin(angle)] for angle in angles]


def comb(teeth: int) -> list[list[float]]:
    """Draw a sound ring of long, thin, slanting teeth, which takes GEOS time that grows with their square."""
    width = 0.01 / teeth
    ring = []
    for i in range(teeth):
        root, gap = i * width, i * width + width / 2
        ring += [[root, root], [root + 50, root - 50], [gap + 50, gap - 50], [gap, gap]]
    return [*ring, [0.01, 0.01], [-1, 1], ring[0]]


def published(folder: str) -> Path:
    """Give a folder of published data, or skip the test where it is not."""
    path = PUBLISHED / folder
    if not path.is_dir():
        pytest.skip(f"the published maps are not beside the checkout: no folder {folder}")
    return path
