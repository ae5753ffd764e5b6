"""A form that is sent twice is carried out once (rule B10): its page gave it a key."""

from __future__ import annotations

import hashlib
import re

from starlette.requests import Request

from fieldfare.domain.permissions import STRANGER, Caller
from fieldfare.entrypoints.api.idempotency import Attempt
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.usecases.bookings.acting import Once

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def once_of(asking: Asking, wish: str) -> Once | None:
    """Give the key of one wish on a page; another wish on the same page is another thing. None without a key."""
    key = asking.form.get("once", "")
    return keyed(asking.request, key, action=wish, content=f"{asking.form.get('s', '')} {wish}", who=STRANGER)


def keyed(request: Request, key: str, *, action: str, content: str, who: Caller) -> Once | None:
    """Give the key of an action on a page that was given a key; None for what is none.

    The same action with other content is refused by whoever runs it.
    """
    if not _KEY.fullmatch(key):
        return None
    chosen = hashlib.sha256(action.encode(errors="surrogatepass")).hexdigest()[:16]
    return Attempt(request, content.encode(errors="surrogatepass"), f"{key}.{chosen}").by(who)
