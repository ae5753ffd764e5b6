"""What was used lately, kept; what was used longest ago, forgotten."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


def _one(_: object) -> int:
    return 1


class Recent(Generic[K, V]):
    """Values by key, as many as weigh so much together at most, but always the last one that was used."""

    def __init__(self, most: int, *, weigh: Callable[[V], int] = _one) -> None:
        """Begin with none; a value weighs one if nothing else is said."""
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._kept: OrderedDict[K, V] = OrderedDict()

    def of(self, key: K, make: Callable[[], V]) -> V:
        """Give a key's value, made now if it isn't kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        value = make()
        self.keep(key, value)
        return value

    def keep(self, key: K, value: V) -> None:
        """Keep a value, in place of the key's last one."""
        if key in self._kept:
            self._weight -= self._weigh(self._kept.pop(key))
        self._kept[key] = value
        self._weight += self._weigh(value)
        while self._weight > self._most and len(self._kept) > 1:
            self._weight -= self._weigh(self._kept.popitem(last=False)[1])

    def changed(self, change: Callable[[V], V]) -> Recent[K, V]:
        """Keep the same values beside these, each of them changed."""
        other = Recent[K, V](self._most, weigh=self._weigh)
        for key, value in self._kept.items():
            other.keep(key, change(value))
        return other
