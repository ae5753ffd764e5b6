"""Who: the contact and the service address, while the time is held; and at the end the booking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from starlette.responses import Response

from fieldfare.domain.bookings import MOST_PROLONGED, Booking, Status
from fieldfare.domain.permissions import STRANGER
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.holds import actor_of, limit_guesses, wrong_token
from fieldfare.entrypoints.api.public.serving import who_for
from fieldfare.entrypoints.web.addresses import split_address, written_code
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.entered import FIELDS, read_entered, said_of_contact
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.steps.instead import taken
from fieldfare.entrypoints.web.visits.facts import visit_facts
from fieldfare.usecases.bookings.confirm import Confirm, confirm, manage_token_of
from fieldfare.usecases.bookings.judging import request_of
from fieldfare.usecases.bookings.prolong import held_by, prolong
from fieldfare.usecases.bookings.refusals import HoldExpiredError, SlotTakenError, TakenHoldError, UnknownBookingError


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
    return details_form(asking, booking, typed=dict(asking.form) if asking.by_form else await known_already(asking))


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
    entered = read_entered(asking.form, tongue=asking.tongue, countries=asking.rooms.bias(asking.business).countries)
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
        return await _again(asking, booking, said_of_contact(problem, asking.tongue))
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


async def _again(asking: Asking, booking: Booking, faults: dict[str, str]) -> Response:
    if not booking.live_hold(asking.current.as_of) and booking.status in {Status.HELD, Status.EXPIRED}:
        return await taken(asking, HoldExpiredError(request_of(booking), booking.start))
    if booking.status is not Status.HELD:
        return _done(asking)
    return details_form(asking, booking, typed=dict(asking.form), faults=faults)


async def known_already(asking: Asking) -> dict[str, str]:
    """Fill in what a link says, and the address that was asked for: nobody is asked for it twice (WCAG 2.2, 3.3.7)."""
    given = asking.typed()
    located = await asking.place()
    known = split_address(located.formatted if located else given["address"])
    if located is not None and located.place.postal_code:
        known["postal_code"] = known.get("postal_code") or written_code(located.place.postal_code)
    prefilled = {key: value for key, value in given.items() if value and key in FIELDS}
    return prefilled | {key: value for key, value in known.items() if value}
