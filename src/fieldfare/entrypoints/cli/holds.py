"""`fieldfare holds`: what is held at this moment, and giving it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fieldfare.entrypoints.cli.at_business import (
    BusinessArgument,
    BusinessOption,
    ListsByDefault,
    OpenStorage,
    at_business,
    author,
    clock_at,
    spoken,
)
from fieldfare.entrypoints.cli.failures import CommandError

if TYPE_CHECKING:
    from fieldfare.domain.bookings import Booking
    from fieldfare.domain.clock import Clock
    from fieldfare.ports.storage import Books

_PAGE = 500


def holds_app(open_storage: OpenStorage) -> typer.Typer:
    """Make the commands around what opens the database."""
    app = typer.Typer(name="holds", cls=ListsByDefault, help="Holds: list those that live, or release one.")
    _add_list(app, open_storage)
    _add_release(app, open_storage)
    return app


def _add_list(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("list")
    def list_(business: BusinessArgument = None) -> None:
        """List the holds that live, by start: whose time it is, and in how long they run out."""
        import asyncio

        from fieldfare.entrypoints.cli import streams

        async def read() -> str:
            async with at_business(open_storage, business) as books:
                return _table(await _live(books), await clock_at(books), now=books.moment)

        with spoken(), streams.quiet_pipe():
            streams.write(asyncio.run(read()))


def _add_release(app: typer.Typer, open_storage: OpenStorage) -> None:
    @app.command("release")
    def release(
        id_: Annotated[str, typer.Argument(metavar="ID", help="The hold's id.")],
        business: BusinessOption = None,
    ) -> None:
        """Give somebody's hold back: its time is free at once, and it can't be confirmed any more."""
        import asyncio

        async def end() -> None:
            async with at_business(open_storage, business) as books:
                await _end(books, id_)

        with spoken():
            asyncio.run(end())
            typer.echo(f"{id_} is released.")


async def _live(books: Books) -> list[Booking]:
    from fieldfare.domain.bookings import Status
    from fieldfare.ports.bookings import BookingFilter

    found: list[Booking] = []
    while True:
        after = (found[-1].start, found[-1].id) if found else None
        page = await books.bookings.page(BookingFilter(statuses=[Status.HELD]), after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return [hold for hold in found if hold.live_hold(books.moment)]


async def _end(books: Books, hold: str) -> None:
    from fieldfare.domain.bookings import Status
    from fieldfare.ports.bookings import StaleBookingError
    from fieldfare.usecases.bookings.changing import found, locked, must_be
    from fieldfare.usecases.bookings.prolong import end_hold
    from fieldfare.usecases.bookings.refusals import UnknownBookingError, WrongStatusError

    try:
        seen = await found(books, hold)
        must_be(seen, Status.HELD, what="released")
        await end_hold(books, await locked(books, seen), actor=author())
    except UnknownBookingError:
        raise CommandError(f"there is no hold {hold!r}") from None
    except WrongStatusError as error:
        raise CommandError(str(error)) from None
    except StaleBookingError:
        raise CommandError("the hold has just been confirmed, prolonged or ended; look again") from None


def _table(holds: list[Booking], clock: Clock, *, now: int) -> str:
    from fieldfare.entrypoints.cli.at_business import plain_table, table_text

    if not holds:
        return "no live holds\n"
    table = plain_table("id", "technician", "start", "end", "product", "expires in", "from")
    for hold in holds:
        minutes, seconds = divmod((hold.expires_at or now) - now, 60)
        table.add_row(
            hold.id,
            hold.technician or "",
            f"{clock.local(hold.start):%Y-%m-%d %H:%M}",
            f"{clock.local(hold.end):%H:%M}",
            hold.product,
            f"{minutes} min {seconds:02} s",
            hold.source,
        )
    return table_text(table)
