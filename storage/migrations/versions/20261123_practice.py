"""The practice in the chat: invitations, templates, openings, notes, and what more a dietitian decides."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Numbers, RowId

revision = "20261123_practice"
down_revision = "20261123_plans"

_MINUTES = "minutes after local midnight"


def upgrade() -> None:
    _columns()
    _requests()
    _events()
    _stats()
    _openings()
    _invites()
    _templates()
    _service_drafts()
    _waiting()


def _columns() -> None:
    for table, column in (
        ("people", sa.Column("seen_at", Instant)),
        ("dietitians", sa.Column("zone_is_guessed", sa.Boolean, nullable=False, server_default=sa.false())),
        ("dietitians", sa.Column("buffer_before_minutes", sa.Integer, nullable=False, server_default="0")),
        ("dietitians", sa.Column("slot_step_minutes", sa.Integer, nullable=False, server_default="30")),
        ("dietitians", sa.Column("daily_maximum", sa.Integer)),
        ("dietitians", sa.Column("request_days", sa.Integer, nullable=False, server_default="14")),
        (
            "dietitians",
            sa.Column("book_without_google", sa.Boolean, nullable=False, server_default=sa.true()),
        ),
        ("dietitians", sa.Column("suspended_at", Instant)),
        ("time_off", sa.Column("begins", sa.Integer, comment=f"{_MINUTES} of the first day")),
        ("time_off", sa.Column("ends", sa.Integer, comment=f"{_MINUTES} of the last day, excluded")),
        ("clients", sa.Column("sealed_notes", sa.Text)),
        ("clients", sa.Column("blocked_at", Instant)),
        ("requests", sa.Column("expires_at", Instant)),
        ("requests", sa.Column("chosen_clients", Numbers, comment="of a draft for several: ids of clients")),
        ("bookings", sa.Column("event_start", Instant)),
        (
            "bookings",
            sa.Column("move_asked", sa.Integer, comment="the sequence that the client was asked to move"),
        ),
        ("connections", sa.Column("unreachable_since", Instant)),
    ):
        op.add_column(table, column)


def _requests() -> None:
    """What was sent before there was an end to waiting has none."""
    pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_requests_pending", "requests", ["expires_at"], sqlite_where=pending, postgresql_where=pending
    )
    op.create_index(
        "ix_requests_unanswered", "requests", ["dietitian_id"], sqlite_where=pending, postgresql_where=pending
    )


def _events() -> None:
    there = sa.text("event_start IS NOT NULL")
    op.create_index(
        "ix_bookings_events",
        "bookings",
        ["dietitian_id", "event_start"],
        sqlite_where=there,
        postgresql_where=there,
    )


def _stats() -> None:
    """What happened from a day on, of one dietitian or of each."""
    for table, *columns in (
        ("bookings", "dietitian_id", "start_at"),
        ("ledger", "at"),
        ("plans", "dietitian_id", "received_at"),
        ("requests", "dietitian_id", "sent_at"),
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _to(table: str, name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, RowId, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _openings() -> None:
    op.create_table(
        "openings",
        sa.Column("id", RowId),
        _to("dietitians", "dietitian_id", nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("opens", sa.Integer, nullable=False, comment=_MINUTES),
        sa.Column("closes", sa.Integer, nullable=False, comment=f"{_MINUTES}, excluded"),
        sa.PrimaryKeyConstraint("id", name="pk_openings"),
        sa.CheckConstraint("opens < closes", name="order"),
    )
    op.create_index("ix_openings_dietitian_id", "openings", ["dietitian_id"])


def _invites() -> None:
    op.create_table(
        "invites",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        _to("people", "created_by", nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        _to("people", "used_by"),
        sa.Column("used_at", Instant),
        sa.Column("revoked_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("public_id", name="uq_invites_public_id"),
        sa.UniqueConstraint("token_hash", name="uq_invites_token_hash"),
        sqlite_autoincrement=True,
    )


def _templates() -> None:
    op.create_table(
        "templates",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        _to("dietitians", "dietitian_id", nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_templates"),
        sa.UniqueConstraint("public_id", name="uq_templates_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_templates_dietitian_id", "templates", ["dietitian_id"])


def _service_drafts() -> None:
    op.create_table(
        "service_drafts",
        _to("dietitians", "dietitian_id", nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("minutes", sa.Integer),
        sa.Column("price", sa.BigInteger),
        sa.PrimaryKeyConstraint("dietitian_id", name="pk_service_drafts"),
        sa.CheckConstraint("kind IN ('consultation', 'meal_plan')", name="kind"),
    )


def _waiting() -> None:
    """What home cards and the desk count."""
    for name, table, column, where in (
        ("ix_plans_owed", "plans", "dietitian_id", "state = 'waiting'"),
        ("ix_bookings_linkless", "bookings", "start_at", "state = 'confirmed' AND meeting_url IS NULL"),
    ):
        condition = sa.text(where)
        op.create_index(name, table, [column], sqlite_where=condition, postgresql_where=condition)
