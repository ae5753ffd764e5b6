"""What the logs say, and above all what they don't."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from fieldfare.entrypoints.logs import configure_logs, without_private
from tests.unit.api.sample import build, client_of

OUR = "fieldfare.test"
THEIRS = "some.library"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    loggers = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")]
    before = [(logger, logger.level, logger.handlers[:], logger.propagate) for logger in loggers]
    raising = logging.raiseExceptions
    stream = io.StringIO()
    configure_logs(stream=stream)
    yield stream
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = raising
    for logger, level, handlers, propagate in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
        logger.propagate = propagate


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def only_line(stream: io.StringIO) -> dict[str, Any]:
    (line,) = lines_of(stream)
    return line


def test_a_request_is_one_line_of_what_is_nobody_s_business(stream: io.StringIO) -> None:
    client = client_of()

    client.post("/api/v1/b1/places?address=12+Main+Street", json={"place": {"lat": 1, "lng": 2}},
                headers={"X-Request-ID": "r1"})  # fmt: skip

    line = only_line(stream)
    assert line.pop("milliseconds") >= 0
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "request",
        "logger": "fieldfare.access",
        "level": "info",
        "method": "POST",
        "route": "/api/v1/{business}/places",
        "status": 200,
        "request_id": "r1",
        "business": "b1",
    }


@pytest.mark.parametrize("path", ["/nowhere/12 Main Street", "/api/v1/b1/records?cursor=hunter2", "/hunter2?a=%00"])
def test_what_was_typed_is_not_logged(stream: io.StringIO, path: str) -> None:
    client_of().get(path)

    assert "hunter2" not in stream.getvalue()
    assert "Main" not in stream.getvalue()


def test_a_fault_is_one_line_with_its_places_and_without_its_texts(stream: io.StringIO) -> None:
    client_of().get("/broken/crash", headers={"X-Request-ID": "r1"})

    fault = next(line for line in lines_of(stream) if line["event"] == "request_failed")
    assert (fault["level"], fault["request_id"]) == ("error", "r1")
    assert fault["exception"].startswith("RuntimeError at ")
    assert " <- ValueError at " in fault["exception"]
    assert "sample.py:" in fault["exception"]
    assert "Sam" not in stream.getvalue()
    assert "Main" not in stream.getvalue()


def test_an_answer_that_breaks_off_is_logged(stream: io.StringIO) -> None:
    assert client_of(build()).get("/broken/half").content == b"one"

    assert [line["event"] for line in lines_of(stream)] == ["request_failed", "request"]
    assert "Sam" not in stream.getvalue()


def test_only_listed_fields_are_written(stream: io.StringIO) -> None:
    structlog.get_logger(OUR).info("told", count=3, customer="Sam Fieldfare", email="sam@example.com", reason=None)

    line = only_line(stream)
    assert (line["event"], line["count"]) == ("told", 3)
    assert set(line) == {"at", "level", "logger", "event", "count"}


@pytest.mark.parametrize("hostile", ["a\r\nb", "a\x1b[31mb", "a\u2028b", "a\u202eb", "a\x85b", '"}{"'])
def test_hostile_text_stays_on_its_line(stream: io.StringIO, hostile: str) -> None:
    structlog.get_logger(OUR).warning("told", reason=hostile)
    logging.getLogger(THEIRS).warning(hostile)

    assert stream.getvalue().isascii()
    assert "\x1b" not in stream.getvalue()
    assert [line.get("reason", line["event"]) for line in lines_of(stream)] == [hostile, hostile]


def test_strangers_go_through_the_same_door(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        logging.getLogger(THEIRS).warning("customer %s at %s", "Sam Fieldfare", "12 Main Street", extra={"code": "x"})
    try:
        raise OSError(2, "12 Main Street")
    except OSError:
        logging.getLogger(THEIRS).exception("failed for sam@example.com")

    told, failed = lines_of(stream)
    assert (told["event"], told["logger"], told["request_id"]) == ("customer %s at %s", THEIRS, "r1")
    assert failed["event"] == "failed for [email]"
    assert failed["exception"].startswith("FileNotFoundError [errno 2] at ")
    assert "Main" not in stream.getvalue()


def test_a_database_s_state_is_told_and_its_text_is_not(stream: io.StringIO) -> None:
    class UniqueViolation(Exception):
        sqlstate = "23505"

    structlog.get_logger(OUR).error("failed", exc_info=UniqueViolation("Key (email)=(sam@example.com) exists"))

    assert only_line(stream)["exception"].endswith("UniqueViolation [23505]")


def test_a_line_that_can_t_be_formatted_tells_nobody(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger(THEIRS).warning("%d", "hunter2")

    assert "hunter2" not in stream.getvalue() + capsys.readouterr().err


@pytest.mark.parametrize("name", ["httpx2", "httpcore2", "httpcore2.http11"])
def test_the_http_client_is_quiet(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("HTTP Request: GET https://geo.example/?q=12 Main Street")

    assert stream.getvalue() == ""


def test_the_server_speaks_but_its_access_log_does_not(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 17)
    logging.getLogger("uvicorn.access").info("GET /?address=%s", "12 Main Street")

    assert only_line(stream)["event"] == "Started server process [17]"


def test_warnings_are_lines_too(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    assert "old" in only_line(stream)["event"]


def test_the_level_is_the_one_that_was_asked_for(stream: io.StringIO) -> None:
    configure_logs(level="WARNING", stream=stream)

    structlog.get_logger(OUR).info("hidden")
    structlog.get_logger(OUR).warning("shown")

    assert only_line(stream)["event"] == "shown"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail to sam@example.com failed", "mail to [email] failed"),
        ("call +1 (905) 555-0147 now", "call [number] now"),
        ("at 43.467512,-79.687700", "at [coordinate],[coordinate]"),
        ("Authorization: Bearer abc.def", "Authorization: [secret] [secret]"),
        ("sent Bearer abc.def", "sent Bearer [secret]"),
        ("password=hunter2 host=db", "password=[secret] host=db"),
        ("postgresql://app:hunter2@db/fieldfare", "postgresql://[secret]@db/fieldfare"),
        ("GET https://geo.example/search?q=12+Main", "GET https://geo.example/search?[query]"),
        ("waited 2.5 s for 12 rows", "waited 2.5 s for 12 rows"),
        ("x" * 501, "x" * 500 + "…"),
    ],
)
def test_what_looks_private_is_taken_out(text: str, left: str) -> None:
    assert without_private(text) == left
