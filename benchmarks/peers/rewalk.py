"""The loop that most booking software has: for each start, insert the visit into the day and walk the day again."""

from __future__ import annotations

from bisect import bisect_right

from benchmarks.peers.ready import Equipment, Person, Ready, Shift, Start, Stop, key_of, ranked


def rewalk(ready: Ready) -> tuple[dict[int, list[int]], list[int]]:
    """Find all slots with their options in order, and the recommended ones."""
    options: dict[int, list[int]] = {}
    for technician, person in enumerate(ready.people):
        for start in ready.starts:
            if not _may_be_sold(ready, person, start):
                continue
            shift = person.shifts.get(start.date)
            if shift is None or start.at < shift.start or start.end > shift.end:
                continue
            driven = _walk(ready, shift, start)
            if driven is not None:
                key = key_of(max(driven - shift.driven, 0), person.visits[ready.weeks[start.date]], technician)
                options.setdefault(start.row, []).append(key)
    return ranked(options)


def _may_be_sold(ready: Ready, person: Person, start: Start) -> bool:
    """Ask the rules that don't look at the day (F1 to F4, F8, F13, F14); F6 is met by every start of the grid."""
    if start.at < ready.earliest or not 0 <= start.date < ready.days or not person.qualified:
        return False
    week = ready.weeks[start.date]
    if person.visits[week] + 1 > person.most_visits or person.seconds[week] + ready.duration > person.most_seconds:
        return False
    if ready.hub is not None:
        for block in start.blocks:
            hubs = person.locks.get(block)
            if hubs and ready.hub not in hubs:
                return False
    if not any(opens <= start.at and start.end <= closes for opens, closes in ready.zone.get(start.date, ())):
        return False
    return all(_is_left(equipment, start) for equipment in ready.equipment)


def _is_left(equipment: Equipment, start: Start) -> bool:
    """Ask whether enough of a resource is left all the time (rule F14)."""
    row = bisect_right(equipment.time, start.at) - 1
    if row >= 0 and equipment.held[row] + equipment.quantity > equipment.capacity:
        return False
    row += 1
    while row < len(equipment.time) and equipment.time[row] < start.end:
        if equipment.held[row] + equipment.quantity > equipment.capacity:
            return False
        row += 1
    return equipment.quantity <= equipment.capacity


def _walk(ready: Ready, shift: Shift, start: Start) -> int | None:
    """Walk from depot to depot; give the seconds driven, None if the visit doesn't fit (rules F7, F9 to F12).

    Only the legs to and from the visit are judged: a day that was never drivable is not the visit's fault.
    """
    new: Stop = (start.at, start.end, -2, True)
    day = sorted((*shift.stops, new))
    driven = 0
    at, free_since, was_new, was_visit, from_depot = shift.depot, shift.start, False, False, True
    without_place = 0
    end_of_last = shift.start
    for stop in day:
        begins, ends, point, is_visit = stop
        if begins < end_of_last:
            return None
        end_of_last = ends
        if point == -1:
            without_place += ends - begins
            continue
        is_new = stop is new
        if is_new:
            drive = ready.to_place[at]
        elif was_new:
            drive = ready.from_place[point]
        else:
            drive = ready.direct[at, point]
        if is_new or was_new:
            other_is_visit = not from_depot and (was_visit if is_new else is_visit)
            need = max(ready.buffer, drive) if other_is_visit else drive
            is_judged = ready.departs_on_shift or not from_depot
            if is_judged and begins - free_since - without_place < need:
                return None
        driven += drive
        at, free_since, was_new, was_visit, from_depot = point, ends, is_new, is_visit, False
        without_place = 0
    drive = ready.from_place[shift.depot] if was_new else ready.direct[at, shift.depot]
    if was_new and ready.returns_by_shift_end and shift.end - free_since - without_place < drive:
        return None
    return driven + drive
