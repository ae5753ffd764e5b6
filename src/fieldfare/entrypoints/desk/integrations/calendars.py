"""Which calendars and services take visits, what a visit made by hand there is about, and where ours are written."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from fieldfare.domain.connections import CalendarUse, Target
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.integrations.steps import Refused, Seen, save, seen, show_step, standing
from fieldfare.entrypoints.desk.settings.typed import Typed
from fieldfare.usecases.integrations.fit_settings import EVERY_PRODUCT

USES: Mapping[CalendarUse, str] = {
    CalendarUse.VISITS: "Visits",
    CalendarUse.BUSY: "Busy time",
    CalendarUse.IGNORED: "Nothing of ours",
}
_CALENDAR, _SERVICE = "calendar:", "service:"
_ON, _OFF = "on", "off"
_UNLISTED = (
    "GoHighLevel doesn't list its services now, so what was chosen of them can't be checked. Try again later; or "
    "write to calendars instead, and no longer read bookings of services."
)


async def show_calendars(asking: Asking) -> Response:
    """Show a line for each calendar, and one for each product."""
    return _page(asking, await seen(asking, "calendars"))


async def save_calendars(asking: Asking) -> Response:
    """Save what takes visits, and where they are written."""
    known, typed = await seen(asking, "calendars"), Typed.of(asking.pairs)
    if refused := known.refused(typed):
        return _page(asking, known, refused)
    services = _ticked(typed, "services", saved=known.settings.services)
    products = {id_: product for id_ in _entries(known) if (product := _about(known, typed, id_))}
    chosen = {product: _target(_written(known, typed, product)) for product in _rows(asking, known)}
    targets = {product: target for product, target in chosen.items() if target is not None}
    if services and not known.options.services:
        unlisted = _unlisted(known)
        products |= unlisted
        if unlisted or any(target.service for target in targets.values()):
            return _page(asking, known, Refused(typed=typed, sentences=(_UNLISTED,), status=503))
    if refused := await save(
        asking,
        known,
        calendars={
            one.id: _use(known, typed, one.id)
            for one in known.options.calendars
            if typed.has(f"use.{one.id}") or one.id in known.settings.calendars
        },
        products=products,
        targets=targets,
        services=services,
        notify=_ticked(typed, "notify", saved=known.settings.notify),
    ):
        return _page(asking, await seen(asking, "calendars"), refused)
    return asking.go("settings", "ghl", "fields", notice="saved")


def _page(asking: Asking, known: Seen, refused: Refused | None = None) -> Response:
    typed = refused.typed if refused else Typed()
    rows = _rows(asking, known)
    return show_step(
        asking,
        "calendars",
        known.connection,
        {
            "trouble": known.trouble,
            "options": known.options,
            "uses": USES,
            "use": {one.id: _use(known, typed, one.id) for one in known.options.calendars},
            "about": {id_: _about(known, typed, id_) for id_ in _entries(known)},
            "products": {one.id: one.name or one.id for one in asking.business.products if one.active},
            "rows": rows,
            "written": {product: _written(known, typed, product) for product in rows},
            "targets": _targets(known),
            "services": _ticked(typed, "services", saved=known.settings.services),
            "notify": _ticked(typed, "notify", saved=known.settings.notify),
        },
        refused,
    )


def _entries(known: Seen) -> list[str]:
    """List what may hold visits that were made by hand: calendars and services."""
    return [*(one.id for one in known.options.calendars), *(one.id for one in known.options.services)]


def _unlisted(known: Seen) -> dict[str, str]:
    """Give what was chosen for services, none of which is listed now."""
    calendars = known.settings.calendars
    return {id_: product for id_, product in known.settings.products.items() if id_ not in calendars}


def _rows(asking: Asking, known: Seen) -> dict[str, str]:
    """Name each product that is sold, or that something is chosen for, after the line for all others."""
    chosen = known.settings.targets
    return {EVERY_PRODUCT: "Every product without a line of its own"} | {
        one.id: one.name or one.id for one in asking.business.products if one.active or one.id in chosen
    }


def _targets(known: Seen) -> list[tuple[str, str]]:
    """List what a product's visits can be written to, as values of a form and the words for them."""
    calendars = [(f"{_CALENDAR}{one.id}", f"Calendar: {one.name}") for one in known.options.calendars]
    places = known.options.service_locations or ()
    services = [
        (f"{_SERVICE}{one.id}:{place.id}", f"Service: {one.name}, {place.name}")
        for one in known.options.services
        for place in places
    ]
    return [*calendars, *services]


def _written(known: Seen, typed: Typed, product: str) -> str:
    return standing(typed, f"target.{product}", _choice(known.settings.targets.get(product)))


def _about(known: Seen, typed: Typed, entry: str) -> str:
    return standing(typed, f"product.{entry}", known.settings.products.get(entry, ""))


def _use(known: Seen, typed: Typed, calendar: str) -> CalendarUse:
    saved = known.settings.calendars.get(calendar, CalendarUse.BUSY)
    use = standing(typed, f"use.{calendar}", saved.value)
    return CalendarUse(use) if use in set(CalendarUse) else saved


def _ticked(typed: Typed, name: str, *, saved: bool) -> bool:
    """Say whether a box is ticked; one that was not on the page is as it was saved."""
    return standing(typed, name, _ON if saved else _OFF) == _ON


def _choice(target: Target | None) -> str:
    if target is None:
        return ""
    if target.calendar is not None:
        return f"{_CALENDAR}{target.calendar}"
    return f"{_SERVICE}{target.service}:{target.service_location or ''}"


def _target(choice: str) -> Target | None:
    if choice.startswith(_CALENDAR):
        return Target(calendar=choice.removeprefix(_CALENDAR))
    if choice.startswith(_SERVICE):
        service, _, place = choice.removeprefix(_SERVICE).partition(":")
        return Target(service=service, service_location=place or None)
    return None
