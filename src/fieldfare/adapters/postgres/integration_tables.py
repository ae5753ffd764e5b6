"""The tables of a business's connections: the account, what it was last seen to hold, and what is to be written there.

What people outside said of themselves stands in `mirrored` (title, place_text, contact) and `proposals` (said); it is
blanked when the customer is erased.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from fieldfare.adapters.postgres.tables import business_column, metadata

_NOW = func.now()

UNSETTLED_VISIT = "kind = 'visit' AND state IN ('waiting', 'parked')"
"""Of these there is one a booking at most."""

UNSETTLED_CONFLICT = "settled_at IS NULL"
"""Of these there is one a subject at most."""

UNSETTLED_PROPOSAL = "state IN ('open', 'sent')"
"""Of these there is one an opportunity at most."""

LASTING_FAILURE = "over_at IS NULL"
"""Of these there is one of a system, code and subject at most."""

STANDING_CONNECTION = "state <> 'removed'"
"""Of these there is one an account at most, of whichever business."""


def _moment(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _facts(name: str = "facts") -> Column[object]:
    return Column(name, JSONB, nullable=False, server_default=text("'{}'::jsonb"))


connections = Table(
    "connections",
    metadata,
    business_column(),
    Column("provider", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("state", Text, nullable=False),
    _facts("settings"),
    Column("granted", Text, nullable=False),
    Column("agency", Text),
    Column("failing", Text),
    # Sealed with a key that is not in the database; null where there are none, or not any more.
    Column("credentials", LargeBinary),
    Column("version", Integer, nullable=False),
    _moment("created_at", nullable=False),
    _moment("checked_at"),
    PrimaryKeyConstraint("business_id", "provider"),
    CheckConstraint("state IN ('setting_up', 'connected', 'paused', 'reconnect', 'removed')", name="state"),
    CheckConstraint("granted IN ('token', 'oauth')", name="granted"),
    CheckConstraint("state <> 'removed' OR credentials IS NULL", name="removed"),
    # Across businesses: what an account sends must be one business's.
    Index(
        "connections_provider_account_key",
        "provider",
        "account",
        unique=True,
        postgresql_where=text(STANDING_CONNECTION),
    ),
)

crm_turns = Table(
    "crm_turns",
    metadata,
    business_column(),
    # A bucket of calls, as the one instant from which all follows: when it is full again if nobody takes any more.
    _moment("full_at", nullable=False),
    PrimaryKeyConstraint("business_id"),
)

mirrored = Table(
    "mirrored",
    metadata,
    business_column(),
    Column("key", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("leg", Integer),
    Column("scope", Text, nullable=False),
    _moment("starts_at", nullable=False),
    _moment("ends_at", nullable=False),
    Column("status", Text, nullable=False),
    Column("takes_time", Boolean, nullable=False),
    # Ids as they were mapped when it was read.
    Column("technicians", ARRAY(Text), nullable=False),
    Column("calendar", Text),
    Column("contact", Text),
    Column("booking_id", Text),
    Column("title", Text, nullable=False, server_default=""),
    Column("place_text", Text),
    Column("hub_id", Text),
    Column("lat", Float),
    Column("lng", Float),
    Column("postal_code", Text),
    Column("placed_by", Text),
    Column("unreadable", Text),
    Column("deleted", Boolean, nullable=False, server_default=text("false")),
    _moment("seen_at", nullable=False),
    # By the vendor's own clock.
    _moment("changed_at"),
    PrimaryKeyConstraint("business_id", "key"),
    ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
    CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="place"),
    Index(None, "business_id", "source", "source_id"),
    Index(None, "business_id", "booking_id", postgresql_where=text("booking_id IS NOT NULL")),
    Index(None, "business_id", "contact", postgresql_where=text("contact IS NOT NULL")),
    Index(None, "business_id", "scope", "ends_at", postgresql_where=text("NOT deleted")),
    Index("mirrored_unreadable_idx", "business_id", "seen_at", postgresql_where=text("unreadable IS NOT NULL")),
)

watermarks = Table(
    "watermarks",
    metadata,
    business_column(),
    Column("source", Text, nullable=False),
    Column("technician_id", Text, nullable=False),
    _moment("read_at", nullable=False),
    PrimaryKeyConstraint("business_id", "source", "technician_id"),
)

mirror_places = Table(
    "mirror_places",
    metadata,
    business_column(),
    # An address is not kept as a key.
    Column("text_hash", LargeBinary, nullable=False),
    Column("lat", Float, nullable=False),
    Column("lng", Float, nullable=False),
    Column("postal_code", Text),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=_NOW),
    PrimaryKeyConstraint("business_id", "text_hash"),
)

crm_writes = Table(
    "crm_writes",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("booking_id", Text, nullable=False),
    Column("customer_id", Text),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("next_at", nullable=False),
    # An attempt was made whose outcome is not known.
    Column("begun", Boolean, nullable=False, server_default=text("false")),
    Column("failure", Text),
    _facts(),
    _moment("created_at", nullable=False),
    _moment("done_at"),
    PrimaryKeyConstraint("business_id", "id"),
    ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
    ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
    CheckConstraint("kind IN ('visit', 'note')", name="kind"),
    CheckConstraint("state IN ('waiting', 'done', 'parked', 'dropped')", name="state"),
    Index(
        "crm_writes_business_id_booking_id_key",
        "business_id",
        "booking_id",
        unique=True,
        postgresql_where=text(UNSETTLED_VISIT),
    ),
    Index(None, "business_id", "next_at", postgresql_where=text("state = 'waiting'")),
    Index(None, "business_id", "state", "created_at", "id"),
    Index(None, "business_id", "booking_id"),
)

crm_links = Table(
    "crm_links",
    metadata,
    business_column(),
    Column("booking_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("contact", Text),
    # The booking's, as it was written last, and a print of what was written.
    Column("version", Integer, nullable=False),
    _facts("wrote"),
    PrimaryKeyConstraint("business_id", "booking_id"),
    UniqueConstraint("business_id", "source", "source_id"),
    ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
)

crm_contacts = Table(
    "crm_contacts",
    metadata,
    business_column(),
    Column("customer_id", Text, nullable=False),
    # Of several customers who are one contact there the last is meant.
    Column("contact", Text, nullable=False),
    Column("linked_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("business_id", "customer_id"),
    ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
    Index(None, "business_id", "contact"),
)

conflicts = Table(
    "conflicts",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("booking_id", Text),
    Column("entry", Text),
    Column("technician_id", Text),
    _moment("starts_at"),
    _facts(),
    _moment("found_at", nullable=False),
    _moment("settled_at"),
    Column("settled_by", Text),
    Column("outcome", Text),
    PrimaryKeyConstraint("business_id", "id"),
    ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
    CheckConstraint("kind IN ('overlap', 'undrivable', 'moved_onto', 'refused', 'lost')", name="kind"),
    CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="outcome"),
    Index(
        "conflicts_business_id_subject_key",
        "business_id",
        "subject",
        unique=True,
        postgresql_where=text(UNSETTLED_CONFLICT),
    ),
    Index(None, "business_id", "settled_at"),
)

proposals = Table(
    "proposals",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("opportunity", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("contact", Text),
    Column("customer_id", Text),
    Column("booking_id", Text),
    Column("trouble", Text),
    _facts("said"),
    Column("lat", Float),
    Column("lng", Float),
    Column("postal_code", Text),
    _moment("created_at", nullable=False),
    _moment("reached_at"),
    _moment("settled_at"),
    Column("settled_by", Text),
    PrimaryKeyConstraint("business_id", "id"),
    ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
    ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
    CheckConstraint("state IN ('open', 'sent', 'booked', 'dismissed')", name="state"),
    CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="place"),
    Index(
        "proposals_business_id_opportunity_key",
        "business_id",
        "opportunity",
        unique=True,
        postgresql_where=text(UNSETTLED_PROPOSAL),
    ),
    Index(None, "business_id", "opportunity", "created_at"),
    Index(None, "business_id", "state", "created_at"),
    Index(None, "business_id", "customer_id"),
    Index(None, "business_id", "booking_id"),
)

received = Table(
    "received",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text),
    _moment("sent_at", nullable=False),
    _moment("received_at", nullable=False),
    _moment("processed_at"),
    PrimaryKeyConstraint("business_id", "id"),
    Index(None, "business_id", "received_at"),
)

integration_failures = Table(
    "integration_failures",
    metadata,
    business_column(),
    Column("id", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("subject", Text),
    _facts(),
    Column("count", BigInteger, nullable=False),
    _moment("first_at", nullable=False),
    _moment("last_at", nullable=False),
    _moment("over_at"),
    PrimaryKeyConstraint("business_id", "id"),
    CheckConstraint("count > 0", name="count"),
    Index(
        "integration_failures_lasting_key",
        "business_id",
        "system",
        "code",
        "subject",
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=text(LASTING_FAILURE),
    ),
    Index(None, "business_id", "last_at"),
)
