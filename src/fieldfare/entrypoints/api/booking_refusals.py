"""What is refused when something is booked, as problems, with what is free instead (rules B1, O5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fieldfare.domain.permissions import Caller
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.inquiries import signer
from fieldfare.entrypoints.api.public.shapes import SENTENCES
from fieldfare.entrypoints.api.public.writing import at_one_price, write_instead
from fieldfare.entrypoints.api.rooms import Rooms
from fieldfare.ports.bookings import StaleBookingError
from fieldfare.usecases.availability.in_memory import UnknownBusinessError
from fieldfare.usecases.bookings.planning import snapshot_without
from fieldfare.usecases.bookings.refusals import (
    BookingRefusedError,
    KeyOfAnotherRequestError,
    NotSoldError,
    SlotTakenError,
    UnknownBookingError,
)
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError

_STAFF_ONLY = frozenset({"needs_override", "not_overridable"})

BOOKING_PROBLEMS = ("business_not_found", "slot_taken", "not_sold", "idempotency_mismatch")
"""What every route that books may answer."""


@asynccontextmanager
async def booking_refusals(rooms: Rooms, business: str, who: Caller) -> AsyncIterator[None]:
    """Raise the `Problem` for what a booking is refused for; staff are told the rules that would be broken."""
    try:
        yield
    except SlotTakenError as error:
        members: dict[str, Any] = {"alternatives": await free_instead(rooms, business, error)}
        if who.actor is not None:
            members["rules"] = list(error.broken)
        raise Problem(error.code, **members) from None
    except NotSoldError as error:
        outcome = error.outcome
        raise Problem(error.code, outcome=outcome.value, message=SENTENCES.get(outcome)) from None
    except BookingRefusedError as error:
        raise Problem(error.code) from None
    except UnknownBookingError:
        raise Problem("not_found") from None
    except (ChangedMeanwhileError, StaleBookingError):
        raise Problem("changed_meanwhile") from None
    except KeyOfAnotherRequestError:
        raise Problem("idempotency_mismatch") from None
    except UnknownBusinessError:
        raise Problem("business_not_found") from None


async def free_instead(rooms: Rooms, business: str, error: SlotTakenError) -> list[dict[str, object]]:
    """Look for what is free instead, as of now and with nothing of ours in the way of itself."""
    desk = await rooms.acting.desk(business)
    found = error.found
    if found is None:
        snapshot = snapshot_without(desk, error.without)
        found = await snapshot.drivable(error.request, now=desk.now, travel=desk.travel)
    sold = desk.business if error.without is None else at_one_price(desk.business)
    sign = await signer(rooms, sold, error.request, now=desk.now)
    return write_instead(found, business=sold, wanted=error.start, sign=sign)
