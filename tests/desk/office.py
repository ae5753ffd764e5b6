"""An office as its people know it: server, worker, database and mail, four accounts, and a day's life on the board.

Its business is Northern Comfort, whose calendar is this week's. What tests book lies behind that, in the week in which
nothing is busy: on `living` stands a day in all its states, and `quiet` days are for one test after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import httpx2

from fieldfare.domain.permissions import Scope
from tests.databases import Database
from tests.desk.fleet import fleet
from tests.reliability.racing import NO_LIMITS, Field, Rows
from tests.servers import PATIENCE_SECONDS, Server, environment, fieldfare, import_business, serving
from tests.service.example import BUSINESS, EMAIL, PASSWORD
from tests.service.journey import ZONE, PostOffice, post_office
from tests.web.photon import photon
from tests.web.site import bring_in, comfort, free_port

ROLES = ("owner", "dispatcher", "agent", "technician")
TECHNICIAN = "amara"
"""Whose account the technician's is."""

NAMES = {"owner": "Kim Doe", "dispatcher": "Dana Okoro", "agent": "Avery Lam", "technician": "Amara Osei"}
CROWDS = ((40, 8), (60, 1))
"""The other businesses of the server: so many technicians, of so many visits a day."""

OAKVILLE = {"lat": 43.48955, "lng": -79.70841, "postal_code": "L6H 0H3"}
LEIGHLAND = {"lat": 43.4615, "lng": -79.6885, "postal_code": "L6H 3H6"}
KITCHENER = {"lat": 43.42913, "lng": -80.4717, "postal_code": "N2P 1B3"}
TRAFALGAR = {"street": "1225 Trafalgar Road", "city": "Oakville", "province": "ON", "postal_code": "L6H 0H3"}
TUNE_UP = "furnace-tune-up"
_SESSION = "/api/v1/staff/sessions"


