"""Journeys of bookings on real processes: a server, a mail server, a worker that may be killed between two steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests import databases
from tests.databases import Database
from tests.service.journey import PLACE, House, Stage, at, customer, small_world, stage
from tests.worlds import box

pytestmark = pytest.mark.slow

ROBIN = "Robin Doe"


@pytest.fixture(scope="module")
def theatre(database_server: URL, database_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for all journeys: each has a business of its own."""
    with (
        databases.clone(database_server, database_template) as database,
        stage(database, tmp_path_factory.mktemp("journeys")) as running,
    ):
        yield running


@pytest.fixture(params=[False, True], ids=["a worker at work", "workers that are killed"])
def restless(request: pytest.FixtureRequest) -> bool:
    """Whether the worker is killed before each write, and another one started after it."""
    return bool(request.param)


def test_a_customer_books_moves_and_cancels(theatre: Stage, restless: bool) -> None:
    with theatre.house(small_world(), restless=restless) as house:
        found = house.post("places", {"postal_code": "L6H 0H3"})
        place = {key: found["place"][key] for key in ("lat", "lng", "postal_code")}
        assert found["resolution"]["zone"] == "z1"
        first, second = at("10:00"), at("15:00")
        assert {first, second} <= set(house.free(place=place))
        secret = hook(house)

        held = house.post("holds", {"place": place, "product": "tune-up", "start": first}, status=201)
        assert first not in house.free(place=place)
        assert first not in house.free()
        longer = house.post(f"holds/{held['token']}/prolong")
        assert seconds_between(held["expires_at"], longer["expires_at"]) == 180
        booked = house.post("bookings", {"hold": held["token"], "customer": customer(ROBIN)}, status=201)

        confirmed = house.letter(ROBIN, 1)
        assert (confirmed.method, confirmed.sequence) == ("REQUEST", 0)
        assert confirmed.start == datetime.fromisoformat(first)
        assert booked["reference"] in confirmed.text
        for link in (booked["manage_url"], confirmed.link):
            shown = house.get(link)
            assert (shown["reference"], shown["status"], shown["start"]) == (booked["reference"], "confirmed", first)
        others = [slot["start"] for slot in house.get(f"{confirmed.link}/availability")["slots"]]
        assert {first, second} <= set(others)
        assert first not in house.free()

        moved = house.post(f"{confirmed.link}/reschedule", {"start": second})
        assert (moved["start"], moved["reference"]) == (second, booked["reference"])
        again = house.letter(ROBIN, 2)
        assert again.uid == confirmed.uid
        assert again.sequence > confirmed.sequence
        assert again.start == datetime.fromisoformat(second)
        for asked in (place, PLACE):
            free = house.free(place=asked)
            assert first in free
            assert second not in free

        why = {"reason": "We are away that day."}
        assert house.post(f"{again.link}/cancel", {}, status=422)["code"] == "reason_needed"
        assert house.post(f"{again.link}/cancel", why)["status"] == "cancelled"
        over = house.letter(ROBIN, 3)
        assert (over.method, over.status) == ("CANCEL", "CANCELLED")
        assert over.uid == confirmed.uid
        assert over.sequence > again.sequence
        assert {first, second} <= set(house.free())
        assert house.post(f"{over.link}/reschedule", {"start": first}, status=409)["code"] == "wrong_status"

        assert len(house.letters(ROBIN)) == 3
        nothing_is_missing_or_doubled(house)
        steps = ["held", "confirmed", "rescheduled", "cancelled"]
        must_have_been_told(house, secret, [f"booking.{step}" for step in steps])
        (row,) = house.get("bookings", desk=True, status="cancelled")["items"]
        assert row["ended_because"] == why["reason"]
        assert [line["action"] for line in house.trail(row)] == ["hold", "prolong", "confirm", "reschedule", "cancel"]


def test_staff_book_for_somebody_and_ask_twice(theatre: Stage, restless: bool) -> None:
    with theatre.house(small_world("t1", "t2"), restless=restless) as house:
        first = house.booked(at("10:00"), ROBIN)
        again = house.booked(at("10:00"), ROBIN)
        other = house.booked(at("10:00"), "Kim Roe")

        assert (again["id"], again["reference"]) == (first["id"], first["reference"])
        assert (first["source"], first["status"]) == ("staff", "confirmed")
        assert other["technician"] != first["technician"]
        assert at("10:00") not in house.free()
        assert house.get(house.letter(ROBIN, 1).link)["reference"] == first["reference"]
        for made in (first, again):
            assert house.get(made["manage_url"])["reference"] == first["reference"]
        assert [len(house.letters(name)) for name in (ROBIN, "Kim Roe")] == [1, 1]
        nothing_is_missing_or_doubled(house)


