"""A form that is sent twice is carried out once (rule B10): its page gave it a key."""

from __future__ import annotations

import hashlib
import re

from fieldfare.domain.permissions import STRANGER
from fieldfare.entrypoints.api.idempotency import Attempt
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.usecases.bookings.acting import Once

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def once_of(asking: Asking, wish: str) -> Once | None:
    """Give the key of one wish on a page; another wish on the same page is another thing. None without a key."""
    key = asking.form.get("once", "")
    if not _KEY.fullmatch(key):
        return None
    chosen = hashlib.sha256(wish.encode(errors="surrogatepass")).hexdigest()[:16]
    return Attempt(asking.request, f"{asking.form['s']} {wish}".encode(), f"{key}.{chosen}").by(STRANGER)
