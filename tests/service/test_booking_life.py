"""The rules of bookings (B1 to B14) at the API's door: tables of cases, on a clock that is the database's."""

from __future__ import annotations

import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx2
import pytest

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.domain.permissions import Role, Scope
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from tests.databases import Database
from tests.reliability.racing import Field, Rows
from tests.service.whole import TESTER, Whole, on
from tests.unit.geocoders.shapes import nominatim_result
from tests.worlds import HERE, World, world

T = TypeVar("T")

ZONE = ZoneInfo("America/Toronto")
PLACE = {"lat": HERE.lat, "lng": HERE.lng, "postal_code": None}
ASK: dict[str, Any] = {"place": PLACE, "product": "tune-up"}
ROBIN = {"name": "Robin Doe", "email": "robin@example.com"}
KIM = {"name": "Kim Roe", "email": "kim@example.com"}


def at(clock: str, *, days: int = 2) -> str:
    """Write a time on the wall clock so many days ahead, as the API does."""
    day = datetime.now(ZONE).date() + timedelta(days=days)
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE).isoformat()


def small_world(*technicians: str) -> World:
    """Give a business with a start each hour of five days, and drives of no time."""
    small = world(datetime.now(ZONE).date().isoformat(), time_zone=str(ZONE)).policy(horizon_days=5).every(60)
    for technician in technicians or ("t1",):
        small = small.technician(technician)
    return small


@dataclass(kw_only=True)
class House:
    """One business: its desk, which has a key of every scope, and anybody else."""

    whole: Whole
    business: str
    rows: Rows
    desk: httpx2.AsyncClient
    anybody: httpx2.AsyncClient

    async def post(self, path: str, body: object = None, *, status: int | None = None, key: str | None = None) -> Any:
        """Post something as anybody; gives the document."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = await self.anybody.post(f"/api/v1/{self.business}/{path}", json=body or {}, headers=headers)
        assert answer.is_success if status is None else answer.status_code == status, answer.text
        return answer.json()

    async def staff(self, path: str, body: object = None, *, status: int | None = None) -> Any:
        """Post something as the desk; gives the document."""
        answer = await self.desk.post(f"/api/v1/staff/{path}", json=body or {})
        assert answer.is_success if status is None else answer.status_code == status, answer.text
        return answer.json()

    async def hold(self, clock: str, *, status: int = 201, **more: Any) -> Any:
        """Hold a time, as the desk, which has no limit."""
        answer = await self.desk.post(f"/api/v1/{self.business}/holds", json={**ASK, "start": at(clock), **more})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def confirm(self, held: Any, customer: object = ROBIN, *, status: int = 201, **more: Any) -> Any:
        """Make a hold a booking."""
        return await self.post("bookings", {"hold": held["token"], "customer": customer, **more}, status=status)

    async def booked(self, clock: str = "10:00", customer: object = ROBIN, *, status: int = 201, **more: Any) -> Any:
        """Book in one go, as the desk."""
        body = {**ASK, "start": at(clock), "customer": customer, **more}
        return await self.staff("bookings", body, status=status)

    async def shown(self, booking: Any) -> Any:
        """Show a booking to the desk."""
        answer = await self.desk.get("/api/v1/staff/bookings", params={"reference": booking["reference"]})
        (found,) = answer.json()["items"]
        return found

    async def free(self, **more: Any) -> list[str]:
        """List the starts that anybody is offered."""
        found = await self.post("availability", {**ASK, **more})
        return [slot["start"] for slot in found["slots"]]

    async def change(self, booking: Any, assignments: str, **values: Any) -> None:
        """Change a booking's row behind the product's back, and let memories know."""
        text = f"UPDATE bookings SET {assignments} WHERE reference = %(reference)s"
        self.rows.write(text, reference=booking["reference"], **values)
        self.rows.write(_RAISE, business=self.business, reference=booking["reference"])

    def lapse(self) -> None:
        """Let what is held now run out."""
        Field(business=self.business, clients=(), rows=self.rows).shorten_holds(0)


_RAISE = """
    WITH raised AS (
        UPDATE businesses SET revision = revision + 1 WHERE business_id = %(business)s RETURNING revision
    )
    INSERT INTO changes (business_id, revision, number, technician_id)
    SELECT %(business)s, revision, 1, technician_id FROM raised, bookings
    WHERE bookings.business_id = %(business)s AND reference = %(reference)s
