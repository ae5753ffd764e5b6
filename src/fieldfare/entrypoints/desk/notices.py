"""What a page says once after something was done: the address names the notice, and here is its sentence."""

from __future__ import annotations

NOTICES: dict[str, str] = {
    "booked": "The visit is booked. Its messages below say what the customer is told.",
    "moved": "The visit was moved. Its messages say what the customer is told.",
    "assigned": "The visit was given to somebody else.",
    "cancelled": "The visit was cancelled. Its time is free again.",
    "accepted": "The request was accepted and is a booking now.",
    "stepped": "That was noted.",
    "undone": "The last step was taken back.",
    "rezoned": "The visit counts to another zone now.",
    "settled": "The message was settled.",
    "saved": "Saved.",
    "deleted": "Deleted.",
    "erased": "Everything personal of this customer was erased.",
    "blocked": "The time is blocked.",
    "conflict_settled": "The conflict is settled.",
    "sent_again": "It is sent again. What becomes of it shows up here.",
    "freed": "The time is free again.",
}
