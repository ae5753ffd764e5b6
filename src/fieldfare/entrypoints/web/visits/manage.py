"""Behind the manage link: see the visit, move it on the same calendar, or cancel it with a reason (rules B6, B7)."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
from starlette.responses import RedirectResponse, Response

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.customers import ServiceAddress
from fieldfare.domain.permissions import STRANGER
from fieldfare.entrypoints.api.booking_refusals import booking_refusals, free_instead
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.booking_shapes import document, write_managed
from fieldfare.entrypoints.api.public.holds import limit_guesses
from fieldfare.entrypoints.api.public.manage import drivable_instead
from fieldfare.entrypoints.api.public.writing import at_one_price
from fieldfare.entrypoints.mail.calendar import calendar_entry
from fieldfare.entrypoints.mail.views import Party, VisitMail
from fieldfare.entrypoints.mail.writing import host_of, uid_of
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.calendars import Calendar, calendar_document, read_calendar, write_time
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.steps.choosing import read_choice
from fieldfare.entrypoints.web.steps.instead import MOST_SHOWN
from fieldfare.entrypoints.web.steps.when import calendar_values
from fieldfare.entrypoints.web.tongues import tongue_of
from fieldfare.entrypoints.web.visits.facts import VisitFacts, visit_facts
from fieldfare.entrypoints.web.visits.opening import opened
from fieldfare.ports.crm import CrmContact
from fieldfare.ports.customers import BookingContact, MessageKind
from fieldfare.usecases.bookings.acting import Plan
from fieldfare.usecases.bookings.cancel import Cancel, cancel
from fieldfare.usecases.bookings.refusals import SlotTakenError
from fieldfare.usecases.bookings.reschedule import Reschedule, reschedule
from fieldfare.usecases.integrations.contacts import contact_of_booking
from fieldfare.usecases.integrations.person import manage_token

_LINK = Actor(kind=ActorKind.CUSTOMER, id="link")
_LONGEST_REASON = 1_000
_CONTACT_SECONDS = 1.0
"""So long the CRM may take to say who a visit is for, while the customer waits."""
_SAYS = frozenset({"moved", "cancelled", "changed"})


async def see(asking: Asking) -> Response:
    """Show the visit, and what can still be done about it; to a program that followed a mail's link, as JSON."""
    asking, token, booking, said = await _opened(asking)
    if "text/html" not in asking.request.headers.get("accept", "text/html"):
        address = said.address if said else None
        return document(write_managed(booking, business=asking.business, now=asking.current.as_of, address=address))
    note = asking.query.get("note")
    values = {
        "visit": _facts(asking, booking, said, token),
        "to": _to(asking, token),
        "note": note if note in _SAYS else None,
    }
    return show(asking, "visit.html", values, framed=False)


async def choose_time(asking: Asking) -> Response:
    """Show the calendar of the times to which the visit can be moved."""
    asking, token, booking, said = await _opened(asking)
    facts = await _facts_as_known_now(asking, booking, said, token)
    if not facts.may_move:
        return asking.go("visits", token)
    calendar = await _other_times(asking, booking)
    values = {
        **calendar_values(asking, calendar, lambda **shown: asking.link("visits", token, "move", **shown)),
        "visit": facts,
        "own": facts.instant,
        "to": _to(asking, token),
    }
    return show(asking, "move.html", values, framed=False)


async def move(asking: Asking) -> Response:
    """Move the visit to the time that a form chooses; if that can't be, it stays where it is."""
    asking, token, booking, said = await _opened(asking)
    start, _ = read_choice(asking, asking.form.get("choice", ""))
    wanted = Reschedule(booking=booking.id, start=start, actor=_LINK, by_customer=True, version=_version(asking))
    try:
        taken = await _change(asking, lambda desk: reschedule(desk, wanted))
    except Problem as problem:
        return _changed_meanwhile(asking, token, problem, as_wished="moved" if booking.start == start else None)
    if taken is not None:
        free = await free_instead(asking.rooms, asking.business.id, taken)
        values: dict[str, Any] = {
            "visit": _facts(asking, booking, said, token),
            "to": _to(asking, token),
            "times": [
                write_time(slot, full=None, business=asking.business, tongue=asking.tongue)
                for slot in free[:MOST_SHOWN]
            ],
            "zone": asking.tongue.zone(asking.business.time_zone),
        }
        here = asking.link("visits", token, "move")
        return show(asking, "move_taken.html", values, status=409, framed=False, here=here)
    return asking.go("visits", token, note="moved")


async def ask_why(asking: Asking) -> Response:
    """Ask for the reason of a cancellation."""
    asking, token, booking, said = await _opened(asking)
    facts = _facts(asking, booking, said, token)
    if not facts.may_cancel:
        return asking.go("visits", token)
    values = {"visit": facts, "to": _to(asking, token), "typed": "", "fault": None}
    return show(asking, "cancel.html", values, framed=False)


async def call_off(asking: Asking) -> Response:
    """Cancel the visit, with its reason."""
    asking, token, booking, said = await _opened(asking)
    typed = asking.form.get("other", "").strip()
    reason = (typed or asking.form.get("reason", "")).strip()[:_LONGEST_REASON]
    if not reason or any(ord(sign) < ord(" ") and sign not in "\r\n\t" for sign in reason):
        fault = asking.tongue.say("Please tell us why, so that we can do better.")
        values = {
            "visit": _facts(asking, booking, said, token),
            "to": _to(asking, token),
            "typed": typed,
            "fault": fault,
        }
        here = asking.link("visits", token, "cancel")
        return show(asking, "cancel.html", values, status=422, framed=False, here=here)
    wanted = Cancel(booking=booking.id, actor=_LINK, reason=reason, by_customer=True, version=_version(asking))
    try:
        await _change(asking, lambda desk: cancel(desk, wanted))
    except Problem as problem:
        done = booking.status is Status.CANCELLED
        return _changed_meanwhile(asking, token, problem, as_wished="cancelled" if done else None)
    return asking.go("visits", token, note="cancelled")


