"""`fieldfare bookings`: the visits of a business in a terminal, without their customers' personal values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldfare.domain.bookings import Status
from fieldfare.entrypoints.cli.at_business import (
    BusinessArgument,
    BusinessOption,
    ListsByDefault,
    OpenStorage,
    at_business,
    clock_at,
    spoken,
)
from fieldfare.entrypoints.cli.failures import CommandError

if TYPE_CHECKING:
    from fieldfare.domain.bookings import Booking
    from fieldfare.domain.clock import Clock
    from fieldfare.ports.bookings import BookingFilter
    from fieldfare.ports.storage import Books

_PAGE = 500
_SHORT = "%Y-%m-%d %H:%M"


def bookings_app(open_storage: OpenStorage) -> typer.Typer:
    """Make the commands around what opens the database."""
    app = typer.Typer(name="bookings", cls=ListsByDefault, help="Visits: list them, or show one.")
    _add_list(app, open_storage)
    _add_show(app, open_storage)
    return app


def _add_list(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("list")
    def list_(
        business: BusinessArgument = None,
        *,
        status: Annotated[list[Status] | None, typer.Option(help="Only these; may be repeated.")] = None,
        technician: Annotated[str | None, typer.Option(help="Only this technician's.")] = None,
        first: Annotated[
            str | None, typer.Option("--from", metavar="DATE", help="From this date on; today unless told.")
        ] = None,
        last: Annotated[
            str | None, typer.Option("--to", metavar="DATE", help="Up to this date, itself included.")
        ] = None,
        to_assign: Annotated[bool, typer.Option("--to-assign", help="Only where a technician is to be named.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line, for programs.")] = False,
    ) -> None:
        """List visits by start, in the business's time. Holds and what expired only where --status names them."""
        import asyncio

        from fieldfare.entrypoints.cli import streams
        from fieldfare.ports.bookings import BookingFilter

        async def read() -> str:
            async with at_business(open_storage, business) as books:
                clock = await clock_at(books)
                wanted = BookingFilter(
                    statuses=status or None,
                    technician=technician,
                    since=_midnight(first, clock, option="--from") or clock.midnight(clock.date_of(books.moment)),
                    until=_midnight(last, clock, option="--to", days=1),
                    to_assign=True if to_assign else None,
                )
                found = await _all(books, wanted)
            return _lines(found, clock) if as_json else _table(found, clock)

        with spoken(), streams.quiet_pipe():
            streams.write(asyncio.run(read()))


def _add_show(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("show")
    def show(
        reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="The booking's reference.")],
        business: BusinessOption = None,
    ) -> None:
        """Show one visit: what was agreed, where it stands, and its customer's name."""
        import asyncio

        from fieldfare.domain.references import known_reference
        from fieldfare.entrypoints.cli import streams
        from fieldfare.ports.bookings import BookingFilter

        async def read() -> str:
            wanted = BookingFilter(statuses=tuple(Status), reference=known_reference(reference))
            async with at_business(open_storage, business) as books:
                found = await books.bookings.page(wanted, after=None, limit=1)
                if not found:
                    raise CommandError(f"there is no booking {reference!r}")
                said = (await books.customers.said_for([found[0].id])).get(found[0].id)
                name = None if said is None else said.contact.name
                return _shown(found[0], await clock_at(books), customer=name)

        with spoken(), streams.quiet_pipe():
            streams.write(asyncio.run(read()))


async def _all(books: Books, wanted: BookingFilter) -> list[Booking]:
    found: list[Booking] = []
    while True:
        after = (found[-1].start, found[-1].id) if found else None
        page = await books.bookings.page(wanted, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found


def _midnight(text: str | None, clock: Clock, *, option: str, days: int = 0) -> int | None:
    """Read a date; gives the instant at which it begins, or so many days later."""
    from datetime import date, timedelta

    if text is None:
        return None
    try:
        return clock.midnight(date.fromisoformat(text) + timedelta(days=days))
    except (ValueError, OverflowError):
        raise CommandError(f"{option} {text!r} is no date, such as 2026-11-23") from None


def _table(bookings: list[Booking], clock: Clock) -> str:
    from fieldfare.entrypoints.cli.at_business import plain_table, table_text

    if not bookings:
        return "no bookings\n"
    table = plain_table("reference", "status", "start", "end", "technician", "product", "zone")
    for booking in bookings:
        who = booking.technician or ""
        table.add_row(
            booking.reference,
            booking.status.value,
            clock.local(booking.start).strftime(_SHORT),
            f"{clock.local(booking.end):%H:%M}",
            f"{who} (to assign)" if booking.provisional else who,
            booking.product,
            booking.zone or "",
        )
    return table_text(table)


def _lines(bookings: list[Booking], clock: Clock) -> str:
    import orjson

    return "".join(orjson.dumps(_document(booking, clock)).decode() + "\n" for booking in bookings)


def _document(booking: Booking, clock: Clock) -> dict[str, Any]:
    return {
        "id": booking.id,
        "reference": booking.reference,
        "status": booking.status.value,
        "start": clock.iso(booking.start),
        "end": clock.iso(booking.end),
        "technician": booking.technician,
        "to_assign": booking.provisional,
        "product": booking.product,
        "zone": booking.zone,
        "hub": booking.hub,
        "price": booking.price,
        "currency": booking.currency,
        "customer": booking.customer,
    }


def _shown(booking: Booking, clock: Clock, *, customer: str | None) -> str:
    from fieldfare.entrypoints.cli.table_heading import price_text, printable

    rows = {
        "reference": booking.reference,
        "id": booking.id,
        "status": booking.status.value,
        "visit": f"{clock.local(booking.start).strftime(_SHORT)} to {clock.local(booking.end):%H:%M} ({clock.zone})",
        "technician": f"{booking.technician or 'nobody yet'}{', to assign' if booking.provisional else ''}",
        "customer": printable(customer) if customer else None,
        "product": f"{printable(booking.product_name)} ({booking.product})",
        "price": price_text(booking.price, booking.currency),
        "zone": booking.zone,
        "hub": booking.hub,
        "expected": None if booking.estimated_start is None else clock.local(booking.estimated_start).strftime(_SHORT),
        "address": "to check: no geocoder knew it" if booking.address_unchecked else None,
        "booked": f"{clock.local(booking.created_at).strftime(_SHORT)}, {booking.source}",
    }
    width = max(map(len, rows))
    return "".join(f"{name:<{width}}  {value}\n" for name, value in rows.items() if value is not None)
