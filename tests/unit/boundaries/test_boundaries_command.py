"""`fieldfare boundaries check` as it is used: lines, files and exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fieldfare.entrypoints.cli.boundaries import app
from fieldfare.entrypoints.geojson import reading
from tests.unit.boundaries.shapes import BOW_TIE, SQUARE, TOUCHING, collection, feature, polygon, square

GOOD = feature(polygon(SQUARE), id="g", properties={"name": "Good", "sort": 1.50, "note": "naïve"})
BOW = feature(polygon(BOW_TIE), id="b", properties={"name": "Bow"})
TOUCH = feature(polygon(TOUCHING), id=12, properties={"CDNAME": "Two lobes"})
POINT = feature({"type": "Point", "coordinates": [1, 2]}, id="p")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "in.geojson"


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def save(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_sound_file_is_said_to_be_sound(file: Path) -> None:
    assert run(save(file, collection(GOOD))) == (0, "1 feature, 0 faulty\n", "")


def test_faults_are_listed_feature_by_feature(file: Path) -> None:
    status, out, err = run(save(file, collection(GOOD, BOW, TOUCH, POINT)))
    assert (status, err) == (1, "")
    assert out.splitlines() == [
        'feature 1 (id "b", name "Bow"): features[1].geometry.coordinates[0]: the ring crosses itself, or runs along'
        " itself, at longitude 1, latitude 1 (can be mended)",
        'feature 2 (id 12, name "Two lobes"): features[2].geometry.coordinates[0][3]: the ring touches itself'
        " (positions 3, 6 are the same), at longitude -79.85, latitude 43.45 (can be mended)",
        'feature 3 (id "p"): features[3].geometry: "Point"; only a Polygon or a MultiPolygon can be a boundary'
        " (cannot be mended)",
        "4 features, 3 faulty, of which 2 can be mended",
    ]


def test_notes_are_no_faults(file: Path) -> None:
    status, out, _ = run(save(file, polygon([SQUARE[0], *SQUARE])))
    assert status == 0
    assert out.startswith("feature 0: note: coordinates[0][1]: repeats the position before it")


def test_the_mended_file_holds_the_valid_as_they_were_and_the_mended(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    source = {**collection(GOOD, BOW, TOUCH), "name": "zones", "bbox": [0, 0, 9, 9]}
    status, said, warned = run(save(file, source), "--mend", out)
    assert status == 0
    assert said.splitlines()[-1] == "3 features, 2 faulty; 2 mended, 0 left out"
    assert warned.startswith('warning: feature 1 (id "b", name "Bow"): by how much the area changed cannot be told')
    written = json.loads(out.read_text(encoding="utf-8"))
    assert {name: written[name] for name in written if name != "features"} == {
        "type": "FeatureCollection",
        "name": "zones",
    }
    assert written["features"][0] == GOOD
    assert [one["id"] for one in written["features"]] == ["g", "b", 12]
    assert run(out)[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.geojson", "out.geojson"]


def test_what_cannot_be_mended_is_left_out_and_said(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    status, _, err = run(save(file, collection(GOOD, POINT)), "--mend", out)
    assert status == 1
    assert err.startswith('feature 1 (id "p"): left out: features[1].geometry: "Point"')
    assert json.loads(out.read_text(encoding="utf-8"))["features"] == [GOOD]


def test_a_lone_feature_that_cannot_be_mended_leaves_no_file(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    status, _, err = run(save(file, POINT), "--mend", out)
    assert (status, out.exists()) == (1, False)
    assert f"{out}: not written" in err


def test_a_bare_geometry_stays_one(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    assert run(save(file, polygon(SQUARE[:-1])), "--mend", out)[0] == 0
    assert json.loads(out.read_text(encoding="utf-8")) == polygon(SQUARE)


def test_findings_as_json(file: Path) -> None:
    status, out, _ = run(save(file, collection(GOOD, BOW)), "--format", "json")
    assert status == 1
    fault = {
        "kind": "self_crossing",
        "note": False,
        "path": "features[1].geometry.coordinates[0]",
        "message": "the ring crosses itself, or runs along itself",
        "at": {"lng": 1.0, "lat": 1.0},
        "mendable": True,
    }
    entry = {"index": 1, "id": "b", "name": "Bow", "faults": [fault], "mended": None, "left_out": None}
    assert json.loads(out) == {"features": [entry]}


def test_the_input_is_never_written_over(file: Path, tmp_path: Path) -> None:
    save(file, collection(BOW))
    before = file.read_bytes()
    link = tmp_path / "link.geojson"
    link.symlink_to(file)
    for out in (file, tmp_path / "." / file.name, link):
        status, _, err = run(file, "--mend", out, "--force")
        assert (status, err) == (2, f"{out}: is the input file; name another\n")
    assert file.read_bytes() == before


def test_another_file_is_written_over_only_when_asked(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    out.write_text("mine")
    save(file, collection(BOW))
    assert run(file, "--mend", out) == (2, "", f"{out}: exists already; --force writes over it\n")
    assert out.read_text() == "mine"
    assert run(file, "--mend", out, "--force")[0] == 0
    assert out.read_text().startswith('{"type": "FeatureCollection"')


@pytest.mark.parametrize("out", [".", "no/such/folder.geojson"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(file: Path, tmp_path: Path, out: str) -> None:
    status, said, err = run(save(file, collection(BOW)), "--mend", tmp_path / out)
    assert (status, said) == (2, "")
    assert str(tmp_path / out) in err


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON: Expecting value in line 1, column 1"),
        (b'{"type":', "not JSON: Expecting value in line 1, column 9"),
        (b"\xff\xfe", "not UTF-8: byte 0 cannot be read"),
        (b"[" * 100_000, "not JSON that can be read"),
        (b"[" + b"1" * 5000 + b"]", "not JSON that can be read"),
        (b"{}", "not GeoJSON: type: missing"),
    ],
)
def test_what_is_no_geojson_is_refused(file: Path, data: bytes, said: str) -> None:
    file.write_bytes(data)
    status, out, err = run(file)
    assert (status, out) == (2, "")
    assert err.startswith(f"{file}: {said}")


def test_a_file_that_is_not_there_is_refused(file: Path) -> None:
    assert run(file) == (2, "", f"{file}: cannot be read: No such file or directory\n")


def test_a_byte_order_mark_is_passed_over(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert run(file)[0] == 0


def test_a_number_that_json_cannot_hold_is_not_passed_on(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    status, _, err = run(save(file, {**collection(GOOD), "scale": float("nan")}), "--mend", out)
    assert (status, out.exists()) == (2, False)
    assert err.startswith(f"{out}: cannot be written: the input holds a number beyond JSON")


def test_half_a_surrogate_pair_survives(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    odd = feature(polygon(SQUARE), properties={"name": "\ud800é"})
    assert run(save(file, odd), "--mend", out)[0] == 0
    assert json.loads(out.read_bytes()) == odd


def test_a_name_cannot_steer_the_terminal(file: Path) -> None:
    _, out, _ = run(save(file, feature(polygon(BOW_TIE), properties={"name": "\x1b[2J\u009b" + "x" * 99})))
    assert out.startswith('feature 0 (name "\\u001b[2J\\u009bxx')
    assert "x" * 60 not in out


def test_larger_files_than_we_can_judge_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(file, collection(GOOD))  # five positions
    monkeypatch.setattr(reading, "MOST_POSITIONS", 4)
    assert run(file)[2] == f"{file}: more than 4 positions\n"
    monkeypatch.setattr(reading, "MOST_POSITIONS", 5)
    assert run(file)[0] == 0
    monkeypatch.setattr(reading, "MOST_BYTES", file.stat().st_size - 1)
    assert run(file)[0] == 2
    monkeypatch.setattr(reading, "MOST_BYTES", file.stat().st_size)
    assert run(file)[0] == 0
    monkeypatch.setattr(reading, "MOST_FEATURES", 0)
    assert run(file)[2] == f"{file}: more than 0 features\n"


def test_only_the_first_hundred_faults_of_a_feature_are_listed(file: Path) -> None:
    holes = [square(10 + i / 10, 10, 0.05) for i in range(150)]
    lines = run(save(file, polygon(SQUARE, *holes)))[1].splitlines()
    assert len(lines) == 102
    assert lines[100] == "feature 0: only the first 100 are listed"


def test_the_time_limit_is_an_option(file: Path) -> None:
    status, out, _ = run(save(file, collection(GOOD)), "--time-limit", "5")
    assert (status, out) == (0, "1 feature, 0 faulty\n")
    assert run(file, "--time-limit", "0")[0] == 2


def test_the_command_as_a_process_of_its_own(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    save(file, collection(TOUCH))
    done = subprocess.run(
        [sys.executable, "-m", "fieldfare", "boundaries", "check", str(file), "--mend", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "1 feature, 1 faulty; 1 mended, 0 left out"
    assert json.loads(out.read_text(encoding="utf-8"))["features"][0]["id"] == 12
