"""Signing in and out, and one's own account."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fieldfare.domain.actors import ActorKind
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.api.limits import limits_of
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.security import caller, people_of, session_token
from fieldfare.entrypoints.api.staff.people_refusals import refusals
from fieldfare.entrypoints.desk.asking import ROOT, Asking
from fieldfare.entrypoints.desk.pages import bare_page, problem_page, show
from fieldfare.entrypoints.scenario.values import ID_PATTERN
from fieldfare.entrypoints.web.forms import Form, read_form
from fieldfare.ports.storage import StorageUnavailableError
from fieldfare.usecases.people.change_password import ChangePassword, change_password
from fieldfare.usecases.people.list_people import read_account
from fieldfare.usecases.people.sign_in import SESSION_SECONDS, SignIn, sign_in
from fieldfare.usecases.people.sign_out import sign_out

SIGN_IN_PATH = f"{ROOT}/sign-in"
_UNKNOWN = "Email and password don't belong together. If the email has accounts at several businesses, name one."


async def sign_in_page(request: Request) -> Response:
    """Ask who it is, or let them in: to the page that they wanted, or to the desk."""
    try:
        limits_of(request).spend_address(request)
        return await (_let_in(request) if request.method == "POST" else _ask(request))
    except StorageUnavailableError:
        return problem_page(Problem("database_unavailable"), request, None)
    except Problem as problem:
        return problem_page(problem, request, None)


async def _ask(request: Request) -> Response:
    return _page(request, {}, None, wanted=request.query_params.get("next"))


async def _let_in(request: Request) -> Response:
    form, people = await read_form(request), people_of(request)
    email = form.get("email", "")[:300]
    try:
        limits_of(request).spend_sign_in(request, email=email)
        with refusals():
            begun = await sign_in(
                SignIn(email=email, password=form.get("password", ""), business=_business_in(form)),
                look_ups=people.look_ups,
                storage=people.storage,
                passwords=people.passwords,
                now=int(time.time()),
            )
    except Problem as problem:
        quick = problem.code == "rate_limited"
        said = "That was a little too quick. Wait a minute." if quick else _UNKNOWN
        answer = _page(request, form, said, wanted=form.get("next"), status=problem.status_code if quick else 401)
        if "Retry-After" in problem.sent_headers:
            answer.headers["Retry-After"] = problem.sent_headers["Retry-After"]
        return answer
    before = session_token(request)
    if before is not None:
        await sign_out(before, look_ups=people.look_ups, storage=people.storage)
    facts_of(request.scope).business = begun.business
    answer = RedirectResponse(_own_page(form.get("next")), status_code=303)
    answer.headers["Set-Cookie"] = people.cookie_header(begun.token, seconds=SESSION_SECONDS)
    return answer


async def sign_out_page(request: Request) -> Response:
    """End the session, and take its cookie from the browser; who has none is signed out already."""
    people, token = people_of(request), session_token(request)
    limits_of(request).spend_address(request)
    try:
        await read_form(request)
        if token is not None:
            await sign_out(token, look_ups=people.look_ups, storage=people.storage)
    except Problem as problem:
        return problem_page(problem, request, None)
    except StorageUnavailableError:
        return problem_page(Problem("database_unavailable"), request, None)
    answer = RedirectResponse(f"{SIGN_IN_PATH}?out=1", status_code=303)
    answer.headers["Set-Cookie"] = people.cookie_header("", seconds=0)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


async def welcome(request: Request) -> Response:
    """Send whoever comes to `/desk` to the board, or to the bookings who has no board; or first to sign in."""
    try:
        who = await caller(request, None, None)
    except Problem as problem:
        return problem_page(problem, request, None)
    first = "board" if not isinstance(who, Member) or who.may(Permission.COMMITMENTS_READ_OWN) else "bookings"
    return RedirectResponse(f"{ROOT}/{first}", status_code=303)


async def own_account(asking: Asking) -> Response:
    """Show one's own account: name, role, what it may do, and a new password."""
    return await _account(asking)


async def change_password_page(asking: Asking) -> Response:
    """Change one's own password, which ends all sessions; this browser signs in anew, too."""
    people = people_of(asking.request)
    try:
        with refusals(password="new"):  # noqa: S106 - the name of a field
            await change_password(
                ChangePassword(
                    business=asking.who.business,
                    account=asking.who.actor.id,
                    old=asking.form.get("old", ""),
                    new=asking.form.get("new", ""),
                ),
                storage=people.storage,
                passwords=people.passwords,
            )
    except Problem as problem:
        errors: Any = problem.members.get("errors")
        said = errors[0]["message"] if errors else problem.detail
        return await _account(asking, fault=said, status=problem.status_code)
    answer = RedirectResponse(f"{SIGN_IN_PATH}?changed=1", status_code=303)
    answer.headers["Set-Cookie"] = people.cookie_header("", seconds=0)
    return answer


async def _account(asking: Asking, *, fault: str | None = None, status: int = 200) -> Response:
    if asking.who.actor.kind is not ActorKind.ACCOUNT:
        raise Problem("forbidden", "A key has no account.")
    account = await read_account(asking.who.actor.id, business=asking.who.business, storage=asking.rooms.storage)
    return show(
        asking,
        "account.html",
        {"account": account, "fault": fault, "permissions": [one for one in Permission if asking.who.may(one)]},
        status=status,
    )


def _page(request: Request, form: Form, fault: str | None, *, wanted: str | None, status: int = 200) -> Response:
    return bare_page(
        request,
        "sign_in.html",
        {
            "email": form.get("email", ""),
            "business": form.get("business", ""),
            "fault": fault,
            "next": _own_page(wanted),
            "signed_out": request.query_params.get("out") == "1",
            "changed": request.query_params.get("changed") == "1",
        },
        status=status,
    )


def _business_in(form: Form) -> str | None:
    """Read the business where one is named; raises `Problem` for what can't be one's name."""
    named = form.get("business", "").strip()
    if named and not re.fullmatch(ID_PATTERN, named):
        raise Problem("unauthenticated")
    return named or None


def _own_page(wanted: str | None) -> str:
    """Tell where to go after signing in: only ever to a page of the desk."""
    parts = urlsplit(wanted or "")
    path = parts.path
    inside = path == ROOT or path.startswith(f"{ROOT}/")
    # Browsers take these for steps up, written out or not.
    climbs = "\\" in path or not {".", ".."}.isdisjoint(unquote(path).split("/"))
    if parts.scheme or parts.netloc or not inside or climbs or path.startswith(SIGN_IN_PATH):
        return ROOT
    return f"{path}?{parts.query}" if parts.query else path
