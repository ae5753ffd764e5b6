"""A time that can only be asked for: who it is for, and where, for the business to accept (rules B4, B13)."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

from fieldfare.domain.permissions import STRANGER
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.serving import who_for
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.entered import FIELDS, read_entered, said_of_contact
from fieldfare.entrypoints.web.once import once_of
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.steps.choosing import read_choice
from fieldfare.entrypoints.web.steps.details import known_already
from fieldfare.entrypoints.web.steps.inquiring import inquiry_at, offer_at
from fieldfare.entrypoints.web.steps.instead import taken
from fieldfare.entrypoints.web.steps.when import product_values
from fieldfare.usecases.bookings.refusals import SlotTakenError
from fieldfare.usecases.bookings.request import AskFor, ask_for
from fieldfare.usecases.people.tokens import new_token


async def ask(asking: Asking) -> Response:
    """Write the request down; whatever is wrong is said beside what was typed."""
    start, _ = read_choice(asking, asking.form.get("choice", ""))
    located, product = await asking.place(), asking.state.product
    if located is None or product is None:
        return asking.go(state=asking.state)
    limits_of(asking.request).spend_address(asking.request, Bucket.GEOCODE)
    entered = read_entered(asking.form, tongue=asking.tongue, countries=asking.rooms.bias(asking.business).countries)
    if entered.customer is None or entered.faults:
        return await request_form(asking, start, typed=dict(asking.form), faults=entered.faults)
    try:
        who = await who_for(
            asking.rooms,
            asking.current,
            customer=entered.customer,
            address=entered.address,
            token=new_token(),
            caller=STRANGER,
        )
    except Problem as problem:
        faults = said_of_contact(problem, asking.tongue)
        return await request_form(asking, start, typed=dict(asking.form), faults=faults)
    inquiry = inquiry_at(asking, located.place, product=product, industry=asking.state.industry)
    wanted = AskFor(request=inquiry.asked, start=start, who=who, source="public")
    async with booking_refusals(asking.rooms, asking.business.id, STRANGER):
        try:
            answer = await asking.rooms.acting.run(
                asking.business.id,
                lambda desk: ask_for(desk, wanted),
                write=lambda done: orjson.dumps(done.manage_token),
                once=once_of(asking, f"request {start}"),
            )
        except SlotTakenError as error:
            return await taken(asking, error)
    return asking.go("visits", orjson.loads(answer))


async def request_form(
    asking: Asking, start: int, *, typed: dict[str, str] | None = None, faults: dict[str, str] | None = None
) -> Response:
    """Show the form for a start, an instant."""
    located = await asking.place()
    quote = None
    if located is not None:
        shelves = offer_at(asking, located).shelves
        quotes = (one for shelf in shelves for one in shelf.quotes)
        quote = next((one for one in quotes if one.product == asking.state.product), None)
    if quote is None:
        # The zone sells something else by now: the next page says what.
        return asking.go("what", state=asking.state)
    known = await known_already(asking) if typed is None else typed
    local = asking.clock.local(start)
    values: dict[str, Any] = {
        "typed": dict.fromkeys(FIELDS, "") | {key: known[key] for key in FIELDS if key in known},
        "faults": faults or {},
        "choice": asking.clock.iso(start),
        "day": asking.tongue.day(local.date()),
        "time": asking.tongue.time(local),
        "zone": asking.tongue.zone(asking.business.time_zone),
        "product": product_values(asking, quote),
        "back": asking.link("when", state=asking.state),
    }
    here = asking.link("when", state=asking.state)
    return show(asking, "request.html", values, status=422 if faults else 200, here=here)
