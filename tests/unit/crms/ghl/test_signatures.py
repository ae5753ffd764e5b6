"""Webhooks are believed only if their raw bytes are signed by a key that is known."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from fieldfare.adapters.crms.ghl import signatures
from fieldfare.adapters.crms.ghl.signatures import WebhookKeyError, WebhookKeys, load_keys, read_keys

BODY = b'{"type":"AppointmentCreate","title":"caf\xc3\xa9","webhookId":"w1"}'
NEW = ed25519.Ed25519PrivateKey.from_private_bytes(b"a key of the tests and no other.")
NEXT = ed25519.Ed25519PrivateKey.from_private_bytes(b"another key of the tests, really")
OLD = rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def pem(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


KEYS = read_keys([pem(NEW.public_key()), pem(OLD.public_key())])


def by_new(body: bytes = BODY, key: ed25519.Ed25519PrivateKey = NEW) -> str:
    return base64.b64encode(key.sign(body)).decode()


def by_old(body: bytes = BODY) -> str:
    return base64.b64encode(OLD.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        ({"X-GHL-Signature": by_new()}, True),
        ({"x-ghl-signature": by_new()}, True),
        ({"X-GHL-Signature": f" {by_new()} "}, True),
        ({"X-WH-Signature": by_old()}, True),
        ({"X-GHL-Signature": by_new(), "X-WH-Signature": "rubbish"}, True),
        # Where the new signature is given, it alone decides.
        ({"X-GHL-Signature": by_new(b"else"), "X-WH-Signature": by_old()}, False),
        ({"X-GHL-Signature": "N/A", "X-WH-Signature": by_old()}, True),
        ({"X-GHL-Signature": "N/A"}, False),
        ({"X-WH-Signature": "n/a"}, False),
        ({}, False),
        ({"X-GHL-Signature": ""}, False),
        ({"X-GHL-Signature": "not base64!"}, False),
        ({"X-GHL-Signature": by_new()[:-4]}, False),
        ({"X-GHL-Signature": by_new(key=NEXT)}, False),
        ({"X-GHL-Signature": by_old()}, False),
        ({"X-WH-Signature": by_new()}, False),
        ({"X-GHL-Signature": "é"}, False),
        ({"X-Signature": by_new()}, False),
    ],
)
def test_signatures(headers: dict[str, str], believed: bool) -> None:
    assert KEYS.verify(BODY, headers) is believed


@pytest.mark.parametrize("body", [BODY[:-1], BODY + b" ", BODY.replace(b":", b": "), b"", BODY.replace(b"w1", b"w2")])
def test_every_byte_counts(body: bytes) -> None:
    assert not KEYS.verify(body, {"X-GHL-Signature": by_new()})
    assert not KEYS.verify(body, {"X-WH-Signature": by_old()})


def test_without_keys_nothing_is_believed() -> None:
    assert not WebhookKeys().verify(BODY, {"X-GHL-Signature": by_new(), "X-WH-Signature": by_old()})
    assert not read_keys([pem(NEW.public_key())]).verify(BODY, {"X-WH-Signature": by_old()})


def test_both_keys_are_believed_while_one_takes_the_others_place() -> None:
    both = read_keys([pem(NEW.public_key()), pem(NEXT.public_key())])
    after = read_keys([pem(NEXT.public_key())])

    assert [
        keys.verify(BODY, {"X-GHL-Signature": by_new(key=key)}) for keys in (both, after) for key in (NEW, NEXT)
    ] == [
        True,
        True,
        False,
        True,
    ]


def test_the_vendors_own_keys_come_with_the_package() -> None:
    keys = load_keys()

    assert (len(keys.ed25519), [key.key_size for key in keys.rsa]) == (1, [4096])
    spki = keys.ed25519[0].public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert base64.b64encode(spki) == b"MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg="
    assert not keys.verify(BODY, {"X-GHL-Signature": by_new(), "X-WH-Signature": by_old()})


OFFICIAL = Path(__file__).parents[4].parent / "shared" / "ghl"


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the vendor's own files are not beside the checkout")
def test_the_bundled_keys_are_those_that_were_published() -> None:
    bundled = Path(signatures.__file__).parent

    assert (bundled / "webhook_ed25519.pem").read_text() == (OFFICIAL / "webhook-ed25519-public.pem").read_text()
    assert (bundled / "webhook_rsa.pem").read_text() == (OFFICIAL / "webhook-legacy-rsa-public.pem").read_text()


def test_keys_from_files(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(pem(NEW.public_key()))

    assert load_keys([file]).verify(BODY, {"X-GHL-Signature": by_new()})


@pytest.mark.parametrize("given", [b"", b"rubbish", pem(ec.generate_private_key(ec.SECP256R1()).public_key())])
def test_what_is_no_key_is_refused(given: bytes) -> None:
    with pytest.raises(WebhookKeyError):
        read_keys([given])
