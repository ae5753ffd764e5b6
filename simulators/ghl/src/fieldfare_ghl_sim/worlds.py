"""Worlds to begin with: the account of Northern Comfort, the example business, as its staff would have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.world import Record

LOCATION = "loc-northern-comfort"
COMPANY = "northern-comfort-agency"
TOKEN = "pit-northern-comfort"  # noqa: S105 - of the simulator, and known to everybody
ZONE = "America/Toronto"
VISITS = "cal-visits"
PRIVATE = "cal-private"
WORKSHOP = "cal-workshop"
PIPELINE = "pipe-leads"
BOOK_NOW = "stage-book-now"
AT_HOME = "at-the-customers"

TECHNICIANS = {
    "user-amara": "Amara Osei",
    "user-ben": "Ben Kowalski",
    "user-chloe": "Chloé Tremblay",
    "user-dev": "Dev Patel",
}
SERVICES = {"svc-heat-pump-check": ("Heat pump check", 75), "svc-air-quality-test": ("Indoor air quality test", 45)}
FIELDS = {
    "fieldfare_reference": "Booking reference",
    "fieldfare_manage_link": "Link to change or cancel",
    "fieldfare_booking_link": "Link to book",
}
_STAGES = (
    ("stage-new", "New lead"),
    (BOOK_NOW, "Book now"),
    ("stage-send-link", "Send a link"),
    ("stage-booked", "Booked"),
)
_CONTACTS = (
    ("Maya Lindqvist", "maya.lindqvist@example.com", "+19055550111", "224 Robinson St", "Oakville", "L6J 1G7"),
    ("Owen Castellano", "owen.castellano@example.com", "+19055550112", "2180 Oak Park Blvd", "Oakville", "L6H 6Y7"),
    ("Priya Raman", "priya.raman@example.com", "+19055550113", "1345 Lakeshore Rd", "Burlington", "L7S 1B3"),
    ("Tomasz Zielinski", "tomasz.zielinski@example.com", "+19055550114", "77 King St W", "Hamilton", "L8P 1A4"),
    ("Grace Okafor", "grace.okafor@example.com", "+15195550115", "200 King St W", "Kitchener", "N2G 4W1"),
    ("Liam Boucher", "liam.boucher@example.com", "+19055550116", "180 Main St E", "Milton", "L9T 1N8"),
    ("Hannah Vogt", "hannah.vogt@example.com", "+15195550117", "85 Erb St W", "Waterloo", "N2L 1T2"),
)
# Working day from today, technician, contact, start and length in minutes, title, whether it was tagged with its hub.
_VISITS = (
    (1, "user-amara", 0, 8 * 60 + 30, 60, "[H02] Furnace tune-up - M. Lindqvist"),
    (1, "user-amara", 1, 13 * 60, 90, "[H01] Furnace repair, part is in - O. Castellano"),
    (1, "user-ben", 3, 9 * 60, 60, "[H16] Furnace tune-up - T. Zielinski"),
    (2, "user-chloe", 2, 10 * 60, 75, "Heat pump check - P. Raman"),
    (2, "user-dev", 4, 8 * 60 + 30, 90, "[H35] Furnace repair - G. Okafor"),
    (3, "user-ben", 5, 13 * 60 + 30, 120, "[H12] Rooftop unit, bring the lift"),
    (4, "user-dev", 6, 9 * 60 + 30, 60, "[H36] Furnace tune-up - H. Vogt"),
    (6, "user-amara", 5, 9 * 60, 60, "[H12] Second look - L. Boucher"),
    (7, "user-chloe", 0, 14 * 60, 45, "[H02] Air quality test"),
    (8, "user-ben", 2, 8 * 60 + 30, 60, "[H09] Furnace tune-up - P. Raman"),
)
_BLOCKS = (
    (1, "user-amara", 12 * 60, 45, "Lunch with the supplier"),
    (2, "user-ben", 13 * 60, 120, "Van at the garage"),
    (3, "user-chloe", 15 * 60, 90, "Busy"),
)


def northern_comfort(simulator: Simulator) -> str:
    """Fill a simulator with the account of the example business; gives its location."""
    simulator.add_location(LOCATION, name="Northern Comfort", time_zone=ZONE, company=COMPANY, country="CA")
    simulator.add_token(TOKEN, location=LOCATION)
    simulator.add_client()
    for user, name in TECHNICIANS.items():
        simulator.add_user(LOCATION, id=user, name=name, email=f"{user.removeprefix('user-')}@northern-comfort.example")
    simulator.add_user(LOCATION, id="user-office", name="Rosa Whitfield", email="office@northern-comfort.example")
    _add_calendars(simulator)
    for key, name in FIELDS.items():
        simulator.add_field(LOCATION, key=key, name=name)
    simulator.add_pipeline(LOCATION, id=PIPELINE, name="Leads", stages=_STAGES)
    contacts = [
        simulator.add_contact(LOCATION, name, email, phone, address, city, "ON", code)
        for name, email, phone, address, city, code in _CONTACTS
    ]
    _add_entries(simulator, contacts, _working_days(moments.local_day(simulator.clock(), ZONE)))
    simulator.add_opportunity(
        LOCATION, pipeline=PIPELINE, stage="stage-new", contact=contacts[3], name="Furnace tune-up before winter"
    )
    simulator.webhooks.clear()  # all this was there before anybody listened
    return LOCATION


def _add_calendars(simulator: Simulator) -> None:
    everybody = list(TECHNICIANS)
    simulator.add_calendar(LOCATION, id=VISITS, name="Visits", users=everybody, slot_minutes=60)
    simulator.add_calendar(LOCATION, id=PRIVATE, name="Private", kind="personal", users=everybody, slot_minutes=30)
    simulator.add_calendar(
        LOCATION, id=WORKSHOP, name="Workshop", kind="event", users=["user-office"], slot_minutes=120
    )
    simulator.enable_services(LOCATION)
    simulator.add_service_location(LOCATION, id=AT_HOME, name="At the customer's", kind="ask_booker")
    for service, (name, minutes) in SERVICES.items():
        simulator.add_service(LOCATION, id=service, name=name, users=["user-amara", "user-chloe"], minutes=minutes)


def _add_entries(simulator: Simulator, contacts: list[str], day: Callable[[int], date]) -> None:
    def span(number: int, start: int, long: int) -> tuple[int, int]:
        return moments.at_local(day(number), start, ZONE), moments.at_local(day(number), start + long, ZONE)

    for number, user, who, start, long, title in _VISITS:
        contact = simulator.world.contacts[contacts[who]]
        begins, ends = span(number, start, long)
        place = _address(contact)
        simulator.add_appointment(LOCATION, VISITS, contacts[who], user, begins, ends, title, address=place)
    begins, ends = span(2, 16 * 60, 45)
    simulator.add_appointment(LOCATION, PRIVATE, contacts[6], "user-amara", begins, ends, "Dentist")
    for number, user, start, long, title in _BLOCKS:
        begins, ends = span(number, start, long)
        simulator.add_block(LOCATION, user=user, title=title, start=begins, end=ends)
    begins, ends = span(6, 8 * 60, 60)
    simulator.add_block(LOCATION, user="user-dev", title="Day off", full_day=True, start=begins, end=ends)
    begins, ends = span(3, 9 * 60, 75)
    simulator.add_service_booking(
        LOCATION,
        contacts[1],
        AT_HOME,
        [("svc-heat-pump-check", "user-amara", begins, ends)],
        title="[H01] Heat pump check - O. Castellano",
        place=_address(simulator.world.contacts[contacts[1]]),
    )


def _address(contact: Record) -> str:
    return f"{contact['address1']}, {contact['city']}, {contact['state']} {contact['postalCode']}"


def _working_days(today: date) -> Callable[[int], date]:
    def day(number: int) -> date:
        at = today
        while number:
            at += timedelta(days=1)
            number -= at.weekday() < 5  # noqa: PLR2004 - Saturday
        return at

    return day


def empty(simulator: Simulator) -> str:
    """Give a simulator one bare location and a token for it."""
    simulator.add_location("empty-sub", name="Empty location", time_zone="America/New_York")
    simulator.add_client()
    return simulator.add_token("pit-empty", location="empty-sub")


WORLDS: dict[str, Callable[[Simulator], str]] = {"northern-comfort": northern_comfort, "empty": empty}
