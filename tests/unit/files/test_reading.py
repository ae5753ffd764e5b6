"""Businesses and commitments from standard input, and files that name or hide other files.

The forms that a file may have are in `tests/unit/businesses`.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fieldfare.domain.configuration import Configuration, RecordKind, changes_between
from fieldfare.entrypoints.cli.streams import UnreadableError
from fieldfare.entrypoints.files.differences import lines_of
from fieldfare.entrypoints.files.reading import read_business_file, read_commitments_file
from fieldfare.entrypoints.files.writing import business_text
from fieldfare.entrypoints.scenario.errors import ScenarioError
from tests.unit.businesses.kit import business, commitment, configuration
from tests.unit.scenario.documents import EXAMPLE, put
from tests.worlds import box, table

GROUND = {"type": "Polygon", "coordinates": [box(-80, 43, -79, 44)]}
NAMED = {"id": "b1", "kind": "polygon", "file": "ground.geojson"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, from which the command is run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(monkeypatch: pytest.MonkeyPatch, document: Any) -> None:
    """Put a text on standard input."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))


def ground_of(found: Configuration) -> Any:
    return found.records[RecordKind.BOUNDARIES]["b1"]["geometry"]


@pytest.mark.parametrize("document", [business(), EXAMPLE], ids=["a business", "a scenario"])
def test_a_business_on_standard_input(monkeypatch: pytest.MonkeyPatch, document: Any) -> None:
    given(monkeypatch, document)

    assert read_business_file("-")[0] == configuration()


def test_files_beside_standard_input_are_those_of_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "ground.geojson").write_text(json.dumps(GROUND))
    given(monkeypatch, business(put("boundaries[0]", NAMED)))

    assert ground_of(read_business_file("-")[0]) == GROUND


def test_files_beside_a_business_are_those_of_its_folder_wherever_one_stands(folder: Path) -> None:
    (folder / "kept").mkdir()
    (folder / "kept" / "ground.geojson").write_text(json.dumps(GROUND))
    (folder / "ground.geojson").write_text("not this one")
    (folder / "kept" / "business.json").write_text(json.dumps(business(put("boundaries[0]", NAMED))))

    assert ground_of(read_business_file("kept/business.json")[0]) == GROUND


def test_a_scenario_may_name_files_too(folder: Path) -> None:
    (folder / "ground.geojson").write_text(json.dumps(GROUND))
    whole = {**EXAMPLE, "business": business(put("boundaries[0]", NAMED))}
    (folder / "scenario.json").write_text(json.dumps(whole))

    assert ground_of(read_business_file("scenario.json")[0]) == GROUND


def test_toml_picks_a_feature_by_its_properties(folder: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": shape}
        for name, shape in (
            ("Ward 1", GROUND),
            ("Ward 2", {"type": "Polygon", "coordinates": [box(-78, 43, -77, 44)]}),
        )
    ]
    (folder / "wards.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    text = (
        'id = "small"\nname = "Small"\ntime_zone = "UTC"\nhq = { lat = 43.5, lng = -79 }\n'
        '[policy]\nblocks = [{ id = "AM", start = "08:00", end = "12:00", step_minutes = 30 }]\n'
        '[[boundaries]]\nid = "b1"\nkind = "polygon"\nfile = "wards.geojson"\nfeature = { name = "Ward 1" }\n'
    )
    (folder / "small.toml").write_text(text)

    assert ground_of(read_business_file("small.toml")[0]) == GROUND


def test_an_export_stands_without_the_files_that_were_imported(folder: Path) -> None:
    (folder / "ground.geojson").write_text(json.dumps(GROUND))
    (folder / "business.json").write_text(json.dumps(business(put("boundaries[0]", NAMED))))
    found, _ = read_business_file("business.json")
    (folder / "ground.geojson").unlink()

    for name in ("export.json", "export.toml"):
        (folder / name).write_text(business_text(found, toml=name.endswith("toml")))
        assert read_business_file(name)[0] == found


