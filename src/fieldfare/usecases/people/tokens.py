"""Secrets that open something, and the ids of what they belong to."""

from __future__ import annotations

import hashlib
import secrets

KEY_PREFIX = "ff_"
SHOWN = len(KEY_PREFIX) + 8
"""How much of a key is shown later: its prefix, and 48 of its 256 bits."""

_BYTES = 32


def new_token() -> str:
    """Make a token of 256 random bits."""
    return secrets.token_urlsafe(_BYTES)


def new_key() -> str:
    """Make a key, which is a token that can be told from others wherever it turns up."""
    return KEY_PREFIX + new_token()


def hash_of(token: str) -> bytes:
    """Give the SHA-256 by which a token is kept.

    A slow hash would add nothing: nobody tries 2^256 tokens.
    """
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def new_id(*, now: int) -> str:
    """Make an id that sorts after those of earlier seconds."""
    return f"{now:010x}{secrets.token_hex(6)}"