"""


def living(database: Database, work: Callable[[House], Awaitable[T]], small: World | None = None, **settings: Any) -> T:
    """Run some work in a house of its own."""
    document = (small or small_world())._with_travel()

    async def opened(whole: Whole) -> T:
        await whole.bring_in(document["business"], document["commitments"])
        business = str(document["business"]["id"])
        async with await whole.key(business) as desk, whole.client() as anybody:
            rows = Rows(database=database)
            return await work(House(whole=whole, business=business, rows=rows, desk=desk, anybody=anybody))

    return on(database, opened, **settings)


# B1, B2, B3: holds


def test_what_is_offered_can_be_held_by_one_and_is_refused_whole_to_the_next(database: Database) -> None:
    async def work(house: House) -> None:
        held = await house.hold("10:00")
        refused = await house.hold("10:00", status=409)
        assert refused["code"] == "slot_taken"
        assert at("10:00") not in [slot["start"] for slot in refused["alternatives"]]
        assert 1 <= len(refused["alternatives"]) <= 5
        assert {slot["start"] for slot in refused["alternatives"]} <= set(await house.free())
        assert (held["status"], held["prolonged"]) == ("held", 0)
        assert house.rows.statuses(house.business) == {"held": 1}

    living(database, work)


@pytest.mark.parametrize("by", ["address", "email", "phone"])
def test_nobody_holds_more_than_two_times(database: Database, by: str) -> None:
    contacts = {"address": None, "email": "robin@example.com", "phone": "(416) 555-0123"}
    same = {"email": "  Robin@Example.com ", "phone": "+1 416 555 0123"}

    async def work(house: House) -> None:
        client = house.anybody if by == "address" else house.desk

        async def hold(clock: str, contact: str | None) -> Any:
            body = {**ASK, "start": at(clock)} | ({} if contact is None else {"contact": contact})
            return await client.post(f"/api/v1/{house.business}/holds", json=body)

        first = await hold("10:00", contacts[by])
        second = await hold("11:00", same.get(by))
        third = await hold("12:00", contacts[by])
        assert [answer.status_code for answer in (first, second, third)] == [201, 201, 429]
        assert third.json()["code"] == "too_many_holds"

        released = await house.anybody.delete(f"/api/v1/{house.business}/holds/{first.json()['token']}")
        assert released.json()["status"] == "expired"
        assert (await hold("12:00", contacts[by])).status_code == 201
        house.lapse()
        assert (await hold("13:00", contacts[by])).status_code == 201

    living(database, work)


def test_a_hold_is_prolonged_ten_times(database: Database) -> None:
    async def work(house: House) -> None:
        held = await house.hold("10:00")
        longer = [await house.post(f"holds/{held['token']}/prolong") for _ in range(10)]
        assert seconds(held["expires_at"], longer[-1]["expires_at"]) == 30 * 60
        assert (await house.post(f"holds/{held['token']}/prolong", status=409))["code"] == "hold_not_prolonged"

        booked = await house.confirm(held)
        assert (await house.post(f"holds/{held['token']}/prolong", status=409))["code"] == "wrong_status"
        assert booked["status"] == "confirmed"

    living(database, work)


def test_a_hold_that_has_run_out_frees_its_time_at_once(database: Database) -> None:
    async def work(house: House) -> None:
        held = await house.hold("10:00")
        assert at("10:00") not in await house.free()
        house.lapse()
        refused = await house.confirm(held, status=409)
        assert refused["code"] == "hold_expired"
        assert refused["alternatives"][0]["start"] == at("10:00")
        assert at("10:00") in await house.free()
        assert (await house.post(f"holds/{held['token']}/prolong", status=409))["code"] == "hold_expired"
        again = await house.hold("10:00")
        assert (await house.confirm(again))["status"] == "confirmed"

    living(database, work)


def test_the_same_hold_is_one_booking_for_one_customer(database: Database) -> None:
    async def work(house: House) -> None:
        held = await house.hold("10:00")
        first, again = await house.confirm(held), await house.confirm(held)
        assert (again["reference"], again["manage_url"]) == (first["reference"], first["manage_url"])
        assert (await house.confirm(held, KIM, status=409))["code"] == "hold_used"
        assert house.rows.statuses(house.business) == {"confirmed": 1}

    living(database, work)


def seconds(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def test_a_hold_is_not_in_its_own_way(database: Database) -> None:
    """F8, F13 and F14 count the hold itself neither at confirm, nor in the list of whoever holds it."""
    small = small_world().technician("t1", weekly_jobs=1).resource("lift", 1).product(resources={"lift": 1})

    async def work(house: House) -> None:
        held = await house.hold("10:00")
        assert at("10:00") not in await house.free()
        assert at("10:00") in await house.free(hold=held["token"])
        assert (await house.confirm(held))["status"] == "confirmed"

    living(database, work, small)


def test_notice_and_horizon_are_judged_at_the_moment_of_the_hold(database: Database) -> None:
    async def work(house: House) -> None:
        early, late = await house.hold("10:00", technician="t1"), await house.hold("12:00", technician="t1")
        document = small_world().policy(min_notice_minutes=4 * 24 * 60, horizon_days=9)._with_travel()
        await house.whole.bring_in(document["business"], [])
        house.rows.write(
            "UPDATE bookings SET held_at = held_at - interval '4 days' WHERE id = %(id)s", id=early["hold"]
        )
        await house.hold("14:00", status=409)
        assert (await house.confirm(early))["status"] == "confirmed"
        refused = await house.confirm(late, status=409)
        assert refused["code"] == "slot_taken"

    living(database, work)


def test_staff_name_technicians_and_others_only_ask_for_them(database: Database) -> None:
    async def work(house: House) -> None:
        named = await house.confirm(await house.hold("10:00", technician="t2"))
        body = {**ASK, "start": at("10:00"), "technician": "t1"}
        asked = await house.confirm(await house.post("holds", body), KIM)
        rows = [await house.shown(booking) for booking in (named, asked)]
        assert [(row["technician"], row["to_assign"]) for row in rows] == [("t2", False), ("t1", True)]
        assert (named["technician"], asked["technician"]) == ("t2", None)
        body["technician"] = "nobody"
        assert (await house.post("holds", body, status=422))["code"] == "invalid_request"

    living(database, work, small_world("t1", "t2").policy(assignment="manual"))


# B4: the states


STEPS = ("en_route", "in_progress", "completed", "no_show", "failed")
LIVE = {"confirmed", "en_route", "in_progress"}
ALLOWED = {
    "reschedule": {"confirmed"},
    "cancel": LIVE | {"requested"},
    "assign": {"confirmed"},
    "zone": LIVE | {"requested"},
    "accept": {"requested"},
    "estimate": {"in_progress"},
    "undo": set(STEPS),
    "en_route": {"confirmed"},
    "in_progress": {"confirmed", "en_route"},
    "completed": {"in_progress"},
    "no_show": LIVE,
    "failed": LIVE,
}
WAYS: dict[str, tuple[str, ...]] = {
    "confirmed": (),
    "en_route": ("en_route",),
    "in_progress": ("en_route", "in_progress"),
    "completed": ("in_progress", "completed"),
    "no_show": ("en_route", "no_show"),
    "failed": ("in_progress", "failed"),
}


async def in_status(house: House, status: str, clock: str) -> str:
    """Bring a new booking into a status; gives its id."""
    if status in {"held", "expired"}:
        held = await house.hold(clock)
        if status == "expired":
            await house.anybody.delete(f"/api/v1/{house.business}/holds/{held['token']}")
        return str(held["hold"])
    if status == "requested":
        asked = await house.post("requests", {**ASK, "start": at(clock), "customer": ROBIN})
        return str((await house.shown(asked))["id"])
    id_ = str((await house.booked(clock))["id"])
    if status == "cancelled":
        await house.staff(f"bookings/{id_}/cancel", {"reason": "They called."})
    for step in WAYS.get(status, ()):
        await house.staff(f"bookings/{id_}/steps", {"step": step})
    return id_


async def act(house: House, id_: str, action: str, clock: str) -> tuple[int, str]:
    """Do something to a booking; gives the status of the answer, and its code or the booking's new status."""
    bodies: dict[str, Any] = {
        "reschedule": {"start": at(clock, days=3)},
        "assign": {"technician": "t1"},
        "zone": {"zone": "z1", "reason": "Whatever."},
        "estimate": {"end": at(clock, days=2)},
    }
    verb, body = ("steps", {"step": action}) if action in STEPS else (action, bodies.get(action, {}))
    answer = await house.desk.post(f"/api/v1/staff/bookings/{id_}/{verb}", json=body)
    document = answer.json()
    return answer.status_code, document.get("code") or document["status"]


