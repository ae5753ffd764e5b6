"""Finding customers and bookings by whatever somebody on the phone says first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fieldfare.domain.bookings import Booking
from fieldfare.domain.customers import Customer
from fieldfare.domain.searching import Sought
from fieldfare.ports.customers import BookingContact


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBooking:
    """A booking, and what its customer said; nothing where that was erased."""

    booking: Booking
    said: BookingContact | None


class SearchBook(Protocol):
    """The search in one business."""

    async def customers(self, sought: Sought, *, limit: int) -> tuple[Customer, ...]:
        """List customers, the latest first, by name, email, phone, or an address at which they were visited."""
        ...

    async def bookings(self, sought: Sought, *, around: int, limit: int) -> tuple[FoundBooking, ...]:
        """List bookings by reference, address, or whom they are for, those nearest to an instant first.

        Holds are none of them, nor what has expired.
        """
        ...
