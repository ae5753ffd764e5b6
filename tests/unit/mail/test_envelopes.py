"""Names in headers: whatever somebody is called, a mail goes to their address and to no other."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP

import pytest

from fieldfare.adapters.notifiers.envelopes import envelope
from fieldfare.ports.mail import Mail

SENDER = Address(display_name="Northern Comfort", addr_spec="office@example.com")
TO = "robin@example.com"


@pytest.mark.parametrize(
    "name",
    [
        "Robin Doe",
        "Dr. Robin Doe, M.A.",
        "Robin <b>Doe</b>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>" * 2,
        "evil@example.org, Robin Doe of the long, long street behind the market <other@example.org>",
        '"' * 90,
        "\\" * 90,
        "Ren\N{LATIN SMALL LETTER E WITH ACUTE}e " * 20 + "<x@example.org>",
        "a;b:c@d" * 20,
    ],
)
def test_a_name_never_becomes_an_address(name: str) -> None:
    mail = Mail(
        message_id="1",
        to_name=name,
        to_address=TO,
        subject="Your visit",
        text="Text.",
        html="<p>Text.</p>",
        from_name=name,
    )

    read = message_from_bytes(
        envelope(mail, sender=SENDER, now=datetime(2026, 11, 21, tzinfo=UTC)).as_bytes(), policy=SMTP
    )

    assert [one.addr_spec for one in read["To"].addresses] == [TO]
    assert [one.addr_spec for one in read["From"].addresses] == ["office@example.com"]
