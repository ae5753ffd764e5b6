"""Keeps other sites from writing in the name of somebody who is signed in (cross-site request forgery)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from fieldfare.entrypoints.api.problems import Problem

SESSION_COOKIES = ("__Host-fieldfare", "fieldfare")
"""The session's cookie where the service is reached by https, and where it isn't (on a developer's machine)."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CrossSiteGuard:
    """Refuses writes that carry a session's cookie and were not sent by a page of ours.

    Every current browser sends `Sec-Fetch-Site`; older ones send `Origin` with a write. A request with neither comes
    from no page. Sign-in has no cookie yet: it is listed under `guarded`, by its path.
    """

    def __init__(self, app: ASGIApp, *, public_url: str | None, guarded: frozenset[str]) -> None:
        self._app = app
        self._own_origin = _origin_of(public_url) if public_url else None
        self._guarded = guarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or raise `Problem` (cross_site)."""
        if scope["type"] == "http" and scope["method"] not in _SAFE_METHODS:
            headers = Headers(scope=scope)
            exposed = scope["path"] in self._guarded or _has_session(headers)
            if exposed and not self._is_ours(headers, scope["scheme"]):
                raise Problem("cross_site")
        await self._app(scope, receive, send)

    def _is_ours(self, headers: Headers, scheme: str) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return True
        return origin.lower() in {self._own_origin, f"{scheme}://{headers.get('host', '')}".lower()}


def _has_session(headers: Headers) -> bool:
    return any(name in SESSION_COOKIES for line in headers.getlist("cookie") for name in cookie_parser(line))


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
