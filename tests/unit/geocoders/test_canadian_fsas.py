"""The table of Canadian FSAs: complete, in its provinces, and Ontario's as published."""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from pathlib import Path

import pytest

FOLDER = files("fieldfare.adapters.geocoders") / "data"
ROWS = list(csv.DictReader((FOLDER / "canadian_fsas.csv").read_text(encoding="utf-8").splitlines()))
POINTS = {row["fsa"]: (float(row["lat"]), float(row["lng"])) for row in ROWS}
ONTARIO = Path(__file__).parents[4] / "shared/data/ca_fsa_ontario/fsa_points.csv"

# South, west, north, east, from an atlas; Quebec has three letters, Ontario five.
PROVINCES = {
    "A": (46.5, -67.9, 60.5, -52.5),
    "B": (43.3, -66.5, 47.3, -59.6),
    "C": (45.9, -64.5, 47.2, -61.9),
    "E": (44.5, -69.1, 48.2, -63.7),
    "GHJ": (44.9, -79.8, 62.6, -57.1),
    "KLMNP": (41.6, -95.2, 56.9, -74.3),
    "R": (48.9, -102.1, 60.1, -88.9),
    "S": (48.9, -110.1, 60.1, -101.3),
    "T": (48.9, -120.1, 60.1, -109.9),
    "V": (48.2, -139.1, 60.1, -114.0),
    "X": (51.5, -136.6, 83.2, -61.0),
    "Y": (59.9, -141.1, 69.7, -123.7),
}


def test_each_fsa_is_there_once_and_in_order() -> None:
    assert len(POINTS) == len(ROWS) >= 1_600
    assert list(POINTS) == sorted(POINTS)
    assert all(re.fullmatch("[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z]", fsa) for fsa in POINTS)
    assert {row["source"] for row in ROWS} == {"statcan", "geonames"}


@pytest.mark.parametrize("letters", PROVINCES)
def test_each_fsa_lies_in_its_province(letters: str) -> None:
    south, west, north, east = PROVINCES[letters]
    own = {fsa: point for fsa, point in POINTS.items() if fsa[0] in letters}

    assert own
    assert {fsa for fsa, (lat, lng) in own.items() if not (south <= lat <= north and west <= lng <= east)} == set()


def test_every_first_letter_belongs_to_a_province() -> None:
    assert {fsa[0] for fsa in POINTS} == set("".join(PROVINCES))


def test_fsas_without_a_polygon_are_there() -> None:
    assert {"K1A", "K8B", "L4V", "L5P", "L8B", "L9E", "L9X", "M5K", "M5L", "M5W", "M5X", "M7A", "M7Y", "N4Z"} <= set(
        POINTS
    )


@pytest.mark.skipif(not ONTARIO.exists(), reason="the published points are not part of the repository")
def test_ontario_is_as_published() -> None:
    with ONTARIO.open(encoding="utf-8", newline="") as file:
        published = {row["fsa"]: (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)}

    assert len(published) == 513
    assert {fsa: POINTS[fsa] for fsa in published} == published


def test_the_attribution_counts_right() -> None:
    text = (FOLDER / "ATTRIBUTION.md").read_text(encoding="utf-8")

    for source in ("statcan", "geonames"):
        count = sum(row["source"] == source for row in ROWS)
        assert f"| `{source}` | {count:,} |" in text
    assert f"{len(ROWS):,} Canadian" in text
    assert "Contains information licensed under the Open Government Licence - Canada." in text
    assert "CC BY 4.0" in text
