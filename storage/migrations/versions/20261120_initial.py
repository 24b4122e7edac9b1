"""The first schema: everything there was when the practice opened."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, RowId

revision = "20261120_initial"
down_revision = None

_LIVE = "state IN ('pending', 'confirmed')"


def upgrade() -> None:
    _audit()
    _inbox()
    _outbox()
    _people()
    _steps()
    _dietitians()
    _clients()
    _connections()
    _oauth_attempts()
    _opening_hours()
    _services()
    _time_off()
    _requests()
    _bookings()
    _links()
    _payments()
    _refunds()
    _ledger()
    _no_overlaps()


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _to(table: str, name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, RowId, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", RowId),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    _index("ix_audit_record_id", "audit", "record", "id")


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", RowId),
        sa.Column("source", _words("source", "telegram", "paystack"), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("state", _words("state", "new", "done", "failed"), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("lease_until", Instant),
        sa.Column("error", sa.Text),
        sa.Column("closed_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("source", "key", name="uq_inbox_source_key"),
        sqlite_autoincrement=True,
    )
    _index("ix_inbox_new", "inbox", "id", where="state = 'new'")
    _index("ix_inbox_oldest", "inbox", "source", "received_at", where="state = 'new'")
    _index("ix_inbox_state", "inbox", "state")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", RowId),
        sa.Column(
            "errand",
            _words(
                "errand",
                "notice",
                "answer",
                "mail",
                "alert",
                "calendar",
                "pay_link",
                "calendar_change",
                "refund",
                "credit_lapse",
                "link_check",
                "progress",
            ),
            nullable=False,
        ),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("state", _words("state", "due", "sent", "dropped", "dead"), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("lease_until", Instant),
        sa.Column("receipt", sa.Text),
        sa.Column("error", sa.Text, comment="the last failure, or why it was dropped"),
        sa.Column("closed_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    _index("ix_outbox_due", "outbox", "due_at", "id", where="state = 'due'")
    _index("ix_outbox_lane", "outbox", "lane", "id", where="state = 'due'")
    _index("ix_outbox_state", "outbox", "state")


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", RowId),
        sa.Column("telegram_id", sa.BigInteger),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("started_at", Instant),
        sa.Column("reachable", sa.Boolean, nullable=False),
        sa.Column("consented_at", Instant),
        sa.Column("consent_version", sa.String(32)),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("telegram_id", name="uq_people_telegram_id"),
        sqlite_autoincrement=True,
    )


def _steps() -> None:
    op.create_table(
        "steps",
        sa.Column("telegram_id", sa.BigInteger, autoincrement=False),
        sa.Column(
            "kind",
            _words(
                "kind",
                "client_name",
                "client_email",
                "shared_client",
                "request_message",
                "decline_reason",
                "account_number",
                "email",
                "name",
                "timezone",
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("telegram_id", name="pk_steps"),
    )


def _dietitians() -> None:
    op.create_table(
        "dietitians",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        _to("people", "person_id", nullable=False),
        sa.Column("telegram_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("minimum_notice_hours", sa.Integer, nullable=False),
        sa.Column("booking_window_days", sa.Integer, nullable=False),
        sa.Column("buffer_minutes", sa.Integer, nullable=False),
        sa.Column("fallback_meeting_url", sa.Text),
        sa.Column("free_hours", sa.Integer, nullable=False),
        sa.Column("late_refund_percent", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dietitians"),
        sa.UniqueConstraint("public_id", name="uq_dietitians_public_id"),
        sa.UniqueConstraint("telegram_id", name="uq_dietitians_telegram_id"),
        sqlite_autoincrement=True,
    )
    _index("ix_dietitians_person_id", "dietitians", "person_id")


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", RowId),
        _to("dietitians", "dietitian_id", nullable=False),
        _to("people", "person_id", nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column(
            "sort_name", sa.Text, nullable=False, comment="the name without regard to case, folded by us"
        ),
        sa.Column("email", sa.Text),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clients"),
        sa.UniqueConstraint("dietitian_id", "person_id", name="uq_clients_dietitian_id_person_id"),
        sqlite_autoincrement=True,
    )
    _index("ix_clients_dietitian_id_sort_name_id", "clients", "dietitian_id", "sort_name", "id")
    _index("ix_clients_person_id", "clients", "person_id")


def _connections() -> None:
    op.create_table(
        "connections",
        sa.Column("id", RowId),
        _to("dietitians", "dietitian_id", nullable=False),
        sa.Column("state", _words("state", "active", "needs_reconnect"), nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("sealed_token", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("connected_at", Instant, nullable=False),
        sa.Column("last_success_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_connections"),
        sa.UniqueConstraint("dietitian_id", name="uq_connections_dietitian_id"),
        sqlite_autoincrement=True,
    )


def _oauth_attempts() -> None:
    op.create_table(
        "oauth_attempts",
        sa.Column("id", RowId),
        sa.Column("state_hash", sa.String(64), nullable=False),
        _to("dietitians", "dietitian_id", nullable=False),
        sa.Column("sealed_verifier", sa.Text, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_attempts"),
        sa.UniqueConstraint("state_hash", name="uq_oauth_attempts_state_hash"),
        sqlite_autoincrement=True,
    )
    _index("ix_oauth_attempts_dietitian_id", "oauth_attempts", "dietitian_id")


def _opening_hours() -> None:
    op.create_table(
        "opening_hours",
        _to("dietitians", "dietitian_id", nullable=False),
        sa.Column("weekday", sa.Integer, comment="0 is Monday"),
        sa.Column("opens", sa.Integer, comment="minutes after local midnight"),
        sa.Column("closes", sa.Integer, nullable=False, comment="minutes after local midnight, excluded"),
        sa.PrimaryKeyConstraint("dietitian_id", "weekday", "opens", name="pk_opening_hours"),
        sa.CheckConstraint("opens < closes", name="order"),
    )


def _services() -> None:
    op.create_table(
        "services",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        _to("dietitians", "dietitian_id", nullable=False),
        sa.Column("slug", sa.String(128), nullable=False),
        sa.Column("kind", _words("kind", "consultation", "meal_plan"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_services"),
        sa.UniqueConstraint("dietitian_id", "slug", name="uq_services_dietitian_id_slug"),
        sa.UniqueConstraint("public_id", name="uq_services_public_id"),
        sqlite_autoincrement=True,
    )


def _time_off() -> None:
    op.create_table(
        "time_off",
        sa.Column("id", RowId),
        _to("dietitians", "dietitian_id", nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_time_off"),
        sa.CheckConstraint("first_day <= last_day", name="order"),
    )
    _index("ix_time_off_dietitian_id", "time_off", "dietitian_id")


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("rev", sa.Integer, nullable=False),
        _to("dietitians", "dietitian_id", nullable=False),
        _to("people", "client_id"),
        sa.Column("origin", _words("origin", "dietitian", "client"), nullable=False),
        sa.Column("kind", _words("kind", "consultation", "meal_plan")),
        _to("services", "service_id"),
        sa.Column(
            "state",
            _words("state", "draft", "pending", "approved", "declined", "cancelled", "expired"),
            nullable=False,
        ),
        sa.Column("client_name", sa.Text),
        sa.Column("client_email", sa.Text),
        sa.Column("message", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("minutes", sa.Integer),
        sa.Column("price", sa.BigInteger),
        sa.Column("currency", sa.String(3)),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.Column("agreed_at", Instant),
        sa.Column("decided_at", Instant),
        sa.Column("decline_reason", sa.Text),
        sa.Column("screen_message_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.UniqueConstraint("public_id", name="uq_requests_public_id"),
        sqlite_autoincrement=True,
    )
    _index("ix_requests_client_id_id", "requests", "client_id", "id")
    _index("ix_requests_dietitian_id_id", "requests", "dietitian_id", "id")
    _index("ix_requests_drafts", "requests", "dietitian_id", where="state = 'draft'")
    _index("ix_requests_service_id", "requests", "service_id")


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("rev", sa.Integer, nullable=False),
        _to("requests", "request_id", nullable=False),
        _to("dietitians", "dietitian_id", nullable=False),
        _to("people", "client_id", nullable=False),
        sa.Column(
            "state",
            _words("state", "pending", "confirmed", "cancelled", "expired", "completed", "no_show"),
            nullable=False,
        ),
        sa.Column("start_at", Instant, nullable=False),
        sa.Column("end_at", Instant, nullable=False),
        sa.Column("busy_until", Instant, nullable=False),
        sa.Column("hold_until", Instant),
        sa.Column("shown_until", Instant),
        sa.Column("free_hours", sa.Integer, nullable=False),
        sa.Column("late_refund_percent", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("confirmed_at", Instant),
        sa.Column("closed_at", Instant),
        sa.Column(
            "meeting_state",
            _words("meeting_state", "none", "waiting", "ready", "fallback", "missing"),
            nullable=False,
        ),
        sa.Column("meeting_url", sa.Text),
        sa.Column("event_id", sa.Text),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("moved_by_dietitian", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.CheckConstraint("start_at < end_at AND end_at <= busy_until", name="order"),
        sa.UniqueConstraint("public_id", name="uq_bookings_public_id"),
        sqlite_autoincrement=True,
    )
    _index("ix_bookings_client_live", "bookings", "client_id", "end_at", where=_LIVE)
    _index("ix_bookings_holds", "bookings", "hold_until", where="state = 'pending'")
    _index("ix_bookings_live", "bookings", "dietitian_id", "busy_until", where=_LIVE)
    _index("ix_bookings_request_id_id", "bookings", "request_id", "id")


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", RowId),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", _words("purpose", "request"), nullable=False),
        _to("requests", "request_id", nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        _to("people", "bound_to"),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("token_hash", name="uq_links_token_hash"),
        sqlite_autoincrement=True,
    )
    _index("ix_links_bound_to", "links", "bound_to")
    _index("ix_links_request_id", "links", "request_id")


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", RowId),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("rev", sa.Integer, nullable=False),
        _to("requests", "request_id", nullable=False),
        _to("bookings", "booking_id"),
        _to("people", "client_id", nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("domain", sa.String(16), nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column(
            "state",
            _words("state", "created", "open", "linkless", "succeeded", "refused", "closed"),
            nullable=False,
        ),
        sa.Column("outcome", _words("outcome", "value", "credit", "refund", "quarantine")),
        sa.Column("outcome_reason", sa.Text),
        sa.Column("authorization_url", sa.Text),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("checks", sa.Integer, nullable=False),
        sa.Column("next_check_at", Instant),
        sa.Column("paid_at", Instant),
        sa.Column("paid_amount", sa.BigInteger),
        sa.Column("paid_currency", sa.String(16)),
        sa.Column("paid_domain", sa.String(16)),
        sa.Column("channel", sa.Text),
        sa.Column("fees", sa.BigInteger),
        sa.Column("provider_id", sa.BigInteger),
        sa.Column("settled_at", Instant),
        sa.Column("dispute", sa.Text),
        sa.Column("dispute_due_at", Instant),
        sa.Column("dispute_resolution", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("reference", name="uq_payments_reference"),
        sqlite_autoincrement=True,
    )
    _index("ix_payments_booking_id", "payments", "booking_id")
    _index("ix_payments_client_id", "payments", "client_id")
    _index("ix_payments_request_id_id", "payments", "request_id", "id")
    _index(
        "ix_payments_watched", "payments", "next_check_at", where="state IN ('created', 'open', 'linkless')"
    )
    _index("ix_payments_open_money", "payments", "settled_at", where="outcome IN ('credit', 'quarantine')")


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("rev", sa.Integer, nullable=False),
        _to("payments", "payment_id", nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(16), nullable=False),
        sa.Column(
            "state",
            _words("state", "requested", "pending", "processing", "needs-attention", "processed", "failed"),
            nullable=False,
        ),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("provider_id", sa.BigInteger),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sealed_account", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("next_check_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("public_id", name="uq_refunds_public_id"),
        sa.UniqueConstraint("payment_id", name="uq_refunds_payment_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sqlite_autoincrement=True,
    )
    watched = "state IN ('pending', 'processing', 'needs-attention')"
    _index("ix_refunds_watched", "refunds", "next_check_at", where=watched)


def _ledger() -> None:
    accounts = ("outside", "value", "credit", "refund", "quarantine")
    op.create_table(
        "ledger",
        sa.Column("id", RowId),
        _to("payments", "payment_id", nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("source", _words("source", *accounts), nullable=False),
        sa.Column("target", _words("target", *accounts), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.CheckConstraint("amount > 0 AND source <> target", name="move"),
        sqlite_autoincrement=True,
    )
    _index("ix_ledger_payment_id", "ledger", "payment_id")


def _no_overlaps() -> None:
    """Live bookings of one dietitian never overlap, their buffers included, whatever the program thinks.

    A range around the id instead of `WITH =` needs no btree_gist, which hosted servers may lack.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_EXCLUDE)
        return
    update = "UPDATE OF dietitian_id, state, start_at, busy_until"
    op.execute(_TRIGGER.format(name="insert", event="INSERT", others=""))
    op.execute(_TRIGGER.format(name="update", event=update, others=" AND id <> NEW.id"))


_EXCLUDE = """
ALTER TABLE bookings ADD CONSTRAINT ex_bookings_overlap EXCLUDE USING gist (
    int8range(dietitian_id, dietitian_id, '[]') WITH &&,
    tstzrange(start_at, busy_until, '[)') WITH &&
) WHERE (state IN ('pending', 'confirmed'))
"""

_TRIGGER = """
CREATE TRIGGER bookings_overlap_{name} BEFORE {event} ON bookings
WHEN NEW.state IN ('pending', 'confirmed') AND EXISTS (
    SELECT 1 FROM bookings
    WHERE dietitian_id = NEW.dietitian_id AND state IN ('pending', 'confirmed'){others}
        AND busy_until > NEW.start_at AND start_at < NEW.busy_until
)
BEGIN SELECT RAISE(ABORT, 'slot taken'); END
"""
