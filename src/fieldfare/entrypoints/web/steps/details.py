"""Who: the contact and the service address, while the time is held; and at the end the booking."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from fieldfare.domain.bookings import MOST_PROLONGED, Booking, Status
from fieldfare.domain.permissions import STRANGER
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.customers import AddressBody, CustomerBody, read_email, read_phone
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.holds import actor_of, limit_guesses, wrong_token
from fieldfare.entrypoints.api.public.serving import who_for
from fieldfare.entrypoints.web.addresses import split_address, written_code
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.forms import choices_of
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.steps.instead import taken
from fieldfare.entrypoints.web.tongues import Tongue
from fieldfare.entrypoints.web.visits.facts import visit_facts
from fieldfare.usecases.bookings.confirm import Confirm, confirm, manage_token_of
from fieldfare.usecases.bookings.judging import request_of
from fieldfare.usecases.bookings.prolong import held_by, prolong
from fieldfare.usecases.bookings.refusals import HoldExpiredError, SlotTakenError, TakenHoldError, UnknownBookingError

_CUSTOMER = ("name", "email", "phone")
_ADDRESS = ("street", "unit", "city", "postal_code", "notes")
FIELDS = (*_CUSTOMER, *_ADDRESS, "consent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A form that was filled in: who and where, or what is wrong with it, by field, in words."""

    customer: CustomerBody | None = None
    address: AddressBody | None = None
    faults: dict[str, str] = field(default_factory=dict)


async def fill_in(asking: Asking) -> Response:
    """Show the form while the time is held, and what is free instead once it no longer is."""
    await limit_guesses(asking.request)
    booking = await held_booking(asking)
    if booking is None:
        raise wrong_token(asking.request)
    if booking.status not in {Status.HELD, Status.EXPIRED}:
        return _done(asking)
    if not booking.live_hold(asking.current.as_of):
        return await taken(asking, HoldExpiredError(request_of(booking), booking.start))
    return details_form(asking, booking, typed=dict(asking.form) if asking.by_form else await _known_already(asking))


async def prolong_hold(asking: Asking) -> Response:
    """Keep the time for three more minutes; what was typed comes along."""
    await limit_guesses(asking.request)
    token = asking.state.hold or ""
    notice = None
    try:
        async with booking_refusals(asking.rooms, asking.business.id, STRANGER):
            await asking.rooms.acting.run(
                asking.business.id, lambda desk: prolong(desk, token, actor=actor_of(STRANGER)), write=lambda _: b""
            )
    except Problem as problem:
        if problem.code == "hold_not_prolonged":
            notice = asking.tongue.say("This time can't be held any longer. Please finish the booking now.")
        elif problem.code != "hold_expired":
            raise
    booking = await held_booking(asking)
    if booking is None:
        raise wrong_token(asking.request)
    if not booking.live_hold(asking.current.as_of):
        return await taken(asking, HoldExpiredError(request_of(booking), booking.start))
    return details_form(asking, booking, typed=dict(asking.form), notice=notice)


async def book(asking: Asking) -> Response:
    """Make the hold a booking; whatever is wrong is said beside what was typed."""
    await limit_guesses(asking.request)
    limits_of(asking.request).spend_address(asking.request, Bucket.GEOCODE)
    entered = read_details(asking)
    booking = await held_booking(asking)
    if booking is None:
        raise wrong_token(asking.request)
    if entered.customer is None or entered.faults:
        return await _again(asking, booking, entered.faults)
    token = asking.state.hold or ""
    try:
        wanted = await who_for(
            asking.rooms,
            asking.current,
            customer=entered.customer,
            address=entered.address,
            token=token,
            caller=STRANGER,
        )
    except Problem as problem:
        return await _again(asking, booking, _said_of(problem, asking.tongue))
    return await _confirmed(asking, wanted)


async def _confirmed(asking: Asking, wanted: Confirm) -> Response:
    async with booking_refusals(asking.rooms, asking.business.id, STRANGER):
        try:
            await asking.rooms.acting.run(
                asking.business.id,
                lambda desk: confirm(desk, wanted),
                write=lambda done: orjson.dumps(done.booking.reference),
                queue=wanted.token,
                current=asking.current,
                stays=True,
            )
        except UnknownBookingError:
            raise wrong_token(asking.request) from None
        except TakenHoldError:
            # Sent once more with other details, from a page that was gone back to: it is booked, as it was said first.
            return _done(asking)
        except SlotTakenError as error:
            return await taken(asking, error)
    return _done(asking)


def _done(asking: Asking) -> Response:
    booked = manage_token_of(asking.state.hold or "")
    return asking.go("done", state=replace(asking.state, hold=None, booked=booked))


async def held_booking(asking: Asking) -> Booking | None:
    """Look up what is held; None if nothing is."""
    if asking.state.hold is None:
        return None
    try:
        async with asking.rooms.storage.open(asking.business.id) as books:
            return await held_by(books, asking.state.hold)
    except UnknownBookingError:
        return None


