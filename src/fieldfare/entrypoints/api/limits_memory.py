"""Where rate limits count: in this process's memory, which never grows beyond a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import floor

from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport, TimestampedSlidingWindow


class BoundedMemory(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """A storage of the `limits` package, for one event loop.

    When it is full, the counter that was used the longest ago is forgotten. The package's own memory has no bound and
    looks through all its keys again and again, which a stranger with many addresses could use.
    """

    STORAGE_SCHEME = None

    def __init__(self, *, most_keys: int, clock: Callable[[], float]) -> None:
        """Keep so many counters; two of them count one identity."""
        super().__init__()
        self._most_keys = most_keys
        self._clock = clock
        self._counters: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the package may wrap; nothing here fails."""
        return ValueError

    def __len__(self) -> int:
        return len(self._counters)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and give the new count."""
        count = self.get(key) + amount
        expires = self._counters[key][1] if key in self._counters else self._clock() + expiry
        self._counters[key] = (count, expires)
        self._counters.move_to_end(key)
        while len(self._counters) > self._most_keys:
            self._counters.popitem(last=False)
        return count

    def get(self, key: str) -> int:
        """Give a count; an expired one is forgotten."""
        count, expires = self._counters.get(key, (0, 0.0))
        if count and expires <= self._clock():
            del self._counters[key]
            return 0
        return count

    def get_expiry(self, key: str) -> float:
        """Tell when a count expires."""
        return self._counters[key][1] if key in self._counters else self._clock()

    def check(self) -> bool:
        """Say that the storage works."""
        return True

    def reset(self) -> int:
        """Forget everything, and tell how much that was."""
        forgotten = len(self._counters)
        self._counters.clear()
        return forgotten

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._counters.pop(key, None)

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count, unless that would go over the limit."""
        previous, previous_expires_in, current, _ = self.get_sliding_window(key, expiry)
        if floor(previous * previous_expires_in / expiry + current) + amount > limit:
            return False
        self.incr(self.sliding_window_keys(key, expiry, self._clock())[1], 2 * expiry, amount)
        return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Give the counts of the last window and of this one, each with the seconds until it no longer counts."""
        now = self._clock()
        previous_key, current_key = self.sliding_window_keys(key, expiry, now)
        left = expiry - now % expiry
        previous = self.get(previous_key)
        return previous, left if previous else 0.0, self.get(current_key), left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget one identity."""
        for window in self.sliding_window_keys(key, expiry, self._clock()):
            self.clear(window)
