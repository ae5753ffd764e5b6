"""Answers about availability as ready bytes: kept until something turns them, prepared before they are asked for."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

MOST_BYTES = 64 * 1024 * 1024
_log = structlog.get_logger("fieldfare.answers")

Key = tuple[Any, ...]
"""All that an answer follows from: the business, its revision, the turn of the clock, the request, and who may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made of an answer: its bytes, and whether they offer any time."""

    body: bytes
    offers: bool


Make = Callable[[], Awaitable[Made]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An answer, and how it came about: `computed`, `kept` or `prepared`."""

    made: Made
    etag: str
    how: str


class Answers:
    """The answers of one process, the least recently used out first."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        """Begin with none."""
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[Key, tuple[Made, str]] = OrderedDict()
        self._at_work: set[asyncio.Task[None]] = set()

    async def of(self, key: Key, make: Make) -> Ready:
        """Give the answer of a key, made now if it isn't there."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            made, how = kept
            if how == "prepared":
                self._kept[key] = (made, "kept")
            return Ready(made=made, etag=etag_of(key), how=how)
        made = await make()
        self._keep(key, made, "kept")
        return Ready(made=made, etag=etag_of(key), how="computed")

    def prepare(self, wanted: Sequence[tuple[Key, Make]]) -> None:
        """Make answers in the background, one after the other, with the loop free between them."""
        missing = [(key, make) for key, make in wanted if key not in self._kept]
        if not missing:
            return
        task = asyncio.create_task(self._prepared(missing))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def close(self) -> None:
        """Stop preparing."""
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _prepared(self, missing: Sequence[tuple[Key, Make]]) -> None:
        begun = time.perf_counter()
        for key, make in missing:
            # Whoever has come in the meantime goes first.
            await asyncio.sleep(0)
            if key in self._kept:
                continue
            try:
                made = await make()
            except Exception as error:
                # Nobody waits for this answer; whoever asks for it will be told what is wrong.
                _log.warning("preparing_failed", exc_info=error)
                return
            self._keep(key, made, "prepared")
        _log.debug("prepared", count=len(missing), milliseconds=round((time.perf_counter() - begun) * 1_000, 1))

    def _keep(self, key: Key, made: Made, how: str) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._size -= len(old[0].body)
        if len(made.body) > self._most // 4:
            return
        self._kept[key] = (made, how)
        self._size += len(made.body)
        while self._size > self._most:
            _, (out, _) = self._kept.popitem(last=False)
            self._size -= len(out.body)


def etag_of(key: Key) -> str:
    """Sum a key up. The tag is weak: two answers of one key may differ in the moment at which they were given."""
    return f'W/"{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}"'
