"""What is laid out of a business on one local date, kept, and brought up to date where somebody's time has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, replace

from fieldfare.domain.catalog import Product
from fieldfare.domain.clock import MINUTE
from fieldfare.engine.board import Board
from fieldfare.engine.day import Day
from fieldfare.engine.demands import demands_of
from fieldfare.engine.ledger import Ledger, Own
from fieldfare.engine.problem import Demand
from fieldfare.engine.recent import Recent
from fieldfare.engine.resolution import Sale

_MOST_OPENINGS = 1_000_000
"""On all boards together, which take about a hundred megabytes then."""

_BOARD_ITSELF = 1_000
"""What a board weighs beside its openings."""

_MOST_DEMANDS = 256

_BoardKey = tuple[str, int, bytes, str]
"""The zone, the duration, who qualifies, and the travel model that the board's direct drives are of."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pinned:
    """A board as it was last laid out, and the rows of those whose commitments have changed since."""

    board: Board
    stale: frozenset[int]


def _weight(pinned: _Pinned) -> int:
    return _BOARD_ITSELF + len(pinned.board.calendar.openings)


class Kept:
    """The commitments of a business on one day, laid out as far as somebody has asked.

    The commitments never change; with other ones there is another `Kept`, which takes over what still holds.
    """

    def __init__(self, day: Day, own: Mapping[str | None, Own]) -> None:
        """Begin with nothing laid out; `own` holds the commitments by technician, None for nobody."""
        self.day = day
        self._own = own
        self._row_of = {id_: row for row, id_ in enumerate(day.fleet.ids)}
        self._ledger: Ledger | None = None
        self._late: frozenset[int] = frozenset()
        self._boards: Recent[_BoardKey, _Pinned] = Recent(_MOST_OPENINGS, weigh=_weight)
        self._holding: dict[str | None, Own] | None = None
        self._demands: Recent[str, tuple[Demand, ...]] = Recent(_MOST_DEMANDS)

    def after(self, own: Mapping[str | None, Own], changed: Collection[str | None]) -> Kept:
        """Go on with other commitments of some technicians, or of nobody (None); `own` holds everybody's."""
        rows = frozenset(self._row_of[id_] for id_ in changed if id_ in self._row_of)
        later = copy(self)
        later._own = own
        later._late = self._late | rows
        later._boards = self._boards.changed(lambda pinned: replace(pinned, stale=pinned.stale | rows))
        arrived = {id_: _holders(own.get(id_, ())) for id_ in changed}
        holding = self._holding
        if holding is None or any(holding.get(id_, ()) != holders for id_, holders in arrived.items()):
            later._holding = None if holding is None else {**holding, **arrived}
            later._demands = Recent(_MOST_DEMANDS)
        return later

    @property
    def ledger(self) -> Ledger:
        """The commitments of everybody in columns."""
        if self._ledger is None:
            self._ledger = Ledger.of(self.day, [self._own.get(id_, ()) for id_ in self.day.fleet.ids])
        elif self._late:
            ids = self.day.fleet.ids
            self._ledger = self._ledger.after(self.day, {row: self._own.get(ids[row], ()) for row in self._late})
        self._late = frozenset()
        return self._ledger

    def board(self, sale: Sale, *, source: str) -> Board:
        """Give the board of a sale, brought up to date; direct drives that the `source` told are known on it."""
        qualified, duration = self.day.qualified(sale), sale.quote.duration_minutes * MINUTE
        key = (sale.zone.id, duration, qualified.tobytes(), source)

        def lay() -> _Pinned:
            board = Board.lay(self.day, self.ledger, zone=sale.zone.id, duration=duration, qualified=qualified)
            return _Pinned(board, frozenset())

        pinned = self._boards.of(key, lay)
        if pinned.stale:
            pinned = _Pinned(pinned.board.after(self.day, self.ledger, pinned.stale), frozenset())
            self._boards.keep(key, pinned)
        return pinned.board

    def demands(self, product: Product) -> tuple[Demand, ...]:
        """Give what a product needs of shared equipment, beside what is held of it."""
        return self._demands.of(product.id, lambda: self._sum_up(product))

    def _sum_up(self, product: Product) -> tuple[Demand, ...]:
        if not product.resources:
            return ()
        if self._holding is None:
            self._holding = {id_: _holders(own) for id_, own in self._own.items()}
        holders = [commitment for holding in self._holding.values() for commitment in holding]
        return demands_of(product, resources=self.day.business.resources, commitments=holders, frame=self.day.frame)


def _holders(own: Own) -> Own:
    return tuple(commitment for commitment in own if commitment.resources)
