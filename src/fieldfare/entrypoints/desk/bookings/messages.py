"""The message log: what customers were written to about, what became of it, and settling what could not be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.bookings.facts import NOBODY
from fieldfare.entrypoints.desk.bookings.names import MESSAGE_STATUSES, MESSAGES
from fieldfare.entrypoints.desk.doing import carry_out, said_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.ports.customers import Message, MessageStatus
from fieldfare.usecases.messages.send import NO_EMAIL, NO_MAILER, REFUSED, UNAVAILABLE
from fieldfare.usecases.messages.settle import Settle, UnknownMessageError, settle

_PAGE = 50
_LONGEST_NOTE = 1_000
_SHOWN = {"unsettled": "To settle", "": "All", "sent": "Sent", "waiting": "Waiting", "unsent": "Not sent"}
_FAILURES = {
    NO_MAILER: "No mail server is set up.",
    NO_EMAIL: "The customer has said no email.",
    REFUSED: "The mail server refused it.",
    UNAVAILABLE: "The mail server could not be reached.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message in a list."""

    id: str
    kind: str
    booking: str
    booking_href: str
    customer_href: str
    customer: str
    status: str
    badge: str
    failure: str | None
    attempts: int
    created_at: int
    sent_at: int | None
    settled_at: int | None
    to_settle: bool


def message_rows(messages: Sequence[Message], names: dict[str, str] | None = None) -> list[MessageRow]:
    """Write messages for a list; `names` are those of their customers, by booking."""
    rows = []
    for message in messages:
        name, badge = MESSAGE_STATUSES[message.status]
        rows.append(
            MessageRow(
                id=message.id,
                kind=MESSAGES[message.kind],
                booking=message.booking,
                booking_href=desk_link("bookings", message.booking),
                customer_href=desk_link("customers", message.customer),
                customer=(names or {}).get(message.booking, NOBODY),
                status=name,
                badge=badge,
                failure=None if message.failure is None else _FAILURES.get(message.failure, message.failure),
                attempts=message.attempts,
                created_at=message.created_at,
                sent_at=message.sent_at,
                settled_at=message.settled_at,
                to_settle=message.status is MessageStatus.UNSENT and message.settled_at is None,
            )
        )
    return rows


async def list_messages(asking: Asking) -> Response:
    """Show the log, the newest first; at first what somebody has still to be told."""
    chosen = asking.query.get("show", "unsettled")
    unsettled = chosen == "unsettled"
    statuses = [MessageStatus(chosen)] if chosen in set(MessageStatus) else None
    async with asking.rooms.storage.open(asking.who.business) as books:
        found = await books.messages.page(
            statuses=[MessageStatus.UNSENT] if unsettled else statuses,
            booking=None,
            unsettled=unsettled,
            before=asking.query.get("before"),
            limit=_PAGE + 1,
        )
        said = await books.customers.said_for([message.booking for message in found])
    rows = message_rows(found[:_PAGE], {id_: one.contact.name for id_, one in said.items()})
    return show(
        asking,
        "bookings/messages.html",
        {
            "rows": rows,
            "shown": _SHOWN,
            "chosen": chosen if chosen in _SHOWN else "",
            "more": desk_link("messages", show=chosen, before=rows[-1].id) if len(found) > _PAGE else None,
            "may_settle": asking.who.may(Permission.BOOKINGS_DECIDE),
        },
    )


async def settle_message(asking: Asking) -> Response:
    """Settle a message: the customer was told otherwise, or need not be."""
    id_, note = str(asking.request.path_params["id"]), asking.form.get("note", "").strip()
    if len(note) > _LONGEST_NOTE:
        raise Problem("invalid_request", f"The note may have {_LONGEST_NOTE} letters at most.", errors=[])
    wanted = Settle(message=id_, actor=asking.who.actor, note=note or None)
    try:
        await carry_out(asking, lambda desk: settle(desk, wanted), wish=f"settle {id_} {note}")
    except UnknownMessageError:
        raise Problem("not_found") from None
    except Problem as problem:
        raise Problem(problem.code, said_of(problem)) from None
    booking = asking.form.get("booking", "")
    return asking.go("bookings", booking, notice="settled") if booking else asking.go("messages", notice="settled")
