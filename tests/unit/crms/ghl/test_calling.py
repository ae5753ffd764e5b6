"""Whatever the vendor does, it becomes an error with a meaning, and nothing is written twice."""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import Any

import pytest

from fieldfare.adapters.crms.ghl.breaker import FAILURES
from fieldfare.adapters.crms.ghl.calling import MOST_BYTES
from fieldfare.adapters.crms.ghl.operations import (
    CREATE_APPOINTMENT,
    GET_CONTACT,
    LIST_EVENTS,
    SEARCH_CONTACTS,
    UPSERT_CONTACT,
    Operation,
)
from fieldfare.ports.crm import (
    CrmError,
    CrmForbiddenError,
    CrmNotFoundError,
    CrmOutcomeUnknownError,
    CrmRateLimitedError,
    CrmRefusedError,
    CrmUnauthorisedError,
    CrmUnavailableError,
)
from tests.unit.crms.ghl.account import TOKEN
from tests.unit.crms.ghl.vendor import Answer, Line, with_line

FINE = Answer(json={"events": []})
READ, WRITE = LIST_EVENTS, CREATE_APPOINTMENT


def said(status: int, message: Any, **more: Any) -> Answer:
    return Answer(status=status, json={"statusCode": status, "message": message, "traceId": "tr-1", **more})


async def call(line: Line, operation: Operation = READ, **asked: Any) -> tuple[dict[str, Any] | CrmError, int]:
    """Call, and give the answer or the error, and how often the vendor was asked."""
    answer: dict[str, Any] | CrmError
    try:
        answer = await line.caller.call(operation, **asked)
    except CrmError as error:
        answer = error
    return answer, len(line.vendor.asked)


def failing(operation: Operation, *script: Answer, **more: Any) -> tuple[CrmError, int]:
    async def work(line: Line) -> tuple[dict[str, Any] | CrmError, int]:
        return await call(line, operation)

    error, asked = with_line(work, *script, **more)
    assert isinstance(error, CrmError)
    return error, asked


def test_a_call_as_it_goes_over_the_wire() -> None:
    async def work(line: Line) -> Line:
        await line.caller.call(SEARCH_CONTACTS, params={"a": "b c"}, body={"query": "é"})
        return line

    (asked,) = with_line(work, FINE).vendor.asked

    assert asked.line.replace("%20", "+") == "POST /contacts/search?a=b+c HTTP/1.1"
    assert asked.body.decode() == '{"query":"é"}'
    wanted = {
        "authorization": f"Bearer {TOKEN}",
        "version": "2021-07-28",
        "accept": "application/json",
        "accept-encoding": "identity",
        "content-type": "application/json",
        "user-agent": "Fieldfare",
    }
    assert wanted.items() <= asked.headers.items()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (said(403, "The token does not have access to this location."), CrmForbiddenError),
        (said(404, "Contact not found"), CrmNotFoundError),
        (said(400, "The slot can't be used"), CrmRefusedError),
        (said(409, "This location does not allow duplicated contacts."), CrmRefusedError),
        (said(422, ["a should not be empty", "property b should not exist"]), CrmRefusedError),
        (said(418, None), CrmRefusedError),
        (Answer(status=302, json={}, headers={"Location": "http://127.0.0.1:1/"}), CrmRefusedError),
        (said(401, "version header is invalid"), CrmRefusedError),
    ],
)
@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
def test_refusals_are_final(operation: Operation, answer: Answer, kind: type[CrmError]) -> None:
    error, asked = failing(operation, answer)

    assert (type(error), asked, error.status) == (kind, 1, answer.status)
    assert error.trace == (answer.json.get("traceId"))


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Bad Request", "could not list appointments: Bad Request"),
        (["one", "two"], "could not list appointments: one; two"),
        ([["one"], {"message": "two"}], "could not list appointments: one; two"),
        ({"message": "inner"}, "could not list appointments: inner"),
        (None, "could not list appointments: status 400"),
        (7, "could not list appointments: status 400"),
        ("x" * 1_000, "could not list appointments: " + "x" * 299 + "…"),
    ],
)
def test_messages_come_in_many_shapes(message: Any, told: str) -> None:
    error, _ = failing(READ, said(400, message))

    assert str(error) == told


