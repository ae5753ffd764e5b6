"""The table in which searches are counted: sums by date and coarse area, of which none is anybody's."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, PrimaryKeyConstraint, Table, Text

from fieldfare.adapters.postgres.tables import business_column, metadata

tallies = Table(
    "tallies",
    metadata,
    business_column(),
    # The business's local date.
    Column("day", Date, nullable=False),
    Column("step", Text, nullable=False),
    Column("door", Text, nullable=False),
    # The coarse part of a postal code; this and the rest are empty where they are not known.
    Column("area", Text, nullable=False),
    Column("zone_id", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("business_id", "day", "step", "door", "area", "zone_id", "product_id", "found"),
    CheckConstraint("step IN ('opened', 'address', 'times_seen', 'searched')", name="step"),
    CheckConstraint("door IN ('page', 'api')", name="door"),
    CheckConstraint("length(area) <= 8", name="area"),
    CheckConstraint("count > 0", name="count"),
)
