"""Signed offers: what was shown for a slot is what is charged, even if it is no longer recommended (rule B14)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

import orjson

from fieldfare.domain.business import Request as Asked
from fieldfare.domain.clock import MINUTE
from fieldfare.entrypoints.api.problems import faulty
from fieldfare.usecases.bookings.hold import Shown

OFFER_SECONDS = 60 * MINUTE
"""For how long a price that was shown is kept."""

SIGNED_EVERY_SECONDS = 10 * MINUTE
"""An answer with signed prices is made anew after so long."""

_SIGNATURE_BYTES = 32


def sign_offer(*, secret: bytes, asked: Asked, start: int, shown: Shown, until: int) -> str:
    """Sign the price of a slot for one product at one place."""
    what = orjson.dumps([start, shown.price, shown.discount, until])
    return base64.urlsafe_b64encode(_signature(secret, asked, what) + what).rstrip(b"=").decode()


def read_offer(text: str, *, secret: bytes, asked: Asked, start: int, now: int) -> Shown | None:
    """Read a signed price; None once it has run out. Raises `Problem` for one that is none, or of another slot."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise faulty("offer", "is none that availability gave") from None
    signature, what = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(secret, asked, what)):
        raise faulty("offer", "belongs to another slot, product or place, or was altered")
    offered_start, price, discount, until = orjson.loads(what)
    if offered_start != start:
        raise faulty("offer", "belongs to another slot, product or place, or was altered")
    return Shown(price=price, discount=discount) if now <= until else None


def _signature(secret: bytes, asked: Asked, what: bytes) -> bytes:
    about = orjson.dumps([asked.product, asked.place.lat, asked.place.lng, asked.place.postal_code])
    return hmac.digest(secret, b"offer " + about + what, hashlib.sha256)
