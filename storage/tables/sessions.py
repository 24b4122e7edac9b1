"""What belongs to a session beside its booking: who was there, what the client says, who waits for a time."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from domain.model.people import Role
from domain.model.wish import WishState
from storage.columns import Instant, Numbers, RowId, word
from storage.tables.base import metadata, partial, row_id, to

OPEN_WISHES = "wishes.state = 'open'"

attendances = Table(
    "attendances",
    metadata,
    Column("booking_id", RowId, ForeignKey("bookings.id"), primary_key=True),
    Column("role", word(Role, "role"), primary_key=True),
    Column("here_at", Instant),
    Column("alone_at", Instant),
    Column("late_at", Instant),
    Column("late_minutes", Integer),
    partial("ix_attendances_alone", "booking_id", where="attendances.alone_at IS NOT NULL"),
)

reviews = Table(
    "reviews",
    metadata,
    row_id(),
    Column("booking_id", RowId, ForeignKey("bookings.id"), nullable=False, unique=True),
    Column("stars", Integer, nullable=False),
    Column("sealed_words", Text),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    sqlite_autoincrement=True,
)

wishes = Table(
    "wishes",
    metadata,
    row_id(),
    Column("rev", Integer, nullable=False),
    Column("request_id", RowId, ForeignKey("requests.id"), nullable=False, unique=True),
    to("dietitians", "dietitian_id"),
    to("people", "client_id"),
    Column("timezone", String(64), nullable=False),
    Column("weekdays", Numbers, comment="0 is Monday; none: any"),
    Column("opens", Integer, comment="minutes after local midnight"),
    Column("closes", Integer, comment="minutes after local midnight, excluded"),
    Column("known", Numbers, comment="minutes since 1970"),
    Column("reach", Instant),
    Column("state", word(WishState, "state"), nullable=False),
    Column("told_of", Instant),
    Column("told_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    partial("ix_wishes_open", "dietitian_id", "id", where=OPEN_WISHES),
    sqlite_autoincrement=True,
)
