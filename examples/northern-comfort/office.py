"""Bring Northern Comfort's office to life: people who sign in, and customers who have booked for the coming days.

    python3 office.py --fieldfare http://127.0.0.1:8000

It waits for the service, signs in as its owner, and does all over the API, as any program may. Where somebody has
booked already, it leaves everything as it is.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import date, datetime, timedelta
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPCookieProcessor, Request, build_opener
from zoneinfo import ZoneInfo

from parent import end_with_parent

BUSINESS = "northern-comfort"
OWNER = {"email": "owner@example.com", "password": "a long winter evening"}
PEOPLE = (
    {"email": "dispatcher@example.com", "name": "Noor Haddad", "role": "dispatcher"},
    {"email": "phone@example.com", "name": "Avery Stone", "role": "agent"},
    {"email": "amara@example.com", "name": "Amara", "role": "technician", "technician": "amara"},
)
SECONDS_TO_WAIT = 60

CUSTOMERS = (
    ("Robin Tremblay", "905-555-0134", "1225 Trafalgar Road, Oakville", (43.4705, -79.7003), "L6H 0H3"),
    ("Imani Clarke", "905-555-0177", "2391 Lakeshore Road West, Oakville", (43.3968, -79.7087), "L6L 1H6"),
    ("Wei Zhang", "905-555-0121", "1270 Kerr Street, Oakville", (43.4533, -79.6931), "L6K 3X9"),
    ("Sofia Rossi", "905-555-0163", "500 Main Street East, Milton", (43.5179, -79.8724), "L9T 3J2"),
    ("Peter Okafor", "905-555-0109", "2351 Brant Street, Burlington", (43.3549, -79.8262), "L7P 3W7"),
    ("Zoé Lavoie", "905-555-0188", "426 Brant Street, Burlington", (43.3255, -79.7990), "L7R 2G2"),
    ("Dale Whitford", "905-555-0142", "71 Main Street West, Hamilton", (43.2557, -79.8724), "L8P 4Y5"),
    ("Hannah Weber", "519-555-0155", "100 Regina Street South, Waterloo", (43.4662, -80.5219), "N2J 4P9"),
    ("Lucas Silva", "519-555-0199", "200 King Street West, Kitchener", (43.4516, -80.4930), "N2G 4G7"),
    ("Grace Kim", "519-555-0116", "50 Dickson Street, Cambridge", (43.3610, -80.3144), "N1R 8S1"),
)
"""Made up, as are their phones; the streets are there."""

PRODUCTS = ("furnace-tune-up", "furnace-repair", "heat-pump-check")


class Office:
    """The API, as whoever has signed in sees it."""

    def __init__(self, base: str) -> None:
        """Sign nobody in yet."""
        self._base = base
        self._browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a request; raises `HTTPError` where it is refused."""
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        request = Request(self._base + path, data=content, method=method, headers=headers)  # noqa: S310 - http(s) alone
        with self._browser.open(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read() or b"{}")
        return found

    def wait(self) -> None:
        """Wait until the service is ready; raises `URLError` if it doesn't become so."""
        end = time.monotonic() + SECONDS_TO_WAIT
        while True:
            try:
                self.ask("GET", "/readyz")
            except URLError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return


def let_people_in(office: Office) -> None:
    """Make the accounts that aren't there yet, all with the owner's password."""
    for person in PEOPLE:
        try:
            office.ask("POST", "/api/v1/staff/accounts", {**person, "password": OWNER["password"]})
        except HTTPError as error:
            if error.code != 409:
                raise


def book_some(office: Office, first: date) -> None:
    """Book for each customer the best slot of one of the coming days, and hold one more."""
    for number, (name, phone, street, (lat, lng), code) in enumerate(CUSTOMERS):
        place = {"lat": lat, "lng": lng, "postal_code": code}
        wanted = {"place": place, "product": PRODUCTS[number % len(PRODUCTS)]}
        found = office.ask("POST", f"/api/v1/{BUSINESS}/availability", wanted)["slots"]
        day = (first + timedelta(days=number % 3)).isoformat()
        slots = [slot for slot in found if slot["start"].startswith(day)] or found
        if not slots:
            continue
        best = min(slots, key=lambda slot: (not slot["recommended"], slot["start"]))
        customer = {"name": name, "phone": phone, "email": f"{name.split()[0].lower()}@example.com".replace("é", "e")}
        address = {"street": street, "postal_code": code}
        body = {**wanted, "start": best["start"], "customer": customer}
        if number % 4 == 0:
            body["address"] = address  # without a geocoder that knows streets, the desk is asked to check it
        office.ask("POST", "/api/v1/staff/bookings", body)
    place = {"lat": 43.4675, "lng": -79.6877, "postal_code": "L6H 1A1"}
    wanted = {"place": place, "product": "furnace-tune-up"}
    slots = office.ask("POST", f"/api/v1/{BUSINESS}/availability", wanted)["slots"]
    if slots:
        office.ask("POST", f"/api/v1/{BUSINESS}/holds", {**wanted, "start": slots[len(slots) // 2]["start"]})


def next_working_day(zone: str) -> date:
    """Give the next working day, or today if it is one and still early."""
    now = datetime.now(ZoneInfo(zone))
    day = now.date() if now.hour < 9 else now.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def main() -> None:
    """Bring the office to life."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fieldfare", default="http://127.0.0.1:8000", help="where the service listens")
    parser.add_argument("--until-parent-ends", action="store_true", help="end with the program that started this one")
    asked = parser.parse_args()
    if asked.until_parent_ends:
        end_with_parent()
    office = Office(asked.fieldfare)
    try:
        office.wait()
        office.ask("POST", "/api/v1/staff/sessions", OWNER)
        let_people_in(office)
        if not office.ask("GET", "/api/v1/staff/bookings?limit=1")["items"]:
            book_some(office, next_working_day("America/Toronto"))
    except HTTPError as error:
        sys.exit(f"the office stays as it is: {error.code} {error.read().decode()}")
    except URLError as error:
        sys.exit(f"the office stays as it is: {error.reason}")


if __name__ == "__main__":
    main()
