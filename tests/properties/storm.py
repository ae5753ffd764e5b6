"""What a storm of bookings blows over: a small town, its rows, and the slow reading of what may stand on a day."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import dict_row

from fieldfare.adapters.postgres.addresses import for_libpq
from tests.databases import Database
from tests.reading.answer import answer, every_failure
from tests.reading.document import read
from tests.reading.zones import resolve
from tests.worlds import Document, Spot, box, polygon, world

ZONE = ZoneInfo("America/Toronto")
OLD_TOWN, MILL, HARBOUR, POINT = Spot(43.45, -79.62), Spot(43.5, -79.6), Spot(43.46, -79.5), Spot(43.38, -79.46)
NOWHERE = Spot(45.5, -75.5)
PLACES = (OLD_TOWN, MILL, HARBOUR, POINT)
PRODUCTS = ("tune-up", "lifting")
TECHNICIANS = ("ann", "ben", "cat", "dan", "eve")
TIMES = ("08:00", "09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00")
ODD_TIMES = ("07:00", "08:30", "12:00", "19:00")
CUTOFF_MINUTES = 30 * 60
EXCLUSIVE = frozenset({"held", "confirmed", "en_route", "in_progress", "completed"})
HARD = frozenset({"horizon", "not_qualified", "busy", "resource"})
"""What nobody overrides (rule B9)."""

_ALL = box(-79.75, 43.25, -79.35, 43.65)
_DIGESTS = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS digest FROM {table} t WHERE {whose}"


def town() -> Document:
    """Give the business: two zones, five technicians of whom two can lift with the one crane, and three days."""
    grid = [
        {"id": "AM", "start": "08:00", "end": "12:00", "step_minutes": 60},
        {"id": "PM", "start": "13:00", "end": "17:00", "step_minutes": 60},
    ]
    both = ["z1", "z2"]
    small = (
        world(datetime.now(ZONE).date().isoformat(), time_zone=ZONE.key)
        .crow_flies()
        .policy(
            horizon_days=3,
            min_notice_minutes=120,
            travel_buffer_minutes=10,
            depart="on_shift",
            return_="by_shift_end",
            change_cutoff_minutes=CUTOFF_MINUTES,
            blocks=grid,
        )
        .hub("west", OLD_TOWN)
        .hub("east", HARBOUR)
        .boundary("around", **polygon(box(-79.75, 43.25, -79.55, 43.65)))
        .boundary("shore", **polygon(box(-79.55, 43.25, -79.35, 43.65)))
        .zone("z2", boundaries=["shore"], industries=[{"industry": "hvac"}])
        .schedule("z2", zone="z2", week={day: [["08:00", "18:00"]] for day in _WEEK})
        .hours(("07:00", "18:00"))
        .resource("crane", 1)
        .technician("ann", zones=both, skills=["crane"])
        .shift(("08:00", "17:00"))
        .technician("ben", zones=both, skills=["crane"])
        .shift(("08:00", "17:00"))
        .technician("cat", zones=["z1"])
        .shift(("08:00", "13:00"), ("14:00", "18:00"))
        .technician("dan", zones=["z2"])
        .shift(("08:00", "17:00"))
        .technician("eve", zones=both, weekly_jobs=3)
        .shift(("08:00", "17:00"))
    )
    lifting = {
        "id": "lifting",
        "industry": "hvac",
        "price": 30_000,
        "duration_minutes": 90,
        "skills": ["crane"],
        "resources": {"crane": 1},
    }
    products = [*small.document["business"]["products"], lifting]
    business: Document = json.loads(small.business(products=products).text())["business"]
    return business


_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def start_at(day: int, clock: str) -> int:
    """Give the instant of a wall clock so many days ahead."""
    local = datetime.now(ZONE).date() + timedelta(days=day)
    return int(datetime.fromisoformat(f"{local.isoformat()}T{clock}").replace(tzinfo=ZONE).timestamp())


def date_of(instant: int) -> date:
    """Give the local date of an instant."""
    return datetime.fromtimestamp(instant, ZONE).date()


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What stands in the database, as its superuser sees it."""

    connection: psycopg.Connection[dict[str, Any]]
    business: str

    @classmethod
    def of(cls, database: Database, business: str) -> Rows:
        """Connect."""
        connection = psycopg.connect(for_libpq(database.superuser), autocommit=True, row_factory=dict_row)
        return cls(connection=connection, business=business)

    def query(self, text: str, **values: Any) -> list[dict[str, Any]]:
        """Ask, or write, behind the product's back."""
        cursor = self.connection.execute(text, {"b": self.business, **values})
        return cursor.fetchall() if cursor.description else []

    def now(self) -> int:
        """Tell the time by the database's clock, never just before a quarter of an hour."""
        while True:
            now = self.query("SELECT extract(epoch FROM clock_timestamp()) AS now")[0]["now"]
            if now % 900 < 897:
                return int(now)
            time.sleep(float(900 - now % 900))

    def digest(self) -> dict[str, str]:
        """Sum up all rows of the business, table by table."""
        tables = "SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'business_id'"
        parts = [
            _DIGESTS.format(table=f'"{row["name"]}"', whose="t.business_id = %(b)s")
            for row in self.query(f"{tables} AND table_schema = 'public' ORDER BY table_name")
        ]
        parts.append(_DIGESTS.format(table="queue.procrastinate_jobs", whose="t.args->>'business' = %(b)s"))
        return {part.split(" FROM ")[1].split()[0]: self.query(part)[0]["digest"] for part in parts}

    def bookings(self) -> dict[str, dict[str, Any]]:
        """Read all bookings, times as instants; a hold that has run out counts as ended."""
        rows, now = self.query("SELECT * FROM bookings WHERE business_id = %(b)s ORDER BY id"), self.now()
        for row in rows:
            for name, value in row.items():
                if isinstance(value, datetime):
                    row[name] = int(value.timestamp())
            row["written"] = row["status"]
            if row["status"] == "held" and row["expires_at"] <= now:
                row["status"] = "expired"
        return {row["id"]: row for row in rows}

    def waiting(self) -> dict[str, dict[str, Any]]:
        """Read who waits."""
        return {row["id"]: row for row in self.query("SELECT * FROM waiting WHERE business_id = %(b)s")}

    def replayed(self) -> dict[str, dict[str, Any]]:
        """Play the audit trail, line by line, and give the bookings that it comes to."""
        found: dict[str, dict[str, Any]] = {}
        lines = "SELECT subject_id, after FROM audit WHERE business_id = %(b)s AND subject = 'bookings' ORDER BY number"
        for line in self.query(lines):
            found.setdefault(line["subject_id"], {}).update(line["after"] or {})
        return found

    def commitments(self, now: int, *, without: str | None = None) -> list[Document]:
        """Write down what takes time at an instant, by the definition of rules.md, as a scenario says it."""
        taken = []
        for row in self.bookings().values():
            time_taken = taken_by(row, now)
            if time_taken is not None and row["id"] != without:
                place = {"lat": row["lat"], "lng": row["lng"]}
                visit = {"hub": row["hub_id"], "title": row["product_name"], "resources": row["resources"]}
                taken.append(_commitment(row, "visit", *time_taken) | visit | {"place": place})
        others = self.query("SELECT * FROM commitments WHERE business_id = %(b)s AND deleted_at IS NULL")
        for row in others:
            start, end = int(row["starts_at"].timestamp()), int(row["ends_at"].timestamp())
            taken.append(_commitment(row, row["kind"], start, end) | {"resources": row["resources"]})
        return taken

    def expire(self, booking: str) -> None:
        """Let the time of a hold run out."""
        self._age(booking, "expires_at = clock_timestamp() - interval '1 second'")

    def age_step(self, booking: str) -> None:
        """Let the ten minutes pass in which a step can be taken back."""
        self._age(booking, "stepped_at = stepped_at - interval '11 minutes'")

    def _age(self, booking: str, change: str) -> None:
        # What is in memory is told, as it can't see that the time of the row has been moved.
        self.query(
            f"""
            WITH aged AS (
                UPDATE bookings SET {change} WHERE business_id = %(b)s AND id = %(id)s RETURNING technician_id
            ), raised AS (
                UPDATE businesses SET revision = revision + 1 WHERE business_id = %(b)s RETURNING revision
            )
            INSERT INTO changes (business_id, revision, number, technician_id)
            SELECT %(b)s, revision, 0, technician_id FROM aged, raised
            """,
            id=booking,
        )


