"""Build whole scenario documents from the parts of the Northern Comfort example.

    python3 assemble.py                                    # writes the four files of scenarios/
    python3 assemble.py ordinary --product rooftop-unit    # prints one request's scenario, with a change
    python3 assemble.py out-of-area --without-default-zone

A scenario is one JSON document with everything that the engine needs. Its parts lie apart here, because people edit
them apart: business.json without the shapes, the shapes as GeoJSON in boundaries/, what the CRM holds in
commitments.json, and one file a question in requests/. A polygon of business.json names the GeoJSON file and the
feature in it that is its geometry, as any business file may.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NOW = "2026-11-23T08:00:00-05:00"  # a Monday
SCENARIOS = {  # the file: its request, and whether the business has its default zone
    "ordinary": ("ordinary", True),
    "negative": ("negative", True),
    "far-away": ("out-of-area", True),
    "out-of-area": ("out-of-area", False),
}

Json = dict[str, Any]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _geometries(folder: Path) -> Json:
    """Read the geometry of every feature in a folder of GeoJSON files, by the feature's id."""
    features = (feature for path in sorted(folder.glob("*.geojson")) for feature in _read(path)["features"])
    return {feature["id"]: feature["geometry"] for feature in features}


def business(*, default_zone: bool = True, days: int | None = None) -> Json:
    """Read the business and put the shapes in; without its default zone, or with a shorter horizon, if asked.

    A scenario has no booking page.
    """
    whole: Json = _read(HERE / "business.json")
    del whole["booking_page"]
    shapes = _geometries(HERE / "boundaries")
    for boundary in whole["boundaries"]:
        if boundary["kind"] == "polygon":
            boundary["geometry"] = shapes[boundary.pop("feature")]
            del boundary["file"]
    if not default_zone:
        for zone in whole["zones"]:
            zone["default"] = False
    if days is not None:
        whole["policy"]["horizon_days"] = days
    return whole


def scenario(*, request: str, business: Json, product: str | None = None) -> Json:
    """Join a business, the commitments and the named request, about another product if asked, to one document."""
    question = _read(HERE / "requests" / f"{request}.json")
    if product is not None:
        question["product"] = product
    commitments = _read(HERE / "commitments.json")
    return {"now": NOW, "business": business, "commitments": commitments, "request": question}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _entries(record: Json, indent: str) -> Iterable[str]:
    """Write each key of a record on its own line, a list of records one record a line."""
    for key, value in record.items():
        if isinstance(value, list):
            rows = ",\n".join(f"{indent}  {_compact(row)}" for row in value)
            yield f'{indent}"{key}": [\n{rows}\n{indent}]'
        else:
            yield f'{indent}"{key}": {_compact(value)}'


def render(document: Json) -> str:
    """Write a scenario so that two versions of it can be compared line by line."""
    inner = ",\n".join(_entries(document["business"], "    "))
    outer = list(_entries({key: value for key, value in document.items() if key != "business"}, "  "))
    outer.insert(1, f'  "business": {{\n{inner}\n  }}')
    return "{\n" + ",\n".join(outer) + "\n}\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build scenario documents from the parts of this example.")
    names = sorted(path.stem for path in (HERE / "requests").glob("*.json"))
    parser.add_argument("request", nargs="?", choices=names, help="print this one instead of writing all four")
    parser.add_argument("--product", help="ask for another product")
    parser.add_argument("--days", type=int, help="look this many days ahead instead of thirty")
    parser.add_argument("--without-default-zone", action="store_true", help="take the default zone's flag away")
    parser.add_argument("--into", type=Path, default=HERE / "scenarios", help="the folder for the four files")
    return parser.parse_args()


def main() -> None:
    """Print one scenario, or write all four."""
    arguments = _arguments()
    if arguments.request:
        asked = business(default_zone=not arguments.without_default_zone, days=arguments.days)
        sys.stdout.write(render(scenario(request=arguments.request, business=asked, product=arguments.product)))
        return
    arguments.into.mkdir(parents=True, exist_ok=True)
    for name, (request, default_zone) in SCENARIOS.items():
        text = render(scenario(request=request, business=business(default_zone=default_zone)))
        (arguments.into / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
