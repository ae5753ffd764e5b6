"""What no browser sends to the settings' forms is refused, or read as nothing, and holds nobody else up."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx2
import pytest

from fieldfare.domain.configuration import RecordKind
from fieldfare.entrypoints.desk.settings.choices import choices_of
from fieldfare.entrypoints.desk.settings.forms import RECORDS
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.entrypoints.desk.settings.widgets import Choices, Fault, Money
from tests.databases import Database
from tests.unit.desk.settings_kit import SETTINGS, rich_configuration, send, typed_over
from tests.unit.desk.test_settings_pages import STAFF, opened, submitted, walked

DOLLARS = Choices(digits=2, currency="CAD", options={})
LONG = "1" * 5_000


def test_a_table_of_many_rows_is_read_in_time() -> None:
    configuration = rich_configuration()
    form, choices = RECORDS[RecordKind.ZONES], choices_of(configuration)
    zone = dict(configuration.records[RecordKind.ZONES]["z1"])
    wanted = [{**zone["overrides"][0], "price": price} for price in range(2_000)]
    pairs = form.write({**zone, "overrides": wanted}, choices).pairs()

    began = time.process_time()
    read, faults = form.read(Typed.of(pairs), {**zone, "overrides": []}, choices)
    took = time.process_time() - began

    assert faults == {}
    assert len(read["overrides"]) == 2_000
    assert took < 3, f"{took:.1f} s"


def test_a_name_with_many_values_is_read_in_time() -> None:
    began = time.process_time()
    typed = Typed.of(("tiers", f"{number}") for number in range(60_000))
    took = time.process_time() - began

    assert len(typed.all("tiers")) == 60_000
    assert took < 2, f"{took:.1f} s"


@pytest.mark.parametrize("number", [LONG, "1234567"])
def test_a_number_that_no_form_has_numbers_no_row(number: str) -> None:
    typed = Typed.of([("0.was", "0"), (f"{number}.was", "0"), ("two.was", "")])

    assert typed.rows() == ["0"]


@pytest.mark.parametrize("text", ["1e999999999", "1e999999", "1E-9999999999", "Infinity", "sNaN", LONG, "."])
def test_an_amount_that_nobody_asks_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        Money().read(Typed({"": (text,)}), None, DOLLARS)


@pytest.mark.parametrize(
    ("page", "typed", "status"),
    [
        ("zones/z1", {f"f.overrides.{LONG}.was": "0", f"f.overrides.{LONG}.product": "lines"}, 303),
        ("zones/z1", {"f.overrides.0.was": LONG, "f.overrides.0.price": "12.00"}, 303),
        ("zones/z1", {"f.overrides.0.price": "1e999999999"}, 422),
        ("zones/z1", {"f.priority": LONG}, 422),
        ("zones/z1", {"f.priority": "nan"}, 422),
        ("zones/z1", {"f.name": "a\0b"}, 422),
        ("zones/z1", {"reason": "a\0b"}, 422),
        ("zones/z1", {"do": "restore", "reason": "a\0b"}, 422),
        ("zones/z1/delete", {"reason": "a\0b"}, 422),
        ("zones/z1/delete", {"reason": "x" * 201}, 422),
        ("products/tune-up", {"f.price": "1e999999999"}, 422),
        ("zones/z1", {"version": "0" * 32, "base": json.dumps({"boundaries": 5}), "f.priority": "60"}, 409),
        ("zones/z1", {"version": "0" * 32, "base": "[" * 5_000, "f.priority": "60"}, 409),
        ("zones/z1", {"version": "0" * 32, "base": "5", "f.priority": "60"}, 409),
        ("policy", {"version": "0" * 32, "base": json.dumps({"policy": 5}), "f.hold_minutes": "12"}, 409),
    ],
)
def test_odd_forms_are_answered(database: Database, page: str, typed: dict[str, str], status: int) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/{page}"
        return await send(client, path, typed_over(await opened(client, path), **{"do": "save", **typed}))

    assert walked(database, walk).status_code == status


@pytest.mark.parametrize(
    ("button", "rows", "status"), [("save", 1_000, 422), ("add:overrides", 999, 200), ("save", 2_400, 422)]
)
def test_a_form_of_many_rows_and_ticks_holds_nobody_up(database: Database, button: str, rows: int, status: int) -> None:
    typed = {f"f.overrides.{n}.{name}": f"{n}" for n in range(1, rows) for name in ("was", "product", "price")}
    ticks = [("f.tiers", f"tier {number}") for number in range(9_000)]

    async def walk(client: httpx2.AsyncClient) -> Any:
        path = f"{SETTINGS}/zones/z1"
        pairs = [*typed_over(await opened(client, path), do=button, **typed), *ticks]
        began = time.process_time()
        sending = asyncio.create_task(send(client, path, pairs))
        longest = 0.0
        while not sending.done():
            since = time.process_time()
            await asyncio.sleep(0.01)
            longest = max(longest, time.process_time() - since)
        return (await sending).status_code, time.process_time() - began, longest

    found, took, longest = walked(database, walk)

    assert found == status
    assert took < 8, f"{took:.1f} s"
    assert longest < 4, f"{longest:.1f} s in a row"


def test_a_zone_keeps_what_it_has_after_all_that(database: Database) -> None:
    async def walk(client: httpx2.AsyncClient) -> Any:
        await submitted(client, f"{SETTINGS}/zones/z1", **{f"f.overrides.{LONG}.was": "0"})
        return (await client.get(f"{STAFF}/zones/z1")).json()["overrides"]

    overrides = walked(database, walk)

    assert [row["product"] for row in overrides] == ["tune-up"]
