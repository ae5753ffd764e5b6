"""The queue of tasks, in a schema of its own: procrastinate's tables belong to no business."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the queue as the installed procrastinate wants it; its later versions get steps of their own here."""
    op.execute("CREATE SCHEMA queue")
    op.execute("SET LOCAL search_path = queue")
    # The text holds colons and percent signs that are no parameters.
    op.get_bind().exec_driver_sql(SchemaManager.get_schema(), execution_options={"no_parameters": True})
    op.execute("SET LOCAL search_path = public")
