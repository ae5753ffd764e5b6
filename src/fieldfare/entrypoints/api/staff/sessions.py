"""`/api/v1/staff/sessions`: signing in and out, and who one is."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from fastapi import Depends, Request, Response
from pydantic import ConfigDict, Field, StringConstraints

from fieldfare.domain.actors import ActorKind
from fieldfare.domain.permissions import Member
from fieldfare.entrypoints.api.limits import limits_of
from fieldfare.entrypoints.api.openapi import SESSION, json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import PeopleRoom, SignedIn, people_of, session_token
from fieldfare.entrypoints.api.staff.answering import Answer, Time
from fieldfare.entrypoints.api.staff.people_refusals import refusals
from fieldfare.entrypoints.api.values import Body, BusinessId
from fieldfare.usecases.people.identify import identify_session
from fieldfare.usecases.people.list_people import read_account, read_key
from fieldfare.usecases.people.passwords import LONGEST
from fieldfare.usecases.people.sign_in import SESSION_SECONDS, SignIn, sign_in
from fieldfare.usecases.people.sign_out import sign_out

SIGN_IN_PATH = "/api/v1/staff/sessions"
"""Written to by pages of ours before there is a session, so it is guarded from other sites by its path."""

_EMAIL_AND_SPACES = 300

_ME: dict[str, Any] = {
    "kind": "account",
    "id": "00693f1a2bd41c7e90aa12",
    "business": "northern-comfort",
    "name": "Kim Doe",
    "email": "kim@example.com",
    "role": "dispatcher",
    "technician": None,
    "scopes": [],
    "permissions": ["audit.read", "availability.detail", "commitments.read"],
}

router = JsonRouter(prefix="/api/v1/staff", tags=["sessions"])


class Credentials(Body):
    """An email and its password; the business where the email has accounts at several."""

    email: Annotated[str, StringConstraints(max_length=_EMAIL_AND_SPACES)] = Field(examples=["kim@example.com"])
    password: Annotated[str, StringConstraints(max_length=LONGEST)] = Field(examples=["correct horse battery"])
    business: BusinessId | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "kim@example.com", "password": "correct horse battery"}]}
    )


class Me(Answer):
    """Who is asking: an account with its role, or a key with its scopes, and what it may do."""

    kind: Literal["account", "key"]
    id: str
    business: str
    name: str
    email: str | None
    role: str | None
    technician: str | None
    scopes: list[str]
    permissions: list[str]


class Begun(Me):
    """Who has signed in, and until when."""

    expires_at: Time


@router.post(
    "/sessions",
    status_code=201,
    summary="Sign in",
    dependencies=[Depends(SESSION)],
    responses=json_example({**_ME, "expires_at": "2026-11-24T01:00:00Z"}, status=201) | problem_responses(),
)
async def begin_session(credentials: Credentials, request: Request, response: Response) -> Begun:
    """Begin a session of 12 hours, in a cookie; one that the browser had before ends.

    The answer to a wrong password is the same as that to an unknown email.
    """
    people = people_of(request)
    limits_of(request).spend_sign_in(request, email=credentials.email)
    with refusals():
        begun = await sign_in(
            SignIn(email=credentials.email, password=credentials.password, business=credentials.business),
            look_ups=people.look_ups,
            storage=people.storage,
            passwords=people.passwords,
            now=int(time.time()),
        )
        before = session_token(request)
        if before is not None:
            await sign_out(before, look_ups=people.look_ups, storage=people.storage)
        me = await _describe(await identify_session(begun.token, look_ups=people.look_ups), people)
    facts_of(request.scope).business = begun.business
    response.headers["Set-Cookie"] = people.cookie_header(begun.token, seconds=SESSION_SECONDS)
    return Begun(**me.model_dump(), expires_at=begun.expires_at)


@router.get("/sessions/current", summary="Who am I?", responses=json_example(_ME) | problem_responses())
async def show_session(request: Request, who: SignedIn) -> Me:
    """Say whose session or key this is, and what it may do."""
    with refusals():
        return await _describe(who, people_of(request))


@router.delete("/sessions/current", status_code=204, summary="Sign out", responses=problem_responses())
async def end_session(request: Request, who: SignedIn) -> Response:
    """End the session, and take its cookie from the browser. A key has no session; it can be revoked."""
    people, token = people_of(request), session_token(request)
    if token is None or who.role is None:
        raise Problem("forbidden", "A key has no session to end; an owner can revoke it.")
    with refusals():
        await sign_out(token, look_ups=people.look_ups, storage=people.storage)
    return Response(status_code=204, headers={"Set-Cookie": people.cookie_header("", seconds=0)})


async def _describe(who: Member, people: PeopleRoom) -> Me:
    email = None
    if who.actor.kind is ActorKind.ACCOUNT:
        account = await read_account(who.actor.id, business=who.business, storage=people.storage)
        name, email = account.name, account.email
    else:
        name = (await read_key(who.actor.id, business=who.business, storage=people.storage)).name
    return Me(
        kind="account" if who.actor.kind is ActorKind.ACCOUNT else "key",
        id=who.actor.id,
        business=who.business,
        name=name,
        email=email,
        role=who.role,
        technician=who.technician,
        scopes=sorted(who.scopes),
        permissions=sorted(who.permissions),
    )
