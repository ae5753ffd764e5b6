"""The one way in which a business is written down: every default filled in, and each value in one form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fieldfare.domain.configuration import RecordKind
from fieldfare.domain.places import normalise_postal_code
from fieldfare.entrypoints.scenario.schema_booking_page import BookingPageRecord
from fieldfare.entrypoints.scenario.schema_business import BusinessRecord
from fieldfare.entrypoints.scenario.schema_policy import PolicyRecord
from fieldfare.entrypoints.scenario.values import LARGEST_WHOLE

_BOOKING_POLICY = {
    key: PolicyRecord.model_fields[key].default
    for key in (
        "waitlist_hold_minutes",
        "change_cutoff_minutes",
        "estimate_threshold_minutes",
        "assignment",
        "recommended_discount",
        "stale_after_minutes",
        "on_stale",
    )
}


def full_form(record: BusinessRecord) -> dict[str, Any]:
    """Write a record out whole, so that equal businesses give equal texts.

    What says the same twice is left as it was said: a block has starts or a step. What the scenario's page doesn't
    know, the policy of bookings and of live sources, and the booking page, is written where it is another than the
    default. Records of several forms are told apart as they are read, by a mark that written ones lack: hence no
    warnings.
    """
    document: dict[str, Any] = _plain(record.model_dump(mode="json", by_alias=True, warnings=False))
    for block, given in zip(document["policy"]["blocks"], record.policy.blocks, strict=True):
        for key in {"starts", "step_minutes"} - given.model_fields_set:
            del block[key]
    for key, default in _BOOKING_POLICY.items():
        if document["policy"][key] == default:
            del document["policy"][key]
    if record.booking_page == BookingPageRecord():
        del document["booking_page"]
    for boundary in document[RecordKind.BOUNDARIES]:
        if "codes" in boundary:
            boundary["codes"] = _codes(boundary["codes"])
    for schedule in document[RecordKind.SCHEDULES]:
        schedule["exceptions"] = dict(sorted(schedule["exceptions"].items()))
    for product in document[RecordKind.PRODUCTS]:
        product["resources"] = dict(sorted(product["resources"].items()))
    return document


def _codes(codes: Iterable[str]) -> list[str]:
    """Give the codes in the form in which they are compared, each once, in the order in which they were written."""
    normalised = (normalise_postal_code(code) for code in codes)
    return list(dict.fromkeys(code for code in normalised if code is not None))


def _plain(value: Any) -> Any:
    """Write 50.0 as 50: they are one number, and a text of them is compared, summed up and read by people."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= LARGEST_WHOLE else value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
