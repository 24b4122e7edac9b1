"""The right word at the right time: which reminders, who was there, the waiting list."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Numbers, RowId

revision = "20261124_sessions"
down_revision = "20261123_practice"


def upgrade() -> None:
    _columns()
    _attendances()
    _reviews()
    _wishes()


def _columns() -> None:
    minutes = "minutes after local midnight"
    for table, column in (
        ("people", sa.Column("remind_day", sa.Boolean, nullable=False, server_default=sa.true())),
        ("people", sa.Column("remind_hour", sa.Boolean, nullable=False, server_default=sa.true())),
        ("people", sa.Column("remind_soon", sa.Boolean, nullable=False, server_default=sa.true())),
        ("people", sa.Column("quiet_from", sa.Integer, comment=minutes)),
        ("people", sa.Column("quiet_until", sa.Integer, comment=minutes)),
        ("people", sa.Column("mail_receipts", sa.Boolean, nullable=False, server_default=sa.false())),
        ("bookings", sa.Column("client_zone", sa.String(64))),
        ("bookings", sa.Column("dietitian_zone", sa.String(64))),
        ("outbox", sa.Column("about_at", Instant, comment="the start of the session it reminds of")),
    ):
        op.add_column(table, column)
    op.create_index("ix_outbox_state_about_at_due_at", "outbox", ["state", "about_at", "due_at"])
    op.create_index("ix_bookings_client_id_start_at", "bookings", ["client_id", "start_at"])


def _attendances() -> None:
    op.create_table(
        "attendances",
        _to("bookings", "booking_id"),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("here_at", Instant),
        sa.Column("alone_at", Instant),
        sa.PrimaryKeyConstraint("booking_id", "role", name="pk_attendances"),
        sa.CheckConstraint("role IN ('client', 'dietitian', 'admin')", name="role"),
    )
    alone = sa.text("alone_at IS NOT NULL")
    op.create_index(
        "ix_attendances_alone", "attendances", ["booking_id"], sqlite_where=alone, postgresql_where=alone
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", RowId),
        _to("bookings", "booking_id"),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.Column("sealed_words", sa.Text),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("booking_id", name="uq_reviews_booking_id"),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        sqlite_autoincrement=True,
    )


def _wishes() -> None:
    minutes = "minutes after local midnight"
    op.create_table(
        "wishes",
        sa.Column("id", RowId),
        sa.Column("rev", sa.Integer, nullable=False),
        _to("requests", "request_id"),
        _to("dietitians", "dietitian_id"),
        _to("people", "client_id"),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("weekdays", Numbers, comment="0 is Monday; none: any"),
        sa.Column("opens", sa.Integer, comment=minutes),
        sa.Column("closes", sa.Integer, comment=f"{minutes}, excluded"),
        sa.Column("known", Numbers, comment="minutes since 1970"),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("told_of", Instant),
        sa.Column("told_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wishes"),
        sa.UniqueConstraint("request_id", name="uq_wishes_request_id"),
        sa.CheckConstraint("state IN ('open', 'done', 'closed')", name="state"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_wishes_open", "wishes", ["dietitian_id", "id"], sqlite_where=is_open, postgresql_where=is_open
    )


def _to(table: str, name: str) -> sa.Column[int]:
    return sa.Column(name, RowId, sa.ForeignKey(f"{table}.id"), nullable=False)
