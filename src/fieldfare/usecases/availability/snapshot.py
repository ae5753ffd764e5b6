"""A business at one revision, kept in memory: what does not depend on the place that is asked for is laid out once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from fieldfare.domain.answers import Answer, Resolution
from fieldfare.domain.business import Business, Request
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place
from fieldfare.domain.questions import Question
from fieldfare.engine.boundary_index import BoundaryIndex
from fieldfare.engine.columns import Rows
from fieldfare.engine.demands import demands_of
from fieldfare.engine.draft import Layout, lay_out
from fieldfare.engine.offer import Offer, offer
from fieldfare.engine.problem import Demand, Problem
from fieldfare.engine.refresh import refresh
from fieldfare.engine.resolution import Sale, resolve
from fieldfare.engine.slot_map import SlotMap, build_map
from fieldfare.ports.travel import DriveRequest, Drives, TravelTimes, TravelUnavailableError
from fieldfare.usecases.availability.fetch_drives import FALLBACK_SOURCE, with_drives
from fieldfare.usecases.availability.find_slots import find_slots, slots_of

MOST_LAYOUTS = 96
MOST_APART = 24
"""So many technicians are judged apart from a fleet's layout; then the fleet is laid out anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivable:
    """The map of one request, and what it was found with; no sale and no map where nothing is sold."""

    resolution: Resolution
    sale: Sale | None
    slot_map: SlotMap | None
    travel_source: str


@dataclass(slots=True, eq=False)
class _Laid:
    """A layout with its drives between stops, once they are known."""

    layout: Layout
    between: Rows | None = None


@dataclass(slots=True, eq=False)
class _Kept:
    """The layout of a fleet, and beside it what has changed since, to be laid out when it is asked for.

    `apart` are the technicians whose commitments are others; they count in place of their rows in the fleet. Without
    `demands` the use of equipment has to be summed up again.
    """

    fleet: _Laid
    apart: dict[str, _Laid | None]
    demands: tuple[Demand, ...] | None


_LayoutKey = tuple[date, str, str, int, str | None]
"""The local date, the zone, the product, its duration in minutes, and the technician if one is asked for."""


