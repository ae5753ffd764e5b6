"""Whatever is wrong with a request ends in a documented problem, and never in a fault of ours."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx2
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldfare.entrypoints.api.problem_table import PROBLEMS
from tests.unit.api.sample import client_of

ASK = "/api/v1/b1/places"
PLACE = {"lat": 43.4675, "lng": -79.6877}
CLIENT = client_of()
DEEP = 100_000


def problem_of(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert PROBLEMS[problem["code"]].status == problem["status"] == answer.status_code
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


def sent(body: bytes, content_type: str | None = "application/json", **headers: str) -> httpx2.Response:
    said = {name.encode(): value.encode() for name, value in headers.items()}
    if content_type is not None:
        said[b"Content-Type"] = content_type.encode("latin-1")
    return CLIENT.post(ASK, content=body, headers=said)


def in_short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:40]}...{text[-30:]}"


def with_name(name: str) -> bytes:
    return b'{"place": {"lat": 1, "lng": 2}, "name": %s}' % name.encode()


def test_a_good_request_is_answered() -> None:
    answer = CLIENT.post(ASK, json={"place": PLACE, "at": "2026-11-23T08:00:00-05:00", "name": "Zoe\u0308"})

    assert answer.json() == {"lat": 43.4675, "at": 1_795_438_800, "name": "Zo\u00eb"}


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        (b"", "", "is missing"),
        (b"{", "", "is not JSON"),
        (b"\xff\xfe", "", "is not JSON"),
        (b"[" * DEEP + b"]" * DEEP, "", "is not JSON: depth limit exceeded at character 1025"),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "", "is not JSON: depth limit exceeded"),
        (b"[]", "", "must be an object"),
        (b"null", "", "must be an object"),
        (b"{}", "place", "is missing"),
        (b'{"place": {"lat": NaN, "lng": 2}}', "", "is not JSON"),
        (b'{"place": {"lat": Infinity, "lng": 2}}', "", "is not JSON"),
        (b'{"place": {"lat": 1e999, "lng": 2}}', "", "is not JSON: number is infinity"),
        (b'{"place": {"lat": -1e999, "lng": 2}}', "", "is not JSON"),
        (b'{"place": {"lat": ' + b"9" * 5_000 + b', "lng": 2}}', "", "is not JSON: number is infinity"),
        (b'{"place": {"lat": 91, "lng": 2}}', "place.lat", "must be at most 90"),
        (b'{"place": {"lat": 1, "lng": -180.1}}', "place.lng", "must be at least -180"),
        (b'{"place": {"lat": "1", "lng": 2}}', "place.lat", "must be a number"),
        (b'{"place": {"lat": true, "lng": 2}}', "place.lat", "must be a number"),
        (b'{"place": {"lat": null, "lng": 2}}', "place.lat", "must be a number"),
        (b'{"place": {"lat": 1, "lng": 2, "role": "owner"}}', "place.role", "is unknown here"),
        (b'{"place": {"lat": 1, "lng": 2}, "tenant_id": 1}', "tenant_id", "is unknown here"),
        (b'{"place": {"lat": 1, "lng": 2}, "count": 1.5}', "count", "must be a whole number"),
        (b'{"place": {"lat": 1, "lng": 2}, "count": "1"}', "count", "must be a whole number"),
        (b'{"place": {"lat": 1, "lng": 2}, "count": 101}', "count", "must be at most 100"),
        (b'{"place": {"lat": 1, "lng": 2}, "count": 99999999999999999999999}', "count", "must be a whole number"),
        (b'{"place": {"lat": 1, "lng": 2}, "at": "2026-11-23T08:00:00"}', "at", "must be a time with an offset"),
        (b'{"place": {"lat": 1, "lng": 2}, "at": "9999-12-31T23:59:59-01:00"}', "at", "must be a time that exists"),
        (b'{"place": {"lat": 1, "lng": 2}, "at": 1}', "at", "must be a time with an offset"),
        (b'{"place": {"lat": 1, "lng": 2}, "day": "0001-01-01"}', "day", "must lie in the years 2000 to 2100"),
        (b'{"place": {"lat": 1, "lng": 2}, "anything": {"a": ["\\u0000"]}}', "anything.a[0]", "holds a NUL"),
        (b'{"place": {"lat": 1, "lng": 2}, "anything": {"\\u0000": 1}}', "anything", "has a key that holds a NUL"),
        (with_name('"\\u0000"'), "name", "holds a NUL"),
        (with_name('"\\ud800"'), "", "is not JSON: no low surrogate"),
        (with_name('"\\udc00"'), "", "is not JSON"),
        (with_name('"\\u001b[31m"'), "name", "must match"),
        (with_name('"a\\r\\nb"'), "name", "must match"),
        (with_name('"a\\u2028b"'), "name", "must match"),
        (with_name('"\x01"'), "", "is not JSON"),
        (with_name('""'), "name", "must have at least 1 characters"),
        (with_name('"  "'), "name", "must not be blank"),
        (with_name('"' + "x" * 201 + '"'), "name", "must have at most 200 characters"),
        (with_name("1"), "name", "must be a text"),
    ],
    ids=in_short,
)
def test_a_wrong_body_is_refused_where_it_is_wrong(body: bytes, path: str, message: str) -> None:
    problem = problem_of(sent(body))

    assert problem["code"] == "invalid_request"
    assert problem["errors"][0]["path"] == path
    assert problem["errors"][0]["message"].startswith(message)
    assert problem["detail"].startswith(f"{path}: {message}" if path else f"The request {message}")


@pytest.mark.parametrize(
    "body",
    [
        with_name('"\\\\u0000 is how it is spelt"'),
        with_name('"<script>alert(1)</script>"'),
        with_name('"\\u202eturned\\u202c"'),
        with_name('"\U0001f527 \u05d9\u05e8\u05d5\u05e9\u05dc\u05d9\u05dd"'),
        b'{"name": "a", "name": "b", "place": {"lat": 1, "lng": 2}}',
        b'{"place": {"lat": 1, "lng": 2}, "notes": "one\\n\\ttwo"}',
        b'{"place": {"lat": 1, "lng": 2}, "anything": ' + b"[" * 200 + b"]" * 200 + b"}",
    ],
    ids=in_short,
)
def test_text_stays_text(body: bytes) -> None:
    assert sent(body).status_code == 200


def test_what_is_nested_too_deeply_is_refused() -> None:
    problem = problem_of(sent(b'{"place": {"lat": 1, "lng": 2}, "anything": %s}' % (b"[" * 900 + b"]" * 900)))

    assert problem["errors"][0]["path"].startswith("anything")
    assert problem["errors"][0]["message"] == "is nested too deeply"


def test_many_faults_are_listed_in_part_and_no_value_is_echoed() -> None:
    problem = problem_of(sent(orjson.dumps({"place": PLACE} | {f"secret{n}": "4111 1111" for n in range(50)})))

    assert len(problem["errors"]) == 20
    assert problem["detail"] == "secret0: is unknown here (and 49 more)"
    assert "4111" not in str(problem)


def test_a_monstrous_key_is_cut_short() -> None:
    problem = problem_of(sent(orjson.dumps({"place": PLACE, "k\x1b" * 100_000: 1})))

    assert len(problem["errors"][0]["path"]) <= 200
    assert "\x1b" not in problem["errors"][0]["path"]


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/vnd.api+json", "application/json; charset=utf-16", "application/jsonp", ";", "\xff"],
)  # fmt: skip
def test_anything_but_json_is_415(content_type: str | None) -> None:
    assert problem_of(sent(orjson.dumps({"place": PLACE}), content_type))["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "content_type", ["application/json", "APPLICATION/JSON", 'application/json; charset="UTF-8"', "application/json ;"]
)
def test_json_is_taken_in_every_spelling(content_type: str) -> None:
    assert sent(orjson.dumps({"place": PLACE}), content_type).status_code == 200


def test_a_compressed_body_is_never_unpacked() -> None:
    bomb = gzip.compress(b" " * 50_000_000)

    assert problem_of(sent(bomb, **{"Content-Encoding": "gzip"}))["code"] == "unsupported_media_type"
    assert problem_of(sent(bomb))["code"] == "invalid_request"


@pytest.mark.parametrize("path", ["/api/v1/%00/records", "/api/v1/b1%0a/records", "/%ff", "/api/v1/%ed%a0%80/records"])
def test_hostile_paths_lead_nowhere(path: str) -> None:
    assert problem_of(CLIENT.get(path))["code"] == "not_found"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("text=%00", "query"),
        ("text=%ed%a0%80", "query"),
        ("text=%0d%0aSet-Cookie:x", "query"),
        ("%00=1", "query"),
        ("text=", "query.text"),
        ("text=" + "x" * 201, "query.text"),
    ],
)
def test_hostile_queries_are_refused(query: str, path: str) -> None:
    problem = problem_of(CLIENT.get(f"/api/v1/b1/suggestions?{query}"))

    assert [fault["path"] for fault in problem["errors"]] == [path]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("limit=0", "query.limit"),
        ("limit=201", "query.limit"),
        ("limit=x", "query.limit"),
        ("limit=1e999", "query.limit"),
        ("limit=" + "9" * 5_000, "query.limit"),
        ("limit=1.5", "query.limit"),
        ("limit=NaN", "query.limit"),
        ("cursor=%2e%2e", "query.cursor"),
        ("cursor=AAAA", "query.cursor"),
        ("cursor=W10", "query.cursor"),
        ("cursor=A", "query.cursor"),
        ("cursor=" + "A" * 513, "query.cursor"),
    ],
)
def test_wrong_pages_are_refused(query: str, path: str) -> None:
    assert problem_of(CLIENT.get(f"/api/v1/b1/records?{query}"))["errors"][0]["path"] == path


def test_a_cursor_comes_back_as_it_was() -> None:
    cursor = CLIENT.get("/api/v1/b1/records?limit=7").json()["next"]

    assert CLIENT.get("/api/v1/b1/records", params={"cursor": cursor}).json()["after"] == ["z1", 7]


@pytest.mark.parametrize("business", ["a b", "x" * 65, "é", "a%2fb%2fc"])
def test_an_id_that_is_none_is_refused(business: str) -> None:
    assert problem_of(CLIENT.get(f"/api/v1/{business}/records"))["code"] in {"invalid_request", "not_found"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["place", "lat", "lng", "name", "at"]), inner)
    ),
    max_leaves=20,
)


@given(body=ANYTHING)
def test_no_json_breaks_it(body: Any) -> None:
    answer = sent(json.dumps(body).encode())

    assert answer.status_code == 200 or problem_of(answer)["code"] == "invalid_request"


@given(body=st.binary(max_size=200))
def test_no_bytes_break_it(body: bytes) -> None:
    assert problem_of(sent(body))["code"] == "invalid_request"