@pytest.mark.parametrize("status", ["requested", "held", "expired", "cancelled", *WAYS])
def test_every_action_from_every_status_is_done_or_refused(database: Database, status: str) -> None:
    async def work(house: House) -> dict[str, tuple[int, str]]:
        found = {}
        for hour, action in enumerate(ALLOWED, start=6):
            clock = f"{hour:02}:00"
            found[action] = await act(house, await in_status(house, status, clock), action, clock)
        return found

    found = living(database, work)

    becomes = {"reschedule": "confirmed", "assign": "confirmed", "zone": status, "accept": "confirmed"}
    becomes |= {"cancel": "cancelled", "estimate": "in_progress"} | {step: step for step in STEPS}
    becomes["undo"] = WAYS[status][-2] if len(WAYS.get(status, ())) > 1 else "confirmed"
    assert found == {
        action: (200, becomes[action]) if status in allowed else (409, "wrong_status")
        for action, allowed in ALLOWED.items()
    }


def test_a_step_is_taken_back_within_ten_minutes_and_once(database: Database) -> None:
    async def work(house: House) -> None:
        booked = await house.booked("10:00")
        verb = f"bookings/{booked['id']}"
        await house.staff(f"{verb}/steps", {"step": "en_route"})
        assert (await house.staff(f"{verb}/undo"))["status"] == "confirmed"
        assert (await house.staff(f"{verb}/undo", status=409))["code"] == "wrong_status"
        await house.staff(f"{verb}/steps", {"step": "en_route"})
        await house.change(booked, "stepped_at = stepped_at - interval '9 minutes'")
        assert (await house.staff(f"{verb}/undo"))["status"] == "confirmed"
        await house.staff(f"{verb}/steps", {"step": "en_route"})
        await house.change(booked, "stepped_at = stepped_at - interval '11 minutes'")
        assert (await house.staff(f"{verb}/undo", status=409))["code"] == "too_late_to_undo"

    living(database, work)


