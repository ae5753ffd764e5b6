"""Signatures are those of the Standard Webhooks scheme, and whoever changes anything is found out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from itertools import pairwise

import pytest

from fieldfare.domain.webhooks import (
    DELAYS,
    SECRET_BYTES,
    EventType,
    delay_after,
    payload,
    read_secret,
    signature,
    verify,
    written_secret,
)

# The example of the scheme's own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = 1_614_265_330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_of_the_scheme_is_signed_as_it_says() -> None:
    assert signature(read_secret(SECRET), id_=ID, timestamp=AT, body=BODY) == SIGNATURE


def test_a_signature_is_what_the_definition_says() -> None:
    secret, body = bytes(range(32)), b'{"type":"booking.held"}'

    mac = hmac.new(secret, b"msg_1.1800000000." + body, hashlib.sha256).digest()

    signed = signature(secret, id_="msg_1", timestamp=1_800_000_000, body=body)
    assert signed == "v1," + base64.b64encode(mac).decode()


OTHER = bytes(32)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({}, True),
        ({"now": AT + 300}, True),
        ({"now": AT - 300}, True),
        ({"now": AT + 301}, False),
        ({"now": AT - 301}, False),
        ({"now": AT + 9, "tolerance": 8}, False),
        ({"secrets": [OTHER, read_secret(SECRET)]}, True),
        ({"secrets": [OTHER]}, False),
        ({"secrets": []}, False),
        ({"signatures": f"v1,{'A' * 43}= {SIGNATURE}"}, True),
        ({"signatures": f"v1a,xyz {SIGNATURE} v2,abc"}, True),
        ({"signatures": SIGNATURE.replace("v1,", "v2,")}, False),
        ({"signatures": SIGNATURE.removeprefix("v1,")}, False),
        ({"signatures": SIGNATURE[:-1]}, False),
        ({"signatures": ""}, False),
        ({"signatures": "v1,é"}, False),
        ({"id_": "msg_other"}, False),
        ({"timestamp": str(AT + 1)}, False),
        ({"timestamp": f"{AT}.0"}, False),
        ({"timestamp": f" {AT}"}, False),
        ({"timestamp": f"-{AT}"}, False),
        ({"timestamp": "9" * 5_000}, False),
        ({"timestamp": "١٦١٤٢٦٥٣٣٠"}, False),
        ({"timestamp": ""}, False),
        ({"body": BODY + b" "}, False),
        ({"body": b""}, False),
    ],
)
def test_a_receiver_takes_what_is_signed_and_fresh_and_nothing_else(change: dict[str, object], taken: bool) -> None:
    delivered: dict[str, object] = {
        "secrets": [read_secret(SECRET)],
        "id_": ID,
        "timestamp": str(AT),
        "signatures": SIGNATURE,
        "body": BODY,
        "now": AT,
    }

    assert verify(**{**delivered, **change}) is taken  # type: ignore[arg-type]


def test_a_secret_is_read_as_it_was_written() -> None:
    secret = bytes(range(SECRET_BYTES))

    assert written_secret(secret) == "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert read_secret(written_secret(secret)) == secret
    assert read_secret(written_secret(secret).removeprefix("whsec_")) == secret


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!", f"whsec_{'A' * 88}", "wéird", "A" * 33])
def test_what_is_no_secret_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="a secret") as caught:
        read_secret(text)

    assert len(text) < 8 or text not in str(caught.value)


def test_a_delivery_is_tried_for_three_days() -> None:
    delays = [delay_after(attempt, jitter=0) for attempt in range(1, 11)]

    assert delays == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, None]
    assert 3 * 86_400 < sum(DELAYS) < 4 * 86_400


@pytest.mark.parametrize("attempt", range(1, 10))
def test_jitter_spreads_a_delay_over_its_next_fifth(attempt: int) -> None:
    base = DELAYS[attempt - 1]
    spread = [delay_after(attempt, jitter=step / 100) or 0 for step in range(100)]

    assert spread[0] == base
    assert all(earlier <= later for earlier, later in pairwise(spread))
    assert base <= spread[-1] <= base * 1.2


@pytest.mark.parametrize(("attempt", "jitter"), [(0, 0.0), (-1, 0.5), (1, 1.0), (1, -0.1)])
def test_what_is_no_attempt_or_jitter_is_refused(attempt: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="attempts begin at 1"):
        delay_after(attempt, jitter=jitter)


def test_a_payload_says_what_happened_and_when() -> None:
    body = payload(type_=EventType.BOOKING_HELD, at=1_800_000_000, data={"booking": {"zone": "Zürich"}})

    assert (
        body
        == '{"type":"booking.held","timestamp":"2027-01-15T08:00:00Z","data":{"booking":{"zone":"Zürich"}}}'.encode()
    )
    assert json.loads(body)["type"] == "booking.held"
