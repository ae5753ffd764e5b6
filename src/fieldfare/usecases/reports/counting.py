"""Count how far customers come who leave no booking behind: sums in memory, written every few seconds.

What is counted is a date, a step and a coarse area, and never who. A crash loses the last seconds; a request neither
waits for the database nor fails for a count.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Hashable, Mapping
from types import TracebackType
from typing import Self

from fieldfare.ports.reports import Tally
from fieldfare.ports.storage import Storage, StorageUnavailableError

WRITTEN_EVERY_SECONDS = 2.0
MOST_SEEN = 50_000
"""So many are remembered as counted; whoever comes back after as many others may be counted twice."""
MOST_TALLIES = 5_000
"""So many different sums of one business may wait to be written: more areas at once are nobody's customers."""

_log = logging.getLogger(__name__)


class Counting:
    """The counts of one process, for all businesses; entered, it writes them in the background until it is left."""

    def __init__(
        self, storage: Storage, *, every_seconds: float = WRITTEN_EVERY_SECONDS, most_seen: int = MOST_SEEN
    ) -> None:
        """Begin with nothing."""
        self._storage = storage
        self._every = every_seconds
        self._most_seen = most_seen
        self._seen: OrderedDict[tuple[Hashable, ...], None] = OrderedDict()
        self._waiting: defaultdict[str, Counter[Tally]] = defaultdict(Counter)
        self._writer: asyncio.Task[None] | None = None
        self._left = asyncio.Event()

    def is_new(self, business: str, *what: Hashable) -> bool:
        """Tell whether something happens for the first time, and remember that it has happened."""
        key = (business, *what)
        if key in self._seen:
            self._seen.move_to_end(key)
            return False
        self._seen[key] = None
        if len(self._seen) > self._most_seen:
            self._seen.popitem(last=False)
        return True

    def add(self, business: str, tally: Tally) -> None:
        """Count one more; it is written in a moment."""
        self._wait(business, {tally: 1})

    async def write(self) -> None:
        """Write what was counted, business by business; what can't be written now stays for the next time.

        What can't be written at all is lost: it is worth less than that the counting goes on, of all the others too.
        """
        waiting, self._waiting = self._waiting, defaultdict(Counter)
        for business, counted in waiting.items():
            try:
                async with self._storage.open(business, brisk=True) as books:
                    await books.reports.count(counted)
            except StorageUnavailableError as error:
                _log.warning("counts could not be written (%s), they wait", type(error).__name__)
                self._wait(business, counted)
            except Exception:
                _log.exception("the counts of a business were lost")

    async def __aenter__(self) -> Self:
        """Begin to write in the background."""
        self._writer = asyncio.create_task(self._keep_writing())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, once what is being written is written, and write the rest."""
        self._left.set()
        if self._writer is not None:
            await self._writer
        await self.write()

    async def _keep_writing(self) -> None:
        while not self._left.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._left.wait(), self._every)
            await self.write()

    def _wait(self, business: str, counted: Mapping[Tally, int]) -> None:
        waiting = self._waiting[business]
        for tally, count in counted.items():
            if tally in waiting or len(waiting) < MOST_TALLIES:
                waiting[tally] += count
