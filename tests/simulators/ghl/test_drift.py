"""What has changed in the vendor's files since they were taken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fieldfare_ghl_sim.contract import FILES, GENERATIONS
from fieldfare_ghl_sim.drift import main, official_common, official_file

OPENAPI = Path(str(files("fieldfare_ghl_sim"))) / "openapi"
SAME = "Nothing has changed in what the simulator serves.\n"


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """Lay the kept files out as the vendor does."""
    pairs = [
        (OPENAPI / generation / f"{name}.json", official_file(tmp_path, generation, name))
        for generation in GENERATIONS
        for name in FILES
    ]
    for kept, official in [*pairs, (OPENAPI / "common-schemas.json", official_common(tmp_path))]:
        official.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, official)
    return tmp_path


def edited(file: Path, change: Callable[[Any], object]) -> None:
    document = json.loads(file.read_bytes())
    change(document)
    file.write_text(json.dumps(document), encoding="utf-8")


def test_nothing_has_changed(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the simulator doesn't serve may come and go."""
    calendars = official_file(fresh, "v3", "calendars")
    edited(calendars, lambda document: document["paths"].update({"/calendars/new": {"get": {"operationId": "new"}}}))
    edited(calendars, lambda document: document["components"]["schemas"].update(NewDTO={"type": "object"}))

    assert main([str(fresh)]) == 0
    assert capsys.readouterr().out == SAME


def test_what_has_changed_is_said_a_line_each(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = "/calendars/events"
    edited(
        official_file(fresh, "v2", "calendars"),
        lambda document: document["paths"][events]["get"].update({"x-limit": 5, "summary": "Other"}),
    )
    edited(official_file(fresh, "v2", "contacts"), lambda document: document["paths"].pop("/contacts/upsert"))
    edited(
        official_file(fresh, "v3", "contacts"),
        lambda document: document["components"]["schemas"]["TagsDTO"].pop("required"),
    )
    edited(official_common(fresh), lambda document: document["components"]["schemas"].pop("NotFoundDTO"))
    official_file(fresh, "v3", "users").unlink()

    ended = main([str(fresh)])

    assert ended == 1
    assert capsys.readouterr().out.splitlines() == [
        "v2 calendars: operation GET /calendars/events has changed: /summary, +/x-limit",
        "v2 contacts: operation POST /contacts/upsert is gone",
        "v3 contacts: schema TagsDTO has changed: -/required",
        "v3 users: the file is gone",
        "common: schema NotFoundDTO is gone",
    ]


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["/nowhere/at/all"]])
def test_it_needs_a_folder(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("Usage:")