def email_of(role: str) -> str:
    """Give the address with which somebody of a role signs in."""
    return EMAIL if role == "owner" else f"{role}@example.com"


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Somebody who calls."""

    name: str
    phone: str
    email: str
    address: Mapping[str, str] | None = None
    place: Mapping[str, Any] = field(default_factory=lambda: OAKVILLE)

    @property
    def document(self) -> dict[str, Any]:
        """Give them as the API takes them."""
        return {"name": self.name, "phone": self.phone, "email": self.email}


ROBIN = Customer(name="Robin Doe", phone="(905) 555-0134", email="robin@example.com", address=TRAFALGAR)
ALEX = Customer(
    name="Alex Roe",
    phone="905.555.0177",
    email="alex.roe@example.com",
    address={**TRAFALGAR, "street": "240 Leighland Avenue", "postal_code": "L6H 3H6"},
    place=LEIGHLAND,
)
RENEE = Customer(
    name="Renée Gauthier",
    phone="+1 289 555 0119",
    email="renee.gauthier@example.com",
    address={**TRAFALGAR, "street": "1229 Trafalgar Road"},
)
SAM = Customer(name="Sam Oyelaran", phone="905 555 0163", email="sam.oyelaran@example.com", place=LEIGHLAND)
JO = Customer(name="Jo Marchetti", phone="519 555 0102", email="jo.marchetti@example.com", place=KITCHENER)
NOOR = Customer(name="Noor Haddad", phone="905 555 0188", email="noor.haddad@example.com")
CUSTOMERS = (ROBIN, ALEX, RENEE, SAM, JO, NOOR)


@dataclass(frozen=True, kw_only=True)
class Office:
    """A desk that answers, and all that stands behind."""

    server: Server
    rows: Rows
    post: PostOffice
    key: str
    cookies: Mapping[str, Mapping[str, str]]
    monday: date
    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def living(self) -> date:
        """The day in all its states, a Tuesday."""
        return self.monday + timedelta(days=1)

    @property
    def quiet(self) -> date:
        """The day that every test finds empty, a Thursday: all four technicians may work in Oakville then."""
        return self.monday + timedelta(days=3)

    @property
    def busy(self) -> date:
        """A Tuesday that is full of visits from the business's calendar."""
        return self.monday - timedelta(days=13)

    def at(self, clock: str, *, on: date | None = None) -> str:
        """Give a time of the wall clock as the API writes it; on the quiet day unless told otherwise."""
        return datetime.combine(on or self.quiet, clock_time.fromisoformat(clock), ZONE).isoformat()

    def instant(self, clock: str, *, on: date | None = None) -> int:
        """Give the same in seconds."""
        return int(datetime.fromisoformat(self.at(clock, on=on)).timestamp())

    def clock_of(self, written: str) -> str:
        """Give the wall clock's time of what the API wrote."""
        return datetime.fromisoformat(written).astimezone(ZONE).strftime("%H:%M")

    def desk(self) -> httpx2.Client:
        """Open a client that may do everything."""
        return self.server.client(headers={"Authorization": f"Bearer {self.key}"})

    def signed_in(self, role: str, *, page: bool = False) -> httpx2.Client:
        """Open a client with somebody's session: of the API's scripts, or as a browser that asks for a page."""
        headers = {"Accept": "text/html", "Origin": self.server.url} if page else {"Origin": self.server.url}
        return self.server.client(cookies=dict(self.cookies[role]) if role in self.cookies else {}, headers=headers)

    def ask(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Do something as the key, which is to succeed; gives the document."""
        with self.desk() as desk:
            answer = desk.request(method, f"/api/v1/staff/{path}", json=body, **options)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def show(self, booking: Mapping[str, Any]) -> dict[str, Any]:
        """Look a booking up."""
        shown: dict[str, Any] = self.ask("GET", f"bookings/{booking['id']}")
        return shown

    def stands_at(self, booking: Mapping[str, Any]) -> tuple[str, str]:
        """Tell whose a booking is, and at which time of the clock."""
        now = self.show(booking)
        return str(now["technician"]), self.clock_of(now["start"])

    def must_stand_at(self, booking: Mapping[str, Any], technician: str, clock: str) -> None:
        """Wait until a booking is somebody's at a time of the clock; a board shows it before it is written."""
        wanted = (technician, clock)
        end = time.monotonic() + PATIENCE_SECONDS
        while (found := self.stands_at(booking)) != wanted:
            assert time.monotonic() < end, f"it stands at {found}, not at {wanted}"
            time.sleep(0.05)

    def book(
        self,
        clock: str,
        technician: str,
        *,
        who: Customer = ROBIN,
        on: date | None = None,
        product: str = TUNE_UP,
        override: str | None = None,
    ) -> dict[str, Any]:
        """Book somebody's visit, against the rules where a reason is given."""
        body: dict[str, Any] = {
            "place": who.place,
            "product": product,
            "start": self.at(clock, on=on),
            "technician": technician,
            "customer": who.document,
        }
        if who.address is not None:
            body["address"] = who.address
        if override is not None:
            body["override"] = {"reason": override}
        made: dict[str, Any] = self.ask("POST", "bookings", body)
        return made

    def block(
        self,
        id_: str,
        begin: str,
        end: str,
        technician: str | None = TECHNICIAN,
        *,
        title: str = "Dentist",
        on: date | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Block somebody's time."""
        body = {"id": id_, "technician": technician, "kind": "busy", "title": title, **more}
        times = {"start": self.at(begin, on=on), "end": self.at(end, on=on)}
        made: dict[str, Any] = self.ask("POST", "commitments", body | times)
        return made

    def blocked(self, on: date | None = None) -> list[dict[str, Any]]:
        """List the time that staff have blocked on a day, the quiet one unless told otherwise."""
        span = {"from": self.at("00:00", on=on), "to": self.at("23:59", on=on)}
        items: list[dict[str, Any]] = self.ask("GET", "commitments", params=span)["items"]
        return [one for one in items if one["source"] == "staff"]

    def standing(self, on: date | None = None) -> list[dict[str, Any]]:
        """List the bookings of a day that take time."""
        span = {"from": self.at("00:00", on=on), "to": self.at("23:59", on=on), "limit": 100}
        items: list[dict[str, Any]] = self.ask("GET", "bookings", params=span)["items"]
        return [one for one in items if one["status"] in {"confirmed", "en_route", "in_progress"}]

    def trail(self, *, subject: str, id_: str) -> list[dict[str, Any]]:
        """List what the trail keeps of something, the newest first."""
        items: list[dict[str, Any]] = self.ask("GET", "audit", params={"subject": subject, "id": id_})["items"]
        return items

    def clear(self) -> None:
        """Empty the quiet day: what is booked there, held there, and blocked there."""
        for one in self.standing():
            self.ask("POST", f"bookings/{one['id']}/cancel", {"reason": "A test has ended."})
        for one in self.blocked():
            self.ask("DELETE", f"commitments/{one['id']}")

    def shorten_holds(self) -> None:
        """Let what is held now run out."""
        Field(business=BUSINESS, clients=(), rows=self.rows).shorten_holds(0)


def opened(today: date) -> dict[str, Any]:
    """Give Northern Comfort's document without the holidays of a certain year, and with holds that outlast a run."""
    document = comfort(origins=[])
    for schedule in document["schedules"]:
        schedule["exceptions"] = {}
    for name in ("effective_from", "effective_to"):
        for schedule in document["schedules"]:
            schedule.pop(name, None)
    # The year's last working day, whichever: so that there is an exception to be shown.
    own = next(one for one in document["schedules"] if one["id"] == "s-amara")
    own["exceptions"] = {(today + timedelta(days=40)).isoformat(): []}
    return document | {"policy": {**document["policy"], "hold_minutes": 120}}


def first_monday(today: date) -> date:
    """Give the Monday of the week behind this week's calendar, which is three weeks deep."""
    return today - timedelta(days=today.weekday()) + timedelta(days=21)


def let_in(env: Mapping[str, str], business: str, email: str) -> None:
    """Make the account of an owner."""
    words = ("business", "create-owner", business, "--email", email, "--password-stdin", "--name", NAMES["owner"])
    done = fieldfare(*words, env=env, given=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr


def session_of(server: Server, email: str, business: str | None = None) -> dict[str, str]:
    """Sign in, and give the cookie."""
    body = {"email": email, "password": PASSWORD} | ({} if business is None else {"business": business})
    with server.client() as client:
        answer = client.post(_SESSION, json=body)
        assert answer.status_code == 201, answer.text
        jar: CookieJar = client.cookies.jar
        return {cookie.name: str(cookie.value) for cookie in jar}


def key_of(server: Server, cookies: Mapping[str, str]) -> str:
    """Make a key of every scope, as an owner."""
    with server.client(cookies=dict(cookies), headers={"Origin": server.url}) as owner:
        made = owner.post("/api/v1/staff/keys", json={"name": "Tests", "scopes": [scope.value for scope in Scope]})
        assert made.status_code == 201, made.text
        return str(made.json()["key"])


def hire(server: Server) -> None:
    """Make an account of each further role, as the owner."""
    with server.client(cookies=session_of(server, EMAIL), headers={"Origin": server.url}) as owner:
        for role in ROLES[1:]:
            body: dict[str, Any] = {
                "email": email_of(role),
                "password": PASSWORD,
                "role": role,
                "name": NAMES[role],
                "technician": TECHNICIAN if role == "technician" else None,
            }
            answer = owner.post("/api/v1/staff/accounts", json=body)
            assert answer.status_code == 201, answer.text


def live_a_day(office: Office) -> None:
    """Fill the living day: agreed, held, asked for, on the way, running late, forced, and blocked."""
    day = office.living
    made = office.made
    made["first"] = office.book("08:30", "amara", who=ROBIN, on=day)
    made["late"] = office.book("10:00", "amara", who=RENEE, on=day)
    made["second"] = office.book("13:00", "amara", who=SAM, on=day)
    made["en_route"] = office.book("08:30", "ben", who=ALEX, on=day)
    made["forced"] = office.book(
        "16:45", "ben", who=NOOR, on=day, override="No heat since last night, and Ben has agreed to stay."
    )
    made["far"] = office.book("09:00", "dev", who=JO, on=day, product="air-quality-test")
    office.block("dentist", "14:00", "15:30", "chloe", on=day)
    office.block("coaching", "15:00", "16:00", "amara", title="Coaching", on=day)
    office.block("lift-out", "09:00", "12:00", None, title="In the workshop", on=day, resources={"scissor-lift": 1})
    office.ask("POST", f"bookings/{made['en_route']['id']}/steps", {"step": "en_route"})
    office.ask("POST", f"bookings/{made['first']['id']}/steps", {"step": "in_progress"})
    # As if it were that day, and twenty minutes late already.
    office.rows.write(
        "UPDATE bookings SET started_at = %(at)s, estimated_start = %(at)s WHERE id = %(id)s",
        id=made["first"]["id"],
        at=office.at("08:50", on=day),
    )
    office.ask("POST", f"bookings/{made['first']['id']}/estimate", {"end": office.at("10:30", on=day)})
    with office.server.client() as anybody:
        asked = {"place": OAKVILLE, "product": TUNE_UP, "start": office.at("13:30", on=day)}
        held = anybody.post(f"/api/v1/{BUSINESS}/holds", json=asked)
        assert held.status_code == 201, held.text
        made["held"] = held.json()
        wish = {**asked, "start": office.at("07:15", on=day), "customer": JO.document}
        wanted = anybody.post(f"/api/v1/{BUSINESS}/requests", json=wish)
        assert wanted.status_code == 201, wanted.text
        made["requested"] = wanted.json()


@contextmanager
def running_office(
    database: Database, folder: Path, *, businesses: Sequence[tuple[int, int]] = CROWDS
) -> Iterator[Office]:
    """Run everything on a migrated database; beside Northern Comfort, a business of each of these sizes."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    today = datetime.now(ZONE).date()
    with ExitStack() as stack:
        post, addresses = stack.enter_context(post_office()), stack.enter_context(photon())
        env = environment(
            database,
            **NO_LIMITS,
            FIELDFARE_PORT=str(port),
            FIELDFARE_PUBLIC_URL=url,
            FIELDFARE_GEOCODERS="photon,postal",
            FIELDFARE_PHOTON_URL=addresses,
            FIELDFARE_SMTP_HOST="127.0.0.1",
            FIELDFARE_SMTP_PORT=str(post.port),
            FIELDFARE_SMTP_SECURITY="none",
            FIELDFARE_MAIL_FROM="visits@fieldfare.example",
        )
        bring_in(env, opened(today), folder, busy=True)
        let_in(env, BUSINESS, EMAIL)
        for technicians, visits in businesses:
            document, commitments = fleet(technicians, visits, monday=first_monday(today))
            import_business(env, document, commitments=commitments)
            let_in(env, document["id"], email_of_fleet(technicians))
        server = stack.enter_context(serving(env, "--with-worker", log=folder / "serve.log"))
        hire(server)
        cookies = {role: session_of(server, email_of(role)) for role in ROLES}
        cookies |= {f"fleet-{size}": session_of(server, email_of_fleet(size)) for size, _ in businesses}
        office = Office(
            server=server,
            rows=Rows(database=database),
            post=post,
            key=key_of(server, cookies["owner"]),
            cookies=cookies,
            monday=first_monday(today),
        )
        live_a_day(office)
        yield office


def email_of_fleet(technicians: int) -> str:
    """Give the address with which the owner of a fleet of a size signs in."""
    return f"fleet.{technicians}@example.com"


def eventually(look: Callable[[], Any], *, seconds: float = PATIENCE_SECONDS) -> Any:
    """Look until there is something to see, and give it."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, "this never came about"
        time.sleep(0.05)
    return seen
