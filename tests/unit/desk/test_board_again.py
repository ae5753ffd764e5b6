"""Forms of blocked time sent twice, without their version, unchanged, or with what no calendar holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx2

from tests.databases import Database
from tests.service.test_booking_life import House, living
from tests.unit.desk.test_board_moves import DAY, STAFF, at, booked, fleet, iso
from tests.unit.desk.test_board_time import blocking, commitments
from tests.unit.desk.walking import form_of, send, words_of


async def lunch(house: House) -> dict[str, Any]:
    """Open the form of a lunch."""
    return form_of(await house.desk.get("/desk/board/time/lunch"), "/time/lunch")


async def kept(house: House, id_: str, start: str, end: str, **more: Any) -> None:
    """Write a technician's busy time by the API."""
    document = {"id": id_, "technician": "t1", "kind": "busy", "start": start, "end": end, "title": "Dentist", **more}
    answer = await house.desk.put(f"{STAFF}/commitments/{id_}", json=document)
    assert answer.is_success, answer.text


def test_time_is_blocked_changed_and_freed_once_however_often_the_forms_are_sent(database: Database) -> None:
    async def work(house: House) -> list[list[httpx2.Response]]:
        before = set(await commitments(house))
        page = await house.desk.get("/desk/board/time", params={"technician": "t1", "start": str(at("09:00"))})
        form = form_of(page, "/board/time")
        blocked = [await send(house.desk, form, title="Sick") for _ in range(2)]
        (id_,) = set(await commitments(house)) - before
        form = form_of(await house.desk.get(f"/desk/board/time/{id_}"), id_)
        changed = [await send(house.desk, form, to_time="13:00") for _ in range(2)]
        form = form_of(await house.desk.get(f"/desk/board/time/{id_}"), id_)
        freed = [await send(house.desk, form, free="1") for _ in range(2)]
        assert id_ not in await commitments(house)
        trail = await house.desk.get(f"{STAFF}/audit", params={"subject": "commitments", "id": id_})
        assert [line["action"] for line in trail.json()["items"]] == ["delete", "change", "create"]
        return [blocked, changed, freed]

    for notice, answers in zip(("blocked", "saved", "freed"), living(database, work, fleet()), strict=True):
        places = [answer.headers.get("location") for answer in answers]
        assert places == [f"/desk/board?date={DAY}&notice={notice}"] * 2, [words_of(one) for one in answers]


def test_what_never_was_is_not_freed(database: Database) -> None:
    async def work(house: House) -> list[int]:
        booking = await booked(house)
        paths = ("/desk/board/time/nothing", f"/desk/board/time/{booking['id']}")
        return [(await house.desk.post(path, data={"free": "1"})).status_code for path in paths]

    assert living(database, work, fleet()) == [404, 404]


def test_a_form_without_its_version_overwrites_nothing(database: Database) -> None:
    async def work(house: House) -> tuple[list[httpx2.Response], dict[str, Any]]:
        form = await lunch(house)
        del form["fields"]["version"]
        answers = [await send(house.desk, form, **typed) for typed in ({"to_time": "13:00"}, {"free": "1"})]
        return answers, (await commitments(house))["lunch"]

    answers, after = living(database, work, fleet())
    assert [answer.status_code for answer in answers] == [412, 412]
    assert "Somebody else changed this time" in words_of(answers[0])
    assert (after["start"], after["end"]) == (iso(at("12:00")), iso(at("12:30")))


def test_a_new_title_moves_nothing(database: Database) -> None:
    spans = {
        "to-the-second": (f"{DAY}T15:00:30-05:00", f"{DAY}T15:20:45-05:00"),
        "repeated-hour": ("2027-11-07T01:15:00-05:00", "2027-11-07T01:45:00-05:00"),
    }

    async def work(house: House) -> dict[str, tuple[float, ...]]:
        for id_, (start, end) in spans.items():
            await kept(house, id_, start, end)
            page = await house.desk.get(f"/desk/board/time/{id_}")
            faulty = await send(house.desk, form_of(page, id_), whose="", title="Training")
            assert faulty.status_code == 422
            sent = await send(house.desk, form_of(faulty, id_), whose="technician:t1")
            assert sent.status_code == 303, words_of(sent)
        after = await commitments(house)
        assert {after[id_]["title"] for id_ in spans} == {"Training"}
        return {id_: instants(after[id_]["start"], after[id_]["end"]) for id_ in spans}

    assert living(database, work, fleet()) == {id_: instants(*span) for id_, span in spans.items()}


