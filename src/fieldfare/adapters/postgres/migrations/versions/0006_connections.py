"""Connections to systems outside: the account, what it was last seen to hold, and what is to be written there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

_THE_BUSINESS = "NULLIF(current_setting('fieldfare.business', true), '')"
_TABLES = (
    "connections",
    "crm_turns",
    "mirrored",
    "watermarks",
    "mirror_places",
    "crm_writes",
    "crm_links",
    "crm_contacts",
    "conflicts",
    "proposals",
    "received",
    "integration_failures",
)
_LOOK_UP = """
    CREATE FUNCTION business_of_account(wanted_provider text, wanted_account text)
    RETURNS TABLE (business_id text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT c.business_id
        FROM connections c
        WHERE c.provider = wanted_provider AND c.account = wanted_account AND c.state <> 'removed'
        LIMIT 1
    $$
"""

# Every answer begins with this one: in PL/pgSQL its plans are kept by the session.
_REVISIONS = """
    CREATE FUNCTION revisions_of(wanted text)
    RETURNS TABLE (revision bigint, configuration_revision bigint, moment bigint, read_at bigint, marks bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        chosen jsonb;
        people text[];
        oldest timestamptz;
        known bigint;
    BEGIN
        SELECT b.revision, b.configuration_revision, c.settings
        INTO revision, configuration_revision, chosen
        FROM businesses b LEFT JOIN connections c ON c.business_id = b.business_id AND c.provider = 'ghl'
            AND c.state IN ('connected', 'paused', 'reconnect')
        WHERE b.business_id = wanted;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        moment := floor(extract(epoch FROM clock_timestamp()))::bigint;
        IF chosen IS NOT NULL THEN
            -- As of when all is known of the technicians whom the connection names, and a print of what was read when.
            people := ARRAY(SELECT DISTINCT one.value FROM jsonb_each_text(chosen -> 'technicians') one);
            SELECT min(w.read_at), extract(epoch FROM sum(w.read_at - timestamptz 'epoch'))::bigint, count(*)
            INTO oldest, marks, known
            FROM watermarks w
            WHERE w.business_id = wanted AND w.technician_id = ANY (people)
                AND (w.source <> 'ghl.service' OR (chosen ->> 'services')::boolean);
            -- Of whom a source wasn't read yet nothing is known, since ever.
            IF known < cardinality(people) * (CASE WHEN (chosen ->> 'services')::boolean THEN 3 ELSE 2 END) THEN
                oldest := timestamptz 'epoch';
            END IF;
            read_at := COALESCE(floor(extract(epoch FROM oldest))::bigint, moment);
        END IF;
        RETURN NEXT;
    END
    $$
"""


def upgrade() -> None:
    """Make the tables, their row-level security, and the look-up of the business of an account."""
    op.create_table(
        "connections",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("granted", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("failing", sa.Text(), nullable=True),
        sa.Column("credentials", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("granted IN ('token', 'oauth')", name=op.f("connections_granted_check")),
        sa.CheckConstraint("state <> 'removed' OR credentials IS NULL", name=op.f("connections_removed_check")),
        sa.CheckConstraint(
            "state IN ('setting_up', 'connected', 'paused', 'reconnect', 'removed')",
            name=op.f("connections_state_check"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("connections_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "provider", name=op.f("connections_pkey")),
    )
    op.create_index(
        "connections_provider_account_key",
        "connections",
        ["provider", "account"],
        unique=True,
        postgresql_where=sa.text("state <> 'removed'"),
    )
    op.create_table(
        "integration_failures",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("integration_failures_count_check")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("integration_failures_business_id_fkey")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("integration_failures_pkey")),
    )
    op.create_index(
        op.f("integration_failures_business_id_last_at_idx"),
        "integration_failures",
        ["business_id", "last_at"],
        unique=False,
    )
    op.create_index(
        "integration_failures_lasting_key",
        "integration_failures",
        ["business_id", "system", "code", "subject"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("over_at IS NULL"),
    )
    op.create_table(
        "mirror_places",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("mirror_places_business_id_fkey")
        ),
        sa.PrimaryKeyConstraint("business_id", "text_hash", name=op.f("mirror_places_pkey")),
    )
    op.create_table(
        "received",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("received_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("received_pkey")),
    )
    op.create_index(
        op.f("received_business_id_received_at_idx"), "received", ["business_id", "received_at"], unique=False
    )
    op.create_table(
        "crm_turns",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("crm_turns_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", name=op.f("crm_turns_pkey")),
    )
    op.create_table(
        "watermarks",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("technician_id", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("watermarks_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "source", "technician_id", name=op.f("watermarks_pkey")),
    )
    op.create_table(
        "crm_contacts",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("crm_contacts_business_id_customer_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.business_id"], name=op.f("crm_contacts_business_id_fkey")
        ),
        sa.PrimaryKeyConstraint("business_id", "customer_id", name=op.f("crm_contacts_pkey")),
    )
    op.create_index(
        op.f("crm_contacts_business_id_contact_idx"), "crm_contacts", ["business_id", "contact"], unique=False
    )
    op.create_table(
        "conflicts",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=True),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("technician_id", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('overlap', 'undrivable', 'moved_onto', 'refused', 'lost')", name=op.f("conflicts_kind_check")
        ),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name=op.f("conflicts_outcome_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("conflicts_business_id_booking_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("conflicts_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("conflicts_pkey")),
    )
    op.create_index(
        op.f("conflicts_business_id_settled_at_idx"), "conflicts", ["business_id", "settled_at"], unique=False
    )
    op.create_index(
        "conflicts_business_id_subject_key",
        "conflicts",
        ["business_id", "subject"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "crm_links",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrote", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("crm_links_business_id_booking_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("crm_links_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "booking_id", name=op.f("crm_links_pkey")),
        sa.UniqueConstraint(
            "business_id", "source", "source_id", name=op.f("crm_links_business_id_source_source_id_key")
        ),
    )
    op.create_table(
        "crm_writes",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('visit', 'note')", name=op.f("crm_writes_kind_check")),
        sa.CheckConstraint("state IN ('waiting', 'done', 'parked', 'dropped')", name=op.f("crm_writes_state_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("crm_writes_business_id_booking_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("crm_writes_business_id_customer_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("crm_writes_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("crm_writes_pkey")),
    )
    op.create_index(
        op.f("crm_writes_business_id_booking_id_idx"), "crm_writes", ["business_id", "booking_id"], unique=False
    )
    op.create_index(
        "crm_writes_business_id_booking_id_key",
        "crm_writes",
        ["business_id", "booking_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'visit' AND state IN ('waiting', 'parked')"),
    )
    op.create_index(
        op.f("crm_writes_business_id_next_at_idx"),
        "crm_writes",
        ["business_id", "next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        op.f("crm_writes_business_id_state_created_at_id_idx"),
        "crm_writes",
        ["business_id", "state", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "mirrored",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("leg", sa.Integer(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("takes_time", sa.Boolean(), nullable=False),
        sa.Column("technicians", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("booking_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("place_text", sa.Text(), nullable=True),
        sa.Column("hub_id", sa.Text(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("placed_by", sa.Text(), nullable=True),
        sa.Column("unreadable", sa.Text(), nullable=True),
        sa.Column("deleted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name=op.f("mirrored_place_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("mirrored_business_id_booking_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("mirrored_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "key", name=op.f("mirrored_pkey")),
    )
    op.create_index(
        op.f("mirrored_business_id_booking_id_idx"),
        "mirrored",
        ["business_id", "booking_id"],
        unique=False,
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.create_index(
        op.f("mirrored_business_id_contact_idx"),
        "mirrored",
        ["business_id", "contact"],
        unique=False,
        postgresql_where=sa.text("contact IS NOT NULL"),
    )
    op.create_index(
        op.f("mirrored_business_id_scope_ends_at_idx"),
        "mirrored",
        ["business_id", "scope", "ends_at"],
        unique=False,
        postgresql_where=sa.text("NOT deleted"),
    )
    op.create_index(
        op.f("mirrored_business_id_source_source_id_idx"),
        "mirrored",
        ["business_id", "source", "source_id"],
        unique=False,
    )
    op.create_index(
        "mirrored_unreadable_idx",
        "mirrored",
        ["business_id", "seen_at"],
        unique=False,
        postgresql_where=sa.text("unreadable IS NOT NULL"),
    )
    op.create_table(
        "proposals",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("opportunity", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("booking_id", sa.Text(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("said", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'sent', 'booked', 'dismissed')", name=op.f("proposals_state_check")),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name=op.f("proposals_place_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("proposals_business_id_booking_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("proposals_business_id_customer_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("proposals_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("proposals_pkey")),
    )
    op.create_index(
        op.f("proposals_business_id_booking_id_idx"), "proposals", ["business_id", "booking_id"], unique=False
    )
    op.create_index(
        op.f("proposals_business_id_customer_id_idx"), "proposals", ["business_id", "customer_id"], unique=False
    )
    op.create_index(
        op.f("proposals_business_id_opportunity_created_at_idx"),
        "proposals",
        ["business_id", "opportunity", "created_at"],
        unique=False,
    )
    op.create_index(
        "proposals_business_id_opportunity_key",
        "proposals",
        ["business_id", "opportunity"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'sent')"),
    )
    op.create_index(
        op.f("proposals_business_id_state_created_at_idx"),
        "proposals",
        ["business_id", "state", "created_at"],
        unique=False,
    )

    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_business ON {table} "
            f"USING (business_id = {_THE_BUSINESS}) WITH CHECK (business_id = {_THE_BUSINESS})"
        )
    # FORCE holds the owner, too, as whom the look-up function runs.
    op.execute("CREATE POLICY look_up ON connections FOR SELECT TO CURRENT_USER USING (true)")
    op.execute("CREATE POLICY look_up ON watermarks FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(_LOOK_UP)
    op.execute("REVOKE ALL ON FUNCTION business_of_account FROM PUBLIC")
    op.execute("DROP FUNCTION revisions_of(text)")
    op.execute(_REVISIONS)
    op.execute("REVOKE ALL ON FUNCTION revisions_of FROM PUBLIC")
