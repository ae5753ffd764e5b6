"""Methods, request ids, headers, faults of ours, and writes from other sites."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.responses import Response
from starlette.routing import Mount, Route

from fieldfare.entrypoints.api.app import Manners, build_app
from fieldfare.entrypoints.api.limits import Limits
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.routing import JsonRouter, given
from tests.unit.api.sample import build, client_of
from tests.unit.api.test_bad_input import problem_of

CLIENT = client_of()
NOTES = "/api/v1/staff/notes"
KEY = {"Authorization": "Bearer good"}
ASKED = {"place": {"lat": 1, "lng": 2}}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/healthz", "GET, HEAD"),
        ("DELETE", NOTES, "POST"),
        ("GET", NOTES, "POST"),
        ("TRACE", "/api/v1/b1/places", "POST"),
        ("OPTIONS", "/api/v1/b1/records", "GET, HEAD"),
        ("BREW", "/openapi.json", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(method: str, path: str, allowed: str) -> None:
    answer = CLIENT.request(method, path)

    assert problem_of(answer)["code"] == "method_not_allowed"
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz/", "/docs", "/redoc", "/api/v1/b1/places/x"])
def test_an_unknown_path_is_a_problem_and_never_a_redirect(path: str) -> None:
    assert problem_of(CLIENT.get(path))["code"] == "not_found"


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/nowhere", 404), (NOTES, 405)])
def test_head_is_a_get_without_its_body(path: str, status: int) -> None:
    head, got = CLIENT.head(path), CLIENT.get(path)

    assert (head.status_code, head.content) == (status, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("sent", ["a", "trace-1:2.3_4", "x" * 64])
def test_a_good_request_id_is_kept(sent: str) -> None:
    assert CLIENT.get("/healthz", headers={"X-Request-ID": sent}).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "sam@example.com", "é", "<script>"])
def test_another_is_replaced(sent: str) -> None:
    answer = CLIENT.get("/nowhere", headers={b"X-Request-ID": sent.encode("latin-1")})

    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/healthz"),
        ("GET", "/nowhere"),
        ("GET", "/broken/crash"),
        ("POST", "/api/v1/b1/places"),
        ("GET", "/%00"),
    ],
)
def test_every_answer_has_the_headers(method: str, path: str) -> None:
    headers = CLIENT.request(method, path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers
    assert "server" not in headers


def test_what_a_route_sets_itself_stays() -> None:
    assert CLIENT.get("/docs/errors").headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize(("url", "there"), [("https://book.example.com", True), ("http://127.0.0.1:8000", False)])
def test_https_is_demanded_where_it_is_used(url: str, there: bool) -> None:
    client = client_of(build(manners=Manners(public_url=url)))

    assert ("strict-transport-security" in client.get("/healthz").headers) is there


@pytest.mark.parametrize("path", ["/broken/crash", "/broken/wrong-answer"])
def test_a_fault_of_ours_says_nothing(path: str) -> None:
    answer = CLIENT.get(path)

    assert problem_of(answer)["code"] == "internal_error"
    assert "Sam" not in answer.text
    assert "Error" not in answer.text.replace("internal_error", "")


def test_an_outage_of_the_database_is_told_as_one() -> None:
    answer = CLIENT.get("/broken/outage")

    assert problem_of(answer)["code"] == "database_unavailable"
    assert answer.headers["retry-after"] == "2"
    assert "hunter2" not in answer.text


def test_the_lifespan_is_the_one_that_was_given() -> None:
    lived: list[str] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        lived.append("begun")
        yield
        lived.append("ended")

    with client_of(build(lifespan=lifespan)) as client:
        assert client.get("/healthz").status_code == 200
        assert lived == ["begun"]
    assert lived == ["begun", "ended"]


def test_a_problem_brings_its_members_and_its_headers() -> None:
    taken = CLIENT.post("/api/v1/b1/places", json=ASKED | {"name": "taken"})

    problem = problem_of(taken)
    assert (problem["code"], problem["detail"], problem["alternatives"]) == ("slot_taken", "Somebody was faster.", [])
    assert Problem("database_unavailable").sent_headers == {"Retry-After": "2"}
    assert Problem("rate_limited", retry_after=7).sent_headers == {"Retry-After": "7"}
    with pytest.raises(KeyError):
        Problem("no_such_code")


def test_who_is_unknown_is_told_how_to_say_so() -> None:
    answer = CLIENT.post(NOTES)

    assert problem_of(answer)["code"] == "unauthenticated"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Basic Z29vZA==", "bad", "Bearer \xff", "Bearer good bad", ""]
)
def test_malformed_credentials_are_none(authorization: str) -> None:
    answer = CLIENT.post(NOTES, headers={b"Authorization": authorization.encode("latin-1")})

    assert problem_of(answer)["code"] == "unauthenticated"


SESSION = {"Cookie": "__Host-fieldfare=good"}
OTHER = {"Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (SESSION, 200),
        (SESSION | {"Sec-Fetch-Site": "same-origin"}, 200),
        (SESSION | {"Sec-Fetch-Site": "none"}, 200),
        (SESSION | {"Origin": "http://testserver"}, 200),
        (SESSION | {"Origin": "https://book.example.com"}, 200),
        (SESSION | OTHER, 403),
        (SESSION | {"Sec-Fetch-Site": "same-site"}, 403),
        (SESSION | OTHER | {"Origin": "https://book.example.com"}, 403),
        (SESSION | {"Origin": "https://evil.example"}, 403),
        (SESSION | {"Origin": "https://book.example.com.evil.example"}, 403),
        (SESSION | {"Origin": "null"}, 403),
        ({"Cookie": "a=1; fieldfare=good"} | OTHER, 403),
        (SESSION | OTHER | KEY, 403),
        (SESSION | OTHER | {"Content-Type": "text/plain"}, 403),
        (KEY | OTHER, 200),
        (OTHER, 401),
        ({"Cookie": "other=1"} | OTHER, 401),
    ],
)
def test_no_other_site_writes_in_somebodys_name(headers: dict[str, str], status: int) -> None:
    client = client_of(build(manners=Manners(public_url="https://book.example.com")))

    answer = client.post(NOTES, headers=headers)

    assert answer.status_code == status
    assert status != 403 or problem_of(answer)["code"] == "cross_site"


def test_sign_in_is_guarded_before_there_is_a_session() -> None:
    client = client_of(build(manners=Manners(guarded_paths=frozenset({"/api/v1/staff/session"}))))
    said = {"email": "sam@example.com"}

    assert client.post("/api/v1/staff/session", json=said, headers=OTHER).status_code == 403
    assert client.post("/api/v1/staff/session", json=said).status_code == 200


def test_reading_is_nobody_s_forgery() -> None:
    assert CLIENT.get("/healthz", headers=SESSION | OTHER).status_code == 200


def test_a_body_of_the_limit_is_taken_and_a_longer_one_is_not() -> None:
    client = client_of(build(manners=Manners(body_bytes=100)))
    fits = b'{"place": {"lat": 1, "lng": 2}, "notes": ""}'.ljust(100)
    json = {"Content-Type": "application/json"}

    assert client.post("/api/v1/b1/places", content=fits, headers=json).status_code == 200
    for longer in (fits + b" ", iter([fits, b" "])):
        assert problem_of(client.post("/api/v1/b1/places", content=longer, headers=json))["code"] == "body_too_large"


@pytest.mark.parametrize(("size", "status"), [(2_999_980, 200), (3_000_001, 413)])
def test_a_route_may_take_more(size: int, status: int) -> None:
    body = b'{"a": "%s"}' % (b"x" * (size - 9))

    answer = CLIENT.put("/api/v1/staff/file", content=body, headers=KEY | {"Content-Type": "application/json"})

    assert answer.status_code == status


def test_a_router_that_reads_loosely_is_refused() -> None:
    loose = APIRouter()
    loose.add_api_route("/loose", lambda: None)

    with pytest.raises(ValueError, match="/loose is no route of a JsonRouter"):
        build_app(state=None, routers=[loose], checks={}, limits=Limits())  # type: ignore[list-item]


def test_one_function_stands_at_one_address() -> None:
    async def twice() -> None:
        """Nothing."""

    router = JsonRouter()
    router.add_api_route("/one", twice)
    router.add_api_route("/two", twice)

    with pytest.raises(ValueError, match="stands at /one and at /two"):
        build_app(state=None, routers=[router], checks={}, limits=Limits())


def test_the_state_is_the_one_that_was_given() -> None:
    router = JsonRouter()

    @router.get("/state")
    async def read(state: Annotated[int, Depends(given(int))]) -> int:
        return state

    client = client_of(build_app(state=7, routers=[router], checks={}, limits=Limits()))
    other = client_of(build_app(state="seven", routers=[router], checks={}, limits=Limits()))

    assert client.get("/state").json() == 7
    assert problem_of(other.get("/state"))["code"] == "internal_error"


def test_other_apps_are_mounted_behind_the_same_manners() -> None:
    async def page(_: object) -> Response:
        return Response("<p>", media_type="text/html", headers={"Content-Security-Policy": "default-src 'self'"})

    mount = Mount("/pages", routes=[Route("/one", page)])
    client = client_of(build_app(state=None, routers=[], checks={}, limits=Limits(), mounts=[mount]))

    answer = client.get("/pages/one")

    assert (answer.status_code, answer.headers["content-security-policy"]) == (200, "default-src 'self'")
    assert problem_of(client.get("/pages/two"))["code"] == "not_found"
