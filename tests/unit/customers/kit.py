"""A business with two technicians, and customers who book, cancel and wait there over the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import psycopg
from psycopg import sql

from fieldfare.adapters.postgres.addresses import for_libpq
from tests.databases import Database
from tests.service.whole import Whole
from tests.worlds import world

BUSINESS = "small-world"
API, STAFF = f"/api/v1/{BUSINESS}", "/api/v1/staff"

CANARY: dict[str, Any] = {
    "name": "Zebulon Quillfeather",
    "email": "Zebulon@canary.example",
    "phone": "(416) 555-0199",
    "language": "fr",
    "consent": True,
}
ADDRESS = {"street": "77 Canary Lane", "unit": "Loft 9", "postal_code": "L6H 0H3", "notes": "The canary bites."}
HOUSE = {"lat": 43.51237, "lng": -79.62345, "postal_code": "L6H 0H3"}
WHY = "Canary has flown to Peru."
PERSONAL = (
    "zebulon",
    "quillfeather",
    "canary",
    "4165550199",
    "loft 9",
    "43.51237",
    "79.62345",
    "l6h0h3",
)
"""What is kept of the customer, in small letters, and must not be anywhere once they are erased."""
TYPED = ("555-0199", "l6h 0h3")
"""What they typed in a form that isn't kept at all."""


def moment(*, days: int = 1, hour: int = 15) -> str:
    """Give a time on one of the next days."""
    day = datetime.now(UTC) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat().replace("+00:00", "Z")


async def open_business(whole: Whole, business: str = BUSINESS) -> None:
    """Import the business."""
    made = world().technician("t1").technician("t2").crow_flies().policy(horizon_days=14).document
    await whole.bring_in({**made["business"], "id": business}, [])


async def booked(
    client: httpx2.AsyncClient, customer: Mapping[str, Any] | None = None, *, hour: int = 15, technician: str = "t1"
) -> dict[str, Any]:
    """Hold a time and confirm it; gives the booking as the desk sees it."""
    wanted = {"place": HOUSE, "product": "tune-up", "start": moment(hour=hour), "technician": technician}
    held = await client.post(f"{API}/holds", json=wanted)
    assert held.status_code == 201, held.text
    body = {"hold": held.json()["token"], "customer": customer or CANARY, "address": ADDRESS}
    answer = await client.post(f"{API}/bookings", json=body)
    assert answer.status_code == 201, answer.text
    reference = answer.json()["reference"]
    found = await client.get(f"{STAFF}/bookings", params={"reference": reference})
    return {**found.json()["items"][0], "manage_url": answer.json()["manage_url"]}


async def cancelled(client: httpx2.AsyncClient, booking: Mapping[str, Any]) -> None:
    """Cancel a visit, with words of the customer's."""
    answer = await client.post(f"{STAFF}/bookings/{booking['id']}/cancel", json={"reason": WHY})
    assert answer.status_code == 200, answer.text


async def waits(client: httpx2.AsyncClient, customer: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Join the waitlist."""
    wishes = [{"from": moment(days=3, hour=10), "to": moment(days=3, hour=20)}]
    body = {"place": HOUSE, "product": "tune-up", "wishes": wishes, "customer": customer or CANARY}
    answer = await client.post(f"{API}/waitlist", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def only_customer(client: httpx2.AsyncClient) -> dict[str, Any]:
    """Give the only customer that there is."""
    (found,) = (await client.get(f"{STAFF}/customers")).json()["items"]
    assert isinstance(found, dict)
    return found


def rows_of(database: Database) -> dict[str, Sequence[str]]:
    """Read every row of every table, the queue's among them, as the superuser."""
    with psycopg.connect(for_libpq(database.superuser)) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
            "AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        return {
            f"{schema}.{table}": [
                str(row)
                for (row,) in connection.execute(
                    sql.SQL("SELECT to_jsonb(one)::text FROM {} one").format(sql.Identifier(schema, table))
                )
            ]
            for schema, table in tables
        }


def left_of(rows: Mapping[str, Sequence[str]], words: Sequence[str] = PERSONAL + TYPED) -> set[tuple[str, str]]:
    """List in which tables words are found."""
    return {(table, word) for table, lines in rows.items() for line in lines for word in words if word in line.lower()}