def details_form(
    asking: Asking,
    booking: Booking,
    *,
    typed: dict[str, str],
    faults: dict[str, str] | None = None,
    notice: str | None = None,
) -> Response:
    """Show the form with what was typed so far."""
    now, until = asking.current.as_of, booking.expires_at or 0
    values: dict[str, Any] = {
        "typed": dict.fromkeys(FIELDS, "") | {key: typed[key] for key in FIELDS if key in typed},
        "faults": faults or {},
        "notice": notice,
        "visit": visit_facts(asking, booking, address=None),
        "keep": asking.state.flow or booking.reference,
        "until": asking.clock.iso(until),
        "until_time": asking.tongue.time(asking.clock.local(until)),
        "now": asking.clock.iso(now),
        "prolongable": booking.prolonged < MOST_PROLONGED,
        "back": asking.link("when", state=asking.state) if asking.state.place else None,
    }
    here = asking.link("details", state=asking.state)
    return show(asking, "details.html", values, status=422 if faults else 200, here=here)


def read_details(asking: Asking) -> Entered:
    """Read the form; all faults at once, so that nobody mends them one by one."""
    form, say = asking.form, asking.tongue.say
    values: dict[str, Any] = {key: form[key].strip() for key in _CUSTOMER if form.get(key, "").strip()}
    values |= {"language": asking.tongue.language.value, "consent": form.get("consent") == "yes"}
    address = {key: form[key].strip() for key in _ADDRESS if form.get(key, "").strip()}
    customer, faults = _read(CustomerBody, values, asking.tongue)
    served, address_faults = _read(AddressBody, address, asking.tongue)
    faults |= _unreachable(asking, values)
    if "" in faults:
        faults["email"] = say("Please give an email address or a phone number, so that we can reach you.")
        del faults[""]
    return Entered(
        customer=customer if isinstance(customer, CustomerBody) else None,
        address=served if isinstance(served, AddressBody) else None,
        faults={key: value for key, value in (faults | address_faults).items() if key in FIELDS},
    )


def _unreachable(asking: Asking, values: dict[str, Any]) -> dict[str, str]:
    """Say what is wrong with the ways to reach somebody, whatever else is wrong."""
    faults = {}
    for key, read in (("email", read_email), ("phone", partial(read_phone, countries=_countries(asking)))):
        if key in values:
            try:
                read(values[key], path=key)
            except Problem:
                faults[key] = _contact_sentence(key, asking.tongue)
    return faults


def _countries(asking: Asking) -> tuple[str, ...]:
    return tuple(asking.rooms.bias(asking.business).countries)


def _contact_sentence(key: str, tongue: Tongue) -> str:
    if key == "email":
        return tongue.say("This is no email address. It looks like name@example.com.")
    return tongue.say("This is no phone number. Please write it with its area code.")


def _read(kind: type[BaseModel], values: dict[str, Any], tongue: Tongue) -> tuple[BaseModel | None, dict[str, str]]:
    try:
        return kind.model_validate(values), {}
    except ValidationError as error:
        return None, {
            str(fault["loc"][0]) if fault["loc"] else "": _sentence(str(fault["loc"][:1]), fault["type"], tongue)
            for fault in error.errors()
        }


def _sentence(where: str, kind: str, tongue: Tongue) -> str:
    match kind:
        case "missing" | "blank" if "name" in where:
            return tongue.say("Please enter your name.")
        case "missing" | "blank" if "street" in where:
            return tongue.say("Please enter the street and its number.")
        case "string_too_long":
            return tongue.say("This is too long.")
        case "string_too_short":
            return tongue.say("This is too short.")
        case _:
            return tongue.say("This can't be read. Please leave out unusual characters.")


def _said_of(problem: Problem, tongue: Tongue) -> dict[str, str]:
    """Say what a contact or an address was refused for; raises the problem itself if it is about neither."""
    match problem.code:
        case "address_not_found":
            return {"street": tongue.say("We could not find this address. Please check it, or add the postal code.")}
        case "address_ambiguous":
            choices = "; ".join(one.formatted for one in choices_of(problem))
            return {"street": tongue.say("There are several such addresses: %(choices)s", choices=choices)}
        case _:
            raise problem


async def _again(asking: Asking, booking: Booking, faults: dict[str, str]) -> Response:
    if not booking.live_hold(asking.current.as_of) and booking.status in {Status.HELD, Status.EXPIRED}:
        return await taken(asking, HoldExpiredError(request_of(booking), booking.start))
    if booking.status is not Status.HELD:
        return _done(asking)
    return details_form(asking, booking, typed=dict(asking.form), faults=faults)


async def _known_already(asking: Asking) -> dict[str, str]:
    """Fill in what a link says, and the address that was asked for: nobody is asked for it twice (WCAG 2.2, 3.3.7)."""
    given = asking.typed()
    located = await asking.place()
    known = split_address(located.formatted if located else given["address"])
    if located is not None and located.place.postal_code:
        known["postal_code"] = known.get("postal_code") or written_code(located.place.postal_code)
    prefilled = {key: value for key, value in given.items() if value and key in FIELDS}
    return prefilled | {key: value for key, value in known.items() if value}
