"""What a flow holds: one time at a time, whatever pages of it somebody goes back to.

The tokens of a flow's holds follow from its id and their number, so that a page from before a hold finds it all the
same, and nothing has to be kept beside the links themselves (HMAC, RFC 2104).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from fieldfare.domain.bookings import Booking
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.usecases.bookings.prolong import held_by
from fieldfare.usecases.bookings.refusals import UnknownBookingError
from fieldfare.usecases.people.tokens import new_token

MOST_HOLDS_OF_A_FLOW = 50
"""Who changes their mind more often gets tokens that follow from nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The last that a flow held, and the token for the next."""

    token: str | None
    booking: Booking | None
    following: str

    def live(self, now: int) -> bool:
        """Tell whether it is held still."""
        return self.booking is not None and self.booking.live_hold(now)


async def holding_of(asking: Asking) -> Holding:
    """Look up what the flow of a request held last."""
    token, booking = None, None
    async with asking.rooms.storage.open(asking.business.id) as books:
        for number in range(MOST_HOLDS_OF_A_FLOW):
            candidate = _token(asking, number)
            try:
                booking = await held_by(books, candidate)
            except UnknownBookingError:
                return Holding(token=token, booking=booking, following=candidate)
            token = candidate
    return Holding(token=token, booking=booking, following=new_token())


def _token(asking: Asking, number: int) -> str:
    what = f"hold {asking.state.flow} {number}".encode()
    return base64.urlsafe_b64encode(hmac.digest(asking.secret, what, hashlib.sha256)).rstrip(b"=").decode()