# B5, B14: prices


def test_what_was_agreed_stays_whatever_the_catalogue_says_later(database: Database) -> None:
    async def work(house: House) -> None:
        booked = await house.booked("10:00")
        held = await house.hold("13:00")
        document = small_world().product(price=99_900, duration_minutes=120)._with_travel()
        await house.whole.bring_in(document["business"], [])
        confirmed = await house.confirm(held, KIM)
        moved = await house.staff(f"bookings/{booked['id']}/reschedule", {"start": at("18:00")})
        for booking in (confirmed, moved):
            assert (booking["price"], seconds(booking["start"], booking["end"])) == (14_900, 3_600)
        assert (await house.booked("10:00", KIM))["price"] == 99_900

    living(database, work)


def test_what_was_shown_for_a_recommended_slot_is_what_is_charged(database: Database) -> None:
    discount = {"percent": 10, "floor": 0}

    async def work(house: House) -> None:
        await house.booked("10:00", KIM)
        slots = (await house.post("availability", ASK))["slots"]
        cheap = [slot for slot in slots if slot["recommended"]]
        assert cheap
        assert {slot["price"] for slot in cheap} == {13_410}
        assert {slot["price"] for slot in slots if not slot["recommended"]} == {14_900}
        without = small_world()._with_travel()
        await house.whole.bring_in(without["business"], [])
        body = {**ASK, "start": cheap[0]["start"]}
        altered = await house.post("holds", {**body, "offer": cheap[0]["offer"][:-2] + "AA"}, status=422)
        assert altered["code"] == "invalid_request"
        held = await house.post("holds", {**body, "offer": cheap[0]["offer"]})
        booked = await house.confirm(held)
        assert (booked["price"], booked["discount"]) == (13_410, 1_490)

    living(database, work, small_world().policy(recommended_discount=discount))


