"""Webhooks as others see them: the types of events, the signature, when a failed delivery is tried again.

Signatures follow the Standard Webhooks scheme (https://www.standardwebhooks.com), version 1: HMAC-SHA256.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any


class EventType(StrEnum):
    """What happened."""

    BOOKING_HELD = "booking.held"
    BOOKING_CONFIRMED = "booking.confirmed"
    BOOKING_REQUESTED = "booking.requested"
    BOOKING_RESCHEDULED = "booking.rescheduled"
    BOOKING_CANCELLED = "booking.cancelled"
    BOOKING_ESTIMATE_MOVED = "booking.estimate_moved"
    BOOKING_EN_ROUTE = "booking.en_route"
    BOOKING_STARTED = "booking.started"
    BOOKING_COMPLETED = "booking.completed"
    BOOKING_NO_SHOW = "booking.no_show"
    BOOKING_FAILED = "booking.failed"
    BOOKING_ASSIGNED = "booking.assigned"
    BOOKING_ZONE_OVERRIDDEN = "booking.zone_overridden"
    BOOKING_EXPIRED = "booking.expired"
    WAITLIST_OFFERED = "waitlist.offered"
    WAITLIST_JOINED = "waitlist.joined"


def payload(*, type_: str, at: int, data: Mapping[str, Any]) -> bytes:
    """Write an event as the body of a delivery: of the same event always the same bytes."""
    timestamp = datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = {"type": type_, "timestamp": timestamp, "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


_SECRET_PREFIX = "whsec_"  # noqa: S105 - how secrets begin, and none itself
_VERSION = "v1"
SECRET_BYTES = 32
"""How long a new secret is."""
_LEAST_SECRET_BYTES, _MOST_SECRET_BYTES = 24, 64


def written_secret(secret: bytes) -> str:
    """Write a secret as its receiver is given it."""
    return _SECRET_PREFIX + base64.b64encode(secret).decode("ascii")


def read_secret(text: str) -> bytes:
    """Read a written secret, with or without its prefix; raises ValueError, and never says what was written."""
    try:
        secret = base64.b64decode(text.removeprefix(_SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a secret is base64, with whsec_ before it") from None
    if not _LEAST_SECRET_BYTES <= len(secret) <= _MOST_SECRET_BYTES:
        raise ValueError(f"a secret has {_LEAST_SECRET_BYTES} to {_MOST_SECRET_BYTES} bytes")
    return secret


def signature(secret: bytes, *, id_: str, timestamp: int, body: bytes) -> str:
    """Sign a delivery: `id.timestamp.body`, so that neither can be exchanged."""
    signed = b".".join((id_.encode(), str(timestamp).encode(), body))
    return f"{_VERSION},{base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode('ascii')}"


TOLERANCE_SECONDS = 300
"""How far a receiver's clock may be from the one of the signature; what is older may be a recording."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def verify(
    secrets: Iterable[bytes],
    *,
    id_: str,
    timestamp: str,
    signatures: str,
    body: bytes,
    now: int,
    tolerance: int = TOLERANCE_SECONDS,
) -> bool:
    """Check a delivery as its receiver does: the headers as they came, and the body before anybody parsed it.

    One signature of one secret is enough: while a secret is being replaced, there are two.
    """
    if not _TIMESTAMP.fullmatch(timestamp) or abs(now - int(timestamp)) > tolerance:
        return False
    given = [each.encode() for each in signatures.split(" ")]
    expected = [signature(secret, id_=id_, timestamp=int(timestamp), body=body).encode() for secret in secrets]
    return any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in given)


_MINUTE, _HOUR = 60, 3_600
DELAYS = (5, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR)
"""Seconds after the first, second, … attempt that failed: a receiver may be down for three days."""
_JITTER = 0.2


def delay_after(attempt: int, *, jitter: float) -> int | None:
    """Say how many seconds after a failed attempt (the first is 1) the next is due; None once it is given up.

    `jitter` from 0 up to 1 spreads what failed together over the next fifth of the delay.
    """
    if attempt < 1 or not 0 <= jitter < 1:
        raise ValueError("attempts begin at 1, and jitter is at least 0 and less than 1")
    if attempt > len(DELAYS):
        return None
    return int(DELAYS[attempt - 1] * (1 + _JITTER * jitter))


LONGEST_URL = 2_000
_WRITTEN = re.compile(r"[!-\"$-\[\]-~]*")
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?]*)(?P<rest>[/?].*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_LONGEST_NAME = 253
_HIGHEST_PORT = 65_535


def check_url(url: str, *, allow_http: bool = False) -> str | None:
    """Say what is wrong with an address as somebody typed it; None if nothing is.

    Only how it is written counts: where it leads is looked at with each delivery, because names are moved.
    """
    schemes = ("https", "http") if allow_http else ("https",)
    parts = _URL.fullmatch(url)
    if len(url) > LONGEST_URL:
        return f"the address is longer than {LONGEST_URL} characters"
    if not _WRITTEN.fullmatch(url):
        return (
            "the address may hold ASCII letters, digits and signs only: no spaces, no backslashes and no fragment (#)"
        )
    if not parts or parts["scheme"].lower() not in schemes:
        return f"the address must begin with {' or '.join(f'{each}://' for each in schemes)}"
    return _what_is_wrong(parts["authority"])


def _what_is_wrong(authority: str) -> str | None:
    if "@" in authority:
        return "the address must hold neither a user nor a password"
    parts = _AUTHORITY.fullmatch(authority)
    if not parts or (parts["port"] and not 0 < int(parts["port"]) <= _HIGHEST_PORT):
        return "the port must be a number from 1 to 65535"
    return None if _is_host(parts["host"]) else "the address needs the name of a host, or its IP address"


def _is_host(host: str) -> bool:
    """Whether a host is a name or one IP address as it is usually written: not 127.1, 2130706433 or 0x7f.0.0.1."""
    try:
        if host.startswith("["):
            return IPv6Address(host[1:-1]).scope_id is None
        labels = host.split(".")
        if _NUMBER.fullmatch(labels[-1]):
            return str(IPv4Address(host)) == host
    except AddressValueError:
        return False
    return len(host) <= _LONGEST_NAME and all(_LABEL.fullmatch(label) for label in labels)
