"""What reports read: counts of searches, and ways to the bookings and changes of a span of time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_THE_BUSINESS = "NULLIF(current_setting('fieldfare.business', true), '')"


def upgrade() -> None:
    """Make the table with its row-level security, and the indexes."""
    op.create_table(
        "tallies",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("step IN ('opened', 'address', 'times_seen', 'searched')", name=op.f("tallies_step_check")),
        sa.CheckConstraint("door IN ('page', 'api')", name=op.f("tallies_door_check")),
        sa.CheckConstraint("length(area) <= 8", name=op.f("tallies_area_check")),
        sa.CheckConstraint("count > 0", name=op.f("tallies_count_check")),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("tallies_business_id_fkey")),
        sa.PrimaryKeyConstraint(
            "business_id",
            "day",
            "step",
            "door",
            "area",
            "zone_id",
            "product_id",
            "found",
            name=op.f("tallies_pkey"),
        ),
    )
    op.execute("ALTER TABLE tallies ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tallies FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY one_business ON tallies "
        f"USING (business_id = {_THE_BUSINESS}) WITH CHECK (business_id = {_THE_BUSINESS})"
    )
    op.create_index(
        op.f("bookings_business_id_created_at_idx"), "bookings", ["business_id", "created_at"], unique=False
    )
    op.create_index(
        "audit_changes_idx",
        "audit",
        ["business_id", "at"],
        unique=False,
        postgresql_where=sa.text("subject = 'bookings' AND action IN ('reschedule', 'cancel')"),
    )
