"""The fourteen rules of section 5, each judged for one technician and one start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.reading.clock import Interval, local_date
from tests.reading.document import Business, Commitment, Product, Scenario, Technician, Zone
from tests.reading.grid import blocks_of, grid_starts
from tests.reading.places import hub_of, visit_hub
from tests.reading.schedules import technician_open_time, zone_open_time
from tests.reading.travel import Neighbour, after, before, day_of, drive, free, need


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A scenario whose zone and product are settled."""

    scenario: Scenario
    zone: Zone
    product: Product
    duration: int

    @property
    def business(self) -> Business:
        return self.scenario.business


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A technician and a start."""

    case: Case
    technician: Technician
    start: int

    @property
    def business(self) -> Business:
        return self.case.business

    @property
    def end(self) -> int:
        return self.start + self.case.duration

    @property
    def visit(self) -> Interval:
        return Interval(self.start, self.end)

    @property
    def date(self) -> date:
        return local_date(self.business.zone, self.start)

    @property
    def commitments(self) -> list[Commitment]:
        mine = self.technician.id
        return [c for c in self.case.scenario.commitments if c.technician == mine]

    @property
    def p(self) -> Neighbour | None:
        return before(day_of(self.business, self.commitments, self.date), self.start)

    @property
    def n(self) -> Neighbour | None:
        return after(day_of(self.business, self.commitments, self.date), self.end)

    @property
    def shift(self) -> Interval | None:
        """The shift of S5, or None if no window holds the visit."""
        open_time = technician_open_time(self.business, self.technician, self.case.zone, self.date)
        holding = [w for w in open_time if w.holds(self.visit)]
        if not holding:
            return None
        zone = self.business.zone
        begins = local_date(zone, holding[0].start)
        same = [w for w in open_time if local_date(zone, w.start) == begins]
        return Interval(same[0].start, same[-1].end)

    @property
    def visits_of_week(self) -> list[Commitment]:
        """The technician's visits whose start lies in the ISO week of the date."""
        week = self.date.isocalendar()[:2]
        zone = self.business.zone
        return [c for c in self.commitments if c.is_visit and local_date(zone, c.start).isocalendar()[:2] == week]


def notice(c: Candidate) -> bool:
    """F1."""
    return c.start >= c.case.scenario.now + c.business.policy.min_notice


def horizon(c: Candidate) -> bool:
    """F2."""
    today = local_date(c.business.zone, c.case.scenario.now)
    return today <= c.date < today + timedelta(days=c.business.policy.horizon_days)


def zone_closed(c: Candidate) -> bool:
    """F3."""
    return any(w.holds(c.visit) for w in zone_open_time(c.business, c.case.zone, c.date))


def not_qualified(c: Candidate) -> bool:
    """F4."""
    t = c.technician
    skilled = all(skill in t.skills for skill in c.case.product.skills)
    return t.active and c.case.zone.id in t.zones and skilled


def off_shift(c: Candidate) -> bool:
    """F5."""
    return c.shift is not None


def off_grid(c: Candidate) -> bool:
    """F6."""
    return c.start in [g.start for g in grid_starts(c.business, c.date, c.case.duration)]


def busy(c: Candidate) -> bool:
    """F7."""
    return not any(c.visit.overlaps(Interval(x.start, x.end)) for x in c.commitments)


def hub_lock(c: Candidate) -> bool:
    """F8."""
    if c.business.policy.lock == "none" or not c.business.hubs:
        return True
    here = hub_of(c.business, c.case.scenario.request.place)
    dates = [c.date + timedelta(days=i) for i in range(-2, 4)]  # a visit takes at most 24 hours
    for block in [b.interval for day in dates for b in blocks_of(c.business, day)]:
        if block.overlaps(c.visit):
            inside = [v for v in c.commitments if block.overlaps(Interval(v.start, v.end))]
            hubs = {visit_hub(c.business, v) for v in inside if v.is_visit} - {None}
            if hubs and here not in hubs:
                return False
    return True


def depart(c: Candidate) -> bool:
    """F9, T3."""
    shift, p = c.shift, c.p
    if shift is None or c.business.policy.depart == "before_shift":
        return True
    if p is not None and p.commitment.end > shift.start:
        return True
    leg = drive(c.business, c.technician.depot, c.case.scenario.request.place)
    return free(c.commitments, shift.start, c.start) >= leg


def travel_before(c: Candidate) -> bool:
    """F10, T2."""
    p = c.p
    if p is None:
        return True
    leg = drive(c.business, p.place, c.case.scenario.request.place)
    room = free(c.commitments, p.commitment.end, c.start)
    return room >= need(c.business, p.commitment, leg)


def travel_after(c: Candidate) -> bool:
    """F11, T2."""
    n = c.n
    if n is None:
        return True
    leg = drive(c.business, c.case.scenario.request.place, n.place)
    room = free(c.commitments, c.end, n.commitment.start)
    return room >= need(c.business, n.commitment, leg)


def return_(c: Candidate) -> bool:
    """F12, T4."""
    shift, n = c.shift, c.n
    if shift is None or c.business.policy.return_ == "after_shift":
        return True
    if n is not None and n.commitment.start < shift.end:
        return True
    leg = drive(c.business, c.case.scenario.request.place, c.technician.depot)
    return free(c.commitments, c.end, shift.end) >= leg


def weekly_load(c: Candidate) -> bool:
    """F13."""
    visits = c.visits_of_week
    jobs, minutes = c.technician.weekly_jobs, c.technician.weekly_minutes
    seconds = sum(v.end - v.start for v in visits) + c.case.duration
    return (jobs is None or len(visits) + 1 <= jobs) and (minutes is None or seconds <= minutes * 60)


def resource(c: Candidate) -> bool:
    """F14."""
    everyone = c.case.scenario.commitments
    # What is held can only grow where a commitment starts, so these instants stand for all.
    instants = [c.start] + [x.start for x in everyone if c.start < x.start < c.end]
    for kind, quantity in c.case.product.resources.items():
        if quantity == 0:
            continue
        for at in instants:
            held = sum(x.resources.get(kind, 0) for x in everyone if x.start <= at < x.end)
            if quantity + held > c.business.capacity[kind]:
                return False
    return True


RULES: list[tuple[str, Callable[[Candidate], bool]]] = [
    ("notice", notice),
    ("horizon", horizon),
    ("zone_closed", zone_closed),
    ("not_qualified", not_qualified),
    ("off_shift", off_shift),
    ("off_grid", off_grid),
    ("busy", busy),
    ("hub_lock", hub_lock),
    ("depart", depart),
    ("travel_before", travel_before),
    ("travel_after", travel_after),
    ("return", return_),
    ("weekly_load", weekly_load),
    ("resource", resource),
]


def first_failure(candidate: Candidate) -> str | None:
    """Name the first rule that fails, if any."""
    return next((reason for reason, holds in RULES if not holds(candidate)), None)


def failures(candidate: Candidate) -> list[str]:
    """Name every rule that fails, each judged by itself."""
    return [reason for reason, holds in RULES if not holds(candidate)]
