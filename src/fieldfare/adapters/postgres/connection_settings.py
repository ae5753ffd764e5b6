"""The settings of a connection as a document, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldfare.domain.connections import (
    BookingField,
    CalendarUse,
    ConnectionSettings,
    StageMode,
    StageRule,
    Target,
)


def write_settings(settings: ConnectionSettings) -> dict[str, Any]:
    """Write settings as a document."""
    return {
        "technicians": dict(settings.technicians),
        "calendars": {calendar: use.value for calendar, use in settings.calendars.items()},
        "products": dict(settings.products),
        "targets": {
            product: {
                "calendar": target.calendar,
                "service": target.service,
                "service_location": target.service_location,
            }
            for product, target in settings.targets.items()
        },
        "fields": {what.value: field for what, field in settings.fields.items()},
        "stages": [
            {
                "pipeline": rule.pipeline,
                "stage": rule.stage,
                "mode": rule.mode.value,
                "product": rule.product,
                "since": rule.since,
            }
            for rule in settings.stages
        ],
        "services": settings.services,
        "notify": settings.notify,
        "poll_seconds": settings.poll_seconds,
        "full_seconds": settings.full_seconds,
    }


def read_settings(document: Mapping[str, Any]) -> ConnectionSettings:
    """Read what `write_settings` wrote; what an older version didn't know is as where nobody has chosen."""
    usual = ConnectionSettings()
    return ConnectionSettings(
        technicians=document.get("technicians", {}),
        calendars={calendar: CalendarUse(use) for calendar, use in document.get("calendars", {}).items()},
        products=document.get("products", {}),
        targets={product: Target(**target) for product, target in document.get("targets", {}).items()},
        fields={BookingField(what): field for what, field in document.get("fields", {}).items()},
        stages=tuple(
            StageRule(
                pipeline=rule["pipeline"],
                stage=rule["stage"],
                mode=StageMode(rule["mode"]),
                product=rule["product"],
                since=rule.get("since"),
            )
            for rule in document.get("stages", ())
        ),
        services=document.get("services", usual.services),
        notify=document.get("notify", usual.notify),
        poll_seconds=document.get("poll_seconds", usual.poll_seconds),
        full_seconds=document.get("full_seconds", usual.full_seconds),
    )
