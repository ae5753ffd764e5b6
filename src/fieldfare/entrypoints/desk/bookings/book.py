"""Booking on a customer's behalf: where and what, then a time out of ranked options or one against rules, then who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from starlette.responses import Response

from fieldfare.domain.addresses import Located
from fieldfare.domain.business import Request as Asked
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.holds import queue_of
from fieldfare.entrypoints.api.public.inquiries import keep_fresh
from fieldfare.entrypoints.api.public.offers import read_offer
from fieldfare.entrypoints.api.public.serving import who_for
from fieldfare.entrypoints.desk.asking import Asking, read_day
from fieldfare.entrypoints.desk.bookings.change import override_in
from fieldfare.entrypoints.desk.bookings.errand import Caller, Errand, caller_of
from fieldfare.entrypoints.desk.bookings.facts import technician_name, zone_name
from fieldfare.entrypoints.desk.bookings.options import Choices, choices_of, find_drivable
from fieldfare.entrypoints.desk.bookings.trying import Tried, try_out
from fieldfare.entrypoints.desk.doing import asked_for, broken_of, said_of
from fieldfare.entrypoints.desk.looking_up import look_up
from fieldfare.entrypoints.desk.moments import read_start
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.web.addresses import split_address, written_code
from fieldfare.entrypoints.web.entered import FIELDS, Entered, read_entered, said_of_contact
from fieldfare.entrypoints.words.outcomes import unsold_at
from fieldfare.usecases.bookings.book import Book, book
from fieldfare.usecases.bookings.confirm import Confirmed
from fieldfare.usecases.bookings.hold import Shown
from fieldfare.usecases.people.tokens import new_token

_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A time and who goes, which the page after asks the customer's details for."""

    start: int
    technician: str


async def choose(asking: Asking) -> Response:
    """Ask where and what; once both are known, show when somebody can come, ranked."""
    errand = Errand.of(asking)
    caller = await caller_of(asking, errand)
    if not errand.address and caller.said is not None and caller.said.address is not None:
        errand = replace(errand, address=", ".join(caller.said.address.lines))
    if not errand.address and caller.contact is not None:
        errand = replace(errand, address=caller.contact.address)
    if errand.located is None and asking.query.get("address"):
        chosen = {name: asking.query.get(name, "")[:_LONGEST] for name in ("suggestion", "session")}
        found = await look_up(asking, errand.address, **chosen)
        if found.located is not None:
            return asking.go("book", **_located(errand, found.located))
        links = [(one.formatted, errand.link(**_point(one))) for one in found.choices]
        return _ask(asking, errand, caller, fault=found.fault, places=links)
    if errand.located is None:
        return _ask(asking, errand, caller)
    offered = asking.current.snapshot.offer(errand.located.place, now=asking.now, tier=caller.tier)
    keep_fresh(asking.rooms, asking.current, zone=offered.resolution.zone)
    quotes = [quote for shelf in offered.shelves for quote in shelf.quotes]
    sold: dict[str, Any] = {
        "quotes": quotes,
        "zone": zone_name(asking, offered.resolution.zone),
        "needs_code": offered.needs_postal_code,
        "unsold": None if quotes else unsold_at(offered.resolution, asking.business, product=errand.product),
    }
    asked = errand.asked(asking, caller.tier, _known_technician(asking, errand))
    if asked is None or all(quote.product != errand.product for quote in quotes):
        return _ask(asking, errand, caller, **sold)
    found_times = await find_drivable(asking, asked)
    choices = choices_of(asking, found_times, day=read_day(asking.query.get("date")))
    return _ask(asking, errand, caller, choices=choices, **sold)


async def details(asking: Asking) -> Response:
    """Ask who it is for, beside the time that was chosen, and say what that time breaks if it can't be driven."""
    errand = Errand.of(asking)
    caller = await caller_of(asking, errand)
    chosen = _chosen(asking, asking.query)
    asked = errand.asked(asking, caller.tier)
    if asked is None or chosen is None:
        return asking.go("book", **errand.query())
    return await _form(asking, errand, caller, asked, chosen, typed=_known(errand, caller))


async def book_it(asking: Asking) -> Response:
    """Book; whatever is refused is said beside what was typed."""
    errand = Errand.of(asking)
    caller = await caller_of(asking, errand)
    chosen = _chosen(asking, asking.form)
    asked = errand.asked(asking, caller.tier, chosen.technician if chosen else None)
    if asked is None or chosen is None:
        return asking.go("book", **errand.query())
    entered, faults = _entered(asking)
    if entered.customer is None or faults:
        return await _form(asking, errand, caller, asked, chosen, typed=dict(asking.form), faults=faults)
    try:
        who = await who_for(
            asking.rooms,
            asking.current,
            customer=entered.customer,
            address=entered.address,
            token=new_token(),
            caller=asking.who,
        )
    except Problem as problem:
        faults = said_of_contact(problem, asking.tongue)
        return await _form(asking, errand, caller, asked, chosen, typed=dict(asking.form), faults=faults)
    wanted = Book(
        request=asked,
        start=chosen.start,
        who=who,
        source="staff",
        override=override_in(asking),
        shown=await _shown(asking, asked, chosen.start),
    )

    def write(done: Confirmed) -> bytes:
        return orjson.dumps(done.booking.id)

    sent = sorted((key, value) for key, value in asking.form.items() if key != "once")
    try:
        answer = await asked_for(
            asking,
            lambda desk: book(desk, wanted),
            wish=f"book {sent}",
            write=write,
            queue=queue_of(asked, chosen.start),
        )
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await _form(
            asking,
            errand,
            caller,
            asked,
            chosen,
            typed=dict(asking.form),
            fault=said_of(problem),
            broken=broken_of(problem),
            status=problem.status_code,
        )
    return asking.go("bookings", orjson.loads(answer), notice="booked")


