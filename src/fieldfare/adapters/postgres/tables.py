"""The tables, as SQLAlchemy sees them. Row-level security, grants and functions stand in `security.py`.

Every key begins with the business: tenants can't refer to each other's rows, since foreign keys are not subject to
row-level security, and the database can later be distributed by business.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from fieldfare.domain.configuration import RecordKind

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

_NOW = func.now()


def business_column() -> Column[str]:
    """Make the column with which every key begins."""
    return Column("business_id", Text, ForeignKey("businesses.business_id"), nullable=False)


businesses = Table(
    "businesses",
    metadata,
    Column("business_id", Text, primary_key=True),
    # How often the business has changed, and the number of the last change of its configuration. Whoever changes
    # something raises it as the last thing before the commit, so revisions appear in the order of their numbers.
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("configuration_revision", BigInteger, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
)

changes = Table(
    "changes",
    metadata,
    business_column(),
    Column("revision", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    # Whose commitments are others; null stands for time that is nobody's and only holds resources.
    Column("technician_id", Text),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    PrimaryKeyConstraint("business_id", "revision", "number"),
)

settings = Table(
    "settings",
    metadata,
    business_column(),
    Column("document", JSONB, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    PrimaryKeyConstraint("business_id"),
)


def _records(kind: RecordKind, *columns: Column[int]) -> Table:
    """Make the table of a kind of record: its document whole, and when it was deleted."""
    return Table(
        kind.value,
        metadata,
        business_column(),
        Column("id", Text, nullable=False),
        *columns,
        Column("document", JSONB, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
        Column("deleted_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("business_id", "id"),
    )


# A technician's number is unique across businesses: ranges of it stand for people in exclusion constraints, which have
# no equality on texts without an extension.
_TECHNICIAN_NUMBER = Column("number", BigInteger, Identity(always=True), nullable=False, unique=True)

records: dict[RecordKind, Table] = {
    kind: _records(kind, *([_TECHNICIAN_NUMBER] if kind is RecordKind.TECHNICIANS else [])) for kind in RecordKind
}
# Bookings name a technician both ways, and a key over both keeps the two names together.
records[RecordKind.TECHNICIANS].append_constraint(UniqueConstraint("business_id", "id", "number"))

commitments = Table(
    "commitments",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("technician_id", Text),
    Column("kind", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("lat", Float),
    Column("lng", Float),
    Column("postal_code", Text),
    Column("hub_id", Text),
    Column("title", Text, nullable=False, server_default=""),
    Column("resources", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("source", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("deleted_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("business_id", "id"),
    ForeignKeyConstraint(["business_id", "technician_id"], ["technicians.business_id", "technicians.id"]),
    ForeignKeyConstraint(["business_id", "hub_id"], ["hubs.business_id", "hubs.id"]),
    CheckConstraint("kind IN ('visit', 'busy')", name="kind"),
    CheckConstraint("ends_at > starts_at AND isfinite(starts_at) AND isfinite(ends_at)", name="times"),
    CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="place"),
    CheckConstraint("technician_id IS NOT NULL OR kind = 'busy'", name="technician"),
    Index(None, "business_id", "technician_id", "ends_at", postgresql_where=text("deleted_at IS NULL")),
    Index(None, "business_id", "starts_at", "id", postgresql_where=text("deleted_at IS NULL")),
)

audit = Table(
    "audit",
    metadata,
    business_column(),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("reason", Text),
    PrimaryKeyConstraint("business_id", "number"),
    Index(None, "business_id", "subject", "subject_id", "number"),
    # What reports of changes read.
    Index(
        "audit_changes_idx",
        "business_id",
        "at",
        postgresql_where=text("subject = 'bookings' AND action IN ('reschedule', 'cancel')"),
    ),
)

accounts = Table(
    "accounts",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("role", Text, nullable=False),
    # Whose phone it is, where the role is that of a technician.
    Column("technician_id", Text),
    Column("password_hash", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("disabled_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("business_id", "id"),
    # Emails are kept in lower case.
    UniqueConstraint("business_id", "email"),
    ForeignKeyConstraint(["business_id", "technician_id"], ["technicians.business_id", "technicians.id"]),
    CheckConstraint("role IN ('owner', 'dispatcher', 'technician', 'agent')", name="role"),
)

sessions = Table(
    "sessions",
    metadata,
    business_column(),
    # The SHA-256 of the token: a stolen backup opens no session.
    Column("token_hash", LargeBinary, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("business_id", "token_hash"),
    UniqueConstraint("token_hash"),
    ForeignKeyConstraint(["business_id", "account_id"], ["accounts.business_id", "accounts.id"]),
    Index(None, "business_id", "account_id"),
    Index(None, "business_id", "expires_at"),
)

keys = Table(
    "keys",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    # The first characters of the key, by which people tell keys apart.
    Column("prefix", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("business_id", "id"),
    UniqueConstraint("token_hash"),
)

geocodes = Table(
    "geocodes",
    metadata,
    business_column(),
    # The SHA-256 of the geocoder, the kind of question and the question: an address is not kept as a key.
    Column("key", LargeBinary, nullable=False),
    Column("results", JSONB, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("business_id", "key"),
    Index(None, "business_id", "expires_at"),
)
