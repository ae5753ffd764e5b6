"""What statuses, steps, messages and lines of the trail are called at the desk."""

from __future__ import annotations

from fieldfare.domain.bookings import Status
from fieldfare.ports.customers import MessageKind, MessageStatus

STATUSES: dict[Status, tuple[str, str]] = {
    Status.REQUESTED: ("Requested", "warn"),
    Status.HELD: ("Held", "plain"),
    Status.EXPIRED: ("Hold ran out", "plain"),
    Status.CONFIRMED: ("Confirmed", "good"),
    Status.EN_ROUTE: ("On the way", "good"),
    Status.IN_PROGRESS: ("In progress", "good"),
    Status.COMPLETED: ("Completed", "plain"),
    Status.CANCELLED: ("Cancelled", "bad"),
    Status.NO_SHOW: ("Nobody there", "bad"),
    Status.FAILED: ("Not possible", "bad"),
}
"""Each status with its name and the kind of its badge."""

STEPS: dict[Status, str] = {
    Status.EN_ROUTE: "On the way",
    Status.IN_PROGRESS: "Begun",
    Status.COMPLETED: "Completed",
    Status.NO_SHOW: "Nobody there",
    Status.FAILED: "Not possible",
}

MESSAGES: dict[MessageKind, str] = {
    MessageKind.CONFIRMED: "Confirmation",
    MessageKind.RESCHEDULED: "New time",
    MessageKind.CANCELLED: "Cancellation",
    MessageKind.REQUESTED: "Request received",
    MessageKind.ESTIMATE_MOVED: "Later than promised",
    MessageKind.OFFERED: "Offer from the waitlist",
}

MESSAGE_STATUSES: dict[MessageStatus, tuple[str, str]] = {
    MessageStatus.WAITING: ("Waiting to be sent", "plain"),
    MessageStatus.SENT: ("Sent", "good"),
    MessageStatus.UNSENT: ("Not sent", "bad"),
    MessageStatus.DROPPED: ("No longer needed", "plain"),
}

ACTIONS: dict[str, str] = {
    "book": "booked",
    "hold": "held",
    "prolong": "held longer",
    "release": "gave back",
    "confirm": "confirmed",
    "request": "asked for",
    "accept": "accepted",
    "reschedule": "moved",
    "cancel": "cancelled",
    "assign": "assigned",
    "override_zone": "counted to another zone",
    "step": "noted a step of",
    "undo": "took back a step of",
    "report_end": "estimated the end of",
    "estimate_moved": "moved the estimate of",
    "create": "created",
    "change": "changed",
    "delete": "deleted",
    "erase": "erased",
    "expire": "let run out",
    "estimate": "estimated the end of",
    "join": "joined",
    "leave": "left",
    "lapse": "let lapse",
    "offer": "offered",
    "replay": "sent again",
    "revoke": "revoked",
    "set_password": "set the password of",
    "sign_in": "signed in to",
    "sign_out": "signed out of",
    "restore": "brought back",
    "import": "imported",
    "settle": "settled",
}
"""What somebody did, as a verb before what they did it to; an action that isn't here is shown as it is written."""

FIELDS: dict[str, str] = {
    "to_assign": "to assign",
    "estimated_start": "expected start",
    "estimated_end": "expected end",
    "address_unchecked": "address to check",
    "created_at": "created",
}
"""What fields of a record are called, where their key isn't a word."""
