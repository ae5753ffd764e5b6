"""Businesses and commitments as files: every form in which they come, and what is said of a faulty one."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fieldfare.entrypoints.cli.streams import UnreadableError
from fieldfare.entrypoints.files.reading import read_business_file, read_commitments_file
from fieldfare.entrypoints.files.writing import business_text
from fieldfare.entrypoints.scenario.errors import ScenarioError
from tests.unit.businesses.kit import business, commitment, configuration
from tests.unit.scenario.documents import EXAMPLE, put
from tests.worlds import table

TOML = """
id = "small"
name = "Small"
time_zone = "America/Toronto"
hq = { lat = 43.5, lng = -79 }

[policy]
horizon_days = 14
blocks = [{ id = "AM", start = 08:00:00, end = "12:00", step_minutes = 30 }]

[[industries]]
id = "hvac"

[[zones]]
id = "z1"
industries = [{ industry = "hvac" }]

[[schedules]]
id = "s1"
owner = { zone = "z1" }
effective_from = 2026-12-01
week.mon = [["08:00", "17:00"]]
exceptions.2026-12-25 = []
"""


def write(folder: Path, name: str, text: str | bytes) -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_toml_has_dates_and_clock_times_of_its_own(tmp_path: Path) -> None:
    found, _ = read_business_file(write(tmp_path, "small.toml", "\ufeff" + TOML))

    document = found.document()
    assert document["policy"]["blocks"][0]["start"] == "08:00"
    assert document["schedules"][0]["effective_from"] == "2026-12-01"
    assert document["schedules"][0]["exceptions"] == {"2026-12-25": []}


@table(
    "name, text",
    {
        "a business": ("b.json", json.dumps(business())),
        "with a byte order mark": ("b.json", "\ufeff" + json.dumps(business())),
        "a scenario": ("scenario.json", json.dumps(EXAMPLE)),
        "whatever its name": ("business.txt", json.dumps(business())),
        "an export": ("b.json", business_text(configuration(), toml=False)),
        "an export as TOML": ("b.toml", business_text(configuration(), toml=True)),
    },
)
def test_the_forms_of_a_business(tmp_path: Path, name: str, text: str) -> None:
    found, _ = read_business_file(write(tmp_path, name, text))

    assert found == configuration()


@pytest.mark.parametrize("toml", [False, True])
def test_an_export_is_the_same_bytes_whatever_the_order_of_keys(toml: bool) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shuffled(value[key]) for key in sorted(value, reverse=True)}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    found = configuration()
    turned = type(found)(
        id=found.id,
        own=shuffled(found.own),
        records={
            kind: {id_: shuffled(record) for id_, record in found.records[kind].items()} for kind in found.records
        },
    )

    text = business_text(found, toml=toml)

    assert business_text(turned, toml=toml) == text
    parsed = tomllib.loads(text) if toml else json.loads(text)
    assert list(parsed)[:5] == ["id", "name", "time_zone", "currency", "hq"] or toml
    assert list(parsed["zones"][0])[:3] == ["id", "name", "priority"]


def test_toml_keeps_short_arrays_on_one_line() -> None:
    hostile = ['a",\n]', "[", "]", "],", "[\u2028[", "\\", "a = ["]
    found = configuration(put("zones[0].tiers", hostile), put("name", "[\n]\n"))

    text = business_text(found, toml=True)

    assert 'starts = ["08:00", "10:30"]' in text
    assert 'mon = [["08:00", "17:00"]]' in text.split("\n")
    assert max(map(len, text.split("\n"))) <= 120
    parsed = tomllib.loads(text)
    assert (parsed["name"], parsed["zones"][0]["tiers"]) == ("[\n]\n", hostile)


@table(
    "name, text, message",
    {
        "TOML": ("b.toml", "id = ", "{file} is not TOML: Invalid value (at end of document)"),
        "a key twice": (
            "b.toml",
            "id = 1\nid = 2",
            "{file} is not TOML: Cannot overwrite a value",
        ),
        "UTF-8": ("b.toml", b"id = '\xff'", "{file} is not UTF-8: byte 7 does not fit"),
        "depth": ("b.toml", "a = " + "[" * 5_000, "{file} is nested too deeply"),
        "digits": ("b.toml", "a = " + "1" * 5_000, "{file} holds a number that is too long to be read"),
        "JSON": ("b.json", "{", "the text is not JSON: expecting property name enclosed in double quotes"),
        "seconds": (
            "b.toml",
            TOML.replace("08:00:00", "08:00:30"),
            'business.policy.blocks[0].start: "08:00:30" is not',
        ),
        "half a second": ("b.toml", TOML.replace("08:00:00", "08:00:00.5"), "business.policy.blocks[0].start: "),
        "not a number": ("b.toml", TOML.replace("-79", "nan"), "business.hq.lng: "),
        "a moment": (
            "b.toml",
            TOML.replace("2026-12-01\n", "2026-12-01T00:00:00Z\n"),
            "business.schedules[0].effective_",
        ),
        "a list": ("b.json", "[]", "business: "),
    },
)
def test_a_faulty_business_is_named(tmp_path: Path, name: str, text: str | bytes, message: str) -> None:
    file = write(tmp_path, name, text)

    with pytest.raises(ScenarioError) as refused:
        read_business_file(file)

    assert str(refused.value).startswith(message.format(file=file))


@pytest.mark.parametrize("name", ["endless.toml", "endless.json"])
def test_a_file_without_end_is_read_to_the_limit_only(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to("/dev/zero")

    with pytest.raises(ScenarioError, match="longer than 64 MiB"):
        read_business_file(str(tmp_path / name))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        read_business_file(str(tmp_path / "b.toml"))


COMMITMENTS = [commitment(), commitment("c2", title="Lunch")]


@table(
    "name, text, business_id",
    {
        "a list": ("c.json", json.dumps(COMMITMENTS), None),
        "an object": ("c.json", json.dumps({"commitments": COMMITMENTS}), None),
        "an object with an id": ("c.json", json.dumps({"business": "b", "commitments": COMMITMENTS}), "b"),
        "a scenario": ("c.json", json.dumps({**EXAMPLE, "commitments": COMMITMENTS}), "northern-comfort"),
        "lines": ("c.jsonl", "\n".join(json.dumps(one) for one in COMMITMENTS) + "\n\n", None),
        "TOML": (
            "c.toml",
            "\n".join(
                "[[commitments]]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in c.items()) for c in COMMITMENTS
            ),
            None,
        ),
    },
)
def test_the_forms_of_commitments(tmp_path: Path, name: str, text: str, business_id: str | None) -> None:
    found = read_commitments_file(write(tmp_path, name, text))

    assert found.documents == COMMITMENTS
    assert found.business == business_id


def test_moments_in_toml_are_texts(tmp_path: Path) -> None:
    text = "[[commitments]]\nstart = 2026-11-24T12:00:00-05:00\nend = 2026-11-24T13:00:00\n"

    (found,) = read_commitments_file(write(tmp_path, "c.toml", text)).documents

    assert found == {"start": "2026-11-24T12:00:00-05:00", "end": "2026-11-24T13:00:00"}


@table(
    "name, text, message",
    {
        "no list": ("c.json", "{}", "commitments: is missing: the file holds a list, or an object with such a list"),
        "a line": ("c.jsonl", '{"id": "c1"}\n{"id": }\n', "line 2 of {file}: the text is not JSON: "),
        "a blank line inside": (
            "c.jsonl",
            '{"id": "c1"}\n\n{"id": "c2"}\n',
            "line 2 of {file}: the text is not JSON: ",
        ),
    },
)
def test_a_faulty_file_of_commitments_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    file = write(tmp_path, name, text)

    with pytest.raises(ScenarioError) as refused:
        read_commitments_file(file)

    assert str(refused.value).startswith(message.format(file=file))
