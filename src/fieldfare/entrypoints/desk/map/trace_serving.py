"""The steps of a trace that follow from its zone: what is sold there, when, and who may go."""

from __future__ import annotations

from fieldfare.domain.business import Business
from fieldfare.domain.schedules import Schedule, Window, schedule_on
from fieldfare.domain.zones import Zone
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.map.trace_parts import Fact, Step, Traced, setting


def industries(asking: Asking, traced: Traced, zone: Zone) -> Step:
    """Name the industries that are sold in the zone."""
    facts = [
        Fact(
            text=f"is offered here, with {len(shelf.quotes)} {'product' if len(shelf.quotes) == 1 else 'products'}.",
            name=shelf.industry.name or shelf.industry.id,
            href=setting(asking, "industries", shelf.industry.id),
        )
        for shelf in traced.offer.shelves
    ]
    nothing = Fact(
        text="offers no active industry: nothing is sold here.",
        name=zone.name or zone.id,
        href=setting(asking, "zones", zone.id),
    )
    return Step(title="What is sold here", rules="C1, C2", facts=tuple(facts) or (nothing,))


def hours(asking: Asking, zone: Zone) -> Step:
    """Tell when the zone is open."""
    own = [one for one in asking.business.schedules if one.owner.zone == zone.id and one.owner.technician is None]
    ruling = schedule_on(own, asking.today)
    if ruling is None:
        fact = Fact(text="The zone has no schedule in effect today: it is closed.")
    else:
        fact = Fact(text=_week(ruling, asking), name=ruling.id, href=setting(asking, "schedules", ruling.id))
    return Step(title="When the zone is open", rules="S1, S2, S4", facts=(fact,))


def technicians(asking: Asking, traced: Traced, zone: Zone) -> Step:
    """Name who may go, for what, and when."""
    business = asking.business
    sold = {quote.product for shelf in traced.offer.shelves for quote in shelf.quotes}
    facts = []
    for person in business.technicians:
        if not person.active or zone.id not in person.zones:
            continue
        able = [
            product.name or product.id
            for product in business.products
            if product.id in sold and product.skills <= person.skills
        ]
        what = f"may go for {', '.join(able)}" if able else "has the skills for nothing that is sold here"
        ruling = _schedule_of(business, person.id, zone.id, asking)
        when = (
            "and has no schedule today" if ruling is None else f"by the schedule {ruling.id}: {_week(ruling, asking)}"
        )
        facts.append(
            Fact(
                text=f"{what}, {when}".rstrip(".") + ".",
                name=person.name or person.id,
                href=setting(asking, "technicians", person.id),
            )
        )
    none = Fact(text="No active technician is assigned to the zone, so no time can be offered.")
    return Step(title="Who may go", rules="F4, S3", facts=tuple(facts) or (none,))


def _schedule_of(business: Business, person: str, zone: str, asking: Asking) -> Schedule | None:
    """Find what rules a technician's day: the schedules for the zone if any is in effect, else the global ones."""
    own = [one for one in business.schedules if one.owner.technician == person]
    scoped = schedule_on([one for one in own if one.owner.zone == zone], asking.today)
    return scoped or schedule_on([one for one in own if one.owner.zone is None], asking.today)


def _week(schedule: Schedule, asking: Asking) -> str:
    """Write a week, days of equal hours together: `Mon to Fri 08:00 to 17:00`."""
    names = [short for short, _ in _weekdays(asking)]
    runs: list[tuple[list[int], tuple[Window, ...]]] = []
    for day in range(7):
        windows = schedule.week.get(day, ())
        if runs and runs[-1][1] == windows:
            runs[-1][0].append(day)
        else:
            runs.append(([day], windows))
    said = []
    for days, windows in runs:
        if windows:
            span = names[days[0]] if len(days) == 1 else f"{names[days[0]]} to {names[days[-1]]}"
            said.append(f"{span} {', '.join(f'{_clock(start)} to {_clock(end)}' for start, end in windows)}")
    return f"{'; '.join(said)}." if said else "Closed on every weekday."


def _weekdays(asking: Asking) -> list[tuple[str, str]]:
    """Give the names of the days from Monday on."""
    names = asking.tongue.locale.days["format"]
    return [(names["abbreviated"][day], names["wide"][day]) for day in range(7)]


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