def test_commitments_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, {"business": "northern-comfort", "commitments": [commitment()]})

    found = read_commitments_file("-")

    assert (found.documents, found.business) == ([commitment()], "northern-comfort")


@table(
    "make, message",
    {
        "a folder": (lambda path: path.mkdir(), "can't read {path}: Is a directory"),
        "nothing": (lambda path: None, "can't read {path}: No such file or directory"),
        "a link to itself": (
            lambda path: path.symlink_to(path),
            "can't read {path}: Too many levels of symbolic links",
        ),
    },
)
@pytest.mark.parametrize("read", [read_business_file, read_commitments_file])
def test_what_can_t_be_read_is_said(tmp_path: Path, make: Any, message: str, read: Any) -> None:
    path = tmp_path / "file.json"
    make(path)

    with pytest.raises(UnreadableError) as refused:
        read(str(path))

    assert str(refused.value) == message.format(path=path)


@table(
    "name, message",
    {
        "a folder": ("maps", "Is a directory"),
        "nothing": ("gone.geojson", "No such file or directory"),
        "too long a name": ("x" * 300, "File name too long"),
    },
)
def test_a_boundary_whose_file_can_t_be_read_names_both(folder: Path, name: str, message: str) -> None:
    (folder / "maps").mkdir()
    (folder / "business.json").write_text(json.dumps(business(put("boundaries[0]", {**NAMED, "file": name}))))

    with pytest.raises(ScenarioError) as refused:
        read_business_file("business.json")

    assert refused.value.path == "business.boundaries[0].file"
    assert name in refused.value.message
    assert message in refused.value.message


def test_a_file_that_never_ends_is_no_boundary(folder: Path) -> None:
    (folder / "ground.geojson").symlink_to("/dev/zero")
    (folder / "business.json").write_text(json.dumps(business(put("boundaries[0]", NAMED))))

    with pytest.raises(ScenarioError) as refused:
        read_business_file("business.json")

    assert refused.value.path == "business.boundaries[0].file"


@table(
    "name, shown",
    {
        "a line feed": ("a\nb.geojson", '"a\\nb.geojson"'),
        "what turns a terminal red": ("\x1b[31m.geojson", '"\\u001b[31m.geojson"'),
        "what turns the text around": ("\u202e.geojson", '"\\u202e.geojson"'),
        "other writings": ("côté.geojson", "côté.geojson"),
    },
)
def test_the_name_of_a_file_can_t_command_a_terminal(folder: Path, name: str, shown: str) -> None:
    document = business(put("boundaries[0]", {**NAMED, "file": name}))
    (folder / "business.json").write_text(json.dumps(document))
    messages = []

    for features in (None, [{"type": "Feature", "properties": None, "geometry": GROUND}] * 2):
        if features is not None:
            (folder / name).write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        with pytest.raises(ScenarioError) as refused:
            read_business_file("business.json")
        messages.append(refused.value.message)

    assert all(shown in message and message.isprintable() for message in messages), messages


def test_half_a_character_is_no_path(folder: Path) -> None:
    document = business(put("boundaries[0]", {**NAMED, "file": "\ud800.geojson"}))
    (folder / "business.json").write_text(json.dumps(document))

    with pytest.raises(ScenarioError) as refused:
        read_business_file("business.json")

    assert str(refused.value) == "business.boundaries[0].file: is not the path of a file"


def test_a_difference_can_t_command_a_terminal() -> None:
    hostile = "a\n\x1b[31m\u202e\x9b"
    changes = tuple(changes_between(configuration(), configuration(put("name", hostile), put("hubs[0].name", "Côté"))))

    business_line, hub_line = lines_of(changes)

    assert business_line.endswith(r'→ "a\n\u001b[31m\u202e\u009b"')
    assert hub_line.endswith('→ "Côté"')
    assert (business_line + hub_line).isprintable()
