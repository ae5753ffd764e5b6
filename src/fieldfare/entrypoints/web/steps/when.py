"""When: the calendar of what was chosen, where it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from fieldfare.domain.catalog import Quote
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.calendars import Calendar, calendar_of, month_of, read_calendar
from fieldfare.entrypoints.web.counting import count_times
from fieldfare.entrypoints.web.live import mark_of
from fieldfare.entrypoints.web.pages import show
from fieldfare.entrypoints.web.steps.inquiring import offer_at, own_inquiry


async def choose(asking: Asking) -> Response:
    """Show the days and times of what was chosen."""
    located = await asking.place()
    if asking.state.product is None:
        return asking.go("what", state=asking.state)
    if located is None:
        return asking.go(state=asking.state)
    inquiry = await own_inquiry(asking, located.place)
    document = await calendar_of(asking.rooms, inquiry)
    count_times(asking, located, document)
    if document["quote"] is None:
        return asking.go("what", state=asking.state)
    today = asking.clock.date_of(asking.current.as_of)
    calendar = read_calendar(document, business=asking.business, today=today, tongue=asking.tongue)
    quote = next(
        quote
        for shelf in offer_at(asking, located).shelves
        for quote in shelf.quotes
        if quote.product == asking.state.product
    )
    values = {
        **calendar_values(asking, calendar, lambda **shown: asking.link("when", state=asking.state, **shown)),
        "address": located.formatted,
        "typed": asking.carried,
        "product": product_values(asking, quote),
    }
    template = "when.html" if calendar.times else "nothing_free.html"
    return show(asking, template, values, here=asking.link("when", state=asking.state))


def calendar_values(asking: Asking, calendar: Calendar, page: Callable[..., str]) -> dict[str, Any]:
    """Give what is needed to show a calendar: the wanted month and day, else the first with a time.

    `page` gives the address of the calendar with a `day` and a `month`.
    """

    def page_of(*, day: date | None = None, month: date) -> str:
        return page(day=day, month=f"{month:%Y-%m}")

    days = calendar.days
    day = _date(asking.query.get("day"))
    last = calendar.today + timedelta(days=calendar.days_ahead - 1)
    month = _date(f"{asking.query.get('month', '')}-01")
    if month is not None:
        month = max(month_of(calendar.today), min(month, month_of(last)))
    if day not in days:
        day = next((one for one in days if month is None or month_of(one) == month), None)
    shown = calendar.month(month or month_of(day or calendar.today), chosen=day)
    groups = () if day is None else calendar.of_day(day, asking.business)
    return {
        "mark": mark_of(asking.current.state),
        "month": shown,
        "day": day,
        "groups": groups,
        "times_of_day": sum(len(group.times) for group in groups),
        "first_time": next((time for time in calendar.times if not time.request), None),
        "page_of": page_of,
        "zone": asking.tongue.zone(asking.business.time_zone),
        "instants": ",".join(time.instant for time in calendar.times[:1] + calendar.times[-1:]),
    }


def product_values(asking: Asking, quote: Quote) -> dict[str, str]:
    """Give what the summary says of a product."""
    return {
        "id": quote.product,
        "name": quote.name or quote.product,
        "price": asking.tongue.money(quote.price, quote.currency),
        "duration": asking.tongue.duration(quote.duration_minutes),
    }


def _date(text: str | None) -> date | None:
    with suppress(ValueError, TypeError):
        return date.fromisoformat(text or "")
    return None
