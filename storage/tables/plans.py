"""Meal plans, their PDFs, and what was asked of the client."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from domain.model.plan import PlanFileState, PlanState
from storage.columns import Instant, RowId, Texts, word
from storage.sealing import Sealed
from storage.tables.base import metadata, partial, row_id, to

WAITING_PLANS = "plans.state = 'waiting'"
UPLOADS = "plan_files.state = 'uploaded'"

plans = Table(
    "plans",
    metadata,
    row_id(),
    Column("rev", Integer, nullable=False),
    Column("request_id", RowId, ForeignKey("requests.id"), nullable=False, unique=True),
    to("dietitians", "dietitian_id"),
    to("people", "client_id"),
    Column("state", word(PlanState, "state"), nullable=False),
    Column("promised_at", Instant, nullable=False),
    Column("free_hours", Integer, nullable=False),
    Column("late_refund_percent", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("received_at", Instant),
    Column("closed_at", Instant),
    Index(None, "client_id", "id"),
    Index(None, "client_id", "dietitian_id"),
    Index(None, "dietitian_id", "id"),
    Index(None, "dietitian_id", "state", "id"),
    Index(None, "dietitian_id", "received_at"),
    partial("ix_plans_waiting", "promised_at", where=WAITING_PLANS),
    partial("ix_plans_owed", "dietitian_id", where=WAITING_PLANS),
    sqlite_autoincrement=True,
)

plan_files = Table(
    "plan_files",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    to("dietitians", "dietitian_id"),
    to("requests", "request_id", nullable=True),
    Column("number", Integer),
    Column("state", word(PlanFileState, "state"), nullable=False),
    Column("name", Sealed, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sealed_note", Text),
    Column("handle", Text),
    Column("uploaded_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("delivered_at", Instant),
    Column("mailed_at", Instant),
    Column("failed_at", Instant),
    UniqueConstraint("request_id", "number"),
    partial("ix_plan_files_uploads", "dietitian_id", where=UPLOADS),
    sqlite_autoincrement=True,
)

# apart, so that a list of versions does not read megabytes
plan_contents = Table(
    "plan_contents",
    metadata,
    Column("file_id", RowId, ForeignKey("plan_files.id"), primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)

intakes = Table(
    "intakes",
    metadata,
    row_id(),
    Column("rev", Integer, nullable=False),
    Column("request_id", RowId, ForeignKey("requests.id"), nullable=False, unique=True),
    Column("questions", Texts, nullable=False),
    Column("sealed_answers", Text),
    Column("consented_at", Instant),
    Column("consent_version", String(32)),
    Column("declined_at", Instant),
    Column("completed_at", Instant),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
