"""Every invalid polygon in the maps that governments publish is found, and mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry import shape
from typer.testing import CliRunner

from fieldfare.entrypoints.cli.boundaries import app
from tests.unit.boundaries.shapes import published

MAPS = [
    ("ca_fsa_ontario", "fsa_ontario.geojson", 8),
    ("ca_municipalities_ontario", "csd_ontario.geojson", 4),
    ("ca_municipalities_ontario", "cd_ontario.geojson", 1),
]


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "name", "invalid"), MAPS)
def test_a_published_map_is_mended(folder: str, name: str, invalid: int, tmp_path: Path) -> None:
    source, out = published(folder) / name, tmp_path / name

    result = CliRunner().invoke(app, ["check", str(source), "--mend", str(out)])

    assert result.exit_code == 0, result.output
    assert f"; {invalid} mended, 0 left out" in result.stdout
    before, after = (json.loads(path.read_bytes())["features"] for path in (source, out))
    broken = [i for i, one in enumerate(before) if not shapely.is_valid(shape(one["geometry"]))]
    assert len(broken) == invalid
    assert [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == broken
    for old, new in zip(before, after, strict=True):
        assert shapely.is_valid(shape(new["geometry"]))
        assert old["properties"] == new["properties"]
        # 1e-4: what spikes and double-counted overlaps are worth, at most
        assert shape(new["geometry"]).area == pytest.approx(shape(old["geometry"]).area, rel=1e-4)
    again = CliRunner().invoke(app, ["check", str(out)])
    assert again.exit_code == 0, again.output