@pytest.mark.parametrize(
    ("status", "message", "taken"),
    [
        (400, "The slot you have selected is no longer available.", True),
        (422, ["The slot you have selected is no longer available."], True),
        (400, "Selected slot duration is not a valid duration option for this calendar", False),
        (400, "The calendar is not an event calendar.", False),
    ],
)
def test_a_time_that_is_taken_is_told(status: int, message: Any, taken: bool) -> None:
    error, _ = failing(WRITE, said(status, message))

    assert isinstance(error, CrmRefusedError)
    assert error.taken is taken


@pytest.mark.parametrize(
    ("operation", "answer", "kind"),
    [
        (GET_CONTACT, said(400, "The contact was not found."), CrmNotFoundError),
        (GET_CONTACT, said(422, ["contact does not exist"]), CrmNotFoundError),
        (WRITE, said(400, "The calendar was not found."), CrmRefusedError),  # it is about no thing of its own
    ],
)
def test_what_is_gone_may_be_said_by_400(operation: Operation, answer: Answer, kind: type[CrmError]) -> None:
    async def work(line: Line) -> CrmError | dict[str, Any]:
        return (await call(line, operation, id_="c1"))[0]

    assert type(with_line(work, answer)) is kind


@pytest.mark.parametrize(
    "bad",
    [
        said(500, "Internal Server Error"),
        said(502, None),
        Answer(status=504, content=b"<html>"),
        said(503, "x"),
        said(408, "x"),
        Answer(hang_up=True),
        Answer(content=b"<html>surprise</html>"),
        Answer(json=["no", "object"]),
        Answer(content=b""),
    ],
)
def test_a_reading_is_tried_twice_more_and_a_write_never(bad: Answer) -> None:
    error, asked = failing(READ, bad)
    assert (type(error), asked) == (CrmUnavailableError, 3)

    error, asked = failing(WRITE, bad)
    assert (type(error), asked) == (CrmOutcomeUnknownError, 1)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (rb"Visit \ud83d", "Visit \ufffd"),  # an emoji cut in two
        (rb"\ude9a\uDE9A Visit", "\ufffd\ufffd Visit"),
        (rb"\ud83d\ud83d\ude9a", "\ufffd\U0001f69a"),
        (rb"\uD83D\uDE9A \\ud83d", "\U0001f69a \\ud83d"),
        (b"caf\xe9", "caf\ufffd"),
    ],
)
def test_half_a_sign_makes_nothing_else_unreadable(content: bytes, title: str) -> None:
    async def work(line: Line) -> tuple[dict[str, Any] | CrmError, int]:
        return await call(line)

    answer, _ = with_line(work, Answer(content=b'{"events": [{"title": "' + content + b'"}]}'))

    assert answer == {"events": [{"title": title}]}


def test_a_reading_of_somebody_who_comes_again_is_made_once() -> None:
    async def work(line: Line) -> tuple[Any, int]:
        return await call(line, READ, patient=False)

    error, asked = with_line(work, said(500, "x"))

    assert (type(error), asked) == (CrmUnavailableError, 1)


def test_a_reading_that_works_the_third_time_has_waited_longer_each_time() -> None:
    async def work(line: Line) -> tuple[Any, list[float]]:
        return await line.caller.call(READ), line.time.waited

    answer, waited = with_line(work, Answer(hang_up=True), said(500, "x"), FINE)

    assert answer == {"events": []}
    first, second = waited
    assert 0.3 <= first <= 0.375  # and up to a quarter more by chance
    assert 0.6 <= second <= 0.75


def test_silence_after_a_write_leaves_its_outcome_open() -> None:
    error, asked = failing(WRITE, Answer(silent=True), seconds=0.2)
    assert (type(error), asked) == (CrmOutcomeUnknownError, 1)

    error, asked = failing(READ, Answer(silent=True), seconds=0.2)
    assert (type(error), asked) == (CrmUnavailableError, 3)


