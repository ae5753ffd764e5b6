"""What docs/webhooks.md tells the developers of receivers is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fieldfare.adapters.webhooks.delivering import BODY_SECONDS, MOST_BYTES, SECONDS
from fieldfare.domain.webhooks import DELAYS, TOLERANCE_SECONDS, EventType, read_secret, signature

PAGE = (Path(__file__).parents[3] / "docs/webhooks.md").read_text(encoding="utf-8")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600}


def test_the_page_lists_every_type_of_event() -> None:
    assert set(re.findall(r"^\| `((?:booking|waitlist)\.\w+)` \|", PAGE, re.MULTILINE)) == set(EventType)


def test_the_page_lists_every_retry() -> None:
    rows = re.findall(r"^\| (\d+) \| (\d+) (seconds|minutes|hours) \|$", PAGE, re.MULTILINE)

    assert [int(attempt) for attempt, _, _ in rows] == list(range(1, len(DELAYS) + 1))
    assert tuple(int(count) * UNITS[unit] for _, count, unit in rows) == DELAYS


def test_the_page_tells_the_limits() -> None:
    assert f"nothing within {SECONDS:.0f} seconds" in PAGE
    assert (BODY_SECONDS, MOST_BYTES, TOLERANCE_SECONDS) == (1, 64 * 1024, 5 * 60)


@pytest.mark.parametrize(
    ("body", "now", "genuine"),
    [(b"{}", 1_800_000_000, True), (b"{ }", 1_800_000_000, False), (b"{}", 1_800_000_301, False)],
)
def test_the_program_of_the_page_verifies(body: bytes, now: int, genuine: bool) -> None:
    program = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert program
    names: dict[str, Any] = {}
    exec(program[1], names)
    signed = signature(read_secret(SECRET), id_="msg_1", timestamp=1_800_000_000, body=b"{}")
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1800000000", "webhook-signature": f"v1,other {signed}"}

    assert names["is_genuine"](SECRET, headers, body, now) is genuine
