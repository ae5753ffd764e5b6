"""Customers walk through the booking page of a real server, and the reports tell how far they came."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import httpx2
import psycopg

from fieldfare.adapters.postgres.addresses import for_libpq
from tests.databases import Database
from tests.servers import PATIENCE_SECONDS, Server, environment, serving
from tests.service.example import AVAILABILITY, BUSINESS, OAKVILLE, import_example, key_of, let_owner_in
from tests.web.reader import Reader, Seen

BOOK = f"/book/{BUSINESS}"
UNLIMITED = {f"FIELDFARE_RATE_{bucket}": "0" for bucket in ("ADDRESS", "KEY", "BUSINESS", "GEOCODE", "SIGN_IN")}
AIRPORT = {"lat": "43.1705", "lng": "-79.927", "postal_code": "L0R 1W0"}
"""In a negative zone."""


def read_report(server: Server, key: str, name: str) -> list[list[str]]:
    with server.client(headers={"Authorization": f"Bearer {key}"}) as desk:
        answer = desk.get(f"/desk/reports/{name}.csv")
        assert answer.status_code == 200, answer.text
        return list(csv.reader(io.StringIO(answer.text)))[1:]


def came(server: Server, key: str) -> list[int]:
    return [int(row[1]) for row in read_report(server, key, "funnel")]


def eventually(server: Server, key: str, wanted: list[int]) -> None:
    """Wait until what was counted is written."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (found := came(server, key)) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.2)


def at_times(reader: Reader, code: str) -> Seen:
    """Go from the first page to the times of a furnace's tune-up."""
    page = reader.send(reader.open(BOOK).form("where"), postal_code=code)
    while page.step == "what":
        page = reader.send(page.forms[0])
    return page


def walk(server: Server) -> None:
    """Five customers: two only look, one is out of reach, one sees times, and one holds one."""
    with server.client() as client:
        Reader(client).open(BOOK)
        client.head(BOOK)
    with server.client() as client:
        page = Reader(client).open(BOOK)
        state = page.form("where").fields["s"]
        # Loading the same step anew is no other customer.
        client.get(BOOK, params={"s": state})
    with server.client() as client:
        reader = Reader(client)
        page = reader.send(reader.open(BOOK).form("where"), **AIRPORT)
        assert page.step == "sorry", page.text
    with server.client() as client:
        page = at_times(Reader(client), "L6H 0H3")
        assert page.choices, page.text
        client.get(page.answer.url.path, params=page.answer.url.params)
    with server.client() as client:
        reader = Reader(client)
        page = reader.hold(at_times(reader, "N2J 4P9"), 0)
        assert page.step == "details", page.text


def ask_by_api(server: Server) -> None:
    """One place and product, three times, by anybody; and once by the desk itself with another."""
    ask: dict[str, Any] = {"place": OAKVILLE, "product": "furnace-tune-up"}
    with server.client() as anybody:
        answers = [anybody.post(AVAILABILITY, json=ask) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]


def test_how_far_customers_come_is_counted_once_and_outlives_the_server(database: Database, tmp_path: Path) -> None:
    env = environment(database, FIELDFARE_GEOCODERS="postal", **UNLIMITED)
    import_example(env)
    let_owner_in(env)

    with serving(env, log=tmp_path / "first.log") as server:
        key = key_of(server)
        walk(server)
        eventually(server, key, [5, 3, 2, 1, 0])
        ask_by_api(server)
        # Not written yet, perhaps: whoever stops the server waits for it.

    with serving(env, log=tmp_path / "second.log") as server:
        assert came(server, key) == [5, 3, 3, 1, 0]
        areas = {row[0]: row[1:4] for row in read_report(server, key, "missing-slots")}

    assert areas == {"L0R": ["1", "0", "1"], "L6H": ["2", "0", "0"], "N2J": ["1", "0", "0"]}
    with psycopg.connect(for_libpq(database.superuser)) as connection:
        kept = connection.execute("SELECT to_jsonb(t)::text FROM tallies t").fetchall()
    assert not any(word in line for (line,) in kept for word in ("0H3", "4P9", "1W0", "43.", "80."))


def test_a_database_that_is_away_breaks_no_count_and_no_page(database: Database, tmp_path: Path) -> None:
    env = environment(database, FIELDFARE_GEOCODERS="postal", **UNLIMITED)
    import_example(env)
    let_owner_in(env)

    with serving(env, log=tmp_path / "serve.log") as server:
        key = key_of(server)
        with psycopg.connect(for_libpq(database.superuser)) as connection:
            connection.execute("LOCK TABLE tallies IN ACCESS EXCLUSIVE MODE")
            with server.client() as client:
                assert Reader(client).open(BOOK).status == httpx2.codes.OK
                time.sleep(5)  # longer than a count waits for its turn
                assert Reader(client).open(BOOK).status == httpx2.codes.OK
        eventually(server, key, [2, 0, 0, 0, 0])
