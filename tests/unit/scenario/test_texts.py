"""The text itself: JSON, its encoding, its depth, its length, and keys that stand twice."""

from __future__ import annotations

import json

import pytest

from fieldfare.entrypoints.scenario import json_text, read
from fieldfare.entrypoints.scenario.errors import ScenarioError, path_of, show
from fieldfare.entrypoints.scenario.json_text import parse_json
from fieldfare.entrypoints.scenario.read import read_scenario
from tests.unit.scenario.documents import EXAMPLE, EXAMPLE_TEXT, changed, put


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the text is not JSON: expecting value at line 1, column 1"),
        ("{", "the text is not JSON: expecting property name enclosed in double quotes at line 1, column 2"),
        ('{\n "now": 1\n "x": 2}', "the text is not JSON: expecting ',' delimiter at line 3, column 2"),
        ("{} {}", "the text is not JSON: extra data at line 1, column 4"),
        ('{"a": "\n"}', "the text is not JSON: invalid control character at line 1, column 8"),
        ("{'now': 1}", "the text is not JSON"),
        (b"\xff\xfe{\x00}\x00", "the text is not UTF-8: byte 1 does not fit"),
        (b'{"a": "\xc3"}', "the text is not UTF-8: byte 8 does not fit"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
        ("[]", "a list is not an object"),
        ("null", "null is not an object"),
        ("NaN", "NaN is not an object"),
        ('"\\ud800"', r'"\ud800" is not an object'),
        ('{"now": "2026-11-23T08:00:00Z", "now": "2026-11-23T08:00:00Z"}', 'the key "now" stands twice'),
    ],
)
def test_text_that_is_no_scenario(text: str | bytes, message: str) -> None:
    with pytest.raises(ScenarioError) as fault:
        read_scenario(text)

    assert fault.value.path == ""
    assert message in str(fault.value)


def test_document_nested_as_deep_as_python_can_is_refused_at_its_place() -> None:
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]

    with pytest.raises(ScenarioError, match="is not a text") as fault:
        read_scenario(changed(put("business.name", deep)))
    assert fault.value.path == "business.name"


@pytest.mark.parametrize(
    ("once", "twice", "path", "key"),
    [
        ('"id": "c2"', '"id": "c2", "id": "c4"', "commitments[1]", "id"),
        ('"lat": 43.5', '"lat": 43.5, "lat": 43.5', "business.boundaries[1].center", "lat"),
        ('"2026-12-25": []', '"2026-12-25": [], "2026-12-25": []', "business.schedules[0].exceptions", "2026-12-25"),
        ('"id": "b3"', '"id": "b3", "i\\u0064": "b3"', "business.boundaries[2]", "id"),
    ],
)
def test_key_that_stands_twice(once: str, twice: str, path: str, key: str) -> None:
    text = json.dumps(EXAMPLE)
    assert text.count(once) == 1

    with pytest.raises(ScenarioError) as fault:
        read_scenario(text.replace(once, twice))

    assert (fault.value.path, fault.value.message) == (path, f'the key "{key}" stands twice')


def test_first_of_several_doubled_keys_is_told() -> None:
    with pytest.raises(ScenarioError) as fault:
        parse_json('{"a": [{"x": {"k": 1, "k": 1}}, {"y": 1, "y": {"k": 1, "k": 1}}]}')

    assert fault.value.path == "a[0].x"


def test_byte_order_mark_and_bytes_are_fine() -> None:
    expected = read_scenario(EXAMPLE_TEXT).request

    assert read_scenario("\ufeff" + EXAMPLE_TEXT).request == expected
    assert read_scenario(b"\xef\xbb\xbf" + EXAMPLE_TEXT.encode()).request == expected


def test_text_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two bytes a character: the limit counts bytes, whichever way the text comes.
    text = json.dumps("é" * 49, ensure_ascii=False)
    monkeypatch.setattr(json_text, "LONGEST_TEXT_BYTES", 100)
    assert parse_json(text) == parse_json(text.encode()) == "é" * 49

    for longer in (text + " ", (text + " ").encode()):
        with pytest.raises(ScenarioError, match="longer than 64 MiB"):
            parse_json(longer)


def test_keys_of_an_object_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MOST_KEYS", 20)
    read_scenario(EXAMPLE_TEXT)

    with pytest.raises(ScenarioError) as fault:
        read_scenario(changed(put("business.products[0].resources", {f"r{kind}": 1 for kind in range(21)})))

    assert str(fault.value) == "business.products[0].resources: holds 21 keys; the limit is 20"


def test_technicians_and_commitments_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_TECHNICIANS", 1)
    with pytest.raises(ScenarioError) as fault:
        read_scenario(EXAMPLE_TEXT)
    assert str(fault.value) == "business.technicians: holds 2 technicians; the limit is 1"

    monkeypatch.setattr(read, "MOST_TECHNICIANS", 2)
    monkeypatch.setattr(read, "MOST_COMMITMENTS", 2)
    with pytest.raises(ScenarioError) as fault:
        read_scenario(EXAMPLE_TEXT)
    assert str(fault.value) == "commitments: holds 3 commitments; the limit is 2"

    assert (json_text.LONGEST_TEXT_BYTES, read.MOST_TECHNICIANS) == (64 * 2**20, 2)


@pytest.mark.slow
def test_ten_megabytes_of_text_are_fine_and_a_long_id_is_shown_cut() -> None:
    read_scenario(changed(put("business.name", "x" * 10_000_000)))

    with pytest.raises(ScenarioError) as fault:
        read_scenario(changed(put("business.id", "x" * 10_000_000)))
    assert len(str(fault.value)) < 200


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (90.0, "90"),
        (0.5, "0.5"),
        (1e308, "1e+308"),
        (10**60, "a number of over 60 digits"),
        ("a\x1b[31m", r'"a\u001b[31m"'),
        ("é", '"é"'),
        ("\u202e", r'"\u202e"'),
        ([1], "a list"),
        ({}, "an object"),
        (None, "null"),
        (True, "true"),
    ],
)
def test_value_in_a_message(value: object, shown: str) -> None:
    assert show(value) == shown


def test_path_as_people_read_it() -> None:
    assert path_of("business", "zones", 2, "priority") == "business.zones[2].priority"
    assert path_of("exceptions", "2026-12-25", 0, 1) == "exceptions.2026-12-25[0][1]"
    assert path_of("a b") == '["a b"]'
    assert path_of() == ""
