"""Moves, takeovers and second thoughts while others book: one outcome, and the loser finds everything as it was."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx2
import pytest

from tests.reliability.amounts import amount
from tests.reliability.racing import CLIENTS, PLACE, Field, Track, at, code_of, customer, racing_world

pytestmark = pytest.mark.slow

DEADLINES = amount(short=24, long=1_000)
WON, DONE, TAKEN, STALE = (201, ""), (200, ""), (409, "slot_taken"), (412, "changed_meanwhile")
FEW = 8


def link_of(booking: dict[str, Any]) -> str:
    """Give the path of a booking's manage link, which any server process opens."""
    return httpx2.URL(booking["manage_url"]).path


async def moved(field: Field, booking: dict[str, Any], start: str, client: int = 0, **more: Any) -> httpx2.Response:
    """Move a booking, as its customer."""
    return await field.clients[client].post(f"{link_of(booking)}/reschedule", json={"start": start, **more})


def test_a_confirmation_at_the_last_moment(two_servers: Track) -> None:
    """C17: whoever confirms and whoever wants the slot meet around the deadline: one of them has it, never neither."""

    async def race(field: Field) -> None:
        outcomes: Counter[str] = Counter()
        for number in range(DEADLINES):
            start = at(number % 40 * 60)
            held = (await field.hold(field.clients[0], start)).json()
            field.shorten_holds((-2_000, 0, 1_000, 2_000)[number % 4])
            await asyncio.sleep((0.0, 0.0, 0.9, 0.0)[number % 4])

            async def ask(
                client: httpx2.AsyncClient, number: int, start: str = start, token: str = held["token"]
            ) -> httpx2.Response:
                return await (field.hold(client, start) if number // 2 % 2 else field.confirm(client, token))

            answers = await field.at_once(ask, most=FEW)

            confirmed = [answer for number, answer in enumerate(answers) if not number // 2 % 2]
            rivals = [answer for number, answer in enumerate(answers) if number // 2 % 2]
            standing = field.rows.standing(field.business)
            assert len(standing) == 1
            if standing[0]["id"] == held["hold"]:
                outcomes["confirmed"] += 1
                assert standing[0]["status"] == "confirmed"
                assert {code_of(answer) for answer in confirmed} == {WON}
                assert {code_of(answer) for answer in rivals} == {TAKEN}
                gone = await field.clients[0].post(f"{link_of(confirmed[0].json())}/cancel", json={"reason": "Over."})
                assert gone.status_code == 200
            else:
                outcomes["too late"] += 1
                assert {code_of(answer) for answer in confirmed} == {(409, "hold_expired")}
                assert Counter(map(code_of, rivals)) == {WON: 1, TAKEN: len(rivals) - 1}
                await field.release_all(rivals)
        assert min(outcomes["confirmed"], outcomes["too late"]) >= DEADLINES // 4
        assert field.rows.overlaps() == 0

    two_servers.run(racing_world(), race, clients=FEW)


def test_a_visit_is_moved_or_stays(two_servers: Track) -> None:
    """C19, C20, C21, C23: not in its own way; refused without a trace; the old time is free; no stale tab."""

    async def race(field: Field) -> None:
        one, other = await field.booked(at(540)), await field.booked(at(720), "Kim Roe")
        seen = field.rows.standing(field.business)[0]

        taken = await moved(field, one, at(705))
        assert code_of(taken) == TAKEN
        assert taken.json()["alternatives"]
        assert field.rows.standing(field.business)[0] == seen
        assert code_of(await moved(field, one, at(555), version=seen["version"])) == DONE
        assert code_of(await moved(field, one, at(900), client=1, version=seen["version"])) == STALE
        assert code_of(await moved(field, one, at(900), client=1)) == DONE

        free = (await field.clients[1].post(f"/api/v1/{field.business}/availability", json=ASK)).text
        assert at(540).partition("+")[0] in free
        held = await field.hold(field.clients[1], at(540))
        assert code_of(await field.confirm(field.clients[0], held.json()["token"], "Sam Poe")) == WON
        assert code_of(await moved(field, other, at(555))) == TAKEN
        assert field.rows.statuses(field.business) == {"confirmed": 3}
        assert field.rows.overlaps() == 0

    two_servers.run(racing_world(), race, clients=2)


ASK = {"place": PLACE, "product": "tune-up"}


def test_two_tabs_move_once(two_servers: Track) -> None:
    """C23 at once: of all who have seen one version, one moves the visit."""

    async def race(field: Field) -> None:
        one = await field.booked(at(540))
        for number in range(4):
            version = field.rows.standing(field.business)[0]["version"]

            async def ask(
                client: httpx2.AsyncClient, tab: int, version: int = version, number: int = number
            ) -> httpx2.Response:
                body = {"start": at(60 * (number * FEW + tab)), "version": version}
                return await client.post(f"{link_of(one)}/reschedule", json=body)

            answers = await field.at_once(ask, most=FEW)

            assert Counter(map(code_of, answers)) == {DONE: 1, STALE: FEW - 1}
            assert field.rows.standing(field.business)[0]["version"] == version + 1

    two_servers.run(racing_world(), race, clients=FEW)


def test_of_two_requests_one_is_accepted(two_servers: Track) -> None:
    """C8: two ask for one slot, and the desk accepts both, at once."""

    async def race(field: Field) -> None:
        for number in range(4):
            start = at(number * 120)
            for name in ("Robin Doe", "Kim Roe"):
                body = {"place": PLACE, "product": "tune-up", "start": start, "customer": customer(name)}
                asked = await field.clients[0].post(f"/api/v1/{field.business}/requests", json=body)
                assert asked.status_code == 201, asked.text
            rows = field.rows.query(
                "SELECT id FROM bookings WHERE business_id = %(b)s AND status = 'requested' "
                "ORDER BY created_at DESC, id DESC LIMIT 2",
                b=field.business,
            )

            answers = await field.at_once(
                lambda client, who, rows=rows: client.post(  # type: ignore[misc]
                    f"/api/v1/staff/bookings/{rows[who]['id']}/accept", json={}
                ),
                most=2,
            )

            assert Counter(map(code_of, answers)) == {DONE: 1, TAKEN: 1}
            for row in rows:
                await field.to(row, "cancel")
        assert field.rows.overlaps() == 0

    two_servers.run(racing_world(), race, clients=2)


def test_nobody_is_booked_beyond_those_who_work(two_servers: Track) -> None:
    """C28: with assignment by the desk a visit has a provisional technician, and there are no more than those."""

    async def race(field: Field) -> None:
        answers = await field.at_once(lambda client, _: field.hold(client, at(540)))
        won = [answer.json() for answer in answers if code_of(answer) == WON]
        for number, held in enumerate(won):
            assert code_of(await field.confirm(field.clients[0], held["token"], f"Customer {number}")) == WON

        assert Counter(map(code_of, answers)) == {WON: 2, TAKEN: CLIENTS - 2}
        standing = field.rows.standing(field.business)
        assert {(row["technician_id"], row["provisional"]) for row in standing} == {("t0", True), ("t1", True)}

    two_servers.run(racing_world(2).policy(assignment="manual"), race)


def test_what_was_sold_again_is_not_taken_back(two_servers: Track) -> None:
    """C29: the step that freed a slot is undone while others want the slot: it goes to one of them all."""

    async def race(field: Field) -> None:
        for number in range(4):
            start = at(number * 60)
            one = await field.booked(start)
            assert code_of(await field.to(one, "steps", {"step": "no_show"})) == DONE

            async def ask(
                client: httpx2.AsyncClient, who: int, start: str = start, id_: str = one["id"]
            ) -> httpx2.Response:
                if who % 2:
                    return await client.post(f"/api/v1/staff/bookings/{id_}/undo")
                return await field.hold(client, start)

            answers = await field.at_once(ask, most=FEW)

            standing = field.rows.standing(field.business)
            assert [row["starts_at"].isoformat() for row in standing].count(start) == 1
            # Whoever undoes what was undone a moment ago is told so.
            assert {code_of(answer) for answer in answers} <= {DONE, WON, TAKEN, (409, "wrong_status")}
            assert Counter(map(code_of, answers))[DONE] + Counter(map(code_of, answers))[WON] == 1
        sold = await field.hold(field.clients[0], at(600))
        assert code_of(sold) == WON
        assert field.rows.overlaps() == 0

    two_servers.run(racing_world(), race, clients=FEW)


def test_two_visits_that_would_have_to_swap(two_servers: Track) -> None:
    """C31: each is in the other's way; both are refused, also at once, and nothing is half done."""

    async def race(field: Field) -> None:
        both = [await field.booked(at(540), technician="t0"), await field.booked(at(555), "Kim Roe", technician="t1")]
        seen = field.rows.standing(field.business)

        answers = await field.at_once(
            lambda client, who: client.post(
                f"/api/v1/staff/bookings/{both[who % 2]['id']}/assign", json={"technician": f"t{1 - who % 2}"}
            ),
            most=FEW,
        )

        assert {code_of(answer) for answer in answers} == {TAKEN}
        assert field.rows.standing(field.business) == seen

    two_servers.run(racing_world(2), race, clients=FEW)
