"""Alembic's entry: runs the steps on the connection that `migrating.py` hands over."""

from __future__ import annotations

from alembic import context

from fieldfare.adapters.postgres.booking_tables import bookings

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=bookings.metadata,
    compare_server_default=True,
    transaction_per_migration=False,
)
context.run_migrations()
