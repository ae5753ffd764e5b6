"""The addresses of the CRM: what it is doing, and how it is connected."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.integrations import account, calendars, custom_fields, people, stages
from fieldfare.entrypoints.desk.integrations.checking import show_check
from fieldfare.entrypoints.desk.integrations.conflicts import list_conflicts
from fieldfare.entrypoints.desk.integrations.conflicts import settle as settle_one
from fieldfare.entrypoints.desk.integrations.entries import entries
from fieldfare.entrypoints.desk.integrations.overview import overview
from fieldfare.entrypoints.desk.integrations.proposals import list_proposals, settle
from fieldfare.entrypoints.desk.integrations.sending import send_again
from fieldfare.entrypoints.desk.integrations.writes import list_writes
from fieldfare.entrypoints.desk.pages import page

_READ, _MANAGE = Permission.INTEGRATIONS_READ, Permission.INTEGRATIONS_MANAGE
_DECIDE = Permission.BOOKINGS_DECIDE
_BOTH = ["GET", "POST"]


def integrations_routes() -> list[Route]:
    """List the routes; they come before those of the settings, which take any other word for a kind of record."""
    crm, ghl = f"{ROOT}/crm", f"{ROOT}/settings/ghl"
    steps = (
        ("people", people.show_people, people.save_people),
        ("calendars", calendars.show_calendars, calendars.save_calendars),
        ("fields", custom_fields.show_fields, custom_fields.save_fields),
        ("stages", stages.show_stages, stages.save_stages),
    )
    return [
        Route(crm, page(overview, needs=_READ)),
        Route(f"{crm}/conflicts", page(list_conflicts, needs=_READ)),
        Route(f"{crm}/conflicts/{{id}}", page(settle_one, needs=_DECIDE), methods=["POST"]),
        Route(f"{crm}/writes", page(list_writes, needs=_READ)),
        Route(f"{crm}/writes/{{id}}/send", page(send_again, needs=_DECIDE), methods=["POST"]),
        Route(f"{crm}/proposals", page(list_proposals, needs=_READ)),
        Route(f"{crm}/proposals/{{id}}", page(settle, needs=_DECIDE), methods=["POST"]),
        Route(f"{crm}/entries", page(entries, needs=_READ)),
        Route(ghl, page(account.show_account, needs=_MANAGE, by_form=account.connect_account), methods=_BOTH),
        Route(f"{ghl}/authorise", page(account.authorise, needs=_MANAGE)),
        Route(f"{ghl}/pause", page(account.pause_account, needs=_MANAGE), methods=["POST"]),
        Route(
            f"{ghl}/remove",
            page(account.ask_to_remove, needs=_MANAGE, by_form=account.remove_account),
            methods=_BOTH,
        ),
        Route(f"{ghl}/check", page(show_check, needs=_MANAGE)),
        *(
            Route(f"{ghl}/{name}", page(shown, needs=_MANAGE, by_form=saved), methods=_BOTH)
            for name, shown, saved in steps
        ),
    ]
