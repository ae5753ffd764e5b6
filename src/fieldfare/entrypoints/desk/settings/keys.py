"""The keys of programs: which there are, a new one that is shown this once, and the end of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from starlette.responses import Response

from fieldfare.domain.permissions import Scope
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.staff.people_refusals import refusals
from fieldfare.entrypoints.desk.asking import Asking, read_day
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.settings.accounts import faults_of
from fieldfare.entrypoints.desk.settings.typed import Typed, typed_of
from fieldfare.usecases.people.create_key import CreatedKey, CreateKey, create_key
from fieldfare.usecases.people.list_people import list_keys, read_key
from fieldfare.usecases.people.revoke_key import revoke_key

_A_PAGE = 100

SCOPES: Mapping[Scope, str] = {
    Scope.AVAILABILITY: "Availability with detours, and why a slot is missing",
    Scope.BOOKINGS: "Bookings: read, book, move, cancel",
    Scope.CUSTOMERS: "Customers: names, addresses, history",
    Scope.COMMITMENTS: "Commitments: whatever takes technicians' time",
    Scope.CONFIGURATION: "Configuration: read and change these settings",
    Scope.AUDIT: "The trail of changes, and reports",
    Scope.OVERRIDE: "Overriding rules when booking",
    Scope.WEBHOOKS: "Webhooks: who is told what happens",
}


async def show_keys(asking: Asking) -> Response:
    """List all keys, with a form that makes one."""
    return await _list_page(asking, Typed())


async def create(asking: Asking) -> Response:
    """Make a key, and show it: no other page ever does."""
    typed = typed_of(asking)
    try:
        with refusals():
            made = await create_key(
                CreateKey(
                    business=asking.business.id,
                    name=typed.one("name"),
                    scopes=frozenset(scope for scope in Scope if scope.value in typed.all("scopes")),
                    expires_at=_expiry(asking, typed.one("expires")),
                ),
                actor=asking.who.actor,
                storage=asking.rooms.storage,
                now=asking.rooms.clock(),
            )
    except Problem as problem:
        return await _list_page(asking, typed, faults=faults_of(problem), status=problem.status_code)
    return await _list_page(asking, Typed(), made=made, status=201)


async def ask_to_revoke(asking: Asking) -> Response:
    """Ask whether a key shall open nothing any more."""
    with refusals():
        key = await read_key(_id(asking), business=asking.business.id, storage=asking.rooms.storage)
    return show(asking, "settings/revoke.html", {"key": key})


async def revoke(asking: Asking) -> Response:
    """Make a key open nothing any more."""
    with refusals():
        await revoke_key(
            _id(asking),
            business=asking.business.id,
            actor=asking.who.actor,
            storage=asking.rooms.storage,
            now=asking.rooms.clock(),
        )
    return asking.go("settings", "keys", notice="saved")


def _id(asking: Asking) -> str:
    return str(asking.request.path_params["key"])


def _expiry(asking: Asking, text: str) -> int | None:
    """Read the last day on which a key opens anything; it ends with that day."""
    if not text:
        return None
    day = read_day(text)
    if day is None:
        raise Problem("invalid_request", errors=[{"path": "expires_at", "message": "takes a date"}])
    return asking.clock.midnight(day + timedelta(days=1))


async def _list_page(
    asking: Asking,
    typed: Typed,
    *,
    made: CreatedKey | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    found, last = await list_keys(
        business=asking.business.id, after=asking.query.get("after"), limit=_A_PAGE, storage=asking.rooms.storage
    )
    return show(
        asking,
        "settings/keys.html",
        {"keys": found, "more": last, "made": made, "scopes": SCOPES, "typed": typed, "faults": faults or {}},
        status=status,
    )
