"""The first tables, and who may see what in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_THE_BUSINESS = "NULLIF(current_setting('fieldfare.business', true), '')"
_LOOKED_UP = ("businesses", "accounts", "sessions", "keys")
_TABLES = (
    *_LOOKED_UP,
    "changes",
    "settings",
    "hubs",
    "industries",
    "resources",
    "boundaries",
    "products",
    "zones",
    "technicians",
    "schedules",
    "commitments",
    "audit",
    "geocodes",
)
_AS_OWNER = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
_LOOK_UPS = (
    f"""
    CREATE FUNCTION next_business(after_id text) RETURNS TABLE (business_id text) {_AS_OWNER} AS $$
        SELECT b.business_id FROM businesses b WHERE b.business_id > after_id ORDER BY b.business_id LIMIT 1
    $$
    """,
    f"""
    CREATE FUNCTION revisions_of(wanted text)
    RETURNS TABLE (revision bigint, configuration_revision bigint) {_AS_OWNER} AS $$
        SELECT b.revision, b.configuration_revision FROM businesses b WHERE b.business_id = wanted
    $$
    """,
    f"""
    CREATE FUNCTION account_to_sign_in(wanted_email text, wanted_business text)
    RETURNS TABLE (business_id text, id text, password_hash text) {_AS_OWNER} AS $$
        SELECT a.business_id, a.id, a.password_hash
        FROM accounts a
        WHERE a.email = wanted_email AND a.disabled_at IS NULL
            AND a.business_id = COALESCE(wanted_business, (
                SELECT min(one.business_id) FROM accounts one
                WHERE one.email = wanted_email AND one.disabled_at IS NULL
                HAVING count(*) = 1))
        LIMIT 1
    $$
    """,
    f"""
    CREATE FUNCTION session_of(hash bytea)
    RETURNS TABLE (business_id text, account_id text, role text, technician_id text) {_AS_OWNER} AS $$
        SELECT s.business_id, s.account_id, a.role, a.technician_id
        FROM sessions s JOIN accounts a ON (a.business_id, a.id) = (s.business_id, s.account_id)
        WHERE s.token_hash = hash AND s.expires_at > now() AND a.disabled_at IS NULL
        LIMIT 1
    $$
    """,
    f"""
    CREATE FUNCTION key_of(hash bytea)
    RETURNS TABLE (business_id text, id text, scopes text[]) {_AS_OWNER} AS $$
        SELECT k.business_id, k.id, k.scopes
        FROM keys k
        WHERE k.token_hash = hash AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
        LIMIT 1
    $$
    """,
    "REVOKE ALL ON FUNCTION next_business, revisions_of, account_to_sign_in, session_of, key_of FROM PUBLIC",
)


def upgrade() -> None:
    """Make the tables, their row-level security, and the look-ups before the business is known."""
    op.create_table(
        "businesses",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("configuration_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name=op.f("businesses_pkey")),
    )
    op.create_table(
        "audit",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("audit_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "number", name=op.f("audit_pkey")),
    )
    op.create_index(
        op.f("audit_business_id_subject_subject_id_number_idx"),
        "audit",
        ["business_id", "subject", "subject_id", "number"],
        unique=False,
    )
    op.create_table(
        "boundaries",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("boundaries_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("boundaries_pkey")),
    )
    op.create_table(
        "changes",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("technician_id", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("changes_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "revision", "number", name=op.f("changes_pkey")),
    )
    op.create_table(
        "geocodes",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("geocodes_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "key", name=op.f("geocodes_pkey")),
    )
    op.create_index(
        op.f("geocodes_business_id_expires_at_idx"), "geocodes", ["business_id", "expires_at"], unique=False
    )
    op.create_table(
        "hubs",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("hubs_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("hubs_pkey")),
    )
    op.create_table(
        "industries",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("industries_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("industries_pkey")),
    )
    op.create_table(
        "keys",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("keys_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("keys_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("keys_token_hash_key")),
    )
    op.create_table(
        "products",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("products_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("products_pkey")),
    )
    op.create_table(
        "resources",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("resources_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("resources_pkey")),
    )
    op.create_table(
        "schedules",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("schedules_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("schedules_pkey")),
    )
    op.create_table(
        "settings",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("settings_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", name=op.f("settings_pkey")),
    )
    op.create_table(
        "technicians",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("technicians_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("technicians_pkey")),
        sa.UniqueConstraint("number", name=op.f("technicians_number_key")),
    )
    op.create_table(
        "zones",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("zones_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("zones_pkey")),
    )
    op.create_table(
        "accounts",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("technician_id", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'dispatcher', 'technician', 'agent')", name=op.f("accounts_role_check")),
        sa.ForeignKeyConstraint(
            ["business_id", "technician_id"],
            ["technicians.business_id", "technicians.id"],
            name=op.f("accounts_business_id_technician_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("accounts_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("accounts_pkey")),
        sa.UniqueConstraint("business_id", "email", name=op.f("accounts_business_id_email_key")),
    )
    op.create_table(
        "commitments",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("technician_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("hub_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "resources", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('visit', 'busy')", name=op.f("commitments_kind_check")),
        sa.CheckConstraint("technician_id IS NOT NULL OR kind = 'busy'", name=op.f("commitments_technician_check")),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name=op.f("commitments_place_check")),
        sa.CheckConstraint(
            "ends_at > starts_at AND isfinite(starts_at) AND isfinite(ends_at)", name=op.f("commitments_times_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "hub_id"], ["hubs.business_id", "hubs.id"], name=op.f("commitments_business_id_hub_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "technician_id"],
            ["technicians.business_id", "technicians.id"],
            name=op.f("commitments_business_id_technician_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("commitments_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("commitments_pkey")),
    )
    op.create_index(
        op.f("commitments_business_id_starts_at_id_idx"),
        "commitments",
        ["business_id", "starts_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("commitments_business_id_technician_id_ends_at_idx"),
        "commitments",
        ["business_id", "technician_id", "ends_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "sessions",
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "account_id"],
            ["accounts.business_id", "accounts.id"],
            name=op.f("sessions_business_id_account_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("sessions_business_id_fkey")),
        sa.PrimaryKeyConstraint("business_id", "token_hash", name=op.f("sessions_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("sessions_token_hash_key")),
    )
    op.create_index(
        op.f("sessions_business_id_account_id_idx"), "sessions", ["business_id", "account_id"], unique=False
    )
    op.create_index(
        op.f("sessions_business_id_expires_at_idx"), "sessions", ["business_id", "expires_at"], unique=False
    )
    for table in _TABLES:
        _keep_tenants_apart(table)
    for look_up in _LOOK_UPS:
        op.execute(look_up)


def _keep_tenants_apart(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_business ON {table} "
        f"USING (business_id = {_THE_BUSINESS}) WITH CHECK (business_id = {_THE_BUSINESS})"
    )
    if table in _LOOKED_UP:
        # FORCE holds the owner, too, as whom the look-up functions run.
        op.execute(f"CREATE POLICY look_up ON {table} FOR SELECT TO CURRENT_USER USING (true)")
