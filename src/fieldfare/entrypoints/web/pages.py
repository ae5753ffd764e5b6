"""Pages out: templates filled in, with the headers that say what a browser may do with them."""

from __future__ import annotations

import gzip
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from typing import Any

import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from fieldfare.domain.customers import Language
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.web.asking import Asking, Values, asking_of
from fieldfare.entrypoints.web.assets import bundled
from fieldfare.entrypoints.web.brand import version_of
from fieldfare.entrypoints.web.tongues import Tongue, preferred, tongue_of
from fieldfare.ports.storage import StorageUnavailableError

Handler = Callable[[Asking], Awaitable[Response]]

_log = structlog.get_logger("fieldfare.web")
_COMPRESSION = 6
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


def show(asking: Asking, template: str, values: Values, *, status: int = 200, framed: bool = True) -> Response:
    """Fill a template in. `framed` says whether the sites that the business lists may embed the page."""
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
                **values,
            }
        )
    )
    return _html(text, asking.request, status=status, ancestors=ancestors)


def problem_page(problem: Problem, request: Request, asking: Asking | None) -> Response:
    """Say what went wrong, and what to do; by what is known of the request so far."""
    tongue = asking.tongue if asking else tongue_of(preferred(request.headers.get("accept-language", "")))
    business = str(request.path_params.get("business", ""))
    found = None if problem.code == "business_not_found" else f"/book/{business}"
    text = (
        _environment(tongue.language)
        .get_template("problem.html")
        .render(
            {
                "tongue": tongue,
                "asset": bundled().address_of,
                "code": problem.code,
                "start": found,
                "business": asking.business if asking else None,
                "host": asking.embedded_in if asking else None,
            }
        )
    )
    origins = asking.business.booking_page.origins if asking else ()
    answer = _html(text, request, status=problem.status_code, ancestors=" ".join(("'self'", *origins)))
    if "Retry-After" in problem.sent_headers:
        answer.headers["Retry-After"] = problem.sent_headers["Retry-After"]
    return answer


def _html(text: str, request: Request, *, status: int, ancestors: str) -> Response:
    """Send a page, compressed where the browser takes that.

    What a page knows of its reader it knows by its own address. Whoever could ask for it again with texts of their own,
    and learn from its length what it says (the attack called BREACH), knows that address already.
    """
    answer = HTMLResponse(text, status_code=status, headers=_headers(ancestors))
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
