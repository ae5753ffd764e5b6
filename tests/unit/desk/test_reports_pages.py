"""The reports at the desk: what a page shows is what its CSV says, to those who may see it, of their own business."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx2
import pytest

from fieldfare.domain.permissions import Scope
from fieldfare.usecases.reports.catalogue import REPORTS
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import BUSINESS, HOUSE, booked, cancelled, open_business
from tests.unit.desk.walking import words_of

Walk = Callable[[Whole, httpx2.AsyncClient], Awaitable[Any]]

PERIOD = {
    "from": (datetime.now(UTC).date() - timedelta(days=3)).isoformat(),
    "to": (datetime.now(UTC).date() + timedelta(days=3)).isoformat(),
}
DASH = "\N{EN DASH}"


def walked(database: Database, walk: Walk, scopes: list[Scope] | None = None) -> Any:
    """Walk through pages with a key of all scopes, or of some."""

    async def work(whole: Whole) -> Any:
        await open_business(whole)
        async with await whole.key(BUSINESS, scopes or list(Scope)) as client:
            return await walk(whole, client)

    return on(database, work)


async def make_something_of(whole: Whole, client: httpx2.AsyncClient, business: str = BUSINESS) -> None:
    """Book twice, cancel once, and ask for times."""
    await booked(client, hour=10)
    await cancelled(client, await booked(client, hour=15))
    async with whole.client() as customer:
        ask = {"place": HOUSE, "product": "tune-up"}
        assert (await customer.post(f"/api/v1/{business}/availability", json=ask)).status_code == 200
    await whole.app.state.given.counting.write()


def tables_of(page: str) -> list[list[list[str]]]:
    """Read the tables of a page, cell by cell."""
    found = []
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
        found.append([[unescape(cell) for cell in row] for row in cells])
    return found


def csv_links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="(/desk/reports/[^"]+\.csv[^"]*)"', page)]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_without_data_says_so(database: Database, name: str) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[httpx2.Response, httpx2.Response]:
        page = await client.get("/desk/reports", params={"report": name})
        return page, await client.get(f"/desk/reports/{name}.csv")

    page, file = walked(database, walk)

    assert page.status_code == 200
    assert REPORTS[name].none_yet in words_of(page)
    assert REPORTS[name].definition in words_of(page)
    assert "<table" not in page.text
    assert file.status_code == 200
    assert len(list(csv.reader(io.StringIO(file.text)))) == 1  # the header


def test_every_table_is_what_its_csv_says(database: Database) -> None:
    async def walk(whole: Whole, client: httpx2.AsyncClient) -> dict[str, Any]:
        await make_something_of(whole, client)
        found: dict[str, Any] = {}
        for name in REPORTS:
            page = await client.get("/desk/reports", params={"report": name, **PERIOD})
            assert page.status_code == 200, page.text
            files = {link: await client.get(link) for link in csv_links(page.text)}
            found[name] = (page, files)
        return found

    for name, (page, files) in walked(database, walk).items():
        tables = tables_of(page.text)
        written = [list(csv.reader(io.StringIO(file.text, newline=""))) for file in files.values()]
        shown = [[[cell or DASH for cell in row] for row in table] for table in written]
        assert tables, name
        assert all(table in shown for table in tables), name
        assert len(written) == len(tables) + 1, name  # the figures beside the period before
        for link, file in files.items():
            assert file.status_code == 200, link
            assert file.headers["content-type"].startswith("text/csv; charset=utf-8")
            assert file.headers["content-disposition"].startswith(f'attachment; filename="{name}-')
        chart = re.search(r'role="img" aria-label="([^"]+)"', page.text)
        assert chart, name
        assert "The table below has the same figures." in chart[1]


def test_a_report_counts_what_happened(database: Database) -> None:
    async def walk(whole: Whole, client: httpx2.AsyncClient) -> dict[str, list[list[str]]]:
        await make_something_of(whole, client)
        files = {
            name: await client.get(f"/desk/reports/{name}.csv", params={**PERIOD, "table": table})
            for name, table in (("changes", "who"), ("lead-time", "summary"), ("missing-slots", "area"))
        }
        return {name: list(csv.reader(io.StringIO(file.text))) for name, file in files.items()}

    found = walked(database, walk)

    assert found["changes"][2] == ["Staff", "0", "0.0", "1", "50.0"]  # one of two visits
    assert found["lead-time"][3][:3] == ["Bookings", "", "2"]
    assert found["missing-slots"][1:] == [["L6H", "1", "0", "0", "0.0"]]


@pytest.mark.parametrize(
    ("query", "at", "words"),
    [
        ({"from": "soon"}, "from", "This is no date."),
        ({"to": "2026-02-30"}, "to", "This is no date."),
        ({"from": "2026-11-23", "to": "2026-11-22"}, "to", "The last day lies before the first one."),
        ({"from": "2025-01-01", "to": "2026-11-22"}, "from", "Choose a later first day."),
        ({"technician": "nobody"}, "technician", "There is no such technician"),
        ({"zone": "nowhere"}, "zone", "There is no such zone"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(
    database: Database, query: dict[str, str], at: str, words: str
) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> tuple[httpx2.Response, httpx2.Response]:
        page = await client.get("/desk/reports", params=query)
        return page, await client.get("/desk/reports/drive-minutes.csv", params=query)

    page, file = walked(database, walk)

    assert page.status_code == file.status_code == 422
    assert words in words_of(page)
    assert re.search(rf'id="{at}"[^>]*aria-invalid="true" aria-describedby="fault"', page.text)
    assert 'role="alert" id="fault"' in page.text


def test_what_is_not_there_is_not_found(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> list[int]:
        paths = ("none.csv", "funnel.csv?table=none", "..%2Faudit.csv")
        return [(await client.get(f"/desk/reports/{path}")).status_code for path in paths]

    assert walked(database, walk) == [404, 404, 404]


def test_who_may_not_read_the_trail_reads_no_report(database: Database) -> None:
    async def walk(whole: Whole, client: httpx2.AsyncClient) -> list[int]:
        async with whole.client() as stranger:
            return [
                (await one.get(path)).status_code
                for one in (client, stranger)
                for path in ("/desk/reports", "/desk/reports/funnel.csv")
            ]

    assert walked(database, walk, [Scope.BOOKINGS, Scope.CUSTOMERS]) == [403, 403, 303, 303]


def test_a_business_reads_its_own_reports_only(database: Database) -> None:
    async def walk(whole: Whole, client: httpx2.AsyncClient) -> list[str]:
        await make_something_of(whole, client)
        await open_business(whole, "other")
        async with await whole.key("other") as other:
            return [(await other.get(f"/desk/reports/{name}.csv", params=PERIOD)).text for name in REPORTS]

    for text in walked(database, walk):
        assert len(text.splitlines()) == 1


def test_links_carry_the_filters_along(database: Database) -> None:
    async def walk(_: Whole, client: httpx2.AsyncClient) -> httpx2.Response:
        return await client.get("/desk/reports", params={"report": "funnel", **PERIOD, "technician": "t1"})

    page = walked(database, walk)

    tabs = [unescape(link) for link in re.findall(r'href="(/desk/reports\?report=[^"]+)"', page.text)]
    assert len(tabs) == len(REPORTS)
    assert all(f"from={PERIOD['from']}&to={PERIOD['to']}&technician=t1" in link for link in tabs)
    assert '<input type="hidden" name="technician" value="t1">' in page.text
    assert page.text.count('aria-current="page"') >= 1
