"""The links of the waitlist's mails: a time that is held for somebody, and the entry of who waits."""

from __future__ import annotations

from dataclasses import replace

import orjson
from starlette.responses import Response

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.permissions import STRANGER
from fieldfare.entrypoints.api.booking_refusals import booking_refusals
from fieldfare.entrypoints.api.public.holds import limit_guesses, wrong_token
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.steps.details import fill_in
from fieldfare.entrypoints.web.tongues import TO
from fieldfare.ports.customers import Waiting, WaitingStatus
from fieldfare.usecases.bookings.refusals import UnknownBookingError
from fieldfare.usecases.waitlist.join import leave, waiting_behind

_LINK = Actor(kind=ActorKind.CUSTOMER, id="link")


async def take_offer(asking: Asking) -> Response:
    """Go on with a time that is held already."""
    token = str(asking.request.path_params["token"])
    return await fill_in(replace(asking, state=asking.with_state(hold=token)))


async def see_waiting(asking: Asking) -> Response:
    """Show what somebody waits for."""
    return _shown(asking, await _waiting(asking))


async def stop_waiting(asking: Asking) -> Response:
    """Take somebody off the list."""
    waiting = await _waiting(asking)
    if waiting.status in {WaitingStatus.WAITING, WaitingStatus.OFFERED}:
        async with booking_refusals(asking.rooms, asking.business.id, STRANGER):
            await asking.rooms.acting.run(
                asking.business.id,
                lambda desk: leave(desk, waiting.id, actor=_LINK),
                write=lambda one: orjson.dumps(one.id),
            )
    return asking.go("waiting", _token(asking))


def _token(asking: Asking) -> str:
    return str(asking.request.path_params["token"])


async def _waiting(asking: Asking) -> Waiting:
    await limit_guesses(asking.request)
    try:
        async with asking.rooms.storage.open(asking.business.id) as books:
            return await waiting_behind(books, _token(asking))
    except UnknownBookingError:
        raise wrong_token(asking.request) from None


def _shown(asking: Asking, waiting: Waiting) -> Response:
    tongue, clock = asking.tongue, asking.clock
    names = {product.id: product.name or product.id for product in asking.business.products}
    wishes = []
    for first, last in waiting.wishes:
        start, end = clock.local(first), clock.local(last)
        whole = (last - first) >= 23 * 60 * 60
        times = tongue.say("any time of day") if whole else f"{tongue.time(start)}{TO}{tongue.time(end)}"
        wishes.append(f"{tongue.whole_day(start.date())}, {times}")
    values = {
        "product": names.get(waiting.product, waiting.product),
        "wishes": wishes,
        "status": waiting.status.value,
        "waits": waiting.status in {WaitingStatus.WAITING, WaitingStatus.OFFERED},
        "action": asking.link("waiting", _token(asking)),
    }
    return show(asking, "waiting.html", values)
