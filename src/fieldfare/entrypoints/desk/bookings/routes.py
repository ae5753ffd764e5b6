"""The addresses of bookings, messages and the trail."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.bookings import audit, book, change, listing, messages, show
from fieldfare.entrypoints.desk.pages import Handler, Needs, page

_WRITE, _STEP, _DECIDE = Permission.BOOKINGS_WRITE, Permission.BOOKINGS_STEP, Permission.BOOKINGS_DECIDE
_READ, _OWN = Permission.BOOKINGS_READ, Permission.BOOKINGS_READ_OWN


def bookings_routes() -> list[Route]:
    """List the routes."""
    return [
        Route(f"{ROOT}/book", page(book.choose, needs=_WRITE)),
        Route(f"{ROOT}/book/details", page(book.details, needs=_WRITE, by_form=book.book_it), methods=["GET", "POST"]),
        Route(f"{ROOT}/bookings", page(listing.list_bookings, needs=_READ)),
        Route(f"{ROOT}/bookings/{{id}}", page(show.show_booking, needs=_OWN)),
        _sent("cancel", change.cancel_booking, _WRITE),
        _sent("accept", change.accept_booking, _DECIDE),
        _sent("assign", change.assign_booking, _DECIDE),
        _sent("zone", change.rezone_booking, _DECIDE),
        _sent("step", change.step_booking, _STEP),
        _sent("undo", change.undo_booking_step, _STEP),
        Route(f"{ROOT}/messages", page(messages.list_messages, needs=_READ)),
        Route(f"{ROOT}/messages/{{id}}/settle", page(messages.settle_message, needs=_DECIDE), methods=["POST"]),
        Route(f"{ROOT}/audit", page(audit.show_trail, needs=Permission.AUDIT_READ)),
    ]


def _sent(name: str, handler: Handler, needs: Needs) -> Route:
    return Route(f"{ROOT}/bookings/{{id}}/{name}", page(handler, needs=needs), methods=["POST"])