def test_a_soft_rule_is_overridden_after_a_warning(theatre: Stage, restless: bool) -> None:
    with theatre.house(small_world().shift(("08:00", "17:00")), restless=restless) as house:
        body = {"place": PLACE, "product": "tune-up", "start": at("19:00"), "customer": customer(ROBIN)}
        body |= {"technician": "t1"}
        warned = house.post("bookings", body, desk=True, status=409)
        silent = house.write("POST", "bookings", body | {"override": {"reason": " "}}, desk=True)
        reason = "No heat, and T1 agreed to come."
        made = house.post("bookings", body | {"override": {"reason": reason}}, desk=True, status=201)

        assert (warned["code"], warned["rules"]) == ("needs_override", ["off_shift"])
        assert silent.status_code == 422
        assert made["reasons"]["overridden"] == ["off_shift"]
        (line,) = house.trail(made)
        assert (line["action"], line["reason"], line["actor"]["kind"]) == ("book", reason, "key")
        assert line["after"]["reasons"]["overridden"] == ["off_shift"]
        assert house.letter(ROBIN, 1).start == datetime.fromisoformat(at("19:00"))
        nothing_is_missing_or_doubled(house)


def test_a_zone_is_overridden_with_and_without_another_price(theatre: Stage, restless: bool) -> None:
    elsewhere = {"type": "Polygon", "coordinates": [box(-78, 43, -77, 44)]}
    dearer = {"product": "tune-up", "price": 19_900, "price_on": True}
    small = (
        small_world()
        .boundary("elsewhere", kind="polygon", geometry=elsewhere)
        .zone("z2", boundaries=["elsewhere"], industries=[{"industry": "hvac"}], overrides=[dearer])
    )
    with theatre.house(small, restless=restless) as house:
        made = house.booked(at("10:00"), ROBIN)
        unsaid = house.write("POST", f"bookings/{made['id']}/zone", {"zone": "z2", "reason": " "}, desk=True)
        kept = house.to(made, "zone", {"zone": "z2", "reason": "On the border."})
        priced = house.to(made, "zone", {"zone": "z2", "reason": "As agreed.", "reprice": True})

        assert unsaid.status_code == 422
        assert [(one["zone"], one["price"]) for one in (made, kept, priced)] == [
            ("z1", 14_900),
            ("z2", 14_900),
            ("z2", 19_900),
        ]
        _, counted, repriced = house.trail(made)
        assert (counted["reason"], counted["before"]["zone"], counted["after"]["zone"]) == (
            "On the border.",
            "z1",
            "z2",
        )
        assert (repriced["reason"], repriced["before"]["price"], repriced["after"]["price"]) == (
            "As agreed.",
            14_900,
            19_900,
        )
        assert {line["actor"]["kind"] for line in (counted, repriced)} == {"key"}
        nothing_is_missing_or_doubled(house)


def test_the_desk_assigns_what_was_booked_provisionally(theatre: Stage, restless: bool) -> None:
    with theatre.house(small_world("t1", "t2").policy(assignment="manual"), restless=restless) as house:
        held = house.post("holds", {"place": PLACE, "product": "tune-up", "start": at("10:00")}, status=201)
        booked = house.post("bookings", {"hold": held["token"], "customer": customer(ROBIN)}, status=201)
        (waits,) = house.get("bookings", desk=True, to_assign=True)["items"]
        other = {"t1": "t2", "t2": "t1"}[waits["technician"]]
        given = house.to(waits, "assign", {"technician": other})

        assert (booked["technician"], waits["reference"]) == (None, booked["reference"])
        assert (given["technician"], given["to_assign"]) == (other, False)
        assert not house.get("bookings", desk=True, to_assign=True)["items"]
        assert house.get(booked["manage_url"])["technician"] == other
        assert [line["action"] for line in house.trail(waits)] == ["hold", "confirm", "assign"]
        nothing_is_missing_or_doubled(house)


