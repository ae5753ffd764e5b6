"""Sealing what opens other systems, so that a copy of the database opens none of them.

AES-256-GCM; a seal is bound to the business and the provider that it was made for. The newest key seals, older ones
still open. Whatever was opened is the caller's to keep out of logs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldfare.ports.integrations import SealBrokenError

KEY_BYTES = 32
KEY_FILE = "secret.key"

_VERSION = b"FS1"
_NAME_BYTES = 4
_NONCE_BYTES = 12
_HEX_DIGITS = 2 * KEY_BYTES


class BadSecretKeyError(ValueError):
    """A key is not one; the message says what a key is, and nothing of what was given."""


class Sealer:
    """Seals and opens small texts with keys that it shows to nobody."""

    def __init__(self, key: bytes, *, before: Sequence[bytes] = ()) -> None:
        """Take the key that seals, and those that were used before it."""
        for one in (key, *before):
            if len(one) != KEY_BYTES:
                raise BadSecretKeyError(f"a key has {KEY_BYTES} bytes")
        self._newest = _name_of(key)
        self._keys = {_name_of(one): AESGCM(one) for one in (*before, key)}

    def __repr__(self) -> str:
        """Tell nothing of the keys."""
        return f"{type(self).__name__}()"

    def seal(self, content: bytes, *, business: str, provider: str) -> bytes:
        """Seal something for a business and a provider."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head = _VERSION + self._newest
        sealed = self._keys[self._newest].encrypt(nonce, content, _bound(head, business, provider))
        return head + nonce + sealed

    def open(self, sealed: bytes, *, business: str, provider: str) -> bytes:
        """Open what was sealed for a business and a provider; raises `SealBrokenError`."""
        head, rest = sealed[: len(_VERSION) + _NAME_BYTES], sealed[len(_VERSION) + _NAME_BYTES :]
        if not head.startswith(_VERSION) or len(rest) <= _NONCE_BYTES:
            raise SealBrokenError("this is no seal that this version of Fieldfare made")
        key = self._keys.get(head[len(_VERSION) :])
        if key is None:
            raise SealBrokenError("it was sealed with another key: FIELDFARE_SECRET_KEYS_BEFORE takes older ones")
        try:
            return key.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _bound(head, business, provider))
        except InvalidTag:
            raise SealBrokenError("it was sealed for somebody else, or was changed since") from None

    def is_newest(self, sealed: bytes) -> bool:
        """Tell whether something is sealed with the newest key already."""
        return sealed.startswith(_VERSION + self._newest)


def secret_key_from(text: str) -> bytes:
    """Read a key that is written as base64, in either alphabet, or hex; raises `BadSecretKeyError`."""
    written = "".join(text.split())
    key = b""
    with suppress(binascii.Error, ValueError):
        if len(written) == _HEX_DIGITS:
            key = bytes.fromhex(written)
        else:
            plain = written.rstrip("=").replace("-", "+").replace("_", "/")
            key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    if len(key) != KEY_BYTES:
        raise BadSecretKeyError(f"a key is {KEY_BYTES} random bytes as base64 or hex, as of: openssl rand -base64 32")
    return key


def secret_key_in(folder: Path) -> bytes:
    """Give the key of a folder, made when it is first asked for; of several who make it at once, all get one.

    Raises `BadSecretKeyError`, and `OSError` where the folder can't be written to.
    """
    path = folder / KEY_FILE
    with suppress(FileNotFoundError):
        return secret_key_from(path.read_text(encoding="ascii"))
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f".{KEY_FILE}.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename this never takes the place of a key that somebody else has just put there.
        with suppress(FileExistsError):
            os.link(made, path)
    finally:
        made.unlink(missing_ok=True)
    return secret_key_from(path.read_text(encoding="ascii"))


def _name_of(key: bytes) -> bytes:
    """Name a key, so that the right one of several opens; nothing can be told of the key by it."""
    return hashlib.sha256(b"fieldfare names this key\0" + key).digest()[:_NAME_BYTES]


def _bound(head: bytes, business: str, provider: str) -> bytes:
    return head + json.dumps([business, provider]).encode()