def _ask(
    asking: Asking,
    errand: Errand,
    caller: Caller,
    *,
    fault: str | None = None,
    places: Sequence[tuple[str, str]] = (),
    choices: Choices | None = None,
    **sold: Any,
) -> Response:
    values = {
        "errand": errand,
        "caller": caller,
        "fault": fault,
        "found_places": places,
        "choices": choices,
        "technicians": [person for person in asking.business.technicians if person.active],
        "quotes": [],
        "zone": None,
        "needs_code": False,
        "unsold": None,
        "first_day": asking.today.isoformat(),
        **sold,
    }
    return show(asking, "bookings/book.html", values, status=422 if fault else 200)


async def _form(
    asking: Asking,
    errand: Errand,
    caller: Caller,
    asked: Asked,
    chosen: Chosen,
    *,
    typed: dict[str, str],
    faults: dict[str, str] | None = None,
    fault: str | None = None,
    broken: list[tuple[str, str]] | None = None,
    status: int | None = None,
) -> Response:
    tried: Tried = await try_out(asking, asked, start=chosen.start, technician=chosen.technician)
    may_override = asking.who.may(Permission.OVERRIDE) and tried.overridable
    values = {
        "errand": errand,
        "caller": caller,
        "chosen": chosen,
        "tried": tried,
        "may_override": may_override,
        "technician": technician_name(asking, chosen.technician),
        "typed": dict.fromkeys((*FIELDS, "language", "override_reason"), "") | typed,
        "faults": faults or {},
        "fault": fault,
        "broken": broken or [],
        "back": errand.link(date=asking.clock.date_of(chosen.start)),
    }
    return show(asking, "bookings/details.html", values, status=status or (422 if faults else 200))


def _entered(asking: Asking) -> tuple[Entered, dict[str, str]]:
    """Read who it is for; a service address is left out where nothing of it was filled in."""
    language = "fr" if asking.form.get("language") == "fr" else "en"
    countries = asking.rooms.bias(asking.business).countries
    entered = read_entered(asking.form, tongue=asking.tongue, countries=countries, language=language)
    faults = dict(entered.faults)
    if not any(asking.form.get(key, "").strip() for key in ("street", "unit", "notes")):
        faults.pop("street", None)
        faults.pop("postal_code", None)
    return entered, faults


def _known(errand: Errand, caller: Caller) -> dict[str, str]:
    """Fill in what is known of the customer and of the address that was looked up."""
    known: dict[str, str] = {}
    if caller.customer is not None:
        contact = caller.customer.contact
        known = {
            "name": contact.name,
            "email": contact.email or "",
            "phone": contact.phone or "",
            "language": contact.language.value,
            "consent": "yes" if contact.consent else "",
        }
    elif caller.contact is not None:
        known = {
            "name": caller.contact.name,
            "email": caller.contact.email or "",
            "phone": caller.contact.phone or "",
        }
    known |= split_address(errand.address)
    if errand.code:
        known["postal_code"] = known.get("postal_code") or written_code(errand.code)
    address = caller.said.address if caller.said else None
    if address is not None and known.get("street") and address.street.startswith(known["street"]):
        known |= {"unit": address.unit, "notes": address.notes}
    return {key: value for key, value in known.items() if value}


async def _shown(asking: Asking, asked: Asked, start: int) -> Shown | None:
    """Give the price that the page said, which the customer may have been told; the page has signed it (rule B14)."""
    offer = asking.form.get("offer", "")
    if not offer:
        return None
    secret = await asking.rooms.acting.secret(asking.who.business)
    return read_offer(offer, secret=secret, asked=asked, start=start, now=asking.rooms.clock())


def _chosen(asking: Asking, values: Any) -> Chosen | None:
    start = read_start(asking, values)
    technician = str(values.get("who", ""))
    if start is None or all(person.id != technician for person in asking.business.technicians):
        return None
    return Chosen(start=start, technician=technician)


def _known_technician(asking: Asking, errand: Errand) -> str | None:
    known = any(person.id == errand.technician for person in asking.business.technicians)
    return errand.technician if known else None


def _located(errand: Errand, located: Located) -> dict[str, str]:
    return errand.query(**_point(located))


def _point(located: Located) -> dict[str, str]:
    place = located.place
    return {"at": f"{place.lat:.6f},{place.lng:.6f}", "code": place.postal_code or ""}
