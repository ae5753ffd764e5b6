"""Asks a simulator without a socket, with the headers that its files want."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from fieldfare_ghl_sim.contract import contract
from fieldfare_ghl_sim.routes import Routes
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.world import Quirks

MONDAY = 1_790_596_800  # 2026-09-28 08:00 in Toronto
HOUR = 3600
DAY = 86_400
ZONE = "America/Toronto"
PLACE = "loc-one"
TOKEN = "pit-one"
_ROUTES = Routes(contract().operations)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as tests look at it."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def message(self) -> Any:
        return self.body["message"]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: float = MONDAY) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


class Account:
    """A simulated account with two users, calendars of some kinds, Services, a field, a pipeline and a contact."""

    def __init__(self, *, strict: bool = True, quirks: Quirks | None = None) -> None:
        self.clock = Clock()
        self.sim = sim = Simulator(self.clock, strict, quirks=quirks)
        sim.add_location(PLACE, name="One", time_zone=ZONE, company="agency")
        sim.add_token(TOKEN, location=PLACE)
        sim.add_user(PLACE, id="ann", name="Ann Li")
        sim.add_user(PLACE, id="bo", name="Bo Roy")
        sim.add_group(PLACE, id="group", name="Visits")
        sim.add_calendar(PLACE, id="visits", users=["ann", "bo"], groupId="group")
        sim.add_calendar(PLACE, id="anns", kind="personal", users=["ann"], slot_minutes=30)
        sim.add_calendar(PLACE, id="both", kind="collective", users=["ann", "bo"])
        sim.add_calendar(PLACE, id="room", kind="event", users=["bo"])
        sim.enable_services(PLACE)
        sim.add_service(PLACE, id="check", users=["ann", "bo"], minutes=60)
        sim.add_service(PLACE, id="test", users=["bo"], minutes=30)
        sim.add_service_location(PLACE, id="home", kind="ask_booker")
        sim.add_service_location(PLACE, id="shop", kind="offline", address="1 Main St")
        self.field = sim.add_field(PLACE, key="manage_link")
        sim.add_pipeline(PLACE, id="pipe", stages=[("new", "New"), ("book", "Book this")])
        self.contact = sim.add_contact(PLACE, name="Jo Roy", email="jo@example.com", phone="+19055550101")
        self.clock.at += 5
        sim.webhooks.clear()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = TOKEN,
        version: str | None = "spec",
        generation: str = "v2",
        form: Any = None,
        **query: Any,
    ) -> Told:
        """Ask; the version is that of the files unless it is given."""
        headers = {"accept": "application/json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        if version == "spec":
            version = self.version(method, path, generation)
        if version is not None:
            headers["version"] = version
        raw = b"" if body is None else orjson.dumps(body)
        headers["content-type"] = "application/json"
        if form is not None:
            raw, headers["content-type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
        answer = self.sim.answer(method, path, urlencode(query, doseq=True), headers, raw)
        told = orjson.loads(answer.body) if "json" in answer.headers.get("Content-Type", "") else answer.body
        self._check_keys(method, path, version, answer.status, told)
        return Told(answer.status, told, answer.headers)

    @staticmethod
    def _check_keys(method: str, path: str, version: str | None, status: int, body: Any) -> None:
        """No answer has a key that the files, corrected, don't have."""
        found = _ROUTES.find(method, path)
        operation = found[0].operation(version or "2021-07-28", strict=False) if found else None
        if operation is not None and status == operation.success and isinstance(body, dict):
            seen = {key: value for key, value in body.items() if key != "traceId"}
            assert contract().answer_strangers(operation, status, seen) == [], operation.name

    @staticmethod
    def version(method: str, path: str, generation: str) -> str | None:
        """Say which version the files want for a path; one that only the newer generation has is asked for in it."""
        found = _ROUTES.find(method, path)
        if found is None:
            return "2021-07-28"
        operations = found[0].operations
        return (operations.get(generation) or operations["v3"]).version

    def window(self, days: float = 2) -> dict[str, str]:
        """Give the query of a window from this hour on."""
        return {"startTime": f"{MONDAY * 1000}", "endTime": f"{int((MONDAY + days * DAY) * 1000)}"}

    def appointment(self, **more: Any) -> dict[str, Any]:
        """Give the body of an appointment that the calendar offers."""
        body = {"calendarId": "visits", "locationId": PLACE, "contactId": self.contact, "title": "[H01] x #FF-7K3QX9C"}
        return body | {"startTime": "2026-09-28T10:00:00-04:00", "assignedUserId": "ann"} | more

    def booking(self, **more: Any) -> dict[str, Any]:
        """Give the body of a service booking."""
        body: dict[str, Any] = {"locationId": PLACE, "contactId": self.contact, "timezone": ZONE, "title": "[H01] y"}
        body |= {"startTime": "2026-09-28T13:00:00-04:00", "endTime": "2026-09-28T14:00:00-04:00"}
        body |= {
            "services": [{"id": "check", "staffId": "ann"}],
            "serviceLocationId": "home",
            "meetingLocation": "9 Elm",
        }
        return body | more
