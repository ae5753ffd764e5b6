"""The queue before the sinks: whoever reports something goes on at once, whatever the sinks do.

A thread of its own empties it, so that neither a busy event loop nor a closing one keeps it from that, and so that any
thread may report. Reports of errors are worth little compared with what the process is there for: what doesn't fit is
dropped, what isn't taken is tried once more and forgotten, and both are counted.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import structlog

from fieldfare.adapters.error_sinks.outcomes import ReportsRefusedError, ReportsUnsentError
from fieldfare.adapters.error_sinks.redaction import redacted_code, redacted_facts, redacted_text
from fieldfare.ports.error_sinks import ErrorSink, Report

MOST_WAITING = 1_000
BATCH = 50
SECONDS = 2.0
"""So long may a sink take for a batch."""
RETRY_SECONDS = 0.2
GRACE_SECONDS = 2.0
"""So long is sent at the end what still waits."""
_LEVELS = frozenset({"error", "warning"})

_log = structlog.get_logger("fieldfare.error_sinks")


@dataclass(slots=True)
class Counts:
    """How many reports were sent and not taken, by sink, and how many were dropped."""

    sent: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    dropped: int = 0


class ReportQueue:
    """Takes reports from anybody, and hands them to all sinks; see `ports.error_sinks.ErrorReports`.

    It is sent for as long as `async with` lasts; what is told before waits, what is told afterwards is dropped.
    """

    def __init__(
        self,
        sinks: Sequence[ErrorSink],
        *,
        clock: Callable[[], float] = time.time,
        most: int = MOST_WAITING,
        seconds: float = SECONDS,
        grace: float = GRACE_SECONDS,
    ) -> None:
        """Begin empty."""
        self._sinks = tuple(sinks)
        self._clock = clock
        self._most = most
        self._seconds = seconds
        self._grace = grace
        self._waiting: deque[Report] = deque()
        self._changed = threading.Condition()
        self._stopping = self._closed = False
        self._counts = Counts()
        self._failing: set[str] = set()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._at_work: asyncio.Task[None] | None = None

    @property
    def counts(self) -> Counts:
        """Tell what became of the reports so far."""
        with self._changed:
            known = self._counts
            return Counts(sent=Counter(known.sent), failed=Counter(known.failed), dropped=known.dropped)

    def tell(
        self,
        code: str,
        message: str,
        *,
        level: str = "error",
        business: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Put a report into the queue, redacted; where it is full the report is dropped and counted. Never raises."""
        try:
            report = self._report(code, message, level=level, business=business, facts=facts)
        except Exception as error:
            # Whoever tells of a fault shall not get another one for it, however odd their facts are.
            _log.warning("report_unwritable", reason=type(error).__name__)
            report = None
        with self._changed:
            if report is None or self._closed or len(self._waiting) >= self._most:
                self._counts.dropped += 1
                return
            self._waiting.append(report)
            self._changed.notify()

    async def __aenter__(self) -> ReportQueue:
        """Begin to send."""
        self._thread = threading.Thread(target=self._run, name="fieldfare-reports", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send what still waits, within the grace, and drop the rest."""
        thread = self._thread
        if thread is None:
            return
        with self._changed:
            self._stopping = True
            self._changed.notify()
        try:
            await asyncio.to_thread(thread.join, self._grace)
        finally:
            self._give_up()
        await asyncio.to_thread(thread.join, self._grace)

    def _report(
        self, code: str, message: str, *, level: str, business: str | None, facts: Mapping[str, Any] | None
    ) -> Report:
        return Report(
            id=str(uuid.uuid4()),
            at=int(self._clock()),
            level=level if level in _LEVELS else "error",
            code=redacted_code(code),
            message=redacted_text(message),
            business=None if business is None else redacted_code(business),
            facts=redacted_facts(facts or {}),
        )

    def _give_up(self) -> None:
        """Drop what still waits, and stop whoever is sending."""
        with self._changed:
            self._closed = True
            self._counts.dropped += len(self._waiting)
            self._waiting.clear()
            self._changed.notify()
            if self._loop is not None and self._at_work is not None:
                self._loop.call_soon_threadsafe(self._at_work.cancel)

    def _run(self) -> None:
        """Empty the queue until it is to end: the life of the thread."""
        with asyncio.Runner() as runner:
            while batch := self._next():
                runner.run(self._handed_out(batch))

    def _next(self) -> tuple[Report, ...]:
        """Wait for reports; none: there won't be any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            batch = tuple(self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting))))
            if not batch:
                self._closed = True
            return batch

    async def _handed_out(self, batch: tuple[Report, ...]) -> None:
        """Hand reports to every sink, side by side; none waits for another."""
        work = asyncio.create_task(self._to_all(batch))
        with self._changed:
            self._loop, self._at_work = asyncio.get_running_loop(), work
            if self._closed:
                work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            _log.warning("reports_given_up", count=len(batch))
        finally:
            with self._changed:
                self._loop = self._at_work = None

    async def _to_all(self, batch: tuple[Report, ...]) -> None:
        await asyncio.gather(*(self._to_one(sink, batch) for sink in self._sinks))

    async def _to_one(self, sink: ErrorSink, batch: Sequence[Report]) -> None:
        """Send reports to one sink, once more where that may help."""
        left: Sequence[Report] = batch
        try:
            left = await self._attempted(sink, left)
            if left:
                await asyncio.sleep(RETRY_SECONDS)
                left = await self._attempted(sink, left)
            self._count(sink, failed=len(left), sent=0)
        except asyncio.CancelledError:
            self._count(sink, failed=len(left), sent=0)
            raise

    async def _attempted(self, sink: ErrorSink, reports: Sequence[Report]) -> Sequence[Report]:
        """Send reports once, and give those that may be sent again."""
        try:
            async with asyncio.timeout(self._seconds):
                await sink.send(reports)
        except ReportsUnsentError as error:
            self._say_failing(sink, error)
            self._count(sink, sent=len(reports) - len(error.left), failed=0)
            return error.left
        except ReportsRefusedError as error:
            self._say_failing(sink, error)
            failed = len(error.refused or reports)
            self._count(sink, sent=len(reports) - failed, failed=failed)
            return ()
        except Exception as error:
            # A sink may fail in whatever way it likes: nobody has to hear of it but the log and the counters.
            self._say_failing(sink, error)
            return reports
        self._failing.discard(sink.name)
        self._count(sink, sent=len(reports), failed=0)
        return ()

    def _count(self, sink: ErrorSink, *, sent: int, failed: int) -> None:
        with self._changed:
            self._counts.sent[sink.name] += sent
            self._counts.failed[sink.name] += failed

    def _say_failing(self, sink: ErrorSink, error: Exception) -> None:
        """Say that a sink fails, once until it works again."""
        if sink.name not in self._failing:
            self._failing.add(sink.name)
            _log.warning("error_sink_failing", name=sink.name, reason=_in_short(error))


def _in_short(error: Exception) -> str:
    """Say what went wrong by its kind alone: texts of others may quote what was sent, keys among it."""
    said = str(error) if isinstance(error, ReportsRefusedError | ReportsUnsentError) else ""
    return f"{type(error).__name__} {said}".strip()