def test_of_two_requests_for_one_time_one_is_accepted(theatre: Stage, restless: bool) -> None:
    with theatre.house(small_world(), restless=restless) as house:
        ask = {"place": PLACE, "product": "tune-up", "start": at("10:00")}
        asked = [house.post("requests", {**ask, "customer": customer(name)}, status=201) for name in (ROBIN, "Kim Roe")]
        assert {one["status"] for one in asked} == {"requested"}
        assert at("10:00") in house.free()
        first, second = house.get("bookings", desk=True, status="requested")["items"]
        by_reference = {one["reference"]: one for one in (first, second)}
        first, second = (by_reference[one["reference"]] for one in asked)
        assert all(house.letter(name, 1).link for name in (ROBIN, "Kim Roe"))

        accepted = house.to(first, "accept")
        refused = house.to(second, "accept", status=409)
        declined = house.to(second, "cancel", {"reason": "We are full that day."})

        assert (accepted["status"], accepted["technician"]) == ("confirmed", "t1")
        assert refused["code"] == "slot_taken"
        assert refused["alternatives"]
        assert declined["status"] == "cancelled"
        assert house.letter(ROBIN, 2).status == "CONFIRMED"
        assert [len(house.letters(name)) for name in (ROBIN, "Kim Roe")] == [2, 2]
        nothing_is_missing_or_doubled(house)


NEAR, FAR = "Nea Near", "Fay Far"


def waiting_house(house: House) -> dict[str, str]:
    """Fill the only time that two wait for, one next door to the visits around it, and one far away; who has it?"""
    for clock in ("08:00", "12:00"):
        house.booked(at(clock), "Ann Other")
    first = house.booked(at("10:00"), ROBIN)
    wish = {"from": at("10:00"), "to": at("11:00")}
    tokens = {}
    for name, place in ((FAR, PLACE | {"lat": PLACE_LAT - 0.125}), (NEAR, PLACE)):
        body = {"place": place, "product": "tune-up", "wishes": [wish], "customer": customer(name)}
        tokens[name] = house.post("waitlist", body, status=201)["token"]
    house.to(first, "cancel", {"reason": "The customer called."})
    return tokens


PLACE_LAT = 43.5


def test_who_waits_is_offered_what_becomes_free(theatre: Stage, restless: bool) -> None:
    with theatre.house(small_world(), restless=restless) as house:
        tokens = waiting_house(house)
        link = house.letter(NEAR, 1).link
        offered = house.get(link)
        assert (offered["status"], offered["start"]) == ("held", at("10:00"))
        assert seconds_between(datetime.now().astimezone().isoformat(), offered["expires_at"]) > 100 * 60
        assert not house.letters(FAR)
        assert at("10:00") not in house.free()
        token = link.rpartition("/")[2]
        booked = house.post("bookings", {"hold": token, "customer": customer(NEAR)}, status=201)

        assert (booked["status"], booked["start"]) == ("confirmed", at("10:00"))
        assert house.letter(NEAR, 2).method == "REQUEST"
        assert [house.get(f"waitlist/{tokens[name]}")["status"] for name in (NEAR, FAR)] == ["booked", "waiting"]
        assert not house.letters(FAR)
        nothing_is_missing_or_doubled(house)


def test_an_offer_that_lapses_goes_to_the_next(theatre: Stage, restless: bool) -> None:
    with theatre.house(small_world(), restless=restless) as house:
        tokens = waiting_house(house)
        lapsed = house.letter(NEAR, 1).link
        house.settle()
        house.lapse()
        link = house.letter(FAR, 1).link
        token = link.rpartition("/")[2]
        refused = house.post("bookings", {"hold": lapsed.rpartition("/")[2], "customer": customer(NEAR)}, status=409)
        booked = house.post("bookings", {"hold": token, "customer": customer(FAR)}, status=201)

        assert refused["code"] == "hold_expired"
        assert house.get(lapsed)["status"] == "expired"
        assert (booked["status"], booked["start"]) == ("confirmed", at("10:00"))
        assert [house.get(f"waitlist/{tokens[name]}")["status"] for name in (NEAR, FAR)] == ["waiting", "booked"]
        assert [len(house.letters(name)) for name in (NEAR, FAR)] == [1, 2]
        nothing_is_missing_or_doubled(house)


