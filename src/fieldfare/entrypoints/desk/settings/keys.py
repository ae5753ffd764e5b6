"""The keys of programs: which there are, a new one that is shown this once, and the end of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import orjson
from starlette.responses import Response

from fieldfare.domain.permissions import Scope
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.staff.people_refusals import refusals
from fieldfare.entrypoints.desk.asking import Asking, read_day
from fieldfare.entrypoints.desk.doing import asked_for, said_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.settings.accounts import faults_of
from fieldfare.entrypoints.desk.settings.typed import Typed, typed_of
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Act, Desk, Plan
from fieldfare.usecases.people.create_key import CreatedKey, CreateKey, add_key
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
    """Make a key, and show it: no other page ever does. Sent again, the form gives the same key."""
    typed = typed_of(asking)
    scopes = sorted(scope.value for scope in Scope if scope.value in typed.all("scopes"))
    try:
        with refusals():
            command = CreateKey(
                business=asking.business.id,
                name=typed.one("name"),
                scopes=frozenset(Scope(scope) for scope in scopes),
                expires_at=_expiry(asking, typed.one("expires")),
            )
            wish = orjson.dumps([command.name, scopes, command.expires_at]).decode()
            made = await asked_for(asking, _making(asking, command), wish=wish, write=_written)
    except Problem as problem:
        return await _list_page(asking, typed, faults=_faults_of(problem), status=problem.status_code)
    return await _list_page(asking, Typed(), made=orjson.loads(made), status=201)


def _making(asking: Asking, command: CreateKey) -> Plan[CreatedKey]:
    async def plan(desk: Desk) -> Act[CreatedKey]:
        async def act(books: Books) -> CreatedKey:
            return await add_key(books, command, actor=asking.who.actor, now=desk.now)

        return act

    return plan


def _written(made: CreatedKey) -> bytes:
    return orjson.dumps({"name": made.key.name, "token": made.token})


def _faults_of(problem: Problem) -> Mapping[str, str]:
    """Give what is wrong by its field; for a form that was sent before with other content there is none."""
    return {"": said_of(problem)} if problem.code == "idempotency_mismatch" else faults_of(problem)


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
    made: Mapping[str, str] | None = None,
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
