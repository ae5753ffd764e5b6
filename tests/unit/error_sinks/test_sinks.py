"""The sinks against real servers: what they are sent, and what becomes of every kind of answer."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from fieldfare.adapters.error_sinks.log import LogSink
from fieldfare.adapters.error_sinks.outcomes import ReportsRefusedError, ReportsUnsentError
from fieldfare.adapters.error_sinks.queue import Counts, ReportQueue
from fieldfare.adapters.error_sinks.sentry import SentryAddressError, SentrySink, read_dsn
from fieldfare.adapters.error_sinks.supabase import SupabaseSink
from fieldfare.entrypoints.logs import configure_logs
from fieldfare.ports.error_sinks import ErrorSink, Report
from tests.unit.webhooks.receiver import Receiver, Say, answer, receiver

ID = "4f0c9a1e-0f6a-4d1f-9c55-0b0e7f0a4f7e"
REPORT = Report(
    id=ID,
    at=1_800_000_000,
    level="error",
    code="crm_refused",
    message="GoHighLevel refused a write.",
    business="demo",
    facts={"booking": "b1", "attempts": 5},
)
OTHER = Report(id="5" + ID[1:], at=1_800_000_001, level="warning", code="crm_slow", message="Slow.")

Make = Callable[[Receiver], ErrorSink]


def supabase(to: Receiver) -> ErrorSink:
    return SupabaseSink(url=to.url(path="/"), key="the-key", table="fieldfare_errors", seconds=0.5)


def sentry(to: Receiver) -> ErrorSink:
    return SentrySink(dsn=f"http://public-key@127.0.0.1:{to.port}/below/42", seconds=0.5)


def sent(make: Make, say: Say, reports: Sequence[Report]) -> tuple[Receiver, Exception | None]:
    """Send reports once, and tell what came of it."""

    async def running() -> tuple[Receiver, Exception | None]:
        async with receiver(say) as to:
            try:
                await make(to).send(reports)
            except Exception as error:
                return to, error
            return to, None

    return asyncio.run(running())


def test_supabase_is_sent_rows_of_uniform_keys_that_may_be_there_already() -> None:
    to, error = sent(supabase, answer(201), [REPORT, OTHER])

    assert error is None
    (call,) = to.received
    assert call.line == "POST /rest/v1/fieldfare_errors?on_conflict=id HTTP/1.1"
    assert call.headers["apikey"] == "the-key"
    assert call.headers["authorization"] == "Bearer the-key"
    assert call.headers["content-type"] == "application/json"
    assert set(call.headers["prefer"].split(",")) == {
        "return=minimal",
        "missing=default",
        "resolution=ignore-duplicates",
    }
    first, second = json.loads(call.body)
    assert first == {
        "id": ID,
        "at": "2027-01-15T08:00:00+00:00",
        "level": "error",
        "code": "crm_refused",
        "message": "GoHighLevel refused a write.",
        "business": "demo",
        "facts": {"booking": "b1", "attempts": 5},
    }
    assert first.keys() == second.keys()


def test_sentry_is_sent_an_envelope_for_each() -> None:
    to, error = sent(sentry, answer(200), [REPORT, OTHER])

    assert error is None
    assert len(to.received) == 2
    call = next(one for one in to.received if ID.replace("-", "").encode() in one.body)
    assert call.line == "POST /below/api/42/envelope/ HTTP/1.1"
    assert "sentry_version=7" in call.headers["x-sentry-auth"]
    assert "sentry_key=public-key" in call.headers["x-sentry-auth"]
    heading, item, event, rest = call.body.split(b"\n")
    assert json.loads(heading) == {"event_id": ID.replace("-", "")}
    assert json.loads(item) == {"type": "event", "length": len(event)}
    assert rest == b""
    said = json.loads(event)
    assert (said["event_id"], said["level"], said["timestamp"]) == (ID.replace("-", ""), "error", 1_800_000_000)
    assert said["message"] == {"formatted": "GoHighLevel refused a write."}
    assert said["tags"] == {"code": "crm_refused", "business": "demo"}
    assert said["extra"] == {"booking": "b1", "attempts": 5}
    assert said["fingerprint"] == ["crm_refused"]


TAKEN = json.dumps({"code": "23505", "message": "duplicate key value: sam@example.com"}).encode()
FOREIGN = json.dumps({"code": "23503", "message": "sam@example.com"}).encode()


@pytest.mark.parametrize(
    ("make", "status", "body", "ends"),
    [
        (supabase, 200, b"", None),
        (supabase, 409, TAKEN, None),
        (supabase, 409, FOREIGN, ReportsRefusedError),
        (supabase, 401, b'{"code":"PGRST301"}', ReportsRefusedError),
        (supabase, 403, b"", ReportsRefusedError),
        (supabase, 404, b"<html>", ReportsRefusedError),
        (supabase, 302, b"", ReportsRefusedError),
        (supabase, 429, b"", ReportsRefusedError),
        (supabase, 503, b"", ConnectionError),
        (sentry, 401, b"", ReportsRefusedError),
        (sentry, 409, b"", ReportsRefusedError),
        (sentry, 429, b"", ReportsRefusedError),
        (sentry, 500, b"", ReportsUnsentError),
    ],
)
def test_what_an_answer_means(make: Make, status: int, body: bytes, ends: type[Exception] | None) -> None:
    _, error = sent(make, answer(status, headers="location: http://127.0.0.1:1/\r\n", body=body), [REPORT])

    assert error is None if ends is None else isinstance(error, ends)
    assert "sam@" not in str(error)
    assert "the-key" not in str(error)


async def _never(writer: Any) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("make", [supabase, sentry])
@pytest.mark.parametrize(
    ("status", "calls", "taken"), [(201, 1, 1), (401, 1, 0), (409, 1, 0), (503, 2, 0), (None, 2, 0)]
)
def test_the_queue_counts_what_a_server_did(make: Make, status: int | None, calls: int, taken: int) -> None:
    async def running() -> tuple[Counts, Receiver]:
        async with receiver(_never if status is None else answer(status)) as to:
            async with ReportQueue([make(to)], seconds=0.5) as queue:
                queue.tell("crm_refused", "A sentence.")
            return queue.counts, to

    counts, to = asyncio.run(running())

    assert len(to.received) == calls
    assert (counts.sent.total(), counts.failed.total(), counts.dropped) == (taken, 1 - taken, 0)
    # The same report under the same id, however often it was sent.
    assert len({call.body for call in to.received}) == 1


@pytest.mark.parametrize("make", [supabase, sentry])
def test_a_server_that_is_down_costs_nobody_anything(make: Make) -> None:
    async def running() -> Counts:
        async with receiver() as to:
            sink = make(to)
        async with ReportQueue([sink]) as queue:
            queue.tell("crm_refused", "A sentence.")
        return queue.counts

    counts = asyncio.run(running())

    assert (counts.sent.total(), counts.failed.total()) == (0, 1)


@pytest.mark.parametrize(
    ("dsn", "address"),
    [
        ("https://abc@o1.ingest.example.com/42", "https://o1.ingest.example.com/api/42/envelope/"),
        ("https://abc:old-secret@sentry.example.com/42", "https://sentry.example.com/api/42/envelope/"),
        ("http://abc@localhost:9000/errors/42", "http://localhost:9000/errors/api/42/envelope/"),
        ("http://abc@[::1]:9000/42", "http://[::1]:9000/api/42/envelope/"),
    ],
)
def test_a_dsn_says_where_envelopes_go(dsn: str, address: str) -> None:
    read = read_dsn(dsn)

    assert (read.envelopes, read.key) == (address, "abc")


@pytest.mark.parametrize(
    "dsn",
    ["", "abc", "https://example.com/42", "https://abc@example.com/", "ftp://abc@example.com/1", "https://a@b:x/1"],
)
def test_a_wrong_dsn_is_refused_without_repeating_it(dsn: str) -> None:
    with pytest.raises(SentryAddressError) as caught:
        read_dsn(dsn)

    assert dsn == "" or dsn not in str(caught.value)


def test_the_log_has_a_line_for_each() -> None:
    stream = io.StringIO()
    configure_logs(stream=stream)

    asyncio.run(LogSink().send([REPORT, OTHER]))

    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["level"], first["event"], first["code"]) == ("error", "GoHighLevel refused a write.", "crm_refused")
    assert (first["business"], first["attempts"]) == ("demo", 5)
    assert second["level"] == "warning"
