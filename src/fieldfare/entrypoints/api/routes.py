"""All routes of the API, in the order of its description."""

from __future__ import annotations

from fieldfare.entrypoints.api import ghl_webhooks, oauth_ghl
from fieldfare.entrypoints.api.public import availability, bookings, holds, manage, places, waitlist
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.staff import (
    accounts,
    audit,
    commitments,
    configuration,
    customers,
    integrations,
    integrations_work,
    keys,
    messages,
    sessions,
    webhooks,
    why,
)
from fieldfare.entrypoints.api.staff import bookings as staff_bookings
from fieldfare.entrypoints.api.staff import holds as staff_holds


def all_routers() -> tuple[JsonRouter, ...]:
    """List the routers. The staff's come first: `staff` is no business."""
    return (
        sessions.router,
        accounts.router,
        keys.router,
        configuration.router,
        commitments.router,
        why.router,
        audit.router,
        staff_bookings.router,
        staff_holds.router,
        customers.router,
        messages.router,
        webhooks.router,
        integrations.router,
        integrations_work.router,
        ghl_webhooks.router,
        oauth_ghl.router,
        places.router,
        availability.router,
        holds.router,
        bookings.router,
        manage.router,
        waitlist.router,
    )


def guarded_paths() -> frozenset[str]:
    """List what browsers write to before there is a session, which other sites may not make them do."""
    return frozenset({sessions.SIGN_IN_PATH})
