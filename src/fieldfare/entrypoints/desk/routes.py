"""All addresses of the desk."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import ROOT, Asking
from fieldfare.entrypoints.desk.board.routes import board_routes
from fieldfare.entrypoints.desk.bookings.routes import bookings_routes
from fieldfare.entrypoints.desk.customers.routes import customers_routes
from fieldfare.entrypoints.desk.integrations.routes import integrations_routes
from fieldfare.entrypoints.desk.map.routes import map_routes
from fieldfare.entrypoints.desk.pages import page
from fieldfare.entrypoints.desk.reports.routes import reports_routes
from fieldfare.entrypoints.desk.sessions import (
    SIGN_IN_PATH,
    change_password_page,
    own_account,
    sign_in_page,
    sign_out_page,
    welcome,
)
from fieldfare.entrypoints.desk.settings.routes import settings_routes
from fieldfare.entrypoints.web.live import Watchers

_ANYBODY = Permission.BOOKINGS_READ_OWN
"""Every account and key may do this."""


def desk_routes(watchers: Watchers) -> list[Route]:
    """List the routes, each with its own function."""
    return [
        Route(ROOT, welcome),
        Route(SIGN_IN_PATH, sign_in_page, methods=["GET", "POST"]),
        Route(f"{ROOT}/sign-out", sign_out_page, methods=["POST"]),
        Route(
            f"{ROOT}/account",
            page(own_account, needs=_ANYBODY, by_form=change_password_page),
            methods=["GET", "POST"],
        ),
        Route(f"{ROOT}/changes", watchers.watch_for_desk),
        *board_routes(),
        *bookings_routes(),
        *customers_routes(),
        *map_routes(),
        *integrations_routes(),
        *settings_routes(),
        *reports_routes(),
        Route(f"{ROOT}/{{rest:path}}", page(_lost, needs=_ANYBODY), methods=["GET", "POST"]),
    ]


async def _lost(_: Asking) -> Response:
    raise Problem("not_found")
