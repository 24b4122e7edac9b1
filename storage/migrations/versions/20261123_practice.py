"""The practice in the chat: invitations, templates, openings, notes, and what more a dietitian decides."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Numbers, RowId
from storage.folding import sort_name

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
    _desk()
    _clients()


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
        ("outbox", sa.Column("batch", sa.Text, comment="of what was sent to many at once")),
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
    shown = sa.text("sent_at IS NOT NULL OR origin = 'dietitian'")
    op.create_index(
        "ix_requests_shown",
        "requests",
        ["dietitian_id", "state", "id"],
        sqlite_where=shown,
        postgresql_where=shown,
    )
    op.create_index(
        "ix_requests_dietitian_id_client_id_sent_at", "requests", ["dietitian_id", "client_id", "sent_at"]
    )
    still_open = sa.text("state IN ('pending', 'draft')")
    op.create_index(
        "ix_requests_open",
        "requests",
        ["client_id", "id"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("ix_plans_client_id_dietitian_id", "plans", ["client_id", "dietitian_id"])
    op.create_index("ix_plans_dietitian_id_state_id", "plans", ["dietitian_id", "state", "id"])


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


def _desk() -> None:
    """What was given up, money that needs a person, what is told to all dietitians, whether the jobs run."""
    for name, table, columns, where in (
        ("ix_inbox_failed", "inbox", ["id"], "state = 'failed'"),
        ("ix_outbox_dead", "outbox", ["id"], "state = 'dead'"),
        ("ix_outbox_batch", "outbox", ["batch", "state"], "batch IS NOT NULL"),
        ("ix_payments_disputed", "payments", ["id"], "dispute IS NOT NULL AND dispute_resolution IS NULL"),
        ("ix_refunds_stuck", "refunds", ["payment_id"], "state IN ('failed', 'needs-attention')"),
    ):
        condition = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])
    op.create_table(
        "broadcasts",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        _to("people", "author", nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
        sa.UniqueConstraint("public_id", name="uq_broadcasts_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcasts_author", "broadcasts", ["author"])
    op.create_table(
        "jobs",
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("every", sa.Float, nullable=False, comment="seconds"),
        sa.Column("ran_at", Instant),
        sa.Column("succeeded_at", Instant),
        sa.Column("failed_at", Instant),
        sa.Column("error", sa.Text),
        sa.Column("reported_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("program", "name", name="pk_jobs"),
    )


def _clients() -> None:
    """Found by name and by either e-mail from now on; an earlier release goes on writing names alone."""
    blocked = sa.text("blocked_at IS NOT NULL")
    op.create_index(
        "ix_clients_blocked", "clients", ["dietitian_id"], sqlite_where=blocked, postgresql_where=blocked
    )
    comment = "name and e-mails, without case and accents, folded by us"
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("clients", "sort_name", existing_type=sa.Text, comment=comment)
    clients = sa.table(
        "clients", *(sa.column(name) for name in ("id", "person_id", "name", "email", "sort_name"))
    )
    people = sa.table("people", sa.column("id"), sa.column("email"))
    known = sa.select(clients.c.id, clients.c.name, clients.c.email, people.c.email).join_from(
        clients, people, people.c.id == clients.c.person_id
    )
    rows = [
        {"which": which, "folded": sort_name(name, email, own)}
        for which, name, email, own in op.get_bind().execute(known)
    ]
    if rows:
        fold = sa.update(clients).where(clients.c.id == sa.bindparam("which"))
        op.get_bind().execute(fold.values(sort_name=sa.bindparam("folded")), rows)
