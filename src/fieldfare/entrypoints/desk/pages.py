"""Pages and data out: who may see what, templates filled in, refusals said on a page, and what a browser may do."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from fieldfare.domain.actors import ActorKind
from fieldfare.domain.customers import Language
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problem_table import PROBLEMS
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.asking import ROOT, Asking, asking_of, desk_link, with_form
from fieldfare.entrypoints.desk.navigation import places_of
from fieldfare.entrypoints.desk.notices import NOTICES
from fieldfare.entrypoints.web.assets import bundled
from fieldfare.entrypoints.web.pages import html_answer
from fieldfare.entrypoints.web.tongues import tongue_of
from fieldfare.ports.storage import StorageUnavailableError

Handler = Callable[[Asking], Awaitable[Response]]
Route = Callable[[Request], Awaitable[Response]]
Needs = Permission | tuple[Permission, ...]
"""The permission that something needs; of several, any one of them."""

_log = structlog.get_logger("fieldfare.desk")
_MINUTE = 60
_HOUR = 3_600


def page(
    handler: Handler,
    *,
    needs: Needs,
    by_form: Handler | None = None,
    form_needs: Needs | None = None,
    longest: int | None = None,
) -> Route:
    """Make a route of what answers a request, and a form if there is one; what is refused is said on a page, too.

    `longest` is how many bytes a form may have that is longer than those of others. Who isn't signed in is sent to
    sign in, and comes back; who may not is told so.
    """

    async def answer(request: Request) -> Response:
        asking = None
        try:
            asking = await _greeted(await asking_of(request))
            _refuse_others(asking, (form_needs or needs) if asking.by_form else needs)
            asking = await with_form(asking, longest=longest)
            return await (by_form if by_form is not None and asking.by_form else handler)(asking)
        except Problem as problem:
            if problem.code == "unauthenticated":
                return _to_sign_in(request, problem)
            return problem_page(problem, request, asking)
        except StorageUnavailableError as error:
            _log.warning("database_unavailable", exc_info=error)
            return problem_page(Problem("database_unavailable"), request, asking)
        except ClientDisconnect:
            raise
        except Exception as error:
            _log.error("request_failed", exc_info=error)
            return problem_page(Problem("internal_error"), request, asking)

    return answer


def data(handler: Callable[[Asking], Awaitable[Any]], *, needs: Needs) -> Route:
    """Make a route for a script of ours: JSON out, problems as the API writes them."""

    async def answer(request: Request) -> Response:
        asking = await asking_of(request)
        _refuse_others(asking, needs)
        found = await handler(asking)
        if isinstance(found, Response):
            return found
        return Response(orjson.dumps(found), media_type="application/json", headers={"Cache-Control": "no-store"})

    return answer


def show(
    asking: Asking, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200, sources: str = ""
) -> Response:
    """Fill a template in. `sources` are other origins from which the page may load the tiles of a map."""
    text = (
        _environment()
        .get_template(template)
        .render(
            {
                "asking": asking,
                "business": asking.business,
                "clock": asking.clock,
                "tongue": asking.tongue,
                "link": desk_link,
                "asset": bundled().address_of,
                "places": places_of(asking),
                "notice": NOTICES.get(asking.query.get("notice", "")),
                "once_key": secrets.token_urlsafe(16),
                **_written(asking),
                **(values or {}),
            }
        )
    )
    return html_answer(text, asking.request, status=status, headers=_headers(sources))


def problem_page(problem: Problem, request: Request, asking: Asking | None) -> Response:
    """Say what went wrong, and what to do about it."""
    kind = PROBLEMS[problem.code]
    text = (
        _environment()
        .get_template("problem.html")
        .render(
            {
                "asking": asking,
                "tongue": tongue_of(Language.ENGLISH),
                "asset": bundled().address_of,
                "link": desk_link,
                "places": places_of(asking) if asking else [],
                "notice": None,
                "business": asking.business if asking else None,
                "code": problem.code,
                "title": kind.title,
                "detail": problem.detail,
                "cure": kind.cure,
                "errors": problem.members.get("errors", []),
            }
        )
    )
    answer = html_answer(text, request, status=problem.status_code, headers=_headers(""))
    if "Retry-After" in problem.sent_headers:
        answer.headers["Retry-After"] = problem.sent_headers["Retry-After"]
    return answer


def bare_page(request: Request, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
    """Fill in a page for somebody who isn't signed in."""
    text = (
        _environment()
        .get_template(template)
        .render({"asset": bundled().address_of, "link": desk_link, "tongue": tongue_of(Language.ENGLISH), **values})
    )
    return html_answer(text, request, status=status, headers=_headers(""))


def length(seconds: int) -> str:
    """Write a length of time shortly, to the minute: `12 min`, `1 h 5 min`."""
    minutes = (seconds + _MINUTE // 2) // _MINUTE
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


async def _greeted(asking: Asking) -> Asking:
    """Find the name that the page shows beside what one may do."""
    actor = asking.who.actor
    async with asking.rooms.storage.open(asking.who.business) as books:
        if actor.kind is ActorKind.ACCOUNT:
            account = await books.people.account(actor.id)
            return replace(asking, name=(account.name or account.email) if account else "")
        key = await books.people.key(actor.id)
    return replace(asking, name=key.name if key else "")


def _refuse_others(asking: Asking, needs: Needs) -> None:
    wanted = needs if isinstance(needs, tuple) else (needs,)
    if not any(asking.who.may(permission) for permission in wanted):
        raise Problem("forbidden")


def _to_sign_in(request: Request, problem: Problem) -> Response:
    """Send the browser to sign in; of a form nothing was done, and its page is where to go on."""
    back = request.url.path if request.method == "GET" else ROOT
    if request.method == "GET" and request.url.query:
        back += f"?{request.url.query}"
    address = f"{ROOT}/sign-in?next={quote(back, safe='')}"
    answer: Response
    if request.headers.get("hx-request") == "true":
        answer = Response(status_code=204, headers={"HX-Redirect": address})
    else:
        answer = RedirectResponse(address, status_code=303)
    if "Set-Cookie" in problem.sent_headers:
        answer.headers["Set-Cookie"] = problem.sent_headers["Set-Cookie"]
    return answer


def _written(asking: Asking) -> dict[str, Any]:
    """Give the functions by which templates write instants, dates, lengths and amounts, in the business's zone."""
    clock, tongue = asking.clock, asking.tongue

    def local(instant: int) -> datetime:
        return clock.local(instant)

    return {
        "time_of": lambda instant: tongue.time(local(instant)),
        "date_of": lambda instant: tongue.short_day(local(instant).date()),
        "moment_of": lambda instant: f"{tongue.short_day(local(instant).date())}, {tongue.time(local(instant))}",
        "iso_of": clock.iso,
        "day": lambda day: tongue.day(day) if isinstance(day, date) else "",
        "length": length,
        "money": lambda minor: tongue.money(minor, asking.business.currency),
        "zone_name": tongue.zone(asking.business.time_zone),
    }


def _headers(sources: str) -> dict[str, str]:
    more = f" {sources}" if sources else ""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{more}; "
            f"connect-src 'self'{more}; worker-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
            "object-src 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=()",
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding, Cookie",
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("fieldfare.entrypoints.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
