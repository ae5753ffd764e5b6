"""`Idempotency-Key`: the same key and body give the same answer (rule B10).

The database knows of a key only its hash. The answer, which may hold a link's secret, is kept sealed with the key
itself: whoever has the database alone can read neither.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Annotated, TypeAlias

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Depends, Header
from starlette.requests import Request

from fieldfare.domain.permissions import Caller
from fieldfare.usecases.bookings.acting import Once

_NONCE_BYTES = 12

IdempotencyKey: TypeAlias = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description=(
            "A random text of your own for each thing that is to be done once. The same key with the same body gives "
            "the same answer for two days; a refusal is not kept."
        ),
        examples=["3f0d2c7e-6f6a-4d1f-9c55-0b0e7f0a4f7e"],
    ),
]


class Attempt:
    """A request as the idempotency of its route sees it: `attempt.by(caller)` in the route itself."""

    def __init__(self, request: Request, body: bytes, key: str | None) -> None:
        """Keep what makes two requests the same."""
        self._what = f"{request.method} {request.url.path}".encode() + b"\n" + body
        self._key = key

    def by(self, caller: Caller) -> Once | None:
        """Give what the transaction needs, of this caller's key; None without a key."""
        if self._key is None:
            return None
        who = "stranger" if caller.actor is None else f"{caller.actor.kind}:{caller.actor.id}"
        key = self._key.encode()
        sealing = AESGCM(hmac.digest(key, b"seal", hashlib.sha256))

        def seal(answer: bytes) -> bytes:
            nonce = os.urandom(_NONCE_BYTES)
            return nonce + sealing.encrypt(nonce, answer, None)

        def unseal(sealed: bytes) -> bytes:
            return sealing.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)

        return Once(
            key_hash=hmac.digest(key, who.encode(), hashlib.sha256),
            fingerprint=hmac.digest(key, self._what, hashlib.sha256),
            seal=seal,
            unseal=unseal,
        )


async def _attempt(request: Request, key: IdempotencyKey = None) -> Attempt:
    return Attempt(request, await request.body(), key)


Retried: TypeAlias = Annotated[Attempt, Depends(_attempt)]
"""A route's parameter of this type takes the header `Idempotency-Key`."""