def test_a_new_end_leaves_the_start_to_the_second(database: Database) -> None:
    async def work(house: House) -> tuple[float, ...]:
        await kept(house, "odd", f"{DAY}T15:00:30-05:00", f"{DAY}T15:20:45-05:00")
        page = await house.desk.get("/desk/board/time/odd")
        ends = form_of(page, "/time/odd")["fields"]["to_time"]
        later = f"{int(ends[:2]) + 1:02}{ends[2:]}"
        assert (await send(house.desk, form_of(page, "/time/odd"), to_time=later)).status_code == 303
        after = (await commitments(house))["odd"]
        return instants(after["start"], after["end"])

    start, end = instants(f"{DAY}T15:00:30-05:00", f"{DAY}T16:20:00-05:00")
    assert living(database, work, fleet()) == (start, end)


def instants(*moments: str) -> tuple[float, ...]:
    return tuple(datetime.fromisoformat(moment).timestamp() for moment in moments)


def test_somebody_else_goes_at_the_very_same_time(database: Database) -> None:
    async def work(house: House) -> tuple[int, str, str]:
        booking = await booked(house)
        await house.change(booking, "starts_at = starts_at + interval '30 s', ends_at = ends_at + interval '30 s'")
        page = await house.desk.get(f"/desk/board/move/{booking['id']}")
        sent = await send(house.desk, form_of(page, booking["id"]))
        return sent.status_code, words_of(sent), form_of(page, booking["id"])["fields"]["time"]

    status, words, shown = living(database, work, fleet())
    assert (status, shown) == (422, "10:00")
    assert "That is where it is already." in words


def test_what_lies_beyond_the_calendar_is_refused_in_words(database: Database) -> None:
    end = {"date": "9999-12-31", "time": "23:59"}
    far = {**end, "technician": "t1", "product": "tune-up"}

    async def work(house: House) -> list[httpx2.Response]:
        booking = await booked(house)
        moving, form = f"/desk/board/move/{booking['id']}", await lunch(house)
        ends = [{"to_date": "9999-12-31", "to_time": "23:59"}, {"from_date": "0001-01-01", "from_time": "00:00"}]
        return [
            await house.desk.get("/desk/board/why", params=far),
            await house.desk.get("/desk/board/why", params={**far, "start": "9" * 11}),
            await house.desk.get(moving, params=far),
            await house.desk.get(moving, params={"start": "9" * 5_000}),
            await house.desk.post(moving, data=end),
            await house.desk.post(moving, data={"option": f"{'9' * 5_000} t1"}),
            await blocking(house, to_date="9999-12-31", to_time="23:59"),
            *[await send(house.desk, form, **typed) for typed in ends],
            await send(house.desk, form, from_was="9" * 5_000, from_time="25:00"),
        ]

    for answer in living(database, work, fleet()):
        assert answer.status_code == 422, words_of(answer)
        assert "date of this century" in words_of(answer) or "a date and a time" in words_of(answer)


def test_texts_of_a_form_that_no_text_has_are_refused(database: Database) -> None:
    typed: list[dict[str, str]] = [{"title": "a\0b"}, {"place": "1 Main\0 Street"}, {"id": "a\0b"}]

    async def work(house: House) -> list[int]:
        return [(await blocking(house, **one)).status_code for one in typed]

    assert living(database, work, fleet()) == [422, 422, 422]


def test_a_reason_is_text_of_some_length(database: Database) -> None:
    reasons = {"a\0b": 422, "a\x1cb": 422, "x" * 1_001: 422, "They called.\r\nTwice.": 303}

    async def work(house: House) -> list[tuple[int, int]]:
        found = []
        for reason in reasons:
            booking = await booked(house)
            form = form_of(await house.desk.get(f"/desk/board/move/{booking['id']}"), booking["id"])
            moved = await send(house.desk, form, time="09:00", date=DAY, reason=reason)
            ended = await house.desk.post(f"/desk/bookings/{booking['id']}/cancel", data={"reason": reason})
            found.append((moved.status_code, ended.status_code))
            if ended.status_code != 303:
                await house.staff(f"bookings/{booking['id']}/cancel", {})
        return found

    assert living(database, work, fleet()) == [(status, status) for status in reasons.values()]
