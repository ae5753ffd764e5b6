"""`/desk/board/data`: the board as its script draws it, and as the list shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from fieldfare.domain.bookings import Status
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.commitments import CommitmentKind
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.board.view import View, view_of
from fieldfare.entrypoints.desk.board.wording import KEEPERS, flag_words, leg_words, note_of, status_words
from fieldfare.entrypoints.web.tongues import TO, Tongue
from fieldfare.usecases.board.board import Board, DayOfBoard, Flag, Item, Leg, ResourceRow, Row
from fieldfare.usecases.board.days import hours_of
from fieldfare.usecases.board.lay_out import lay_out
from fieldfare.usecases.bookings.acting import Desk

SNAP_MINUTES = 5
_FLAG_ORDER = tuple(Flag)
_CODE_LENGTH = 6
_HALF_OF_DAY = re.compile(r"\s\D+$")


def desk_of(asking: Asking) -> Desk:
    """Give the business as the request found it, and how long its drives take."""
    rooms = asking.rooms
    return Desk(current=asking.current, travel=rooms.travel(asking.business.travel), storage=rooms.storage)


async def board_data(asking: Asking) -> dict[str, Any]:
    """Answer with the part of the board that is asked for; raises `Problem` (forbidden)."""
    view = view_of(asking)
    return await read_board(asking, view)


async def read_board(asking: Asking, view: View) -> dict[str, Any]:
    """Lay the board out and write it."""
    board = await lay_out(desk_of(asking), view.wanted(asking))
    return _Writer(
        asking=asking,
        view=view,
        board=board,
        zones={zone.id: zone.name for zone in asking.business.zones},
        may_move=asking.may(Permission.BOOKINGS_WRITE) and asking.may(Permission.BOOKINGS_DECIDE),
    ).document()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes one board for one member."""

    asking: Asking
    view: View
    board: Board
    zones: Mapping[str, str]
    may_move: bool

    def document(self) -> dict[str, Any]:
        asking, board = self.asking, self.board
        return {
            "revision": asking.current.revisions.revision,
            "zone": asking.business.time_zone,
            "zone_name": asking.tongue.zone(asking.business.time_zone),
            "currency": asking.business.currency,
            "view": "week" if self.view.week else "day",
            "date": self.view.day.isoformat(),
            "now": asking.now,
            "days": [self._day(day) for day in board.days],
            "snap_minutes": SNAP_MINUTES,
            "ticks": [
                {"at": at, "label": self._hour(at)}
                for day in board.days
                for at in hours_of(day.opens, day.closes, asking.clock)
            ],
            "blocks": [
                {"id": block.id, "start": block.start, "end": block.end} for day in board.days for block in day.blocks
            ],
            "may": {
                "move": self.may_move,
                "override": asking.may(Permission.OVERRIDE),
                "block": asking.may(Permission.COMMITMENTS_WRITE),
                "why": asking.may(Permission.WHY),
            },
            "page": board.page,
            "pages": board.pages,
            "total": board.total,
            "travel_source": board.travel_source,
            "technicians": [self._row(row) for row in board.rows],
            "waiting": [self._item(item) for item in board.waiting],
            "resources": [self._resource(row) for row in board.resources],
        }

    def _day(self, day: DayOfBoard) -> dict[str, Any]:
        return {
            "date": day.date.isoformat(),
            "label": self.asking.tongue.short_day(day.date),
            "start": day.start,
            "end": day.end,
            "opens": day.opens,
            "closes": day.closes,
        }

    def _row(self, row: Row) -> dict[str, Any]:
        person, load = row.technician, row.load
        homes = [self._leg(leg) for leg in row.homes]
        return {
            "id": person.id,
            "name": person.name or person.id,
            "skills": sorted(person.skills),
            "active": person.active,
            "week": {
                "visits": load.visits,
                "minutes": load.seconds // MINUTE,
                "most_visits": person.weekly_jobs,
                "most_minutes": person.weekly_minutes,
            },
            "shifts": [list(shift) for shift in row.shifts],
            "locks": [
                {
                    "block": lock.block.id,
                    "start": lock.block.start,
                    "end": lock.block.end,
                    "hubs": [self._hub(hub) for hub in lock.hubs],
                }
                for lock in row.locks
            ],
            "items": [self._item(item) for item in row.items],
            "home": homes[-1] if homes and not self.view.week else None,
            "homes": homes,
        }

    def _resource(self, row: ResourceRow) -> dict[str, Any]:
        return {
            "kind": row.resource.kind,
            "name": row.resource.kind.replace("-", " ").replace("_", " ").capitalize(),
            "count": row.resource.capacity,
            "items": [self._item(item, pieces=item.commitment.resources.get(row.resource.kind)) for item in row.items],
        }

    def _item(self, item: Item, *, pieces: int | None = None) -> dict[str, Any]:
        known, booking = item.commitment, item.booking
        movable = self._movable(item)
        written: dict[str, Any] = {
            "id": known.id,
            "kind": "booking" if booking is not None else known.kind.value,
            "technician": known.technician,
            "start": known.start,
            "end": known.end,
            "label": self._span(known.start, known.end),
            "promised": None if booking is None else [booking.start, booking.end],
            "estimated": self._estimated(item),
            "title": self._title(item),
            "customer": None if item.said is None else item.said.contact.name,
            "where": self._where(item),
            "hub": None if item.hub is None else self._hub(item.hub),
            "zone": self._zone(item),
            "status": None if booking is None else booking.status.value,
            "status_words": status_words(item),
            "reference": None if booking is None else booking.reference,
            "version": item.version,
            "movable": movable,
            "source": "booking" if booking is not None else item.source,
            "kept_in": None if booking is not None else KEEPERS.get(item.source or ""),
            "conflict_href": self._conflict_href(item),
            "flags": [flag.value for flag in _FLAG_ORDER if flag in item.flags],
            "flag_words": flag_words(item),
            "note": note_of(item),
            "href": self._href(item),
            "move_href": desk_link("board", "move", known.id) if movable else None,
            "before": self._leg(item.before),
            "place": None if known.place is None else [known.place.lat, known.place.lng],
        }
        return written if pieces is None else {**written, "pieces": pieces}

    def _leg(self, leg: Leg | None) -> dict[str, Any] | None:
        if leg is None:
            return None
        return {
            "drive_seconds": leg.drive_seconds,
            "need_seconds": leg.need_seconds,
            "free_seconds": leg.free_seconds,
            "start": leg.start,
            "end": leg.end,
            "from": leg.origin or "depot",
            "short": leg.short,
            "words": leg_words(leg),
        }

    def _movable(self, item: Item) -> bool:
        waits = item.booking is not None and item.booking.status in {Status.CONFIRMED, Status.REQUESTED}
        return waits and self.may_move

    def _title(self, item: Item) -> str:
        if item.booking is not None:
            return item.booking.product_name or item.booking.product
        return item.commitment.title or ("Visit" if item.commitment.kind is CommitmentKind.VISIT else "Busy")

    def _where(self, item: Item) -> str | None:
        place = item.commitment.place
        street = item.said.address.lines[0] if item.said and item.said.address and item.said.address.lines else None
        code = None if place is None else _spaced(place.postal_code)
        if street is not None:
            return street if code is None or code.replace(" ", "") in street.replace(" ", "") else f"{street}, {code}"
        near = None if item.hub is None else self.board.hubs.get(item.hub) or item.hub
        return " ".join(part for part in (near, code) if part) or None

    def _zone(self, item: Item) -> str | None:
        if item.booking is None or item.booking.zone is None:
            return None
        return _named(item.booking.zone, self.zones)

    def _estimated(self, item: Item) -> list[int] | None:
        booking = item.booking
        if booking is None or (booking.estimated_start is None and booking.estimated_end is None):
            return None
        start = booking.start if booking.estimated_start is None else booking.estimated_start
        return [start, start + booking.duration if booking.estimated_end is None else booking.estimated_end]

    def _href(self, item: Item) -> str | None:
        if item.booking is not None:
            return desk_link("bookings", item.id)
        return desk_link("board", "time", item.id)

    def _conflict_href(self, item: Item) -> str | None:
        shown = Flag.CONFLICT in item.flags and self.asking.may(Permission.INTEGRATIONS_READ)
        return desk_link("crm", "conflicts") if shown else None

    def _hub(self, id_: str) -> dict[str, str]:
        return {"id": id_, "name": _named(id_, self.board.hubs)}

    def _hour(self, at: int) -> str:
        return self.asking.tongue.time(self.asking.clock.local(at)).replace(":00", "")

    def _span(self, start: int, end: int) -> str:
        return span_words(self.asking, start, end)