async def calendar_file(asking: Asking) -> Response:
    """Give the visit as a file for calendars: the entry that the mails carry, too."""
    asking, _, booking, said = await _opened(asking)
    technician = next((one.name for one in asking.business.technicians if one.id == booking.technician), None)
    view = VisitMail(
        kind=MessageKind.CONFIRMED if booking.status.stands else MessageKind.CANCELLED,
        language=asking.tongue.language,
        business_name=asking.business.name,
        customer_name=said.contact.name if said else "",
        product_name=booking.product_name or booking.product,
        reference=booking.reference,
        uid=uid_of(booking.id, asking.business.id),
        host=host_of(asking.rooms.mail_from),
        sequence=booking.sequence,
        start=booking.start,
        end=booking.end,
        time_zone=asking.business.time_zone,
        address_lines=said.address.lines if said and said.address else (),
        technician_name=None if booking.provisional else technician,
    )
    nobody = Party(name="", address="")
    entry = calendar_entry(view, attendee=nobody, organizer=None, stamped_at=int(time.time()))
    headers = {"Content-Disposition": f'attachment; filename="visit-{booking.reference}.ics"'}
    return Response(entry.text if entry else "", media_type="text/calendar; charset=utf-8", headers=headers)


async def _other_times(asking: Asking, booking: Booking) -> Calendar:
    """Lay out the times to which a visit can be moved, at the agreed price, with itself out of its own way."""
    desk, found = await drivable_instead(asking.rooms, asking.business.id, booking)
    business = at_one_price(desk.business)
    document = calendar_document(found, business=business, clock=asking.clock)
    return read_calendar(document, business=business, today=asking.clock.date_of(desk.now), tongue=asking.tongue)


async def _change(asking: Asking, plan: Plan[Booking]) -> SlotTakenError | None:
    """Carry a change out; gives the refusal where the time is taken, and raises `Problem` for any other."""
    async with booking_refusals(asking.rooms, asking.business.id, STRANGER):
        try:
            await asking.rooms.acting.run(asking.business.id, plan, write=lambda one: orjson.dumps(one.reference))
        except SlotTakenError as error:
            return error
    return None


def _changed_meanwhile(asking: Asking, token: str, problem: Problem, *, as_wished: str | None) -> Response:
    """Show how the visit stands where it was changed elsewhere, or may no longer be; raises any other problem.

    `as_wished` says that it stands just as was asked for: a form that was sent twice is told what the first was told.
    """
    if problem.code not in {"changed_meanwhile", "wrong_status", "too_late_to_change"}:
        raise problem
    return RedirectResponse(asking.link("visits", token, note=as_wished or "changed"), status_code=303)


async def _opened(asking: Asking) -> tuple[Asking, str, Booking, BookingContact | None]:
    """Open the link; who comes from a mail without naming a language reads the customer's own."""
    await limit_guesses(asking.request)
    token = str(asking.request.path_params["token"])
    booking, said = await opened(asking, token)
    if said is not None and asking.manner.language is None:
        asking = replace(asking, tongue=tongue_of(said.contact.language))
    return asking, token, booking, said


def _facts(asking: Asking, booking: Booking, said: BookingContact | None, token: str) -> Any:
    return visit_facts(asking, booking, address=said.address if said else None, token=token)


async def _facts_as_known_now(asking: Asking, booking: Booking, said: BookingContact | None, token: str) -> VisitFacts:
    """Gather the facts with who it is for: as they said, or as the CRM knows them now if it says so in time.

    The CRM's word goes only to who came by the link that stands in the contact itself, and so reads what the CRM sends
    them. Whoever booked may have typed somebody else's email, and has another link to the same visit.
    """
    contact = await _contact(asking, booking) if _by_link_of_contact(asking, booking, token) else None
    own = said.contact if said else None
    parts = (
        (contact.name if contact else "") or (own.name if own else ""),
        (contact.email if contact else None) or (own.email if own else None),
        (contact.phone if contact else None) or (own.phone if own else None),
    )
    address = said.address if said else None
    if address is None and contact is not None and contact.street:
        address = ServiceAddress(street=contact.street, unit="", postal_code=contact.postal_code)
    return visit_facts(asking, booking, address=address, token=token, reached=tuple(part for part in parts if part))


def _by_link_of_contact(asking: Asking, booking: Booking, token: str) -> bool:
    in_field = manage_token(booking, secret=asking.secret)
    return hmac.compare_digest(token.encode(errors="surrogatepass"), in_field.encode())


async def _contact(asking: Asking, booking: Booking) -> CrmContact | None:
    """Ask the CRM who a visit is for, unless it is down or takes too long."""
    outward, keep_fresh = asking.rooms.outward, asking.rooms.keep_fresh
    if outward is None or keep_fresh is None:
        return None
    business = asking.business.id
    return await keep_fresh.ask_within(
        business,
        booking.technician,
        _CONTACT_SECONDS,
        lambda seconds: contact_of_booking(outward, business, booking.id, budget=seconds),
    )


def _to(asking: Asking, token: str) -> Callable[[str], str]:
    """Give what makes the addresses of the visit's other pages."""
    return lambda part: asking.link("visits", token, part)


def _version(asking: Asking) -> int | None:
    text = asking.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004
