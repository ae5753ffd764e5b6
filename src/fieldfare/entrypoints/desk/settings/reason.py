"""Why something of the settings is changed, as it was typed for the trail: one line of text, as over the API."""

from __future__ import annotations

from fieldfare.entrypoints.api.problems import faulty
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.usecases.people.names import holds_controls

LONGEST_REASON = 200


def reason_of(asking: Asking) -> str:
    """Say why, as it was typed; the empty text for nothing."""
    return asking.form.get("reason", "").strip()


def wrong_with(reason: str) -> str:
    """Say what is wrong with a reason; the empty text if nothing is."""
    if len(reason) > LONGEST_REASON:
        return f"takes {LONGEST_REASON} characters at most"
    return "takes one line of text" if holds_controls(reason) else ""


def read_reason(asking: Asking) -> str | None:
    """Read why, None for nothing; raises `Problem` (invalid_request)."""
    reason = reason_of(asking)
    wrong = wrong_with(reason)
    if wrong:
        raise faulty("reason", wrong)
    return reason or None
