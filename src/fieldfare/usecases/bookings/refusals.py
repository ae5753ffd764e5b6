"""Why a booking isn't made or changed. Whoever is refused finds everything as it was."""

from __future__ import annotations

from typing import ClassVar

from fieldfare.domain.answers import Resolution
from fieldfare.domain.business import Request
from fieldfare.domain.zones import Outcome
from fieldfare.usecases.availability.drivable import Drivable


class BookingRefusedError(Exception):
    """Something that can't be done to a booking; `code` says what, the text says what to do instead."""

    code: ClassVar[str] = "conflict"


class UnknownBookingError(LookupError):
    """There is no such booking, hold or link."""


class SlotTakenError(BookingRefusedError):
    """The time can't be driven, or no longer: `broken` are the codes of the rules that say so, where one was judged.

    `request` is what alternatives are looked for with, around `start`; `without` is a visit that is to be moved.
    """

    code: ClassVar[str] = "slot_taken"

    def __init__(
        self,
        request: Request,
        start: int,
        *,
        broken: tuple[str, ...] = (),
        without: tuple[str | None, str] | None = None,
        found: Drivable | None = None,
    ) -> None:
        """Keep what is needed to offer something else; `found` is the map of the request, if it was just made."""
        super().__init__("the time is no longer free")
        self.request = request
        self.start = start
        self.broken = broken
        self.without = without
        self.found = found


class OutdatedError(SlotTakenError):
    """What was planned from memory doesn't hold under the lock: it may be planned anew."""


class OnlyByRequestError(SlotTakenError):
    """Too little is known of those who could come then: the time can be asked for, not booked (rule B13)."""

    code: ClassVar[str] = "only_by_request"


class HoldExpiredError(SlotTakenError):
    """The hold has run out."""

    code: ClassVar[str] = "hold_expired"


class ElsewhereError(SlotTakenError):
    """The service address lies elsewhere than the place that was asked for, and can't be driven to then (rule B12)."""

    code: ClassVar[str] = "address_elsewhere"


class NotSoldError(BookingRefusedError):
    """The product isn't sold at the place."""

    code: ClassVar[str] = "not_sold"

    def __init__(self, resolution: Resolution) -> None:
        """Keep how the zone was found."""
        super().__init__("this is not sold there")
        self.resolution = resolution

    @property
    def outcome(self) -> Outcome:
        """What the place comes to."""
        return self.resolution.outcome


class TooManyHoldsError(BookingRefusedError):
    """The contact or the client's address has two live holds already (rule B3)."""

    code: ClassVar[str] = "too_many_holds"


class NotProlongedError(BookingRefusedError):
    """A hold was prolonged as often as it may be (rule B3)."""

    code: ClassVar[str] = "hold_not_prolonged"


class WrongStatusError(BookingRefusedError):
    """The booking is not in a state from which this can be done (rule B4)."""

    code: ClassVar[str] = "wrong_status"


class TooLateToChangeError(BookingRefusedError):
    """The customer may no longer change the visit; the desk may (rule B6)."""

    code: ClassVar[str] = "too_late_to_change"


class TooLateToUndoError(BookingRefusedError):
    """The step is older than ten minutes (rule B4)."""

    code: ClassVar[str] = "too_late_to_undo"


class ReasonNeededError(BookingRefusedError):
    """An override, or a customer's cancellation, needs a reason (rules B7, B8, B9)."""

    code: ClassVar[str] = "reason_needed"


class OverrideNeededError(SlotTakenError):
    """The time breaks rules that this caller may override with a reason, and has not asked to (rule B9)."""

    code: ClassVar[str] = "needs_override"


class NotOverridableError(SlotTakenError):
    """The time breaks a rule that nobody overrides, or that this caller may not (rule B9)."""

    code: ClassVar[str] = "not_overridable"


class TakenHoldError(BookingRefusedError):
    """The hold was confirmed for somebody else."""

    code: ClassVar[str] = "hold_used"


class KeyOfAnotherRequestError(Exception):
    """The idempotency key was used for another request (rule B10)."""