def span_words(asking: Asking, start: int, end: int) -> str:
    """Write a span of time: half a day's name once, with dates where it reaches over midnight."""
    tongue, first, last = asking.tongue, asking.clock.local(start), asking.clock.local(end)
    begins, ends = _time(tongue, first.hour, first.minute), _time(tongue, last.hour, last.minute)
    if first.date() != last.date() and end - start > 0:
        begins, ends = f"{tongue.short_day(first.date())}, {begins}", f"{tongue.short_day(last.date())}, {ends}"
        return begins + TO + ends
    half = _HALF_OF_DAY.search(begins)
    if half is not None and ends.endswith(half[0]) and first.utcoffset() == last.utcoffset():
        begins = begins.removesuffix(half[0])
    return begins + TO + ends


@lru_cache(maxsize=4_096)
def _time(tongue: Tongue, hour: int, minute: int) -> str:
    """Write a wall-clock time; a board has the same ones again and again."""
    return tongue.time(datetime(2_000, 1, 1, hour, minute, tzinfo=UTC))


def _named(id_: str, names: Mapping[str, str]) -> str:
    return names.get(id_) or id_


def _spaced(code: str | None) -> str | None:
    """Write a Canadian postal code as it is printed, with a space."""
    return f"{code[:3]} {code[3:]}" if code is not None and len(code) == _CODE_LENGTH and code.isalnum() else code
