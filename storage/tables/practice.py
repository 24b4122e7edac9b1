"""People, dietitians and what a practice is made of."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from domain.model.calendar import ConnectionState
from domain.model.service import ServiceKind
from storage.columns import Instant, RowId, Texts, word
from storage.sealing import Sealed
from storage.tables.base import metadata, partial, row_id, to

people = Table(
    "people",
    metadata,
    row_id(),
    Column("telegram_id", BigInteger, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("timezone", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("started_at", Instant),
    Column("reachable", Boolean, nullable=False),
    Column("consented_at", Instant),
    Column("consent_version", String(32)),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant),
    Column("remind_day", Boolean, nullable=False, server_default=true()),
    Column("remind_hour", Boolean, nullable=False, server_default=true()),
    Column("remind_soon", Boolean, nullable=False, server_default=true()),
    Column("quiet_from", Integer, comment="minutes after local midnight"),
    Column("quiet_until", Integer, comment="minutes after local midnight"),
    Column("mail_receipts", Boolean, nullable=False, server_default=false()),
    Column("erased_at", Instant),
    sqlite_autoincrement=True,
)

dietitians = Table(
    "dietitians",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    to("people", "person_id", index=True),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("zone_is_guessed", Boolean, nullable=False, server_default=false()),
    Column("minimum_notice_hours", Integer, nullable=False),
    Column("booking_window_days", Integer, nullable=False),
    Column("buffer_minutes", Integer, nullable=False),
    Column("buffer_before_minutes", Integer, nullable=False, server_default="0"),
    Column("slot_step_minutes", Integer, nullable=False, server_default="30"),
    Column("daily_maximum", Integer),
    Column("fallback_meeting_url", Text),
    Column("free_hours", Integer, nullable=False),
    Column("late_refund_percent", Integer, nullable=False),
    Column("request_days", Integer, nullable=False, server_default="14"),
    Column("book_without_google", Boolean, nullable=False, server_default=true()),
    Column("suspended_at", Instant),
    Column("active", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

opening_hours = Table(
    "opening_hours",
    metadata,
    Column("dietitian_id", RowId, ForeignKey("dietitians.id"), primary_key=True),
    Column("weekday", Integer, primary_key=True, comment="0 is Monday"),
    Column("opens", Integer, primary_key=True, comment="minutes after local midnight"),
    Column("closes", Integer, nullable=False, comment="minutes after local midnight, excluded"),
    CheckConstraint("opens < closes", name="order"),
)

time_off = Table(
    "time_off",
    metadata,
    row_id(),
    to("dietitians", "dietitian_id", index=True),
    Column("first_day", Date, key="first", nullable=False),
    Column("last_day", Date, key="last", nullable=False),
    Column("begins", Integer, comment="minutes after local midnight of the first day"),
    Column("ends", Integer, comment="minutes after local midnight of the last day, excluded"),
    Column("reason", Sealed),
    CheckConstraint("first_day <= last_day", name="order"),
)

openings = Table(
    "openings",
    metadata,
    row_id(),
    to("dietitians", "dietitian_id", index=True),
    Column("day", Date, nullable=False),
    Column("opens", Integer, nullable=False, comment="minutes after local midnight"),
    Column("closes", Integer, nullable=False, comment="minutes after local midnight, excluded"),
    CheckConstraint("opens < closes", name="order"),
)

invites = Table(
    "invites",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    to("people", "created_by"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    to("people", "used_by", nullable=True),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    sqlite_autoincrement=True,
)

templates = Table(
    "templates",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    to("dietitians", "dietitian_id", index=True),
    Column("text", Sealed, nullable=False),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

clients = Table(
    "clients",
    metadata,
    row_id(),
    to("dietitians", "dietitian_id"),
    to("people", "person_id", index=True),
    Column("name", Text, nullable=False),
    Column(
        "sort_name", Text, nullable=False, comment="name and e-mails, without case and accents, folded by us"
    ),
    Column("email", Text),
    Column("sealed_notes", Text),
    Column("blocked_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("dietitian_id", "person_id"),
    Index(None, "dietitian_id", "sort_name", "id"),
    partial("ix_clients_blocked", "dietitian_id", where="clients.blocked_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

services = Table(
    "services",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    to("dietitians", "dietitian_id"),
    Column("slug", String(128), nullable=False),
    Column("kind", word(ServiceKind, "kind"), nullable=False),
    Column("title", Text, nullable=False),
    Column("minutes", Integer),
    Column("price", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("description", Text),
    Column("promised_days", Integer),
    Column("questions", Texts),
    Column("by_request_only", Boolean, nullable=False, server_default=false()),
    Column("position", Integer, nullable=False),
    Column("archived", Boolean, nullable=False),
    UniqueConstraint("dietitian_id", "slug"),
    sqlite_autoincrement=True,
)

# the first service of a set-up, as far as it is told
service_drafts = Table(
    "service_drafts",
    metadata,
    Column("dietitian_id", RowId, ForeignKey("dietitians.id"), primary_key=True, autoincrement=False),
    Column("kind", word(ServiceKind, "kind"), nullable=False),
    Column("title", Text),
    Column("minutes", Integer),
    Column("price", BigInteger),
)

connections = Table(
    "connections",
    metadata,
    row_id(),
    Column("dietitian_id", RowId, ForeignKey("dietitians.id"), nullable=False, unique=True),
    Column("state", word(ConnectionState, "state"), nullable=False),
    Column("account", Text),
    Column("sealed_token", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("connected_at", Instant, nullable=False),
    Column("last_success_at", Instant),
    Column("unreachable_since", Instant),
    sqlite_autoincrement=True,
)

oauth_attempts = Table(
    "oauth_attempts",
    metadata,
    row_id(),
    Column("state_hash", String(64), nullable=False, unique=True),
    to("dietitians", "dietitian_id", index=True),
    Column("sealed_verifier", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    sqlite_autoincrement=True,
)
