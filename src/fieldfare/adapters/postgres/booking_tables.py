"""The tables of bookings and of what follows from them. Two visits of a technician never overlap in them.

What customers said of themselves stands apart (`customers`, `booking_contacts`, `audit_personal`), so that it can be
erased while the bookings and the trail stay.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint

from fieldfare.adapters.postgres.tables import business_column, metadata
from fieldfare.domain.bookings import EXCLUSIVE
from fieldfare.domain.searching import ACCENTED, PLAIN

_NOW = func.now()
_EXCLUSIVE = "status IN ({})".format(", ".join(f"'{status}'" for status in EXCLUSIVE))


def _folded(*columns: str) -> Column[object]:
    """Make a column that PostgreSQL fills itself: what the search looks into, without case and accents."""
    text_of = " || ' ' || ".join(f"COALESCE({column}, '')" for column in columns)
    return Column("sought", Text, Computed(f"lower(translate({text_of}, '{ACCENTED}', '{PLAIN}'))", persisted=True))


def _moment(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


customers = Table(
    "customers",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    # Personal values, all null once the customer was erased. Emails in lower case, phones in E.164.
    Column("name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("language", Text, nullable=False, server_default="en"),
    Column("consent", Boolean, nullable=False, server_default=text("false")),
    Column("tier", Text),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    _moment("erased_at"),
    _folded("name", "email"),
    PrimaryKeyConstraint("business_id", "id"),
    CheckConstraint("(erased_at IS NULL) = (name IS NOT NULL)", name="erased"),
    Index("customers_business_id_email_key", "business_id", "email", unique=True),
    Index(None, "business_id", "phone"),
)

bookings = Table(
    "bookings",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("technician_id", Text),
    Column("technician_number", BigInteger),
    Column("provisional", Boolean, nullable=False, server_default=text("false")),
    _moment("starts_at", nullable=False),
    _moment("ends_at", nullable=False),
    Column("lat", Float, nullable=False),
    Column("lng", Float, nullable=False),
    Column("postal_code", Text),
    Column("hub_id", Text),
    Column("zone_id", Text),
    Column("schedule_id", Text),
    Column("product_id", Text, nullable=False),
    Column("product_name", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False, server_default="0"),
    Column("currency", Text, nullable=False),
    Column("resources", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("customer_id", Text),
    Column("source", Text, nullable=False),
    Column("waiting_id", Text),
    _moment("created_at", nullable=False),
    _moment("held_at"),
    _moment("expires_at"),
    Column("prolonged", Integer, nullable=False, server_default="0"),
    # Who holds it, as a keyed hash; forgotten when the hold is over.
    Column("held_by", LargeBinary),
    Column("held_for", LargeBinary),
    _moment("stepped_at"),
    Column("stepped_from", Text),
    _moment("started_at"),
    _moment("ended_at"),
    _moment("estimated_start"),
    _moment("estimated_end"),
    _moment("told_start"),
    Column("address_unchecked", Boolean, nullable=False, server_default=text("false")),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("reasons", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    PrimaryKeyConstraint("business_id", "id"),
    UniqueConstraint("business_id", "reference"),
    ForeignKeyConstraint(
        ["business_id", "technician_id", "technician_number"],
        ["technicians.business_id", "technicians.id", "technicians.number"],
        name="bookings_technician_fkey",
    ),
    ForeignKeyConstraint(["business_id", "hub_id"], ["hubs.business_id", "hubs.id"]),
    ForeignKeyConstraint(["business_id", "zone_id"], ["zones.business_id", "zones.id"]),
    ForeignKeyConstraint(["business_id", "schedule_id"], ["schedules.business_id", "schedules.id"]),
    ForeignKeyConstraint(["business_id", "product_id"], ["products.business_id", "products.id"]),
    ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
    ForeignKeyConstraint(["business_id", "waiting_id"], ["waiting.business_id", "waiting.id"]),
    CheckConstraint(
        "status IN ('requested', 'held', 'expired', 'confirmed', 'en_route', 'in_progress', 'completed', 'cancelled', "
        "'no_show', 'failed')",
        name="status",
    ),
    CheckConstraint(
        "isfinite(starts_at) AND isfinite(ends_at) AND ends_at > starts_at AND ends_at - starts_at <= interval '24 h'",
        name="times",
    ),
    # Nothing is excluded by a null: who takes time has a technician, and both of their names.
    CheckConstraint(
        "(technician_id IS NULL) = (technician_number IS NULL) "
        "AND (technician_id IS NOT NULL OR status IN ('requested', 'cancelled'))",
        name="technician",
    ),
    CheckConstraint("status <> 'held' OR (expires_at IS NOT NULL AND held_at IS NOT NULL)", name="hold"),
    ExcludeConstraint(
        (text("int8range(technician_number, technician_number, '[]')"), "&&"),
        (text("tstzrange(starts_at, ends_at)"), "&&"),
        using="gist",
        where=text(_EXCLUSIVE),
        name="bookings_one_at_a_time",
        deferrable=True,
        initially="IMMEDIATE",
    ),
    Index(None, "business_id", "technician_id", "ends_at"),
    Index(None, "business_id", "starts_at", "id"),
    Index(None, "business_id", "customer_id"),
    Index(None, "business_id", "created_at"),
    Index("bookings_holds_idx", "business_id", "expires_at", postgresql_where=text("status = 'held'")),
    Index("bookings_held_by_idx", "business_id", "held_by", postgresql_where=text("status = 'held'")),
    Index("bookings_held_for_idx", "business_id", "held_for", postgresql_where=text("status = 'held'")),
)

booking_contacts = Table(
    "booking_contacts",
    metadata,
    business_column(),
    Column("booking_id", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    # As it was given for this visit, and the service address; the row goes when the customer is erased.
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("phone", Text),
    Column("language", Text, nullable=False),
    Column("consent", Boolean, nullable=False),
    Column("street", Text),
    Column("unit", Text),
    Column("access_notes", Text),
    Column("postal_code", Text),
    Column("ended_because", Text),
    _folded("name", "email", "street", "unit", "postal_code"),
    PrimaryKeyConstraint("business_id", "booking_id"),
    ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
    ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
    Index(None, "business_id", "customer_id"),
)

waiting = Table(
    "waiting",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("lat", Float, nullable=False),
    Column("lng", Float, nullable=False),
    Column("postal_code", Text),
    # Up to five pairs of instants between which the visit is to lie.
    Column("wishes", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("offered_id", Text),
    _moment("joined_at", nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    PrimaryKeyConstraint("business_id", "id"),
    ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
    ForeignKeyConstraint(["business_id", "product_id"], ["products.business_id", "products.id"]),
    CheckConstraint("status IN ('waiting', 'offered', 'booked', 'withdrawn', 'past')", name="status"),
    Index(None, "business_id", "status", "joined_at"),
)

links = Table(
    "links",
    metadata,
    business_column(),
    # The SHA-256 of the token: what is stored opens nothing.
    Column("token_hash", LargeBinary, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("booking_id", Text),
    Column("waiting_id", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    _moment("expires_at"),
    _moment("revoked_at"),
    PrimaryKeyConstraint("business_id", "token_hash"),
    ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
    ForeignKeyConstraint(["business_id", "waiting_id"], ["waiting.business_id", "waiting.id"]),
    CheckConstraint("purpose IN ('hold', 'manage', 'waiting')", name="purpose"),
    CheckConstraint("(booking_id IS NULL) <> (waiting_id IS NULL)", name="subject"),
    Index(None, "business_id", "booking_id"),
    Index(None, "business_id", "waiting_id"),
)

answered = Table(
    "answered",
    metadata,
    business_column(),
    # The hash of the idempotency key and of who sent it, of the request, and the answer, sealed with the key itself.
    Column("key_hash", LargeBinary, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("answer", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    PrimaryKeyConstraint("business_id", "key_hash"),
    Index(None, "business_id", "created_at"),
)

audit_personal = Table(
    "audit_personal",
    metadata,
    business_column(),
    Column("number", BigInteger, nullable=False),
    Column("customer_id", Text),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("reason", Text),
    PrimaryKeyConstraint("business_id", "number"),
    ForeignKeyConstraint(["business_id", "number"], ["audit.business_id", "audit.number"]),
    Index(None, "business_id", "customer_id"),
)

events = Table(
    "events",
    metadata,
    business_column(),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("type", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("business_id", "number"),
)

webhooks = Table(
    "webhooks",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False),
    Column("secrets", ARRAY(LargeBinary), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    _moment("disabled_at"),
    Column("disabled_because", Text),
    _moment("deleted_at"),
    PrimaryKeyConstraint("business_id", "id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("webhook_id", Text, nullable=False),
    Column("event_number", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("answer", Integer),
    Column("failure", Text),
    _moment("next_at"),
    _moment("created_at", nullable=False),
    _moment("delivered_at"),
    PrimaryKeyConstraint("business_id", "id"),
    ForeignKeyConstraint(["business_id", "webhook_id"], ["webhooks.business_id", "webhooks.id"]),
    ForeignKeyConstraint(["business_id", "event_number"], ["events.business_id", "events.number"]),
    CheckConstraint("status IN ('pending', 'delivered', 'given_up', 'refused')", name="status"),
    Index(None, "business_id", "webhook_id", "id"),
    Index(None, "business_id", "event_number"),
)

messages = Table(
    "messages",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("booking_id", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    # What was true when it was decided to write, as far as it is nobody's personal matter.
    Column("facts", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("status", Text, nullable=False),
    Column("failure", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("created_at", nullable=False),
    _moment("sent_at"),
    _moment("settled_at"),
    PrimaryKeyConstraint("business_id", "id"),
    ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
    ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
    CheckConstraint("status IN ('waiting', 'sent', 'unsent', 'dropped')", name="status"),
    Index(None, "business_id", "status", "created_at"),
    Index(None, "business_id", "booking_id"),
)

secrets = Table(
    "secrets",
    metadata,
    business_column(),
    # Of this business alone: signs what it offers, and hides whose a hold is.
    Column("value", LargeBinary, nullable=False),
    PrimaryKeyConstraint("business_id"),
)
