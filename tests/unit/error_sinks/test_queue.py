"""Whoever reports goes on at once, whatever the sinks do; and the counters tell what became of each report."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from fieldfare.adapters.error_sinks.figures import ReportFigures
from fieldfare.adapters.error_sinks.outcomes import ReportsRefusedError, ReportsUnsentError
from fieldfare.adapters.error_sinks.queue import BATCH, Counts, ReportQueue
from fieldfare.ports.error_sinks import Report


@dataclass(kw_only=True)
class Sink:
    """A sink that does as the test says, and keeps what it was given."""

    do: Callable[[Sequence[Report]], Awaitable[None]] | None = None
    name: str = "sink"
    given: list[tuple[Report, ...]] = field(default_factory=list)

    async def send(self, reports: Sequence[Report]) -> None:
        self.given.append(tuple(reports))
        if self.do is not None:
            await self.do(reports)

    @property
    def codes(self) -> list[str]:
        return [report.code for batch in self.given for report in batch]


def raising(*errors: Exception | None) -> Callable[[Sequence[Report]], Awaitable[None]]:
    """Fail in turn, the last time for ever."""
    left = list(errors)

    async def do(_: Sequence[Report]) -> None:
        error = left.pop(0) if len(left) > 1 else left[0]
        if error is not None:
            raise error

    return do


async def never(_: Sequence[Report]) -> None:
    await asyncio.Event().wait()


def told(*sinks: Sink, codes: Sequence[str] = ("one",), **options: Any) -> Counts:
    """Tell some reports and leave."""

    async def running() -> Counts:
        async with ReportQueue(sinks, clock=lambda: 1_800_000_000.5, **options) as queue:
            for code in codes:
                queue.tell(code, "A sentence.", business="demo", facts={"attempts": 3})
        return queue.counts

    return asyncio.run(running())


def test_a_report_reaches_every_sink_as_it_was_told() -> None:
    first, second = Sink(name="first"), Sink(name="second")

    counts = told(first, second)

    assert counts == Counts(sent=counts.sent, failed=counts.failed, dropped=0)
    assert counts.sent == {"first": 1, "second": 1}
    report = first.given[0][0]
    assert second.given == first.given
    assert (report.at, report.level, report.code, report.message) == (1_800_000_000, "error", "one", "A sentence.")
    assert (report.business, report.facts) == ("demo", {"attempts": 3})


def test_reports_go_in_their_order_and_in_batches() -> None:
    sink = Sink()
    codes = [f"c{number}" for number in range(3 * BATCH)]

    told(sink, codes=codes)

    assert sink.codes == codes
    assert max(map(len, sink.given)) <= BATCH


@pytest.mark.parametrize(
    ("errors", "attempts", "sent", "failed"),
    [
        ([None], 1, 1, 0),
        ([ConnectionError(), None], 2, 1, 0),
        ([ConnectionError()], 2, 0, 1),
        ([ValueError("whatever")], 2, 0, 1),
        ([TimeoutError()], 2, 0, 1),
        ([ReportsRefusedError("401")], 1, 0, 1),
        ([ConnectionError(), ReportsRefusedError("409 23503")], 2, 0, 1),
    ],
)
def test_what_may_help_is_tried_once_more_and_never_again(
    errors: list[Exception | None], attempts: int, sent: int, failed: int
) -> None:
    sink = Sink(do=raising(*errors))

    counts = told(sink)

    assert len(sink.given) == attempts
    assert (counts.sent["sink"], counts.failed["sink"], counts.dropped) == (sent, failed, 0)


def test_only_what_was_not_taken_is_sent_again() -> None:
    sink = Sink()

    async def half(reports: Sequence[Report]) -> None:
        if len(sink.given) == 1:
            raise ReportsUnsentError("503", left=reports[1:])

    sink.do = half
    everything = threading.Event()

    async def running() -> Counts:
        queue = ReportQueue([sink])
        for code in ("one", "two", "three"):
            queue.tell(code, "")
        async with queue:
            everything.set()
        return queue.counts

    counts = asyncio.run(running())

    assert [[report.code for report in batch] for batch in sink.given] == [["one", "two", "three"], ["two", "three"]]
    assert (counts.sent["sink"], counts.failed["sink"]) == (3, 0)


def test_a_sink_that_never_answers_is_left_after_its_time_and_holds_up_no_other() -> None:
    dead, living = Sink(name="dead", do=never), Sink(name="living")

    counts = told(dead, living, seconds=0.05)

    assert living.codes == ["one"]
    assert (counts.failed["dead"], counts.sent["dead"]) == (1, 0)
    assert len(dead.given) == 2


def test_leaving_takes_no_longer_than_the_grace_and_counts_what_is_lost() -> None:
    counts = told(Sink(do=never), codes=["one"] * 120, grace=0.1, seconds=60)

    # What was under way failed, what waited was dropped: nobody is left uncounted.
    assert counts.failed["sink"] + counts.dropped == 120
    assert counts.sent["sink"] == 0


def test_a_full_queue_drops_and_counts() -> None:
    async def running() -> tuple[Counts, list[str]]:
        sink = Sink()
        queue = ReportQueue([sink], most=3)
        for number in range(10):
            queue.tell(f"c{number}", "")
        async with queue:
            pass
        return queue.counts, sink.codes

    counts, codes = asyncio.run(running())

    assert counts.dropped == 7
    assert codes == ["c0", "c1", "c2"]


def test_what_is_told_afterwards_is_dropped() -> None:
    async def running() -> Counts:
        async with ReportQueue([Sink()]) as queue:
            pass
        queue.tell("late", "")
        return queue.counts

    assert asyncio.run(running()).dropped == 1


def test_any_thread_and_any_loop_may_tell() -> None:
    sink = Sink()

    async def one(queue: ReportQueue, name: str) -> None:
        for number in range(20):
            queue.tell(f"{name}.{number}", "")

    async def running() -> Counts:
        async with ReportQueue([sink]) as queue:
            threads = [threading.Thread(target=lambda name=name: asyncio.run(one(queue, name))) for name in "abc"]
            for thread in threads:
                thread.start()
            await one(queue, "d")
            for thread in threads:
                await asyncio.to_thread(thread.join)
        return queue.counts

    counts = asyncio.run(running())

    assert counts.sent["sink"] == 80
    assert sorted(sink.codes) == sorted(f"{name}.{number}" for name in "abcd" for number in range(20))


class _Odd:
    def __str__(self) -> str:
        raise RuntimeError("no text for this")

    __repr__ = __str__


@pytest.mark.parametrize(
    "told",
    [
        {"code": "x", "message": None},
        {"code": None, "message": "x"},
        {"code": "x", "message": "x", "facts": {"a": _Odd()}},
        {"code": "x", "message": "x", "facts": [1]},
        {"code": "x", "message": "x", "level": "loud"},
        {"code": "x", "message": "x", "business": "two words"},
    ],
)
def test_whatever_is_told_telling_never_raises(told: dict[str, Any]) -> None:
    async def running() -> Counts:
        sink = Sink()
        async with ReportQueue([sink]) as queue:
            cast("Any", queue.tell)(told.pop("code"), told.pop("message"), **told)
        return queue.counts

    counts = asyncio.run(running())

    assert counts.sent["sink"] + counts.dropped == 1


def test_secrets_never_get_as_far_as_a_sink() -> None:
    sink = Sink()

    async def running() -> None:
        async with ReportQueue([sink]) as queue:
            queue.tell(
                "crm_refused",
                "Bearer pit-1b9c7b1e-9b1e-4b1e-8b1e-1b9c7b1e9b1e for sam@example.com",
                facts={"token": "pit-1b9c7b1e", "email": "sam@example.com", "booking": "b1"},
            )

    asyncio.run(running())

    assert "pit-1b" not in repr(sink.given)
    assert "sam@" not in repr(sink.given)
    assert sink.given[0][0].facts == {"booking": "b1"}


def test_the_counters_are_figures() -> None:
    async def running() -> str:
        queue = ReportQueue([Sink(name="log"), Sink(name="sentry", do=raising(ReportsRefusedError("403")))], most=1)
        queue.tell("one", "")
        queue.tell("two", "")
        async with queue:
            pass
        registry = CollectorRegistry()
        registry.register(ReportFigures(queue))
        return generate_latest(registry).decode()

    text = asyncio.run(running())

    assert 'fieldfare_reports_sent_total{sink="log"} 1.0' in text
    assert 'fieldfare_reports_failed_total{sink="sentry"} 1.0' in text
    assert "fieldfare_reports_dropped_total 1.0" in text
