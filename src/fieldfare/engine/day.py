"""A business on one local date: what of a layout asks neither what people have to do nor what is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.fleet import Technician
from fieldfare.engine.blocks import Blocks, Grid
from fieldfare.engine.columns import Mask
from fieldfare.engine.frame import Frame
from fieldfare.engine.hubs import HubTable
from fieldfare.engine.open_times import OpenTimes
from fieldfare.engine.points import PointTable
from fieldfare.engine.recent import Recent
from fieldfare.engine.resolution import Sale
from fieldfare.engine.roster import fleet_of, in_order, qualified_for
from fieldfare.engine.shifts import Shifts, Windowed

_MOST_KEPT = 64


class Day:
    """The frame, the blocks and the people, and who works when in which zone.

    `fleet` holds the technicians in the order of `people`. `points` and `hubs` number the places that occur.
    """

    def __init__(self, business: Business, *, now: int, people: Iterable[Technician] | None = None) -> None:
        """Lay the frame around an instant, for some of the technicians or for all of them."""
        policy = business.policy
        self.business = business
        self.policy = policy
        self.people = in_order(business.technicians if people is None else people)
        self.frame = Frame.around(clock=clock_of(business.time_zone), now=now, days=policy.horizon_days)
        self.blocks = Blocks.of(self.frame, policy.blocks)
        self.points, self.hubs = PointTable(), HubTable(business.hubs)
        self.fleet = fleet_of(self.people, hq=business.hq, points=self.points)
        self._open_times = OpenTimes(self.frame.clock, business.schedules)
        self._grids: Recent[int, Grid] = Recent(_MOST_KEPT)
        self._zones: Recent[str, Windowed] = Recent(_MOST_KEPT)
        self._shifts: Recent[str, Shifts] = Recent(_MOST_KEPT)
        self._qualified: Recent[tuple[str, frozenset[str]], Mask] = Recent(_MOST_KEPT)

    def grid(self, duration: int) -> Grid:
        """Give the starts from which a visit of so many seconds can be sold (rules G2, G3)."""
        return self._grids.of(duration, lambda: self.blocks.grid(duration))

    def hours(self, zone: str) -> Windowed:
        """Give a zone's open time."""
        return self._zones.of(zone, lambda: Windowed.of(self.frame, self._open_times.of_zone(zone)))

    def qualified(self, sale: Sale) -> Mask:
        """Tell who could take a visit at all (rule F4)."""
        return self._qualified.of((sale.zone.id, sale.product.skills), lambda: qualified_for(self.people, sale))

    def shifts(self, zone: str, qualified: Mask) -> Shifts:
        """Give the shifts in a zone of those who qualify there."""
        everyone = self._shifts.of(zone, lambda: self._lay_shifts(zone))
        days = self.frame.days
        return everyone if qualified[everyone.technician].all() else everyone.of_those(qualified, days)

    def _lay_shifts(self, zone: str) -> Shifts:
        working = (
            self._open_times.of_technician(person.id, zone=zone) if person.active and zone in person.zones else None
            for person in self.people
        )
        return Shifts.of(self.frame, list(working))
