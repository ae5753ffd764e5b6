"""Tells whether a webhook is GoHighLevel's: by Ed25519 over the raw bytes, or by the RSA signature that retires."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SIGNATURE = "x-ghl-signature"
RETIRING_SIGNATURE = "x-wh-signature"
_NONE = frozenset({"", "n/a"})
_BUNDLED = ("webhook_ed25519.pem", "webhook_rsa.pem")


class WebhookKeyError(ValueError):
    """A file holds no public key of a kind that signs webhooks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookKeys:
    """The public keys that are believed; several of a kind while one takes the other's place."""

    ed25519: tuple[Ed25519PublicKey, ...] = ()
    rsa: tuple[RSAPublicKey, ...] = ()

    def verify(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tell whether the raw body is signed by one of the keys; without a signature or a key it never is.

        Where the new signature is given, it alone decides.
        """
        given = {name.lower(): value.strip() for name, value in headers.items()}
        signed, retiring = given.get(SIGNATURE, ""), given.get(RETIRING_SIGNATURE, "")
        if signed.lower() not in _NONE:
            return any(_fits(key, _decoded(signed), body) for key in self.ed25519)
        if retiring.lower() not in _NONE:
            return any(_fits(key, _decoded(retiring), body) for key in self.rsa)
        return False


def read_keys(pems: Iterable[bytes]) -> WebhookKeys:
    """Read public keys in PEM; raises `WebhookKeyError`."""
    ed25519: list[Ed25519PublicKey] = []
    rsa: list[RSAPublicKey] = []
    for pem in pems:
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm):
            raise WebhookKeyError("this is no public key in PEM") from None
        if isinstance(key, Ed25519PublicKey):
            ed25519.append(key)
        elif isinstance(key, RSAPublicKey):
            rsa.append(key)
        else:
            raise WebhookKeyError("webhooks are signed with Ed25519 or RSA keys")
    return WebhookKeys(ed25519=tuple(ed25519), rsa=tuple(rsa))


def load_keys(files: Iterable[Path] = ()) -> WebhookKeys:
    """Load keys from files; without any, GoHighLevel's own, which come with the package."""
    paths = tuple(files) or tuple(Path(__file__).parent / name for name in _BUNDLED)
    return read_keys(path.read_bytes() for path in paths)


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _fits(key: Ed25519PublicKey | RSAPublicKey, signature: bytes, body: bytes) -> bool:
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, body)
        else:
            key.verify(signature, body, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
