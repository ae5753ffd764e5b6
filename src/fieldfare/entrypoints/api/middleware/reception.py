"""Welcomes a request: gives it an id, finds out whom it comes from, and reads a HEAD as a GET without its body."""

from __future__ import annotations

import re
import secrets

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldfare.entrypoints.api.proxies import TrustedProxies
from fieldfare.entrypoints.api.request_facts import RequestFacts, keep_facts

REQUEST_ID = "X-Request-ID"

_SAFE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class Reception:
    """The first to see a request, the last to see its answer."""

    def __init__(self, app: ASGIApp, *, proxies: TrustedProxies) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the id in `X-Request-ID`; a well-formed one that came with the request is kept."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        facts = self._facts(scope)
        bare = facts.method == "HEAD"
        # The server keeps its own scope, by which it knows that no body follows.
        inner = {**scope, "method": "GET"} if bare else dict(scope)
        keep_facts(inner, facts)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID] = facts.request_id
            elif bare and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=facts.request_id):
            await self._app(inner, receive, send_with_id)

    def _facts(self, scope: Scope) -> RequestFacts:
        headers = Headers(scope=scope)
        sent_id = headers.get(REQUEST_ID, "")
        peer = scope["client"][0] if scope.get("client") else None
        return RequestFacts(
            request_id=sent_id if _SAFE_ID.fullmatch(sent_id) else secrets.token_hex(16),
            method=scope["method"],
            client=self._proxies.client_of(peer, headers.getlist("x-forwarded-for")),
        )
