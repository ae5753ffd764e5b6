"""What a process remembers of the accounts that it reads, so as not to ask again; nothing of it has to be true."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from fieldfare.usecases.integrations.scopes import Layouts

MOST_TRIED = 10_000


class Memory:
    """The layouts of accounts, and what was tried to no avail."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.layouts = Layouts()
        self._tried: OrderedDict[tuple[str, str], tuple[object, int]] = OrderedDict()

    def in_turn(self, business: str, keys: Iterable[str]) -> list[str]:
        """Order what is to be tried by when it was tried last: what never was comes first."""
        known = {key: self._tried.get((business, key)) for key in keys}
        return sorted(known, key=lambda key: (-1 if (at := known[key]) is None else at[1], key))

    def tried(self, business: str, key: str, state: object, *, now: int, again_after: int) -> bool:
        """Tell whether something was tried lately in the same state; if not, it is noted to be tried now."""
        known = self._tried.get((business, key))
        if known is not None and known[0] == state and 0 <= now - known[1] < again_after:
            return True
        self._tried[business, key] = (state, now)
        self._tried.move_to_end((business, key))
        while len(self._tried) > MOST_TRIED:
            self._tried.popitem(last=False)
        return False
