"""All addresses of the pages."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.entrypoints.web.assets import asset_routes
from fieldfare.entrypoints.web.brand import give_colours, give_logo
from fieldfare.entrypoints.web.live import Watchers
from fieldfare.entrypoints.web.pages import Handler, page
from fieldfare.entrypoints.web.steps import details, done, hold, request, waitlist, what, when, where
from fieldfare.entrypoints.web.visits import manage, offers

_ROOT = "/book/{business}"


def web_routes(watchers: Watchers) -> list[Route]:
    """List the routes, each with its own function."""
    return [
        *asset_routes(),
        Route(f"{_ROOT}/brand.css", give_colours),
        Route(f"{_ROOT}/logo", give_logo),
        Route(f"{_ROOT}/changes", watchers.watch),
        _at("", where.start),
        _at("/where", where.start, where.find),
        _at("/what", what.choose),
        _at("/when", when.choose, when.choose),
        _at("/hold", details.fill_in, hold.take),
        _at("/details", details.fill_in, details.fill_in),
        _at("/prolong", details.fill_in, details.prolong_hold),
        _at("/confirm", details.fill_in, details.book),
        _at("/request", when.choose, request.ask),
        _at("/done", done.thank),
        _at("/waitlist", waitlist.ask, waitlist.wait),
        _at("/held/{token}", offers.take_offer),
        _at("/waiting/{token}", offers.see_waiting, offers.stop_waiting),
        _at("/visits/{token}", manage.see),
        _at("/visits/{token}/move", manage.choose_time, manage.move),
        _at("/visits/{token}/cancel", manage.ask_why, manage.call_off),
        _at("/visits/{token}/visit.ics", manage.calendar_file),
        _at("/{rest:path}", where.lost, where.lost),
    ]


def _at(path: str, shown: Handler, sent: Handler | None = None) -> Route:
    methods = ["GET"] if sent is None else ["GET", "POST"]
    return Route(_ROOT + path, page(shown, by_form=sent), methods=methods)
