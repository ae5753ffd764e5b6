"""The loop of a careful programmer: for each start, ask each rule, and of the day only the stops before and after."""

from __future__ import annotations

from bisect import bisect_right

from benchmarks.peers.ready import Equipment, Interval, Person, Ready, key_of, ranked


def neighbours(ready: Ready) -> tuple[dict[int, list[int]], list[int]]:
    """Find all slots with their options in order, and the recommended ones."""
    options: dict[int, list[int]] = {}
    to_place, from_place, duration = ready.to_place, ready.from_place, ready.duration
    taken = [interval for equipment in ready.equipment for interval in taken_of(equipment)]
    earliest, days, zone = ready.earliest, ready.days, ready.zone
    starts = [(s.row, s.at, s.end, s.date, ready.weeks[s.date], s.blocks) for s in ready.starts if s.date < days]
    for technician, person in enumerate(ready.people):
        if not person.qualified:
            continue
        shifts, visits = person.shifts, person.visits
        has_room, closed = weeks_with_room(person, duration), closed_to(ready.hub, person)
        for row, at, end, date, week, blocks in starts:
            if at < earliest or not has_room[week] or not closed.isdisjoint(blocks):
                continue
            shift = shifts.get(date)
            if shift is None or at < shift.start or end > shift.end:
                continue
            gap = bisect_right(shift.gap_starts, at) - 1
            if gap < 0:
                continue
            (
                gap_end,
                leave,
                leave_buffer,
                before,
                arrive,
                arrive_buffer,
                after,
                set_out,
                turn_home,
                origin,
                destination,
                direct,
            ) = shift.gaps[gap]
            if end > gap_end or at < leave + leave_buffer or end > arrive - arrive_buffer:
                continue
            drive_in, drive_out = to_place[origin], from_place[destination]
            if (
                at < set_out + drive_in
                or at < leave + to_place[before]
                or end > arrive - from_place[after]
                or end > turn_home - drive_out
            ):
                continue
            if not any(opens <= at and end <= closes for opens, closes in zone.get(date, ())):
                continue
            if any(since < end and at < until for since, until in taken):
                continue
            key = key_of(max(drive_in + drive_out - direct, 0), visits[week], technician)
            options.setdefault(row, []).append(key)
    return ranked(options)


def weeks_with_room(person: Person, duration: int) -> list[bool]:
    """Tell for each week whether one more visit stays below the caps (rule F13)."""
    return [
        visits + 1 <= person.most_visits and seconds + duration <= person.most_seconds
        for visits, seconds in zip(person.visits, person.seconds, strict=True)
    ]


def closed_to(hub: int | None, person: Person) -> set[int]:
    """List the blocks that are locked to other hubs."""
    return set() if hub is None else {block for block, hubs in person.locks.items() if hub not in hubs}


def taken_of(equipment: Equipment) -> list[Interval]:
    """List the intervals in which less of a resource is left than the product needs."""
    return [
        (time, following)
        for time, following, held in zip(equipment.time, equipment.time[1:], equipment.held, strict=False)
        if held + equipment.quantity > equipment.capacity
    ]
