"""What the vendor tells of by itself: signed messages, delivered again if they fail, and spoilt to order."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.faults import Faults
from fieldfare_ghl_sim.world import Quirks

SIGNATURE = "X-GHL-Signature"
OLD_SIGNATURE = "X-WH-Signature"
DELIVERY_IDS = ("deliveryId", "X-Delivery-Id")
"""The name that the help centre gives, and the one in its examples: no page says for sure which it is."""
LARGEST_BODY = 256 * 1024
BUSY_RETRIES = 6
BUSY_RETRY_SECONDS = 600
LONGEST_RETRY_SECONDS = 3 * 86_400
TOO_MANY = 429
_KEPT_MESSAGES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on its way; one that was `spoilt` to order stays so, however often it is sent."""

    event: str
    location: str
    body: bytes
    headers: dict[str, str]
    due: float
    payload: dict[str, Any] = field(default_factory=dict)
    attempt: int = 0
    first: float = 0.0
    spoilt: bool = False


class Keys:
    """The keys with which one simulator signs, made anew each time; the vendor's own are never here."""

    def __init__(self) -> None:
        self.current = ed25519.Ed25519PrivateKey.generate()

    @property
    def public_pem(self) -> str:
        """Give the public half of the current key."""
        return _public_pem(self.current.public_key())

    @property
    def old_public_pem(self) -> str:
        """Give the public half of the retiring key."""
        return _public_pem(_old_key().public_key())

    def sign(self, body: bytes, *, old: bool = False) -> dict[str, str]:
        """Sign a body's raw bytes."""
        if old:
            signature = _old_key().sign(body, padding.PKCS1v15(), hashes.SHA256())
            return {OLD_SIGNATURE: base64.b64encode(signature).decode()}
        return {SIGNATURE: base64.b64encode(self.current.sign(body)).decode()}


class Outbox:
    """Messages that wait to be delivered, in order, apart from what is spoilt to order."""

    def __init__(self, keys: Keys, faults: Faults, clock: Callable[[], float], quirks: Quirks) -> None:
        self.keys = keys
        self.pending: list[Delivery] = []
        self.made: deque[Delivery] = deque(maxlen=_KEPT_MESSAGES)
        self._faults = faults
        self._clock = clock
        self._quirks = quirks
        self._made = 0

    def emit(self, event: str, location: str, payload: dict[str, Any]) -> None:
        """Write a message, sign it and put it in line; one about an agency names no location."""
        now = self._clock()
        self._made += 1
        told = {"type": event} | ({"locationId": location} if location else {}) | payload
        told |= {"webhookId": f"wh-sim-{self._made:08d}"}
        chances, hits = self._faults.webhooks, self._faults.hits
        if hits(chances.lose):
            return
        headers = {"Content-Type": "application/json"}
        headers |= dict.fromkeys(DELIVERY_IDS, f"dl-sim-{self._made:08d}")
        due = now + chances.delay_seconds if hits(chances.delay) else now
        made = Delivery(event=event, location=location, body=b"", headers=headers, due=due, payload=told, first=now)
        made = self._spoilt(made, now)
        self.made.append(made)
        self._put(made)
        if hits(chances.duplicate):
            self._put(made)

    def due(self, now: float) -> list[Delivery]:
        """Take the messages whose time has come, in the order of their times."""
        ready = [delivery for delivery in self.pending if delivery.due <= now]
        self.pending[:] = [delivery for delivery in self.pending if delivery.due > now]
        return sorted(ready, key=lambda delivery: delivery.due)

    def failed(self, delivery: Delivery, status: int | None, now: float) -> None:
        """Put a message that was not taken in line again: with the same ids and, unless it was spoilt, a new stamp."""
        attempt = delivery.attempt + 1
        if status == TOO_MANY:
            wait: float = BUSY_RETRY_SECONDS
            ends = attempt > BUSY_RETRIES
        else:
            wait = min(2.0**attempt, 3600)
            ends = now + wait > delivery.first + LONGEST_RETRY_SECONDS
        if not ends:
            again = replace(delivery, attempt=attempt, due=now + wait)
            self.pending.append(again if again.spoilt else self._stamped(again, again.due))

    def replay(self, webhook_id: str | None = None) -> str:
        """Put a message that was made before in line once more, as it was, byte for byte; gives its `webhookId`.

        Without an id it is the last one.
        """
        wanted = (each for each in reversed(self.made) if webhook_id in (None, each.payload["webhookId"]))
        known = next(wanted, None)
        if known is None:
            raise KeyError(webhook_id)
        self.pending.append(replace(known, due=self._clock()))
        return str(known.payload["webhookId"])

    def _put(self, delivery: Delivery) -> None:
        """Put a message in line; one that others shall overtake is held for a moment."""
        chances = self._faults.webhooks
        if self._faults.hits(chances.reorder):
            held = self._faults.chance.uniform(0, chances.reorder_seconds)
            delivery = replace(delivery, due=delivery.due + held)
        self.pending.append(delivery)

    def _spoilt(self, delivery: Delivery, now: float) -> Delivery:
        """Stamp and sign a message, or do it wrongly to order."""
        chances, hits = self._faults.webhooks, self._faults.hits
        old = hits(chances.old_timestamp)
        made = self._stamped(delivery, now - 3600 if old else now)
        wrong: dict[str, str] = {}
        if hits(chances.bad_signature):
            wrong = self.keys.sign(b"something else")
        elif hits(chances.not_applicable):
            wrong = {SIGNATURE: "N/A"}
        return replace(made, headers=made.headers | wrong, spoilt=old or bool(wrong))

    def _stamped(self, delivery: Delivery, at: float) -> Delivery:
        body = orjson.dumps(delivery.payload | {"timestamp": moments.utc_text(at)})
        if len(body) > LARGEST_BODY:
            kept = {
                key: delivery.payload[key]
                for key in ("type", "locationId", "id", "webhookId")
                if key in delivery.payload
            }
            body = orjson.dumps(kept | {"timestamp": moments.utc_text(at), "payloadTooLarge": True})
        signed = self.keys.sign(body) | (self.keys.sign(body, old=True) if self._quirks.old_signature else {})
        return replace(delivery, body=body, headers=delivery.headers | signed)


def is_loopback(url: str) -> bool:
    """Say whether a URL means this machine."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


@cache
def _old_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def _public_pem(key: ed25519.Ed25519PublicKey | rsa.RSAPublicKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()
