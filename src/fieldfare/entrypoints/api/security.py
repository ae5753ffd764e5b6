"""Who is asking, and may they: the dependencies by which routes say whom they are for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookies import Morsel, SimpleCookie
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from fieldfare.domain.permissions import STRANGER, Caller, Member, Permission
from fieldfare.entrypoints.api.limits import Bucket, limits_of
from fieldfare.entrypoints.api.middleware.cross_site import SESSION_COOKIES
from fieldfare.entrypoints.api.openapi import API_KEY, SESSION
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.values import BusinessId
from fieldfare.ports.people import LookUps, Passwords
from fieldfare.ports.storage import Storage
from fieldfare.usecases.people.identify import UnauthenticatedError, identify_key, identify_session


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRoom:
    """What identifies people. The state that `build_app` gets has one as its `people`.

    `secure` says that browsers reach the service by https.
    """

    storage: Storage
    look_ups: LookUps
    passwords: Passwords
    secure: bool

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; by https one that no other host or plain connection can have set."""
        return SESSION_COOKIES[0] if self.secure else SESSION_COOKIES[1]

    def cookie_header(self, token: str, *, seconds: int) -> str:
        """Write the header that sets the session's cookie, or with no token and 0 seconds deletes it."""
        cookie: Morsel[str] = SimpleCookie({self.cookie: token})[self.cookie]
        cookie.update({"path": "/", "httponly": "on", "samesite": "lax", "max-age": str(seconds)})
        if self.secure:
            cookie["secure"] = "on"
        return cookie.OutputString()


def people_of(request: Request) -> PeopleRoom:
    """Give the room of the state that `build_app` was given."""
    room: PeopleRoom = request.app.state.given.people
    return room


async def caller(
    request: Request, _key: Annotated[object, Depends(API_KEY)], _session: Annotated[object, Depends(SESSION)]
) -> Caller:
    """Tell who is asking, and count the request: a stranger's by address, anybody else's by account or key.

    A key goes before a cookie. Raises `Problem`: credentials that open nothing are never taken for none.
    """
    limits, authorization = limits_of(request), request.headers.get("authorization")
    token = session_token(request)
    if authorization is None and token is None:
        limits.spend_address(request)
        return STRANGER
    limits.check_address(request, Bucket.WRONG_KEY)
    try:
        found = await _identify(people_of(request), authorization=authorization, token=token)
    except UnauthenticatedError:
        limits.spend_address(request, Bucket.WRONG_KEY)
        raise _unauthenticated(people_of(request), by_cookie=authorization is None) from None
    facts_of(request.scope).business = found.business
    limits.spend(Bucket.KEY, f"{found.actor.kind}:{found.business}:{found.actor.id}")
    return found


AnyCaller = Annotated[Caller, Depends(caller)]
"""Whoever is asking, at whatever business: routes take `SignedIn`, `visitor` or `requires` instead."""


async def signed_in(request: Request, who: AnyCaller) -> Member:
    """Let any account or key in; raises `Problem` (unauthenticated)."""
    if not isinstance(who, Member):
        raise Problem("unauthenticated")
    limits_of(request).spend(Bucket.BUSINESS, who.business)
    return who


async def visitor(request: Request, business: BusinessId, who: AnyCaller) -> Caller:
    """Let anybody in at the business of the path, where accounts and keys of others are strangers."""
    limits_of(request).spend(Bucket.BUSINESS, business)
    return who.at(business)


SignedIn = Annotated[Member, Depends(signed_in)]
"""An account or a key; the business is theirs."""

Visitor = Annotated[Caller, Depends(visitor)]
"""Anybody, in a route with `{business}` in its path."""


def requires(permission: Permission) -> Callable[..., Awaitable[Member]]:
    """Make the dependency that lets in who holds a permission: `Annotated[Member, Depends(requires(...))]`.

    It raises `Problem` (unauthenticated, forbidden).
    """

    async def permitted(who: SignedIn) -> Member:
        if not who.may(permission):
            raise Problem("forbidden")
        return who

    return permitted


def session_token(request: Request) -> str | None:
    """Give the token that the session's cookie holds, whether or not it opens anything."""
    return request.cookies.get(people_of(request).cookie) or None


async def _identify(room: PeopleRoom, *, authorization: str | None, token: str | None) -> Member:
    if authorization is None:
        return await identify_session(token or "", look_ups=room.look_ups)
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise UnauthenticatedError
    return await identify_key(key.strip(), look_ups=room.look_ups)


def _unauthenticated(room: PeopleRoom, *, by_cookie: bool) -> Problem:
    """Refuse, and take a cookie that opens nothing from the browser, which can go on as a stranger."""
    headers = {"Set-Cookie": room.cookie_header("", seconds=0)} if by_cookie else None
    return Problem("unauthenticated", headers=headers)
