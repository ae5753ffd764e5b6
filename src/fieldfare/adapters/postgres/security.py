"""Who may see and do what in the database: row-level security, look-ups before the business is known, and grants.

A transaction says for which business it acts (`set_config('fieldfare.business', ..., true)`); without that every table
is empty. The application's role owns nothing and bypasses nothing. The owner is held by the same policies (FORCE); it
may look through the few tables behind the look-up functions, which return one row each.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table

from fieldfare.adapters.postgres.booking_tables import (
    answered,
    audit_personal,
    booking_contacts,
    bookings,
    customers,
    deliveries,
    events,
    links,
    messages,
    secrets,
    waiting,
    webhooks,
)
from fieldfare.adapters.postgres.integration_tables import (
    conflicts,
    connections,
    crm_contacts,
    crm_links,
    crm_turns,
    crm_writes,
    integration_failures,
    mirror_places,
    mirrored,
    proposals,
    received,
    watermarks,
)
from fieldfare.adapters.postgres.report_tables import tallies
from fieldfare.adapters.postgres.tables import (
    accounts,
    audit,
    businesses,
    changes,
    commitments,
    geocodes,
    keys,
    records,
    sessions,
    settings,
)

QUEUE_SCHEMA = "queue"
SETTING = "fieldfare.business"

WITHOUT_POLICY = frozenset({"alembic_version"})
"""Tables of the public schema that belong to no business."""

_NEVER_DELETED = (
    businesses,
    settings,
    *records.values(),
    commitments,
    accounts,
    keys,
    customers,
    waiting,
    bookings,
    links,
    webhooks,
    deliveries,
    messages,
    connections,
    crm_turns,
    crm_writes,
    conflicts,
    proposals,
)
_ONLY_ADDED = (audit, events, secrets)
_ERASABLE = (audit_personal, booking_contacts)
# What is read anew, or is of no use any more once another account is connected.
_FORGOTTEN = (mirrored, watermarks, mirror_places, crm_links, crm_contacts, received, integration_failures)
_RIGHTS: dict[Table, str] = {
    **dict.fromkeys(_NEVER_DELETED, "SELECT, INSERT, UPDATE"),
    **dict.fromkeys(_ONLY_ADDED, "SELECT, INSERT"),
    **dict.fromkeys(_ERASABLE, "SELECT, INSERT, UPDATE, DELETE"),
    **dict.fromkeys(_FORGOTTEN, "SELECT, INSERT, UPDATE, DELETE"),
    answered: "SELECT, INSERT, UPDATE, DELETE",
    changes: "SELECT, INSERT, DELETE",
    sessions: "SELECT, INSERT, UPDATE, DELETE",
    geocodes: "SELECT, INSERT, UPDATE, DELETE",
    tallies: "SELECT, INSERT, UPDATE, DELETE",
}

LOOK_UPS = (
    "next_business(text)",
    "revisions_of(text)",
    "account_to_sign_in(text, text)",
    "session_of(bytea)",
    "key_of(bytea)",
    "business_of_account(text, text)",
)
"""The look-up functions, by name and the types of their arguments."""


def grants_to(role: str) -> Iterator[str]:
    """Give the statements that let the application's role work, and no more; `role` is quoted already."""
    yield f"GRANT USAGE ON SCHEMA public, {QUEUE_SCHEMA} TO {role}"
    for table, rights in _RIGHTS.items():
        yield f"REVOKE ALL ON {table.name} FROM {role}"
        yield f"GRANT {rights} ON {table.name} TO {role}"
    yield f"GRANT SELECT ON alembic_version TO {role}"
    for signature in LOOK_UPS:
        yield f"GRANT EXECUTE ON FUNCTION {signature} TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {QUEUE_SCHEMA} TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {QUEUE_SCHEMA} TO {role}"
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {QUEUE_SCHEMA} TO {role}"
