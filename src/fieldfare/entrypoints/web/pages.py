"""Pages out: templates filled in, with the headers that say what a browser may do with them."""

from __future__ import annotations

import gzip
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from fieldfare.domain.booking_page import BookingPage
from fieldfare.domain.business import Business
from fieldfare.domain.customers import Language
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.public.inquiries import known_business
from fieldfare.entrypoints.web.asking import Asking, Manner, Values, asking_of
from fieldfare.entrypoints.web.assets import bundled
from fieldfare.entrypoints.web.brand import version_of
from fieldfare.entrypoints.web.tongues import Tongue, preferred, tongue_of
from fieldfare.ports.storage import StorageUnavailableError

Handler = Callable[[Asking], Awaitable[Response]]

_log = structlog.get_logger("fieldfare.web")
_COMPRESSION = 6
_PASSING = frozenset({"rate_limited", "database_unavailable", "internal_error", "too_many_holds", "changed_meanwhile"})
"""Problems that another try may not have."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors "
)


def page(handler: Handler, *, by_form: Handler | None = None) -> Callable[[Request], Awaitable[Response]]:
    """Make a route of what answers a request, and a form if there is one; what is refused is said on a page, too."""

    async def answer(request: Request) -> Response:
        asking = None
        try:
            asking = await asking_of(request)
            return await (by_form if by_form is not None and asking.by_form else handler)(asking)
        except Problem as problem:
            return await problem_page(problem, request, asking)
        except StorageUnavailableError as error:
            _log.warning("database_unavailable", exc_info=error)
            return await problem_page(Problem("database_unavailable"), request, asking)
        except ClientDisconnect:
            raise
        except Exception as error:
            _log.error("request_failed", exc_info=error)
            return await problem_page(Problem("internal_error"), request, asking)

    return answer


def show(
    asking: Asking, template: str, values: Values, *, status: int = 200, framed: bool = True, here: str | None = None
) -> Response:
    """Fill a template in. `framed` says whether the sites that the business lists may embed the page.

    `here` is the address under which the browser finds the step again, where the page answers a form.
    """
    origins = asking.business.booking_page.origins if framed else ()
    ancestors = " ".join(("'self'", *origins)) if framed else "'none'"
    text = (
        _environment(asking.tongue.language)
        .get_template(template)
        .render(
            {
                "asking": asking,
                "business": asking.business,
                "tongue": asking.tongue,
                "link": asking.link,
                "asset": bundled().address_of,
                "state": asking.signed(asking.state),
                "placeless": replace(asking.state, place=None, hold=None),
                "productless": replace(asking.state, product=None),
                "unchosen": replace(asking.state, product=None, industry=None),
                "colours": _colours(asking),
                "logo": asking.link("logo", bare=True) + "?v=" + version_of(asking.business.booking_page.logo),
                "once_key": secrets.token_urlsafe(16),
                "languages": _other_languages(asking),
                "framed": framed,
                "here": here if asking.by_form else None,
                **values,
            }
        )
    )
    return html_answer(text, asking.request, status=status, headers=_headers(ancestors))


async def problem_page(problem: Problem, request: Request, asking: Asking | None) -> Response:
    """Say what went wrong, and what to do; by what is known of the request so far.

    A form that failed for a reason that passes can be sent again from here, with all that was typed.
    """
    manner = Manner.of(request.query_params)
    known = await _business_of(request) if asking is None else asking.business
    tongue = asking.tongue if asking else tongue_of(manner.language or _preferred(request))
    framed = "/visits/" not in request.url.path
    page_of = known.booking_page if known and framed else BookingPage()
    again = asking is not None and asking.by_form and problem.code in _PASSING
    start = f"/book/{known.id}?{urlencode(manner.query(prefill=False))}".rstrip("?") if known else None
    text = (
        _environment(tongue.language)
        .get_template("problem.html")
        .render(
            {
                "tongue": tongue,
                "asset": bundled().address_of,
                "code": problem.code,
                "start": start,
                "business": known,
                "theme": manner.theme,
                "host": manner.host if manner.host and page_of.may_embed(manner.host) else None,
                "colours": f"/book/{known.id}/brand.css?c={manner.brand or ''}" if known else None,
                "again": f"{request.url.path}?{request.url.query}" if again else None,
                "form": asking.form if asking is not None else {},
            }
        )
    )
    ancestors = " ".join(("'self'", *page_of.origins)) if framed else "'none'"
    answer = html_answer(text, request, status=problem.status_code, headers=_headers(ancestors))
    if "Retry-After" in problem.sent_headers:
        answer.headers["Retry-After"] = problem.sent_headers["Retry-After"]
    return answer


async def _business_of(request: Request) -> Business | None:
    """Find whose page it is, for a request that was refused before that was known; None if it can't be found."""
    try:
        current = await known_business(request.app.state.given, str(request.path_params.get("business", "")))
    except (Problem, StorageUnavailableError):
        return None
    return current.snapshot.business


def _preferred(request: Request) -> Language:
    return preferred(request.headers.get("accept-language", ""))


def html_answer(text: str, request: Request, *, status: int, headers: Mapping[str, str]) -> Response:
    """Send a page, compressed where the browser takes that.

    What a page knows of its reader it knows by its own address. Whoever could ask for it again with texts of their own,
    and learn from its length what it says (the attack called BREACH), knows that address already.
    """
    answer = HTMLResponse(text, status_code=status, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        answer.body = gzip.compress(answer.body, compresslevel=_COMPRESSION, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.body))
    return answer


def _headers(ancestors: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": _POLICY + ancestors,
        # Forms tell their origin to nobody but us; addresses with tokens are told to nobody else.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
        "Vary": "Accept-Encoding, Accept-Language",
    }


def _colours(asking: Asking) -> str:
    brand = asking.manner.brand or asking.business.booking_page.brand
    return asking.link("brand.css", bare=True) + f"?c={asking.manner.brand or ''}&v={version_of(brand)}"


def _other_languages(asking: Asking) -> list[dict[str, str]]:
    """List the other languages, each with its own name and the address of this page in it."""
    if asking.by_form:
        return []
    others = [tongue_of(language) for language in Language if language is not asking.tongue.language]
    url = asking.request.url
    return [
        {
            "tag": other.tag,
            "name": (other.locale.get_language_name(other.locale) or other.tag).capitalize(),
            "href": f"{url.path}?{url.include_query_params(lang=other.language.value).query}",
        }
        for other in others
    ]


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("fieldfare.entrypoints.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    tongue: Tongue = tongue_of(language)
    environment.filters["dialled"] = lambda phone: re.sub(r"[^0-9+]", "", phone)
    translated: Any = environment
    translated.install_gettext_translations(tongue.texts, newstyle=True)
    return environment