class Snapshot:
    """A business and its commitments. Nobody changes one; a change makes another, which takes over what still holds."""

    def __init__(self, *, business: Business, commitments: Iterable[Commitment]) -> None:
        """Keep what was read, and lay nothing out yet."""
        self.business = business
        self._commitments: Mapping[str, Commitment] = {commitment.id: commitment for commitment in commitments}
        self._boundaries: tuple[date, BoundaryIndex] | None = None
        self._kept: OrderedDict[_LayoutKey, _Kept] = OrderedDict()

    @property
    def clock(self) -> Clock:
        """The business's clock."""
        return clock_of(self.business.time_zone)

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """All commitments."""
        return tuple(self._commitments.values())

    def with_commitments_of(self, technicians: Collection[str | None], standing: Iterable[Commitment]) -> Snapshot:
        """Replace the commitments of some technicians (None: of nobody) by those that stand now."""
        arrived = {commitment.id: commitment for commitment in standing}
        left = {
            id_: known
            for id_, known in self._commitments.items()
            if known.technician not in technicians and id_ not in arrived
        }
        gone = [known for id_, known in self._commitments.items() if id_ not in left]
        new = Snapshot(business=self.business, commitments=(*left.values(), *arrived.values()))
        new._boundaries = self._boundaries
        kinds = {kind for commitment in (*gone, *arrived.values()) for kind in commitment.resources}
        moved = {id_ for id_ in (*technicians, *(known.technician for known in gone)) if id_ is not None}
        for key, kept in self._kept.items():
            apart = {**kept.apart, **dict.fromkeys(moved)}
            if len(apart) <= MOST_APART:
                demands = None if kinds & self._resources_of(key[2]) else kept.demands
                new._kept[key] = _Kept(fleet=kept.fleet, apart=apart, demands=demands)
        return new

    def offer(self, place: Place, *, now: int, industry: str | None = None, tier: str | None = None) -> Offer:
        """Tell what a place can buy."""
        day = self.clock.date_of(now)
        return offer(
            self.business, place=place, matching=self._index(day).matching, day=day, industry=industry, tier=tier
        )

    def question(self, request: Request, *, now: int) -> Question:
        """Give the whole question that a request is, for whoever answers it from scratch."""
        return Question(now=now, business=self.business, commitments=self.commitments, request=request)

    async def drivable(self, request: Request, *, now: int, travel: TravelTimes) -> Drivable:
        """Find the slots that can be driven; a travel model that fails is stood in for (rule T6)."""
        resolution, sale = resolve(
            business=self.business, boundaries=self._index(self.clock.date_of(now)), request=request
        )
        if sale is None:
            return Drivable(resolution=resolution, sale=None, slot_map=None, travel_source=travel.source)
        question = self.question(request, now=now)
        kept = self._laid_out(question, sale)
        parts, source = await self._problems(question, sale, kept, hub=resolution.hub, travel=travel)
        if len(parts) > 1 and source == FALLBACK_SOURCE:
            # All legs of an answer are of one model.
            parts, source = await self._problems(question, sale, kept, hub=resolution.hub, travel=_Down(travel.source))
        whole = parts.pop(None)
        slot_map = build_map(whole)
        if parts:
            row_of = {id_: row for row, id_ in enumerate(whole.fleet.ids)}
            changed = {row_of[id_]: part for id_, part in parts.items() if id_ is not None}
            slot_map = refresh(slot_map, problem=whole, changed=changed)
        return Drivable(resolution=resolution, sale=sale, slot_map=slot_map, travel_source=source)

    async def answer(self, request: Request, *, now: int, travel: TravelTimes, explain: bool = False) -> Answer:
        """Answer as `find_slots` does; reasons are found from scratch."""
        if explain:
            return await find_slots(self.question(request, now=now), travel=travel, explain=True)
        found = await self.drivable(request, now=now, travel=travel)
        blocks = [block.id for block in self.business.policy.blocks]
        return Answer(
            resolution=found.resolution,
            quote=found.sale.quote if found.sale else None,
            travel_source=found.travel_source,
            slots=slots_of(found.slot_map, blocks) if found.slot_map else (),
            refusals=None,
        )

    def _index(self, day: date) -> BoundaryIndex:
        if self._boundaries is None or self._boundaries[0] != day:
            self._boundaries = (day, BoundaryIndex(self.business.boundaries, day))
        return self._boundaries[1]

    def _resources_of(self, product: str) -> frozenset[str]:
        return next(frozenset(known.resources) for known in self.business.products if known.id == product)

    def _laid_out(self, question: Question, sale: Sale) -> _Kept:
        key = (
            self.clock.date_of(question.now),
            sale.zone.id,
            sale.product.id,
            sale.quote.duration_minutes,
            question.request.technician,
        )
        kept = self._kept.get(key)
        if kept is None:
            layout = lay_out(question, sale)
            kept = _Kept(fleet=_Laid(layout), apart={}, demands=layout.draft.problem.demands)
            self._kept[key] = kept
            while len(self._kept) > MOST_LAYOUTS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept

    async def _problems(
        self, question: Question, sale: Sale, kept: _Kept, *, hub: str | None, travel: TravelTimes
    ) -> tuple[dict[str | None, Problem], str]:
        """Complete the problem of the whole fleet, under None, and those of the technicians apart, with their drives.

        The source is the fallback's if any of them had to take it.
        """
        frame = kept.fleet.layout.draft.problem.frame
        if kept.demands is None:
            kept.demands = demands_of(question, sale, frame)
        problems: dict[str | None, Problem] = {}
        source = travel.source
        for technician, laid in self._parts(question, sale, kept):
            drafted = laid.layout.at(question.request.place, hub=hub, now=question.now, demands=kept.demands)
            problems[technician], fetched = await with_drives(
                drafted, travel=travel, settings=self.business.travel, known=laid.between
            )
            if fetched.source == FALLBACK_SOURCE:
                source = FALLBACK_SOURCE
            else:
                laid.between = fetched.drives.between
        return problems, source

    def _parts(self, question: Question, sale: Sale, kept: _Kept) -> Iterator[tuple[str | None, _Laid]]:
        yield None, kept.fleet
        fleet = kept.fleet.layout.draft.problem.fleet
        for row, technician in enumerate(fleet.ids):
            if technician not in kept.apart or not fleet.qualified[row]:
                continue
            laid = kept.apart[technician]
            if laid is None:
                own = tuple(known for known in self._commitments.values() if known.technician == technician)
                request = replace(question.request, technician=technician)
                laid = _Laid(lay_out(replace(question, commitments=own, request=request), sale))
                kept.apart[technician] = laid
            yield technician, laid


@dataclass(frozen=True, slots=True)
class _Down:
    """A travel model of which is known that it is down."""

    source: str

    async def drives(self, request: DriveRequest) -> Drives:  # noqa: ARG002 - the port's form
        """Raise `TravelUnavailableError`."""
        raise TravelUnavailableError("the model has just failed")