def test_what_never_got_there_was_not_written() -> None:
    error, asked = failing(WRITE, url="http://127.0.0.1:9")

    assert (type(error), asked) == (CrmUnavailableError, 0)


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    error, _ = failing(WRITE, Answer(content=b" " * (MOST_BYTES + 1)))

    assert type(error) is CrmOutcomeUnknownError


LIMITS = {
    "X-RateLimit-Max": "100",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Interval-Milliseconds": "10000",
    "X-RateLimit-Limit-Daily": "200000",
    "X-RateLimit-Daily-Remaining": "1000",
}


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({**LIMITS, "Retry-After": "3"}, 3.0, 3.75),
        (LIMITS, 10.0, 12.5),
        ({}, 1.0, 1.25),
        ({"Retry-After": "nonsense"}, 1.0, 1.25),
        ({"retry-after": "0"}, 1.0, 1.25),
    ],
)
def test_too_many_calls_wait_as_they_are_told(
    operation: Operation, headers: dict[str, str], least: float, most: float
) -> None:
    async def work(line: Line) -> tuple[Any, float]:
        begun = line.time.now
        return await line.caller.call(operation), line.time.now - begun

    _, waited = with_line(work, Answer(status=429, json={}, headers=headers), FINE)

    assert least <= waited <= most + 0.01


def test_too_many_calls_without_a_word_of_when_wait_longer_each_time() -> None:
    async def work(line: Line) -> tuple[Any, list[float]]:
        return (await call(line))[0], line.time.waited

    error, waited = with_line(work, Answer(status=429, json={}))

    assert type(error) is CrmRateLimitedError
    assert [round(wait, 6) >= least for wait, least in zip(waited, (1, 2, 4), strict=True)] == [True] * 3


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize(
    ("headers", "retry_after", "daily"),
    [
        ({**LIMITS, "X-RateLimit-Daily-Remaining": "0"}, 3_600.0, True),
        ({**LIMITS, "X-RateLimit-Daily-Remaining": "0", "Retry-After": "7200"}, 7_200.0, True),
        ({**LIMITS, "Retry-After": "120"}, 120.0, False),  # too long to be sat out
    ],
)
def test_a_long_rest_is_told_to_the_caller(
    operation: Operation, headers: dict[str, str], retry_after: float, daily: bool
) -> None:
    error, asked = failing(operation, Answer(status=429, json={}, headers=headers))

    assert isinstance(error, CrmRateLimitedError)
    assert (error.retry_after, error.daily, asked) == (retry_after, daily, 1)


