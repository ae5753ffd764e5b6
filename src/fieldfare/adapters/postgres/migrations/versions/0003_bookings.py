"""Bookings, what customers say of themselves, and what follows from both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_THE_BUSINESS = "NULLIF(current_setting('fieldfare.business', true), '')"
_TABLES = (
    "customers",
    "waiting",
    "bookings",
    "booking_contacts",
    "links",
    "answered",
    "audit_personal",
    "events",
    "webhooks",
    "deliveries",
    "messages",
    "secrets",
)
_REVISIONS = """
    CREATE FUNCTION revisions_of(wanted text)
    RETURNS TABLE (revision bigint, configuration_revision bigint, moment bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT b.revision, b.configuration_revision, floor(extract(epoch FROM clock_timestamp()))::bigint
        FROM businesses b WHERE b.business_id = wanted
    $$
"""


def upgrade() -> None:
    """Make the tables and their row-level security; let the look-up of a revision tell the database's time."""
    op.create_unique_constraint(
        op.f("technicians_business_id_id_number_key"), "technicians", ["business_id", "id", "number"]
    )
    op.create_table(
        "answered",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("answered_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "key_hash", name=op.f("answered_pkey")),
    )
    op.create_index(
        op.f("answered_business_id_created_at_idx"), "answered", ["business_id", "created_at"], unique=False
    )
    op.create_table(
        "customers",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("consent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(erased_at IS NULL) = (name IS NOT NULL)", name=op.f("customers_erased_check")),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("customers_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("customers_pkey")),
    )
    op.create_index("customers_business_id_email_key", "customers", ["business_id", "email"], unique=True)
    op.create_index(op.f("customers_business_id_phone_idx"), "customers", ["business_id", "phone"], unique=False)
    op.create_table(
        "events",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("events_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "number", name=op.f("events_pkey")),
    )
    op.create_table(
        "webhooks",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("secrets", postgresql.ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_because", sa.Text(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("webhooks_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("webhooks_pkey")),
    )
    op.create_table(
        "audit_personal",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "number"],
            ["audit.business_id", "audit.number"],
            name=op.f("audit_personal_business_id_number_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("audit_personal_business_id_fkey")
        ),
        sa.PrimaryKeyConstraint("business_id", "number", name=op.f("audit_personal_pkey")),
    )
    op.create_index(
        op.f("audit_personal_business_id_customer_id_idx"),
        "audit_personal",
        ["business_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("event_number", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'delivered', 'given_up', 'refused')", name=op.f("deliveries_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "event_number"],
            ["events.business_id", "events.number"],
            name=op.f("deliveries_business_id_event_number_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "webhook_id"],
            ["webhooks.business_id", "webhooks.id"],
            name=op.f("deliveries_business_id_webhook_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("deliveries_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("deliveries_pkey")),
    )
    op.create_index(
        op.f("deliveries_business_id_event_number_idx"), "deliveries", ["business_id", "event_number"], unique=False
    )
    op.create_index(
        op.f("deliveries_business_id_webhook_id_id_idx"),
        "deliveries",
        ["business_id", "webhook_id", "id"],
        unique=False,
    )
    op.create_table(
        "waiting",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("wishes", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("offered_id", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'offered', 'booked', 'withdrawn', 'past')", name=op.f("waiting_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("waiting_business_id_customer_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "product_id"],
            ["products.business_id", "products.id"],
            name=op.f("waiting_business_id_product_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("waiting_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("waiting_pkey")),
    )
    op.create_index(
        op.f("waiting_business_id_status_joined_at_idx"),
        "waiting",
        ["business_id", "status", "joined_at"],
        unique=False,
    )
    op.create_table(
        "bookings",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("technician_id", sa.Text(), nullable=True),
        sa.Column("technician_number", sa.BigInteger(), nullable=True),
        sa.Column("provisional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("hub_id", sa.Text(), nullable=True),
        sa.Column("zone_id", sa.Text(), nullable=True),
        sa.Column("schedule_id", sa.Text(), nullable=True),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("resources", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("waiting_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prolonged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_by", sa.LargeBinary(), nullable=True),
        sa.Column("held_for", sa.LargeBinary(), nullable=True),
        sa.Column("stepped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stepped_from", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimated_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimated_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address_unchecked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reasons", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(technician_number, technician_number, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("status IN ('held', 'confirmed', 'en_route', 'in_progress', 'completed')"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="bookings_one_at_a_time",
        ),
        sa.CheckConstraint(
            "(technician_id IS NULL) = (technician_number IS NULL) AND (technician_id IS NOT NULL OR status IN ('requested', 'cancelled'))",
            name=op.f("bookings_technician_check"),
        ),
        sa.CheckConstraint(
            "isfinite(starts_at) AND isfinite(ends_at) AND ends_at > starts_at AND ends_at - starts_at <= interval '24 h'",
            name=op.f("bookings_times_check"),
        ),
        sa.CheckConstraint(
            "status <> 'held' OR (expires_at IS NOT NULL AND held_at IS NOT NULL)", name=op.f("bookings_hold_check")
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'held', 'expired', 'confirmed', 'en_route', 'in_progress', 'completed', 'cancelled', 'no_show', 'failed')",
            name=op.f("bookings_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("bookings_business_id_customer_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "hub_id"], ["hubs.business_id", "hubs.id"], name=op.f("bookings_business_id_hub_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "product_id"],
            ["products.business_id", "products.id"],
            name=op.f("bookings_business_id_product_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "schedule_id"],
            ["schedules.business_id", "schedules.id"],
            name=op.f("bookings_business_id_schedule_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "technician_id", "technician_number"],
            ["technicians.business_id", "technicians.id", "technicians.number"],
            name="bookings_technician_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "waiting_id"],
            ["waiting.business_id", "waiting.id"],
            name=op.f("bookings_business_id_waiting_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "zone_id"],
            ["zones.business_id", "zones.id"],
            name=op.f("bookings_business_id_zone_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("bookings_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("bookings_pkey")),
        sa.UniqueConstraint("business_id", "reference", name=op.f("bookings_business_id_reference_key")),
    )
    op.create_index(
        op.f("bookings_business_id_customer_id_idx"), "bookings", ["business_id", "customer_id"], unique=False
    )
    op.create_index(
        op.f("bookings_business_id_starts_at_id_idx"), "bookings", ["business_id", "starts_at", "id"], unique=False
    )
    op.create_index(
        op.f("bookings_business_id_technician_id_ends_at_idx"),
        "bookings",
        ["business_id", "technician_id", "ends_at"],
        unique=False,
    )
    op.create_index(
        "bookings_held_by_idx",
        "bookings",
        ["business_id", "held_by"],
        unique=False,
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "bookings_held_for_idx",
        "bookings",
        ["business_id", "held_for"],
        unique=False,
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "bookings_holds_idx",
        "bookings",
        ["business_id", "expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_table(
        "booking_contacts",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("access_notes", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("booking_contacts_business_id_booking_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("booking_contacts_business_id_customer_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("booking_contacts_business_id_fkey")
        ),
        sa.PrimaryKeyConstraint("business_id", "booking_id", name=op.f("booking_contacts_pkey")),
    )
    op.create_index(
        op.f("booking_contacts_business_id_customer_id_idx"),
        "booking_contacts",
        ["business_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "links",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=True),
        sa.Column("waiting_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('hold', 'manage', 'waiting')", name=op.f("links_purpose_check")),
        sa.CheckConstraint("(booking_id IS NULL) <> (waiting_id IS NULL)", name=op.f("links_subject_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("links_business_id_booking_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "waiting_id"],
            ["waiting.business_id", "waiting.id"],
            name=op.f("links_business_id_waiting_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("links_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "token_hash", name=op.f("links_pkey")),
    )
    op.create_index(op.f("links_business_id_booking_id_idx"), "links", ["business_id", "booking_id"], unique=False)
    op.create_index(op.f("links_business_id_waiting_id_idx"), "links", ["business_id", "waiting_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'sent', 'unsent', 'dropped')", name=op.f("messages_status_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("messages_business_id_booking_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("messages_business_id_customer_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("messages_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("messages_pkey")),
    )
    op.create_index(
        op.f("messages_business_id_booking_id_idx"), "messages", ["business_id", "booking_id"], unique=False
    )
    op.create_index(
        op.f("messages_business_id_status_created_at_idx"),
        "messages",
        ["business_id", "status", "created_at"],
        unique=False,
    )
    op.create_table(
        "secrets",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("secrets_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", name=op.f("secrets_pkey")),
    )
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_business ON {table} "
            f"USING (business_id = {_THE_BUSINESS}) WITH CHECK (business_id = {_THE_BUSINESS})"
        )
    op.execute("DROP FUNCTION revisions_of(text)")
    op.execute(_REVISIONS)
    op.execute("REVOKE ALL ON FUNCTION revisions_of FROM PUBLIC")
