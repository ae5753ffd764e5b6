"""Refuses addresses that no text has: control characters, NUL among them, and bytes that are not UTF-8."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from fieldfare.entrypoints.api.problems import Problem, faulty

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Door:
    """Keeps hostile characters out of paths (nothing is there) and queries (not valid), whatever the route takes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or raise `Problem`."""
        if scope["type"] == "http":
            # Without its raw path all that is known is the decoded one, in which misfits have become U+FFFD.
            if not _is_text(scope.get("raw_path") or scope["path"].encode()):
                raise Problem("not_found")
            if not _is_text(scope["query_string"]):
                raise faulty("query", "holds a control character, or bytes that are not UTF-8")
        await self._app(scope, receive, send)


def _is_text(escaped: bytes) -> bool:
    if b"%" not in escaped and escaped.isascii():
        plain = escaped.decode()
    else:
        try:
            plain = unquote_to_bytes(escaped).decode()
        except UnicodeDecodeError:
            return False
    return not _CONTROL.search(plain)
