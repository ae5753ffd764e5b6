"""What the audit trail says of a connection: ids, choices and states, never what opens it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from fieldfare.domain.actors import Actor
from fieldfare.domain.connections import Connection, ConnectionSettings
from fieldfare.ports.storage import Books, Entry

SUBJECT = "integrations"


def settings_document(settings: ConnectionSettings) -> dict[str, Any]:
    """Write the choices of whoever connected: ids of technicians, products and of what stands in the CRM."""
    return {
        "technicians": dict(sorted(settings.technicians.items())),
        "calendars": {calendar: use.value for calendar, use in sorted(settings.calendars.items())},
        "products": dict(sorted(settings.products.items())),
        "targets": {
            product: {
                "calendar": target.calendar,
                "service": target.service,
                "service_location": target.service_location,
            }
            for product, target in sorted(settings.targets.items())
        },
        "fields": {name.value: id_ for name, id_ in sorted(settings.fields.items())},
        "stages": [
            {"pipeline": rule.pipeline, "stage": rule.stage, "mode": rule.mode.value, "product": rule.product}
            for rule in settings.stages
        ],
        "services": settings.services,
        "notify": settings.notify,
        "poll_seconds": settings.poll_seconds,
        "full_seconds": settings.full_seconds,
    }


def version_of(connection: Connection) -> str:
    """Sum up what people chose: whatever the connection does by itself meanwhile leaves this as it is."""
    chosen = {"account": connection.account, "settings": settings_document(connection.settings)}
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:32]


def connection_document(connection: Connection) -> dict[str, Any]:
    """Write what a connection is, for the trail."""
    return {
        "account": connection.account,
        "agency": connection.agency,
        "state": connection.state.value,
        "granted": connection.granted,
        "settings": settings_document(connection.settings),
    }


async def write_down(
    books: Books, action: str, actor: Actor, *, before: Connection | None, after: Connection | None, **also: object
) -> None:
    """Add a line to the trail: of what was there before, only what has changed."""
    was = {} if before is None else connection_document(before)
    now = {} if after is None else connection_document(after)
    known = after or before
    entry = Entry(
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id="ghl" if known is None else known.provider,
        before=_changed(was, now) or None,
        after=(_changed(now, was) | also) or None,
    )
    await books.audit.write([entry])


def _changed(document: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if other.get(key) != value}
