"""R9: an hour without the CRM, 500 bookings meanwhile, and everything that goes wrong on the way."""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from http import HTTPStatus
from itertools import pairwise
from typing import Any

from fieldfare_ghl_sim.faults import Fault
from fieldfare_ghl_sim.simulator import Answer

from fieldfare.domain.bookings import Booking
from fieldfare.domain.titles import reference_in
from fieldfare.ports.integrations import WriteState
from tests.databases import Database
from tests.integration_crm.writing.shop import LOCATION, KilledError, Shop, run

BOOKINGS = 500
OUTAGE_SECONDS = 3_600
CAUGHT_UP_WITHIN = 600
MOST_IN_TEN_SECONDS = 100
KILLS = 10
CUSTOMERS = 250
TECHNICIANS = 25


def test_after_an_hour_without_the_crm_everything_is_there_once(database: Database) -> None:
    async def story(one: Shop) -> None:
        chance = random.Random(9)
        one.sim.faults.outage(True)
        started, ticked = one.now, one.now
        made = Made()
        for number in range(BOOKINGS):
            one.time.now = max(one.time.now, started + number * OUTAGE_SECONDS / BOOKINGS)
            await made.book(one, number)
            while ticked + 15 <= one.now:
                ticked += 15
                await one.drain()
        in_vain = len(one.sim.calls)

        one.time.now = max(one.time.now, started + OUTAGE_SECONDS)
        one.sim.faults.outage(False)
        one.sim.faults.add(Fault(match="POST *", status=500, after_commit=True, share=0.05))
        one.sim.faults.add(Fault(match="POST *", slow=30, after_commit=True, share=0.05))
        back = one.now
        trouble = Trouble(one, chance)
        while await one.writes(WriteState.WAITING):
            one.time.now += 15
            await one.drain()
        caught_up_after = one.now - back

        assert in_vain <= BOOKINGS
        assert trouble.died == KILLS
        assert trouble.failed > BOOKINGS * 0.02
        assert trouble.slow > BOOKINGS * 0.02
        assert caught_up_after <= CAUGHT_UP_WITHIN
        assert await one.writes(WriteState.PARKED) == ()
        assert most_in_ten_seconds([call.at for call in one.sim.calls]) <= MOST_IN_TEN_SECONDS
        shown = [(reference_in(row["title"]), *placed(row)) for row in one.entries(standing=False)]
        assert sorted(shown) == sorted(made.standing)
        assert sorted(noted(one)) == sorted(booking.reference for booking in made.cancelled)
        assert created_in_order(one, made.order) == []

    run(database, story, technicians=TECHNICIANS)


def placed(row: dict[str, Any]) -> tuple[int, int, str]:
    """Tell when an entry is, and whose."""
    return row["start"], row["end"], row["assignedUserId"]


def noted(one: Shop) -> list[str]:
    """List the references of the cancellations that notes tell of, each as often as one does."""
    notes = [note["body"] for contact in one.sim.contacts(LOCATION) for note in one.sim.notes(contact["id"])]
    return [found for body in notes if (found := reference_in(body)) is not None]


def created_in_order(one: Shop, order: list[str]) -> list[str]:
    """Name the bookings whose entry was made after that of a later booking of the same customer."""
    rank = {reference: row for row, reference in enumerate(order)}
    last: dict[str, int] = {}
    late = []
    for call in one.sim.calls:
        if (call.method, call.path, call.status // 100) != ("POST", "/calendars/events/appointments", 2):
            continue
        body = json.loads(call.body)
        reference = reference_in(body["title"]) or ""
        if rank[reference] < last.get(body["contactId"], -1):
            late.append(reference)
        last[body["contactId"]] = max(rank[reference], last.get(body["contactId"], -1))
    return late


class Made:
    """What customers who come twice have booked; some visits are moved, and some cancelled, before the CRM is back."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.cancelled: list[Booking] = []
        self._standing: dict[str, Booking] = {}

    @property
    def standing(self) -> list[tuple[str, int, int, str]]:
        """Say of each visit that stands when it is, and by whose user."""
        return [
            (one.reference, one.start, one.end, f"u{(one.technician or '')[1:]}") for one in self._standing.values()
        ]

    async def book(self, one: Shop, number: int) -> None:
        """Book the visit of this number; each tenth time another is moved, each twenty-fifth one is cancelled."""
        slot, technician = divmod(number, TECHNICIANS)
        who = number % CUSTOMERS
        booking = await one.book(
            60 * slot, name=f"Kim Number{who}", email=f"kim{who}@example.com", technician=f"t{technician}"
        )
        self.order.append(booking.reference)
        self._standing[booking.reference] = booking
        await one.attempt(await newest(one))
        if number % 10 == 9:
            moved = self._standing[self.order[number - 5]]
            self._standing[moved.reference] = await one.move(moved, 60 * (slot + BOOKINGS // TECHNICIANS))
            await one.attempt(await newest(one))
        if number % 25 == 24:
            over = self._standing.pop(self.order[number - 3])
            self.cancelled.append(await one.cancel(over))
            await one.attempt(await newest(one))


async def newest(one: Shop) -> str:
    """Give what was written down last."""
    (row,) = one.query("SELECT id FROM crm_writes WHERE business_id = %(business)s ORDER BY id DESC LIMIT 1")
    return str(row["id"])


class Trouble:
    """Workers that die just when an answer has come, a number of times; and how often an answer failed or came late."""

    def __init__(self, one: Shop, chance: random.Random) -> None:
        self.died = 0
        self.failed = 0
        self.slow = 0
        self._answer = one.sim.answer
        self._chance = chance
        one.sim.answer = self._given  # type: ignore[method-assign,assignment]

    def _given(self, method: str, path: str, *rest: Any) -> Answer:
        given = self._answer(method, path, *rest)
        self.failed += given.status == HTTPStatus.INTERNAL_SERVER_ERROR
        self.slow += given.slow > 0
        if method == "POST" and self.died < KILLS and self._chance.random() < 0.05:
            self.died += 1
            raise KilledError
        return given


def most_in_ten_seconds(moments: list[float]) -> int:
    """Count the calls of the busiest ten seconds."""
    assert all(a <= b for a, b in pairwise(moments))
    return max(bisect_left(moments, at + 10) - row for row, at in enumerate(moments))
