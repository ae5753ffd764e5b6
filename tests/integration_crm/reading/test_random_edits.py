"""People edit at random: after each sweep, whichever it is, exactly what stands in the CRM takes technicians' time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest

from fieldfare.domain.clock import MINUTE
from fieldfare.usecases.integrations.window import Window, near_window, whole_window
from tests.databases import Database
from tests.integration_crm.kit import IGNORED, LOCATION, OTHER, VISITS, Kit, days, run

ROUNDS, EDITS = 12, 6
USERS = ("u0", "u1", "u2", "u-office", "")
STATUSES = ("confirmed", "new", "cancelled", "invalid", "showed", "something else")
TAKING = {"confirmed", "new", "showed", "something else"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_stands_is_what_is_taken(database: Database, seed: int) -> None:
    dice = random.Random(seed)

    async def story(one: Kit) -> None:
        ours = []
        for number in range(3):
            booking, _, id_ = await one.written(600 + days(number + 1), technician=f"t{number}")
            ours.append((booking, id_))
        for _ in range(ROUNDS):
            for _ in range(dice.randrange(EDITS + 1)):
                _edit(one, dice)
            if dice.random() < 0.2:
                booking, id_ = ours[dice.randrange(3)]
                start = one.at(600 + days(dice.randrange(1, 20)) + 7 * dice.randrange(60))
                one.sim.edit(id_, start=start, end=start + 60 * MINUTE)

            full = dice.random() < 0.3

            await one.sweep(full=full)

            mine = {id_ for _, id_ in ours}
            within = (await _window(one, full=full)).holds
            taken, expected = await _taken(one, mine), _expected(one, mine)
            assert {known for known in taken if within(known.when)} == {
                known for known in expected if within(known.when)
            }
        await one.sweep()
        standing = dict(one.sim.world.appointments)
        conflicts = {known.booking for known in await one.conflicts()}
        for booking, id_ in ours:
            found = await one.find(booking)
            assert found.start == standing[id_]["start"] or booking.id in conflicts

    run(database, story, technicians=3)


def _edit(one: Kit, dice: random.Random) -> None:
    """Do one thing that people do."""
    at = one.at(days(dice.randrange(1, 25)) + 5 * dice.randrange(288))
    length = dice.choice((15, 45, 60, 120)) * MINUTE
    kind = dice.choice(("appointments", "blocks"))
    rows = {key: row for key, row in getattr(one.sim.world, kind).items() if "#FF-" not in row["title"]}
    title = f"Something {dice.randrange(10**9)}"
    if not rows or dice.random() < 0.4:
        if kind == "blocks":
            one.sim.add_block(LOCATION, user=dice.choice(USERS[:4]), start=at, end=at + length, title=title)
        else:
            calendar = dice.choice((VISITS, OTHER, IGNORED))
            one.sim.add_appointment(
                LOCATION, calendar, None, user=dice.choice(USERS), start=at, end=at + length, title=title
            )
        return
    id_ = dice.choice(sorted(rows))
    change: dict[str, Any] = {"start": at, "end": at + length}
    if kind == "appointments":
        change = dice.choice((change, {"user": dice.choice(USERS)}, {"status": dice.choice(STATUSES)}))
    if dice.random() < 0.3:
        one.sim.delete(id_)
    else:
        one.sim.edit(id_, **change)


@dataclass(frozen=True)
class Taken:
    """Whose time is taken by which entry, and when."""

    entry: str
    technician: str | None
    when: Window


async def _window(one: Kit, *, full: bool) -> Window:
    """Give the time of which a sweep tells; any other leaves to the next full one what lies behind it."""
    business = (await one.outward.businesses.current(one.id, now=one.now)).snapshot.business
    return (whole_window if full else near_window)(business, now=one.now)


async def _taken(one: Kit, ours: set[str]) -> set[Taken]:
    return {
        Taken(id_, known.technician, Window(since=known.start, until=known.end))
        for known in await one.commitments()
        if (id_ := known.id.split(":")[1]) not in ours
    }


def _expected(one: Kit, ours: set[str]) -> set[Taken]:
    """Say what takes time, from what the simulator keeps."""
    expected: set[Taken] = set()
    for id_, row in one.sim.world.appointments.items():
        takes = not row["deleted"] and row["appointmentStatus"] in TAKING and row["calendarId"] != IGNORED
        if takes and row["assignedUserId"].startswith("u") and row["assignedUserId"] != "u-office" and id_ not in ours:
            expected.add(Taken(id_, f"t{row['assignedUserId'][1:]}", Window(since=row["start"], until=row["end"])))
    for id_, row in one.sim.world.blocks.items():
        user = row.get("assignedUserId") or row.get("user") or ""
        if not row["deleted"] and user in USERS[:3]:
            expected.add(Taken(id_, f"t{user[1:]}", Window(since=row["start"], until=row["end"])))
    return expected
