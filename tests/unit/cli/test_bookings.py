"""`fieldfare bookings` and `fieldfare holds`: what the desk sees in a terminal, without anybody's personal values."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.databases import Database
from tests.servers import environment, fieldfare
from tests.service.whole import Whole, on
from tests.unit.customers.kit import (
    API,
    BUSINESS,
    CANARY,
    HOUSE,
    PERSONAL,
    booked,
    cancelled,
    moment,
    open_business,
)

pytestmark = pytest.mark.slow


def visits(database: Database) -> list[dict[str, Any]]:
    """Book a visit with each technician and cancel a third one; gives them as the desk sees them."""

    async def work(whole: Whole) -> list[dict[str, Any]]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            made = [
                await booked(client, hour=15),
                await booked(client, hour=17, technician="t2"),
                await booked(client, hour=19),
            ]
            await cancelled(client, made[2])
            return made

    return on(database, work)


def test_bookings_are_listed_by_start_and_narrowed(database: Database) -> None:
    made, env = visits(database), environment(database)
    references = [one["reference"] for one in made]
    later = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()

    cases: dict[tuple[str, ...], list[str]] = {
        (): references,
        (BUSINESS,): references,
        ("list", BUSINESS): references,
        ("--technician", "t2"): references[1:2],
        ("--status", "cancelled"): references[2:],
        ("--status", "cancelled", "--status", "confirmed", "--technician", "t1"): [references[0], references[2]],
        ("--from", later): [],
        ("--to", later): references,
        ("--to-assign",): [],
    }
    for options, expected in cases.items():
        done = fieldfare("bookings", *options, "--json", env=env)
        assert (done.returncode, done.stderr) == (0, ""), options
        assert [json.loads(line)["reference"] for line in done.stdout.splitlines()] == expected, options
    shown = fieldfare("bookings", env=env)
    nothing = fieldfare("bookings", "--to-assign", env=env)

    lines = shown.stdout.splitlines()
    assert lines[0].split() == ["reference", "status", "start", "end", "technician", "product", "zone"]
    assert [line.split()[0] for line in lines[1:]] == references
    assert [line.split()[1] for line in lines[1:]] == ["confirmed", "confirmed", "cancelled"]
    assert [word for word in PERSONAL if word in shown.stdout.lower()] == []
    assert nothing.stdout == "no bookings\n"


def test_one_booking_is_shown_with_its_customers_name(database: Database) -> None:
    made, env = visits(database), environment(database)

    done = fieldfare("bookings", "show", made[0]["reference"].lower(), "--business", BUSINESS, env=env)
    unknown = fieldfare("bookings", "show", "NOBODYS", env=env)

    assert (done.returncode, done.stderr) == (0, "")
    shown = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert shown["reference"] == made[0]["reference"]
    assert shown["customer"] == CANARY["name"]
    assert shown["technician"] == "t1"
    assert "@" not in done.stdout
    assert (unknown.returncode, unknown.stderr) == (2, "there is no booking 'NOBODYS'\n")


def test_what_is_no_date_or_status_is_refused(database: Database) -> None:
    visits(database)
    env = environment(database)

    for option, value in (("--from", "tomorrow"), ("--to", "2026-02-30"), ("--status", "lost")):
        done = fieldfare("bookings", option, value, env=env)

        assert (done.returncode, done.stdout) == (2, "")
        assert option in done.stderr


def test_a_business_that_is_not_there_is_named(database: Database) -> None:
    env = environment(database)

    named = fieldfare("bookings", "nobody", env=env)
    unnamed = fieldfare("holds", env=env)

    assert named.stderr == "there is no business 'nobody'; fieldfare business import brings one in\n"
    assert unnamed.stderr == "say which business: there is not exactly one\n"
    assert (named.returncode, unnamed.returncode) == (2, 2)


def test_live_holds_are_listed_and_released(database: Database) -> None:
    async def work(whole: Whole) -> list[str]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            held = []
            for technician in ("t1", "t2"):
                wanted = {"place": HOUSE, "product": "tune-up", "start": moment(), "technician": technician}
                held.append((await client.post(f"{API}/holds", json=wanted)).json()["hold"])
            await booked(client, hour=18)
        return held

    (first, second), env = on(database, work), environment(database)

    before = fieldfare("holds", env=env)
    released = fieldfare("holds", "release", first, "--business", BUSINESS, env=env)
    again = fieldfare("holds", "release", first, env=env)
    unknown = fieldfare("holds", "release", "nobody", env=env)
    after = fieldfare("holds", BUSINESS, env=env)
    trail = fieldfare("audit", BUSINESS, "--last", "1", env=env)

    assert sorted(line.split()[0] for line in before.stdout.splitlines()[1:]) == sorted([first, second])
    assert all("min" in line for line in before.stdout.splitlines()[1:])
    assert (released.returncode, released.stdout) == (0, f"{first} is released.\n")
    assert (again.returncode, again.stderr) == (2, "a booking that is expired can't be released\n")
    assert (unknown.returncode, unknown.stderr) == (2, "there is no hold 'nobody'\n")
    assert [line.split()[0] for line in after.stdout.splitlines()[1:]] == [second]
    line = json.loads(trail.stdout)
    assert (line["action"], line["id"], line["actor"].partition(":")[0]) == ("release", first, "command_line")