def taken_by(row: Mapping[str, Any], now: int) -> tuple[int, int] | None:
    """Tell which time a booking takes (rules.md, *What is a commitment*)."""
    status, start, end = row["status"], row["starts_at"], row["ends_at"]
    if status in {"requested", "cancelled", "failed", "expired"}:
        return None
    if status == "no_show":
        return (start, end) if row["ended_at"] is None or row["ended_at"] >= start else None
    late = row["estimated_end"] or end
    if status == "in_progress":
        return min(start, row["started_at"]), max(end, late)
    if status in {"confirmed", "en_route"} and end <= now:
        return start, max(end, late)
    return start, end


def _commitment(row: Mapping[str, Any], kind: str, start: int, end: int) -> Document:
    written = {name: datetime.fromtimestamp(at, UTC).isoformat() for name, at in (("start", start), ("end", end))}
    return {"id": row["id"], "technician": row["technician_id"], "kind": kind, "place": None, **written}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The slow reading of the rules, of the town with what is taken at one moment.

    `zone` and `minutes` say what was agreed before: then the whole town is that zone, and the visit lasts so long.
    """

    document: Document
    now: int
    commitments: Iterable[Document]
    place: Spot
    product: str
    zone: str | None = None
    minutes: int | None = None

    def options(self, start: int, technician: str | None = None) -> list[str]:
        """Name those who can take a start, in the order of rule O2."""
        return [option["technician"] for option in self._slots(technician).get(start, {}).get("options", ())]

    def detours(self, technician: str) -> dict[int, int]:
        """Give the detour of each start that a technician can take."""
        return {start: slot["detour_seconds"] for start, slot in self._slots(technician).items()}

    def failures(self, technician: str, start: int) -> set[str]:
        """Name the rules that a start breaks."""
        return set(every_failure(self._scenario(), technician, start))

    def zone_here(self) -> str | None:
        """Name the zone of the place."""
        found = resolve(read(self._scenario())).zone
        return None if found is None else found.id

    def _slots(self, technician: str | None) -> dict[int, Document]:
        slots = answer(self._scenario(technician), explain=False)["slots"]
        return {int(datetime.fromisoformat(slot["start"]).timestamp()): slot for slot in slots}

    def _scenario(self, technician: str | None = None) -> Document:
        business = copy.deepcopy(self.document["business"])
        if self.zone is not None:
            business["boundaries"] = [{"id": "all", **polygon(_ALL)}]
            agreed = next(zone for zone in business["zones"] if zone["id"] == self.zone)
            business["zones"] = [{**agreed, "boundaries": ["all"]}]
            owners = {"zone": self.zone}
            business["schedules"] = [
                s for s in business["schedules"] if "zone" not in s["owner"] or s["owner"] == owners
            ]
        if self.minutes is not None:
            for product in business["products"]:
                product["duration_minutes"] = self.minutes
        return {
            "now": datetime.fromtimestamp(self.now, UTC).isoformat(),
            "business": business,
            "commitments": list(self.commitments),
            "request": {
                "place": {"lat": self.place.lat, "lng": self.place.lng},
                "product": self.product,
                "technician": technician,
            },
        }


def overlaps(rows: Collection[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """List the pairs of one technician's visits that overlap."""
    taking = [row for row in rows if row["status"] in EXCLUSIVE]
    return [
        (one["id"], other["id"])
        for number, one in enumerate(taking)
        for other in taking[:number]
        if one["technician_id"] == other["technician_id"]
        and one["starts_at"] < other["ends_at"]
        and other["starts_at"] < one["ends_at"]
    ]