def test_a_visit_that_overruns_moves_the_rest_of_the_day(theatre: Stage, restless: bool) -> None:
    with theatre.house(small_world(), restless=restless) as house:
        names = ["First One", "Second One", "Third One", "Late One"]
        visits = [
            house.booked(at(f"{hour}:00"), name) for hour, name in zip(("09", "10", "11", "15"), names, strict=True)
        ]
        house.to(visits[0], "steps", {"step": "in_progress"})

        def report(clock: str) -> tuple[list[str | None], list[int]]:
            """Say when the first visit will be over; gives the estimates after it, and how many mails each has got."""
            house.to(visits[0], "estimate", {"end": at(clock)})
            return estimates(), [len(house.letters(name)) for name in names]

        def estimates() -> list[str | None]:
            found = house.get("bookings", desk=True, **{"from": at("00:00")})["items"]
            return [one["estimated_start"] for one in found[1:]]

        assert report("10:40") == ([at("10:40"), at("11:40"), None], [1, 2, 2, 1])
        assert report("10:50") == ([at("10:50"), at("11:50"), None], [1, 2, 2, 1])
        assert report("11:00") == ([at("11:00"), at("12:00"), None], [1, 3, 3, 1])
        told = house.letter("Second One", 3)
        assert at("11:00")[11:16] in told.text
        assert house.get(told.link)["estimated_start"] == at("11:00")
        assert house.get(told.link)["start"] == at("10:00")

        undone = house.to(visits[0], "undo")
        assert undone["status"] == "confirmed"
        assert estimates() == [None, None, None]
        # They were told of 11:00 and 12:00, and are told that it is 10:00 and 11:00 after all.
        assert [len(house.letters(name)) for name in names] == [1, 4, 4, 1]
        nothing_is_missing_or_doubled(house)


def test_without_a_mail_server_the_desk_has_a_list(database: Database, tmp_path: Path) -> None:
    with stage(database, tmp_path, mails=False) as quiet, quiet.house(small_world()) as house:
        made = house.booked(at("10:00"), ROBIN)
        house.settle()
        (message,) = house.get("messages", desk=True, status="unsent", unsettled=True)["items"]
        settled = house.post(f"messages/{message['id']}/settle", {"note": "Told on the phone."}, desk=True)

        assert (message["booking"], message["kind"]) == (made["id"], "confirmed")
        assert (message["status"], message["failure"]) == ("unsent", "no_mailer")
        assert settled["settled_at"]
        assert not house.get("messages", desk=True, unsettled=True)["items"]
        assert not quiet.post.taken


def hook(house: House) -> str:
    """Have a business's events told to the listener; gives the secret that signs them."""
    body = {"url": f"http://127.0.0.1:{house.stage.hooks.port}/{house.business}"}
    return str(house.post("webhooks", body, desk=True, status=201)["secret"])


def must_have_been_told(house: House, secret: str, types: list[str]) -> None:
    """Each event was delivered once, and signed; told again, the same bodies come under other ids."""
    house.settle()
    told = house.stage.hooks.at(f"/{house.business}")
    assert sorted(one.document["type"] for one in told) == sorted(types)
    assert len({one.id for one in told}) == len(types)
    assert all(one.signed_with(secret) for one in told)
    (webhook,) = house.get("webhooks", desk=True)["items"]
    deliveries = house.get(f"webhooks/{webhook['id']}/deliveries", desk=True)["items"]
    assert [one["event"]["type"] for one in sorted(deliveries, key=lambda one: one["event"]["number"])] == types
    assert {(one["status"], one["answer"]) for one in deliveries} == {("delivered", 204)}

    since = {"since": webhook["created_at"]}
    assert house.post(f"webhooks/{webhook['id']}/replay", since, desk=True, status=202)["count"] == len(types)
    house.settle()
    again = house.stage.hooks.at(f"/{house.business}")[len(told) :]
    assert sorted(one.body for one in again) == sorted(one.body for one in told)
    assert not {one.id for one in again} & {one.id for one in told}
    assert all(one.signed_with(secret) for one in again)


def nothing_is_missing_or_doubled(house: House) -> None:
    """Each message is sent, and came as one letter with an id of its own; or it was out of date before it was sent."""
    house.settle()
    rows = house.get("messages", desk=True)["items"]
    became = {row["id"]: row["status"] for row in rows}
    assert set(became.values()) <= {"sent", "dropped"}, rows
    came = [letter.id.strip("<>").partition(".")[0] for letter in house.stage.post.of(house.business)]
    assert {id_ for id_, status in became.items() if status == "sent"} <= set(came) <= set(became)
    # Only a worker that died between a letter's being taken and its being marked as sent gives it twice, as the same.
    assert len(came) == len(set(came)) or house.restless


def seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
