"""A time is chosen: it is held, or somebody was quicker and the customer sees what is free instead."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import orjson
from starlette.responses import Response

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.permissions import STRANGER
from fieldfare.domain.places import Place
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.booking_shapes import write_hold
from fieldfare.entrypoints.api.public.holds import actor_of, holder_of, queue_of
from fieldfare.entrypoints.api.public.inquiries import current_business
from fieldfare.entrypoints.api.public.offers import read_offer
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.once import once_of
from fieldfare.entrypoints.web.steps.choosing import read_choice
from fieldfare.entrypoints.web.steps.details import details_form, held_booking
from fieldfare.entrypoints.web.steps.holding import Holding, holding_of
from fieldfare.entrypoints.web.steps.inquiring import inquiry_at
from fieldfare.entrypoints.web.steps.instead import taken
from fieldfare.entrypoints.web.steps.request import request_form
from fieldfare.usecases.bookings.acting import Once
from fieldfare.usecases.bookings.hold import Hold, hold
from fieldfare.usecases.bookings.prolong import release
from fieldfare.usecases.bookings.refusals import OnlyByRequestError, SlotTakenError, UnknownBookingError


async def take(asking: Asking) -> Response:
    """Hold the time that a form chooses, in place of one that was held before."""
    start, offer = read_choice(asking, asking.form.get("choice", ""))
    located = await asking.place()
    if located is None or asking.state.product is None:
        return asking.go(state=asking.state)
    wish = Wish(place=located.place, product=asking.state.product, start=start, offer=offer)
    before = await holding_of(asking)
    if before.live(asking.current.as_of) and before.booking is not None and before.token is not None:
        if wish.is_for(before.booking):
            return await _on_to_details(asking, before.token)
        asking = await _released(asking, before.token)
    try:
        token = await _held(asking, wish, before.following, once=once_of(asking, asking.form["choice"]))
        if token != before.following and not await _still_held(asking, token):
            # The form was sent before, and what it held then was given back since: this is a new wish.
            token = await _held(asking, wish, before.following, once=None)
    except SlotTakenError as error:
        await _held_again(asking, before, wish)
        if isinstance(error, OnlyByRequestError):
            return await request_form(asking, start)
        return await taken(asking, error)
    except Problem as problem:
        if problem.code != "not_sold":
            raise
        # The zone sells something else by now: the next page says what.
        return asking.go("what", state=asking.state)
    return await _on_to_details(asking, token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A time that somebody wants, with the price that was shown where that was signed."""

    place: Place
    product: str
    start: int
    offer: str = ""

    def is_for(self, booking: Booking) -> bool:
        """Tell whether a hold is just that."""
        return (self.place.point, self.product, self.start) == (booking.place.point, booking.product, booking.start)


async def _held_again(asking: Asking, before: Holding, wish: Wish) -> None:
    """Hold again what was given back for a time that can't be had after all; if that is gone, so it is."""
    lost = before.booking
    if lost is None or not lost.live_hold(asking.current.as_of) or lost.product != wish.product:
        return
    following = await holding_of(asking)
    with suppress(SlotTakenError, Problem):
        await _held(asking, replace(wish, place=lost.place, start=lost.start, offer=""), following.following, once=None)


async def _held(asking: Asking, wish: Wish, token: str, *, once: Once | None) -> str:
    """Hold a time; gives the hold's token. Raises `SlotTakenError`, and `Problem` for all other refusals."""
    inquiry = inquiry_at(asking, wish.place, product=wish.product, industry=asking.state.industry)
    start, shown = wish.start, None
    if wish.offer:
        shown = read_offer(wish.offer, secret=asking.secret, asked=inquiry.asked, start=start, now=asking.rooms.clock())
    wanted = Hold(
        request=inquiry.asked,
        start=start,
        token=token,
        actor=actor_of(STRANGER),
        source="public",
        holder=await holder_of(asking.rooms, asking.business, None, asking.request),
        shown=shown,
    )

    def write(booking: Booking) -> bytes:
        return orjson.dumps(write_hold(booking, business=asking.business, token=wanted.token))

    taken_by_others = None
    async with booking_refusals(asking.rooms, asking.business.id, STRANGER):
        try:
            answer = await asking.rooms.acting.run(
                asking.business.id,
                lambda desk: hold(desk, wanted),
                write=write,
                once=once,
                queue=queue_of(inquiry.asked, start),
                current=asking.current,
            )
            return str(orjson.loads(answer)["token"])
        except SlotTakenError as error:
            taken_by_others = error
    raise taken_by_others


async def _still_held(asking: Asking, token: str) -> bool:
    booking = await held_booking(replace(asking, state=asking.with_state(hold=token)))
    if booking is None:
        return False
    return booking.status not in {Status.HELD, Status.EXPIRED} or booking.live_hold(asking.current.as_of)


async def _on_to_details(asking: Asking, token: str) -> Response:
    """Go on to the contact details; with what was typed there before, it comes along in the answer itself."""
    state = replace(asking.state, hold=token)
    if "name" not in asking.form:
        return asking.go("details", state=state)
    held = replace(asking, state=state)
    booking = await held_booking(held)
    if booking is None:
        raise Problem("not_found")
    return details_form(held, booking, typed=dict(asking.form))


async def _released(asking: Asking, token: str) -> Asking:
    """Give back what is held, so that an overlapping time can be had instead; gives the business as it is then."""
    try:
        async with booking_refusals(asking.rooms, asking.business.id, STRANGER):
            await asking.rooms.acting.run(
                asking.business.id, lambda desk: release(desk, token, actor=actor_of(STRANGER)), write=lambda _: b""
            )
    except (Problem, UnknownBookingError):
        # It was confirmed, or is gone: there is nothing to give back.
        return replace(asking, state=replace(asking.state, hold=None))
    current = await current_business(asking.rooms, asking.business.id)
    return replace(asking, state=replace(asking.state, hold=None), current=current)