# B6, B7: changes by the customer


def test_customers_change_until_the_cut_off_and_the_desk_after_it(database: Database) -> None:
    async def work(house: House) -> None:
        far, near = await house.booked("10:00"), await house.booked("12:00", KIM)
        moved = await house.staff(f"bookings/{far['id']}/reschedule", {"start": at("10:00", days=4)})
        assert moved["start"] == at("10:00", days=4)
        shown = [(await house.anybody.get(one["manage_url"])).json() for one in (far, near)]
        assert [(one["can_reschedule"], one["can_cancel"]) for one in shown] == [(True, True), (False, False)]
        for verb, body in (("reschedule", {"start": at("15:00", days=4)}), ("cancel", {"reason": "We are away."})):
            late = await house.anybody.post(f"{near['manage_url']}/{verb}", json=body)
            assert (late.status_code, late.json()["code"]) == (409, "too_late_to_change")
            in_time = await house.anybody.post(f"{far['manage_url']}/{verb}", json=body)
            assert in_time.status_code == 200, in_time.text
        assert (await house.staff(f"bookings/{near['id']}/reschedule", {"start": at("15:00")}))["start"] == at("15:00")
        assert (await house.staff(f"bookings/{near['id']}/cancel"))["status"] == "cancelled"

    living(database, work, small_world().policy(change_cutoff_minutes=3 * 24 * 60))


def test_a_visit_is_not_in_its_own_way_and_stays_where_it_cannot_be_moved(database: Database) -> None:
    async def work(house: House) -> None:
        first, other = await house.booked("10:00"), await house.booked("12:00", KIM)
        link = first["manage_url"]
        offered = [slot["start"] for slot in (await house.anybody.get(f"{link}/availability")).json()["slots"]]
        assert {at("10:00"), at("10:15"), at("09:15")} <= set(offered)
        assert at("11:15") not in offered
        overlapping = await house.anybody.post(f"{link}/reschedule", json={"start": at("10:15")})
        assert overlapping.json()["start"] == at("10:15")
        refused = await house.anybody.post(f"{link}/reschedule", json={"start": other["start"]})
        assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
        assert refused.json()["alternatives"]
        assert (await house.shown(first))["start"] == at("10:15")
        for reason in ("", "   "):
            silent = await house.anybody.post(f"{link}/cancel", json={"reason": reason})
            assert (silent.status_code, silent.json()["code"]) == (422, "reason_needed")
        seen = {"version": 1, "start": at("15:00")}
        stale = await house.anybody.post(f"{link}/reschedule", json=seen)
        assert stale.json()["code"] == "changed_meanwhile"

    living(database, work, small_world().every(15))


# B9: overrides


HARD = {"off_shift": True, "overlap": False, "horizon": False, "skills": False}


