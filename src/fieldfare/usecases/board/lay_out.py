"""Lay a board out: some technicians on some dates, with the drives between their stops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fieldfare.domain.business import Business
from fieldfare.domain.clock import HALF_DAY, clock_of, monday_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.fleet import Technician
from fieldfare.usecases.availability.fetch_drives import drives_of_legs
from fieldfare.usecases.board.board import (
    Board,
)
from fieldfare.usecases.board.days import days_of
from fieldfare.usecases.board.hours import AllHours
from fieldfare.usecases.board.hubs import hubs_of
from fieldfare.usecases.board.legs import known_drives, route_of
from fieldfare.usecases.board.reading import is_shown, read_books
from fieldfare.usecases.board.rows import Draft, Frame
from fieldfare.usecases.bookings.acting import Desk

MOST_ROWS = 50
"""So many technicians stand on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of the board: dates, and whose rows.

    `only` is the one technician whom somebody may see at all. `text` is part of a name or an id, `hub` that of a visit
    on these dates.
    """

    first: date
    days: int = 1
    page: int = 1
    text: str = ""
    skill: str = ""
    hub: str = ""
    only: str | None = None


async def lay_out(desk: Desk, wanted: Wanted) -> Board:
    """Lay the board out as of now; one transaction is read, and the travel model is asked once."""
    business, clock = desk.business, clock_of(desk.business.time_zone)
    since, until = clock.midnight(wanted.first), clock.midnight(wanted.first + timedelta(days=wanted.days))
    monday = monday_of(wanted.first)
    around = (
        min(clock.midnight(monday), since - HALF_DAY),
        max(clock.midnight(monday + timedelta(days=7)), until + HALF_DAY),
    )
    own = await _standing(desk, *around)
    hubs = hubs_of(
        (known for of_one in own.values() for known in of_one if is_shown(known, since, until)), business.hubs
    )
    people = _matching(business, wanted, own, hubs, since=since, until=until)
    pages = max(1, -(-len(people) // MOST_ROWS))
    page = max(1, min(wanted.page, pages))
    shown = people[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    read = await desk.read(
        lambda books: read_books(
            books, [person.id for person in shown], own, since=since, until=until, only=wanted.only
        )
    )
    hours = AllHours(business)
    days = days_of(
        wanted.first,
        wanted.days,
        business=business,
        hours=[hours.of(person) for person in shown],
        items=[known for person in shown for known in own.get(person.id, ())],
    )
    drafts = [
        Draft(
            person=person,
            hours=hours.of(person),
            own=own.get(person.id, ()),
            route=route_of(
                own.get(person.id, ()),
                depot=person.depot or business.hq,
                policy=business.policy,
                hours=hours.of(person),
                since=since,
                until=until,
            ),
        )
        for person in shown
    ]
    needed = dict.fromkeys(leg for draft in drafts for leg in draft.route.drives() if leg[0].point != leg[1].point)
    drive = known_drives(await drives_of_legs(tuple(needed), travel=desk.travel, settings=business.travel))
    frame = Frame(business=business, clock=clock, days=days, hubs=hubs, read=read, drive=drive, monday=monday)
    return Board(
        days=days,
        rows=tuple(frame.row(draft) for draft in drafts),
        waiting=tuple(frame.waiting(booking) for booking in read.waiting),
        resources=frame.resources(own.get(None, ()) if wanted.only is None else ()),
        page=page,
        pages=pages,
        total=len(people),
        travel_source=desk.travel.source,
        hubs={hub.id: hub.name for hub in business.hubs},
    )


async def _standing(desk: Desk, since: int, until: int) -> dict[str | None, tuple[Commitment, ...]]:
    """Give everybody's commitments between two instants, from memory where it reaches back that far."""
    if since >= desk.current.since:
        found: Iterable[Commitment] = desk.current.snapshot.commitments
    else:
        found = await desk.read(lambda books: books.commitments.standing(since=since, until=until))
    own: defaultdict[str | None, list[Commitment]] = defaultdict(list)
    for known in found:
        if known.start < until and known.end > since:
            own[known.technician].append(known)
    return {technician: tuple(some) for technician, some in own.items()}


def _matching(
    business: Business,
    wanted: Wanted,
    own: Mapping[str | None, tuple[Commitment, ...]],
    hubs: Mapping[str, str],
    *,
    since: int,
    until: int,
) -> list[Technician]:
    """List the technicians that are asked for, by name; those who left only where something is theirs still."""
    text = wanted.text.strip().casefold()

    def matches(person: Technician) -> bool:
        theirs = [known for known in own.get(person.id, ()) if is_shown(known, since, until)]
        return (
            (wanted.only is None or person.id == wanted.only)
            and (person.active or bool(theirs))
            and (not text or text in person.name.casefold() or text in person.id.casefold())
            and (not wanted.skill or wanted.skill in person.skills)
            and (not wanted.hub or any(hubs.get(known.id) == wanted.hub for known in theirs))
        )

    found = [person for person in business.technicians if matches(person)]
    return sorted(found, key=lambda person: ((person.name or person.id).casefold(), person.id))
