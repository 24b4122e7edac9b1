"""Requests and what hangs on them.

The rule that two live bookings of one dietitian never overlap is in the migrations: an exclusion constraint
on PostgreSQL, triggers on SQLite.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from domain.model.booking import BookingState, MeetingState
from domain.model.ledger import LedgerAccount
from domain.model.link import LinkPurpose
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.refund import RefundState
from domain.model.request import Origin, RequestState
from domain.model.service import ServiceKind
from domain.model.step import StepKind
from storage.columns import Instant, Numbers, RowId, word
from storage.sealing import Sealed, SealedJson
from storage.tables.base import metadata, partial, row_id, to

OPEN = "requests.state IN ('pending', 'draft')"
DRAFT = "requests.state = 'draft'"
UNANSWERED = "requests.state = 'pending'"
SHOWN = "(requests.sent_at IS NOT NULL OR requests.origin = 'dietitian')"
"""To the dietitian: what a client merely began is nobody else's business."""
LIVE = "bookings.state IN ('pending', 'confirmed')"
PENDING = "bookings.state = 'pending'"
LINKLESS = "bookings.state = 'confirmed' AND bookings.meeting_url IS NULL"
IN_CALENDAR = "bookings.event_start IS NOT NULL"
WATCHED = "payments.state IN ('created', 'open', 'linkless')"

OPEN_MONEY = "payments.outcome IN ('credit', 'quarantine')"
DISPUTED = "payments.dispute IS NOT NULL AND payments.dispute_resolution IS NULL"
REFUND_WATCHED = "refunds.state IN ('pending', 'processing', 'needs-attention')"
REFUND_STUCK = "refunds.state IN ('failed', 'needs-attention')"

requests = Table(
    "requests",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    Column("rev", Integer, nullable=False),
    to("dietitians", "dietitian_id"),
    to("people", "client_id", nullable=True),
    Column("origin", word(Origin, "origin"), nullable=False),
    Column("kind", word(ServiceKind, "kind")),
    to("services", "service_id", nullable=True, index=True),
    Column("state", word(RequestState, "state"), nullable=False),
    Column("client_name", Text),
    Column("client_email", Text),
    Column("message", Sealed),
    Column("title", Text),
    Column("minutes", Integer),
    Column("price", BigInteger),
    Column("currency", String(3)),
    Column("description", Text),
    Column("promised_days", Integer),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("agreed_at", Instant),
    Column("decided_at", Instant),
    Column("decline_reason", Sealed),
    Column("expires_at", Instant),
    Column("chosen_clients", Numbers, comment="of a draft for several: ids of clients"),
    Column("screen_message_id", BigInteger),
    Index(None, "client_id", "id"),
    Index(None, "dietitian_id", "id"),
    Index(None, "dietitian_id", "client_id", "sent_at"),
    Index(None, "dietitian_id", "sent_at"),
    partial("ix_requests_drafts", "dietitian_id", where=DRAFT),
    partial("ix_requests_open", "client_id", "id", where=OPEN),
    partial("ix_requests_pending", "expires_at", where=UNANSWERED),
    partial("ix_requests_unanswered", "dietitian_id", where=UNANSWERED),
    partial(
        "ix_requests_shown",
        "dietitian_id",
        "state",
        "id",
        where="requests.sent_at IS NOT NULL OR origin = 'dietitian'",
    ),
    sqlite_autoincrement=True,
)