@pytest.mark.parametrize("rule", HARD)
def test_soft_rules_are_overridden_with_a_reason_and_hard_ones_never(database: Database, rule: str) -> None:
    small = small_world().shift(("06:00", "20:00")).technician("t2", skills=[])
    if rule == "skills":
        small = small.technician("t1", skills=["gas"]).product(skills=["gas"])
    case: dict[str, Any] = {
        "off_shift": {"start": at("21:00"), "technician": "t1"},
        "overlap": {"start": at("10:00"), "technician": "t1"},
        "horizon": {"start": at("10:00", days=40), "technician": "t1"},
        "skills": {"start": at("10:00"), "technician": "t2"},
    }[rule]

    async def work(house: House) -> None:
        await house.booked("10:00", KIM, technician="t1")
        silent = await house.booked(status=409, **case)
        asked = case | {"override": {"reason": "No heat."}}
        loud = await house.booked(status=201 if HARD[rule] else 409, **asked)
        if HARD[rule]:
            assert (silent["code"], silent["rules"]) == ("needs_override", ["off_shift"])
            assert loud["reasons"]["overridden"] == ["off_shift"]
        else:
            assert (silent["code"], loud["code"]) == ("slot_taken", "not_overridable")
            assert loud["rules"]

    living(database, work, small)


def test_no_technician_agent_or_key_without_the_scope_overrides(database: Database) -> None:
    async def work(house: House) -> None:
        body = {**ASK, "start": at("21:00"), "technician": "t1", "customer": ROBIN}
        loud = body | {"override": {"reason": "No heat."}}
        for client in await others(house):
            silent = await client.post("/api/v1/staff/bookings", json=body)
            asked = await client.post("/api/v1/staff/bookings", json=loud)
            await client.aclose()
            assert asked.status_code == 403
            assert silent.status_code == 403 or silent.json()["code"] == "slot_taken"
        assert house.rows.statuses(house.business) == {}
        assert (await house.staff("bookings", loud, status=201))["reasons"]["overridden"] == ["off_shift"]

    living(database, work, small_world().shift(("06:00", "20:00")))


async def others(house: House) -> list[httpx2.AsyncClient]:
    """Sign in those who may book, or take steps, but not override."""
    clients = [await house.whole.key(house.business, set(Scope) - {Scope.OVERRIDE})]
    for role in (Role.AGENT, Role.TECHNICIAN):
        wanted = CreateAccount(
            business=house.business,
            email=f"{role.value}@example.com",
            password="a long winter evening",
            role=role,
            technician="t1" if role is Role.TECHNICIAN else None,
        )
        await create_account(
            wanted,
            actor=TESTER,
            storage=house.whole.storage,
            passwords=Argon2Passwords(),
            now=int(datetime.now(ZONE).timestamp()),
        )
        client = house.whole.client(Origin="http://localhost")
        signed_in = await client.post(
            "/api/v1/staff/sessions", json={"email": wanted.email, "password": wanted.password}
        )
        assert signed_in.status_code == 201, signed_in.text
        clients.append(client)
    return clients


# B10: idempotency


def test_a_key_gives_the_same_answer_for_the_same_body_alone(database: Database) -> None:
    async def work(house: House) -> None:
        key = "3f0d2c7e"
        body = {**ASK, "start": at("10:00")}
        first, again = await house.post("holds", body, key=key), await house.post("holds", body, key=key)
        assert again == first
        other = await house.post("holds", {**ASK, "start": at("11:00")}, status=422, key=key)
        assert other["code"] == "idempotency_mismatch"
        assert house.rows.statuses(house.business) == {"held": 1}

        confirm = {"hold": first["token"], "customer": ROBIN}
        # The same key at another route is another request.
        assert (await house.post("bookings", confirm, status=422, key=key))["code"] == "idempotency_mismatch"
        booked = [await house.post("bookings", confirm, status=201, key="9c55-4f7e") for _ in range(2)]
        assert booked[0] == booked[1]

    living(database, work)


def test_a_refused_attempt_is_not_kept(database: Database) -> None:
    async def work(house: House) -> None:
        key = "3f0d2c7e"
        held = await house.hold("10:00")
        body = {**ASK, "start": at("10:00")}
        assert (await house.post("holds", body, status=409, key=key))["code"] == "slot_taken"
        await house.anybody.delete(f"/api/v1/{house.business}/holds/{held['token']}")
        assert (await house.post("holds", body, status=201, key=key))["status"] == "held"

    living(database, work)


# B12: service addresses


