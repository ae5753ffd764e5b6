"""The vendor's rate limits: a burst and a day, per app and location, and the five headers that tell of them."""

from __future__ import annotations

from dataclasses import dataclass, field

INTERVAL_SECONDS = 10
DAY_SECONDS = 86_400


@dataclass(slots=True)
class _Window:
    began: float
    used: int = 0


@dataclass(slots=True)
class Limits:
    """Counts requests in fixed windows."""

    burst: int = 100
    daily: int = 200_000
    _bursts: dict[tuple[str, str], _Window] = field(default_factory=dict)
    _days: dict[tuple[str, str], _Window] = field(default_factory=dict)

    def take(self, key: tuple[str, str], now: float) -> float | None:
        """Count a request; if there is no room left, say in how many seconds there is."""
        burst = self._window(self._bursts, key, now, INTERVAL_SECONDS)
        day = self._window(self._days, key, now, DAY_SECONDS)
        if day.used >= self.daily:
            return day.began + DAY_SECONDS - now
        if burst.used >= self.burst:
            return burst.began + INTERVAL_SECONDS - now
        burst.used += 1
        day.used += 1
        return None

    def headers(self, key: tuple[str, str], now: float) -> dict[str, str]:
        """Write the five headers, in the vendor's words."""
        burst = self._window(self._bursts, key, now, INTERVAL_SECONDS)
        day = self._window(self._days, key, now, DAY_SECONDS)
        return {
            "X-RateLimit-Max": str(self.burst),
            "X-RateLimit-Remaining": str(max(0, self.burst - burst.used)),
            "X-RateLimit-Interval-Milliseconds": str(INTERVAL_SECONDS * 1000),
            "X-RateLimit-Limit-Daily": str(self.daily),
            "X-RateLimit-Daily-Remaining": str(max(0, self.daily - day.used)),
        }

    def use_up_day(self, key: tuple[str, str], now: float) -> None:
        """Leave nothing of a day's quota."""
        self._window(self._days, key, now, DAY_SECONDS).used = self.daily

    def _window(self, windows: dict[tuple[str, str], _Window], key: tuple[str, str], now: float, long: int) -> _Window:
        window = windows.get(key)
        if window is None or not window.began <= now < window.began + long:
            window = windows[key] = _Window(began=now // long * long)
        return window