def test_a_rest_may_be_told_as_a_date() -> None:
    error, _ = failing(READ, Answer(status=429, json={}, headers={"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}))

    assert isinstance(error, CrmRateLimitedError)
    assert error.retry_after > 86_400


def test_a_token_that_is_rejected_is_renewed_once() -> None:
    async def work(line: Line) -> tuple[Any, int, Line]:
        line.tokens.next = ["fresh", "never used"]
        return *await call(line, WRITE), line

    answer, asked, line = with_line(work, said(401, "Invalid JWT"), FINE)

    assert (answer, asked, line.tokens.rejected) == ({"events": []}, 2, [TOKEN])
    assert line.vendor.asked[-1].headers["authorization"] == "Bearer fresh"


def test_a_fresh_token_that_is_rejected_too_ends_it() -> None:
    async def work(line: Line) -> tuple[Any, int]:
        line.tokens.next = ["fresh", "never used"]
        return await call(line)

    error, asked = with_line(work, said(401, "Invalid Private Integration token"))

    assert isinstance(error, CrmUnauthorisedError)
    assert asked == 2


def test_without_a_newer_token_nothing_is_asked_again() -> None:
    error, asked = failing(READ, said(401, "Invalid JWT"))

    assert (type(error), asked) == (CrmUnauthorisedError, 1)


@pytest.mark.parametrize(
    "message", ["The token is not authorized for this scope.", ["this authClass may not access this SCOPE"]]
)
def test_a_missing_scope_is_named_and_no_token_is_renewed(message: Any) -> None:
    async def work(line: Line) -> tuple[Any, int, list[str]]:
        return *await call(line, WRITE), line.tokens.rejected

    error, asked, rejected = with_line(work, said(401, message))

    assert (type(error), asked, rejected) == (CrmForbiddenError, 1, [])
    assert "calendars/events.write" in str(error)


@pytest.mark.parametrize("token", ["", "pit-é", "pit-1\nX: y", "pit 1"])
def test_what_can_be_no_token_is_not_sent(token: str) -> None:
    async def work(line: Line) -> tuple[Any, int]:
        line.tokens.current = token
        return await call(line)

    error, asked = with_line(work)

    assert isinstance(error, CrmUnauthorisedError)
    assert asked == 0
    assert "1" not in str(error)


@pytest.mark.parametrize("url", ["", "nowhere", "http://", "http://[", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_out_of_reach(url: str) -> None:
    error, asked = failing(READ, url=url or "//")

    assert (type(error), asked) == (CrmUnavailableError, 0)


@pytest.mark.parametrize("id_", ["", ".", "..", "x" * 201])
def test_an_id_that_can_be_none_is_not_asked_for(id_: str) -> None:
    async def work(line: Line) -> tuple[Any, int]:
        return await call(line, GET_CONTACT, id_=id_)

    error, asked = with_line(work)

    assert (type(error), asked) == (CrmNotFoundError, 0)


def test_an_id_leads_to_no_other_path() -> None:
    async def work(line: Line) -> str:
        await call(line, GET_CONTACT, id_="../locations/x?y=1#z")
        return line.vendor.asked[0].line

    assert with_line(work) == "GET /contacts/..%2Flocations%2Fx%3Fy%3D1%23z HTTP/1.1"


def test_a_dead_crm_is_left_alone_and_tried_by_one_call() -> None:
    async def work(line: Line) -> tuple[int, int, Any, int]:
        for _ in range(FAILURES):
            await call(line, WRITE)
        dead = (await call(line, WRITE))[1]
        line.time.now += 10
        tried = await asyncio.gather(*(call(line, WRITE) for _ in range(5)))
        trial = len(line.vendor.asked)
        line.vendor.script = [FINE]
        line.time.now += 60
        answer, asked = await call(line)
        return dead, trial, answer, asked if tried else 0

    dead, trial, answer, asked = with_line(work, Answer(hang_up=True))

    assert (dead, trial) == (FAILURES, FAILURES + 1)
    assert (answer, asked) == ({"events": []}, FAILURES + 2)


def test_what_was_left_alone_was_not_written() -> None:
    async def work(line: Line) -> Any:
        for _ in range(FAILURES):
            await call(line, WRITE)
        return (await call(line, WRITE))[0]

    assert not isinstance(with_line(work, Answer(hang_up=True)), CrmOutcomeUnknownError)


def test_a_call_that_is_given_up_is_no_failure() -> None:
    async def work(line: Line) -> Any:
        for _ in range(FAILURES + 1):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await line.caller.call(READ)
        line.vendor.script = [FINE]
        return (await call(line))[0]

    assert with_line(work, Answer(silent=True)) == {"events": []}


def test_nothing_personal_and_no_token_is_told_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    person = {
        "name": "Joan Tremblay",
        "email": "joan@example.org",
        "phone": "+14165550100",
        "address1": "12 Sparrow Street",
        "title": "[H07] AC tune-up",
    }
    message = [
        f"email {person['email']} and phone (416) 555-0100 of joan TREMBLAY, 12 Sparrow Street, exist",
        f"the title [H07] AC tune-up; Bearer {TOKEN}; eyJhbGciOi.eyJzdWIiOi.c2ln",
        "other@example.net as well",
    ]

    async def work(line: Line) -> tuple[CrmError, Line]:
        with pytest.raises(CrmRefusedError) as caught:
            await line.caller.call(UPSERT_CONTACT, body=person)
        return caught.value, line

    with caplog.at_level(logging.DEBUG):
        error, line = with_line(work, said(422, message))

    shown = [str(error), repr(error), repr(line.caller), caplog.text, *traceback.format_exception(error)]
    for secret in ("Joan", "Tremblay", "TREMBLAY", "example.org", "555", "Sparrow", "tune-up", "pit-", "eyJ", "other@"):
        assert not [text for text in shown if secret in text], secret
    assert "exist" in str(error)