OAKVILLE = {"lat": 43.48955, "lng": -79.70841, "postal_code": "L6H 0H3"}
STREET = {"street": "1225 Trafalgar Road", "city": "Oakville", "province": "ON", "postal_code": "L6H 0H3"}
DOWN = {"geocoders": ("nominatim",), "nominatim_url": "http://127.0.0.1:9", "nominatim_contact": "tests@example.com"}


@pytest.mark.parametrize("geocoder", ["postal", "down"])
def test_a_visit_stands_on_its_postal_code_until_the_desk_has_looked(database: Database, geocoder: str) -> None:
    async def work(house: House) -> None:
        held = await house.hold("10:00", place=OAKVILLE)
        booked = await house.confirm(held, address=STREET)
        assert (booked["status"], booked["address_unchecked"]) == ("confirmed", True)
        found = await house.desk.get("/api/v1/staff/bookings", params={"address_unchecked": True})
        (row,) = found.json()["items"]
        assert row["reference"] == booked["reference"]
        assert row["address"]["lines"][0] == "1225 Trafalgar Road, Oakville, ON"
        assert (row["place"]["lat"], row["place"]["lng"]) == (OAKVILLE["lat"], OAKVILLE["lng"])

    living(database, work, small_world().crow_flies(), **(DOWN if geocoder == "down" else {}))


ROOF: dict[str, Any] = nominatim_result(lat="43.4900000", lon="-79.7000000")
FOUND: dict[str, tuple[list[Any], dict[str, Any], str]] = {
    "its roof": ([ROOF], STREET, "confirmed"),
    "far away": ([ROOF | {"lat": "45.4200000", "lon": "-75.7000000"}], STREET, "address_elsewhere"),
    "nowhere, with a code": ([], STREET, "address_not_found"),
    "nowhere": ([], {"street": "1 Nowhere Street"}, "unchecked"),
}


@pytest.mark.parametrize("found", FOUND)
def test_the_rules_are_judged_where_the_technician_rings(database: Database, found: str) -> None:
    results, address, becomes = FOUND[found]

    async def work(house: House) -> None:
        held = await house.hold("10:00", place=OAKVILLE)
        body = {"hold": held["token"], "customer": ROBIN, "address": address}
        answer = await house.anybody.post(f"/api/v1/{house.business}/bookings", json=body)
        document = answer.json()
        if not answer.is_success:
            assert document["code"] == becomes
            assert becomes != "address_elsewhere" or "alternatives" in document
            assert house.rows.statuses(house.business) == {"held": 1}
            return
        assert (document["status"], document["address_unchecked"]) == ("confirmed", becomes == "unchecked")
        place = (await house.shown(document))["place"]
        expected = (OAKVILLE["lat"], OAKVILLE["lng"]) if becomes == "unchecked" else (43.49, -79.7)
        assert (place["lat"], place["lng"]) == expected

    with nominatim(results) as url:
        living(database, work, small_world().crow_flies(), **DOWN | {"nominatim_url": url})


@contextmanager
def nominatim(results: list[Any]) -> Iterator[str]:
    """Run a Nominatim on loopback that gives the same results to everything; gives its address."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(results).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)


# Customers


SAME = {
    "email": ({"email": "robin@example.com"}, {"email": " Robin@EXAMPLE.com", "phone": "416 555 0123"}),
    "phone": ({"phone": "(416) 555-0123"}, {"phone": "+1-416-555-0123"}),
    "phone beside an email": ({"phone": "416-555-0123", "email": "robin@example.com"}, {"phone": "4165550123"}),
}


@pytest.mark.parametrize("by", SAME)
def test_a_customer_is_found_again(database: Database, by: str) -> None:
    async def work(house: House) -> None:
        said = [{"name": "Robin Doe"} | words for words in SAME[by]]
        booked = [await house.booked(clock, who) for clock, who in zip(("10:00", "12:00"), said, strict=True)]
        assert len({one["customer"]["id"] for one in booked}) == 1
        stranger = await house.booked("14:00", KIM)
        assert stranger["customer"]["id"] != booked[0]["customer"]["id"]

    living(database, work)
