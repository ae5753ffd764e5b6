"""A valid scenario document as plain values, with the defaults of scenario.md filled in."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.reading.clock import Window, read_time

Document = dict[str, Any]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Place:
    lat: float
    lng: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    id: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """Two flags and two dates: what Z1 and S2 ask before anything else."""

    active: bool
    deleted: bool
    effective_from: date | None
    effective_to: date | None

    def covers(self, day: date) -> bool:
        return (
            self.active
            and not self.deleted
            and (self.effective_from is None or self.effective_from <= day)
            and (self.effective_to is None or day < self.effective_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boundary:
    id: str
    kind: str
    life: Lifetime
    shape: Document


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zone:
    id: str
    priority: float
    negative: bool
    default: bool
    active: bool
    deleted: bool
    tiers: list[str]
    boundaries: list[str]
    industries: list[Document]
    overrides: list[Document]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Industry:
    id: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Product:
    id: str
    industry: str
    name: str
    description: str
    price: int
    duration_minutes: int
    skills: list[str]
    resources: dict[str, int]
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Technician:
    id: str
    active: bool
    skills: list[str]
    zones: list[str]
    depot: Place
    weekly_jobs: int | None
    weekly_minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schedule:
    id: str
    zone: str | None
    technician: str | None
    priority: float
    life: Lifetime
    week: dict[str, list[Window]]
    exceptions: dict[date, list[Window]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    id: str
    start: time
    end: time
    starts: list[time] | None
    step_minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Policy:
    horizon_days: int
    min_notice: int
    travel_buffer: int
    lock: str
    depart: str
    return_: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Business:
    zone: ZoneInfo
    currency: str
    policy: Policy
    travel: Document
    hubs: list[Hub]
    boundaries: list[Boundary]
    zones: list[Zone]
    industries: list[Industry]
    products: list[Product]
    technicians: list[Technician]
    capacity: dict[str, int]
    schedules: list[Schedule]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Commitment:
    id: str
    technician: str | None
    is_visit: bool
    start: int
    end: int
    place: Place | None
    hub: str | None
    title: str
    resources: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    place: Place
    postal_code: str | None
    product: str
    industry: str | None
    customer_tier: str | None
    technician: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    now: int
    business: Business
    commitments: list[Commitment]
    request: Request


def read(document: Document) -> Scenario:
    """Read a valid document; an invalid one has no defined reading."""
    business = _business(document["business"])
    return Scenario(
        now=read_time(business.zone, document["now"]),
        business=business,
        commitments=[_commitment(business, c) for c in document.get("commitments", [])],
        request=_request(document["request"]),
    )


def _business(d: Document) -> Business:
    hq = _place(d["hq"])
    return Business(
        zone=ZoneInfo(d["time_zone"]),
        currency=d.get("currency", "CAD"),
        policy=_policy(d["policy"]),
        travel=d.get("travel", {"kind": "crow_flies"}),
        hubs=[Hub(id=h["id"], place=_place(h)) for h in d.get("hubs", [])],
        boundaries=[_boundary(b) for b in d.get("boundaries", [])],
        zones=[_zone(z) for z in d.get("zones", [])],
        industries=[_industry(i) for i in d.get("industries", [])],
        products=[_product(p) for p in d.get("products", [])],
        technicians=[_technician(t, hq) for t in d.get("technicians", [])],
        capacity={r["kind"]: r["capacity"] for r in d.get("resources", [])},
        schedules=[_schedule(s) for s in d.get("schedules", [])],
    )


def _policy(d: Document) -> Policy:
    return Policy(
        horizon_days=d.get("horizon_days", 30),
        min_notice=d.get("min_notice_minutes", 240) * 60,
        travel_buffer=d.get("travel_buffer_minutes", 15) * 60,
        lock=d.get("lock", "hub"),
        depart=d.get("depart", "on_shift"),
        return_=d.get("return", "after_shift"),
        blocks=[_block(b) for b in d["blocks"]],
    )


def _block(d: Document) -> Block:
    starts = d.get("starts")
    return Block(
        id=d["id"],
        start=time.fromisoformat(d["start"]),
        end=time.fromisoformat(d["end"]),
        starts=None if starts is None else [time.fromisoformat(s) for s in starts],
        step_minutes=d.get("step_minutes"),
    )


def _boundary(d: Document) -> Boundary:
    return Boundary(id=d["id"], kind=d["kind"], life=_lifetime(d), shape=d)


def _zone(d: Document) -> Zone:
    return Zone(
        id=d["id"],
        priority=d.get("priority", 50),
        negative=d.get("negative", False),
        default=d.get("default", False),
        active=d.get("active", True),
        deleted=d.get("deleted", False),
        tiers=d.get("tiers", []),
        boundaries=d.get("boundaries", []),
        industries=d.get("industries", []),
        overrides=d.get("overrides", []),
    )


def _industry(d: Document) -> Industry:
    return Industry(id=d["id"], name=d.get("name", ""), active=d.get("active", True))


def _product(d: Document) -> Product:
    return Product(
        id=d["id"],
        industry=d["industry"],
        name=d.get("name", ""),
        description=d.get("description", ""),
        price=d["price"],
        duration_minutes=d.get("duration_minutes", 60),
        skills=d.get("skills", []),
        resources=d.get("resources", {}),
        active=d.get("active", True),
    )


def _technician(d: Document, hq: Place) -> Technician:
    depot = d.get("depot")
    return Technician(
        id=d["id"],
        active=d.get("active", True),
        skills=d.get("skills", []),
        zones=d.get("zones", []),
        depot=hq if depot is None else _place(depot),
        weekly_jobs=d.get("weekly_jobs"),
        weekly_minutes=d.get("weekly_minutes"),
    )


def _schedule(d: Document) -> Schedule:
    return Schedule(
        id=d["id"],
        zone=d["owner"].get("zone"),
        technician=d["owner"].get("technician"),
        priority=d.get("priority", 0),
        life=_lifetime(d),
        week={name: _windows(rows) for name, rows in d.get("week", {}).items()},
        exceptions={date.fromisoformat(day): _windows(rows) for day, rows in d.get("exceptions", {}).items()},
    )


def _commitment(business: Business, d: Document) -> Commitment:
    place = d.get("place")
    return Commitment(
        id=d["id"],
        technician=d["technician"],
        is_visit=d["kind"] == "visit",
        start=read_time(business.zone, d["start"]),
        end=read_time(business.zone, d["end"]),
        place=None if place is None else _place(place),
        hub=d.get("hub"),
        title=d.get("title", ""),
        resources=d.get("resources", {}),
    )


def _request(d: Document) -> Request:
    return Request(
        place=_place(d["place"]),
        postal_code=d["place"].get("postal_code"),
        product=d["product"],
        industry=d.get("industry"),
        customer_tier=d.get("customer_tier"),
        technician=d.get("technician"),
    )


def _place(d: Document) -> Place:
    return Place(d["lat"], d["lng"])


def _lifetime(d: Document) -> Lifetime:
    return Lifetime(
        active=d.get("active", True),
        deleted=d.get("deleted", False),
        effective_from=_date(d.get("effective_from")),
        effective_to=_date(d.get("effective_to")),
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _windows(rows: list[list[str]]) -> list[Window]:
    return [Window(time.fromisoformat(start), time.fromisoformat(end)) for start, end in rows]