bookings = Table(
    "bookings",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    Column("rev", Integer, nullable=False),
    to("requests", "request_id"),
    to("dietitians", "dietitian_id"),
    to("people", "client_id"),
    Column("state", word(BookingState, "state"), nullable=False),
    Column("start_at", Instant, key="start", nullable=False),
    Column("end_at", Instant, key="end", nullable=False),
    Column("busy_until", Instant, nullable=False),
    Column("hold_until", Instant),
    Column("shown_until", Instant),
    Column("free_hours", Integer, nullable=False),
    Column("late_refund_percent", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("closed_at", Instant),
    Column("meeting_state", word(MeetingState, "meeting_state"), nullable=False),
    Column("meeting_url", Text),
    Column("event_id", Text),
    Column("event_start", Instant),
    Column("sequence", Integer, nullable=False),
    Column("moved_by_dietitian", Boolean, nullable=False),
    Column("move_asked", Integer, comment="the sequence that the client was asked to move"),
    Column("client_zone", String(64)),
    Column("dietitian_zone", String(64)),
    Column("came_late", Boolean, nullable=False, server_default=false()),
    CheckConstraint("start_at < end_at AND end_at <= busy_until", name="order"),
    Index(None, "request_id", "id"),
    Index(None, "dietitian_id", "start"),
    Index(None, "client_id", "start"),
    # by the end, not the start: what is asked for lies ahead, and live rows of years lie behind
    partial("ix_bookings_live", "dietitian_id", "busy_until", where=LIVE),
    partial("ix_bookings_client_live", "client_id", "end", where=LIVE),
    partial("ix_bookings_holds", "hold_until", where=PENDING),
    partial("ix_bookings_linkless", "start", where="bookings.state = 'confirmed' AND meeting_url IS NULL"),
    partial("ix_bookings_events", "dietitian_id", "event_start", where=IN_CALENDAR),
    sqlite_autoincrement=True,
)

payments = Table(
    "payments",
    metadata,
    row_id(),
    Column("reference", String(100), nullable=False, unique=True),
    Column("rev", Integer, nullable=False),
    to("requests", "request_id"),
    to("bookings", "booking_id", nullable=True, index=True),
    to("people", "client_id", index=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("domain", String(16), nullable=False),
    Column("email", Text, nullable=False),
    Column("state", word(PaymentState, "state"), nullable=False),
    Column("outcome", word(MoneyOutcome, "outcome")),
    Column("outcome_reason", Text),
    Column("authorization_url", Text),
    Column("created_at", Instant, nullable=False),
    Column("checks", Integer, nullable=False),
    Column("next_check_at", Instant),
    Column("paid_at", Instant),
    Column("paid_amount", BigInteger),
    Column("paid_currency", String(16)),
    Column("paid_domain", String(16)),
    Column("channel", Text),
    Column("fees", BigInteger),
    Column("provider_id", BigInteger),
    Column("settled_at", Instant),
    Column("dispute", Text),
    Column("dispute_due_at", Instant),
    Column("dispute_resolution", Text),
    Index(None, "request_id", "id"),
    partial("ix_payments_open_money", "settled_at", where=OPEN_MONEY),
    partial("ix_payments_watched", "next_check_at", where=WATCHED),
    partial(
        "ix_payments_disputed", "id", where="payments.dispute IS NOT NULL AND dispute_resolution IS NULL"
    ),
    sqlite_autoincrement=True,
)

refunds = Table(
    "refunds",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    Column("rev", Integer, nullable=False),
    Column("payment_id", RowId, ForeignKey("payments.id"), nullable=False, unique=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(16), nullable=False),
    Column("state", word(RefundState, "state"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("provider_id", BigInteger),
    Column("tries", Integer, nullable=False),
    Column("sealed_account", Text),
    Column("error", Text),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("next_check_at", Instant),
    CheckConstraint("amount > 0", name="amount"),
    partial("ix_refunds_watched", "next_check_at", where=REFUND_WATCHED),
    partial("ix_refunds_stuck", "payment_id", where=REFUND_STUCK),
    sqlite_autoincrement=True,
)

ledger = Table(
    "ledger",
    metadata,
    row_id(),
    to("payments", "payment_id", index=True),
    Column("at", Instant, nullable=False),
    Column("source", word(LedgerAccount, "source"), nullable=False),
    Column("target", word(LedgerAccount, "target"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(16), nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("amount > 0 AND source <> target", name="move"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

links = Table(
    "links",
    metadata,
    row_id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("purpose", word(LinkPurpose, "purpose", checked=False), nullable=False),
    to("requests", "request_id", index=True),
    Column("expires_at", Instant, nullable=False),
    to("people", "bound_to", nullable=True, index=True),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

steps = Table(
    "steps",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", word(StepKind, "kind", checked=False), nullable=False),
    Column("subject", Sealed),
    Column("expires_at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    row_id(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("detail", SealedJson, nullable=False),
    Index(None, "record", "id"),
    sqlite_autoincrement=True,
)
