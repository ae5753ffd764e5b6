"""`/api/v1/oauth/ghl/callback`: where GoHighLevel sends people back who have let the app in.

The state that goes there and comes back is signed for one business, one account of the staff and ten minutes, and is
good for one time: nobody can be made to connect what somebody else has allowed.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Annotated, Any, Final

from fastapi import Depends, Query
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.rooms import InRooms, Rooms
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import requires
from fieldfare.entrypoints.api.staff.integration_refusals import integration_refusals, outward_of
from fieldfare.usecases.integrations.complete_oauth import CompleteOauth, complete_oauth
from fieldfare.usecases.integrations.refusals import NoAppError

CALLBACK: Final = "/api/v1/oauth/ghl/callback"
SETTINGS_PAGE: Final = "/desk/settings/ghl"
STATE_SECONDS: Final = 10 * MINUTE
_SALT = "fieldfare ghl oauth"
_LONGEST = 2_000
_SEE_OTHER = 303

router = JsonRouter(prefix="/api/v1/oauth", tags=["oauth"])

Manager = Annotated[Member, Depends(requires(Permission.INTEGRATIONS_MANAGE))]


async def authorisation_page(rooms: Rooms, request: Request, who: Member, *, account: str | None) -> str:
    """Begin an authorisation: gives the page of the vendor on which somebody lets the app in; raises `NoAppError`."""
    if rooms.granting is None:
        raise NoAppError
    state = await write_state(rooms, who, account=account)
    return rooms.granting.page(redirect=_redirect(rooms, request), state=state)


async def write_state(rooms: Rooms, who: Member, *, account: str | None) -> str:
    """Sign what an authorisation is for."""
    signing = await _signing(rooms, who)
    return signing.dumps([who.business, who.actor.kind.value, who.actor.id, account or "", secrets.token_hex(16)])


@router.get("/ghl/callback", include_in_schema=False)
async def complete_ghl_authorisation(  # noqa: PLR0917 - FastAPI gives each by its name
    request: Request,
    rooms: InRooms,
    who: Manager,
    state: Annotated[str, Query(max_length=_LONGEST)],
    code: Annotated[str | None, Query(min_length=1, max_length=_LONGEST)] = None,
    error: Annotated[str | None, Query(max_length=_LONGEST)] = None,
) -> Response:
    """Exchange the code and lead back to the settings; what goes wrong there is said there."""
    account = await _read_state(rooms, who, state)
    if code is None or error is not None:
        return _back("crm_token_refused")
    if rooms.granting is None:
        return _back("no_crm_app")
    wanted = CompleteOauth(code=code, redirect=_redirect(rooms, request), actor=who.actor, account=account)
    try:
        with integration_refusals():
            await complete_oauth(outward_of(rooms), rooms.granting, who.business, wanted, now=rooms.clock())
    except Problem as problem:
        return _back(problem.code)
    return _back()


async def _read_state(rooms: Rooms, who: Member, state: str) -> str | None:
    """Give the account that an authorisation was begun for, if one was named; raises `Problem` (bad_state)."""
    signing = await _signing(rooms, who)
    try:
        said: Any = signing.loads(state, max_age=STATE_SECONDS)
    except BadData:
        raise Problem("bad_state") from None
    if said[:3] != [who.business, who.actor.kind.value, who.actor.id]:
        raise Problem("bad_state")
    # By what it says: one state can be spelt in several ways (the last bits of base64 stand for nothing).
    used = hashlib.sha256(f"{_SALT} {said[4]}".encode()).digest()
    async with rooms.storage.open(who.business) as books:
        if await books.once.claim(used, used) is not None:
            raise Problem("bad_state")
        await books.once.keep(used, b"")
    account: str = said[3]
    return account or None


async def _signing(rooms: Rooms, who: Member) -> URLSafeTimedSerializer:
    secret = await rooms.acting.secret(who.business)
    return URLSafeTimedSerializer(secret, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})


def _redirect(rooms: Rooms, request: Request) -> str:
    return f"{rooms.public_url or str(request.base_url).rstrip('/')}{CALLBACK}"


def _back(problem: str | None = None) -> Response:
    query = "" if problem is None else f"?problem={problem}"
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(f"{SETTINGS_PAGE}{query}", status_code=_SEE_OTHER, headers=headers)
