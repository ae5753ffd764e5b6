"""Done: who comes when and where, for which price, and what happens next."""

from __future__ import annotations

from starlette.responses import Response

from fieldfare.domain.bookings import Status
from fieldfare.entrypoints.api.public.holds import limit_guesses
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.visits.facts import visit_facts
from fieldfare.entrypoints.web.visits.opening import opened


async def thank(asking: Asking) -> Response:
    """Show the booking that was made; the page can be come back to."""
    await limit_guesses(asking.request)
    booking, said = await opened(asking, asking.state.booked or "")
    if booking.status is not Status.CONFIRMED:
        return asking.go("visits", asking.state.booked or "")
    values = {
        "visit": visit_facts(asking, booking, address=said.address if said else None, token=asking.state.booked),
        "email": said.contact.email if said else None,
        "unchecked": booking.address_unchecked,
    }
    return show(asking, "done.html", values)
