"""Meal plans with their PDFs, intake, and what services say of both."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, RowId, Texts

revision = "20261123_plans"
down_revision = "20261120_initial"


def upgrade() -> None:
    _services()
    _requests()
    _free_words()
    _plans()
    _plan_files()
    _intakes()


def _services() -> None:
    op.add_column("services", sa.Column("promised_days", sa.Integer))
    op.add_column("services", sa.Column("questions", Texts))
    op.add_column(
        "services", sa.Column("by_request_only", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE services SET promised_days = 7 WHERE kind = 'meal_plan'")


def _requests() -> None:
    op.add_column("requests", sa.Column("description", sa.Text))
    op.add_column("requests", sa.Column("promised_days", sa.Integer))
    op.execute("UPDATE requests SET promised_days = 7 WHERE kind = 'meal_plan'")


def _free_words() -> None:
    """These words join with almost every feature; nothing refers to these tables, so they can be copied."""
    for table, check in (("outbox", "errand"), ("steps", "kind"), ("links", "purpose")):
        with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": table != "steps"}) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{check}"), type_="check")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _to(table: str, name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, RowId, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", RowId),
        sa.Column("rev", sa.Integer, nullable=False),
        _to("requests", "request_id", nullable=False),
        _to("dietitians", "dietitian_id", nullable=False),
        _to("people", "client_id", nullable=False),
        sa.Column("state", _words("state", "waiting", "sent", "received", "cancelled"), nullable=False),
        sa.Column("promised_at", Instant, nullable=False),
        sa.Column("free_hours", sa.Integer, nullable=False),
        sa.Column("late_refund_percent", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.Column("received_at", Instant),
        sa.Column("closed_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("request_id", name="uq_plans_request_id"),
        sqlite_autoincrement=True,
    )
    _index("ix_plans_client_id_id", "plans", "client_id", "id")
    _index("ix_plans_dietitian_id_id", "plans", "dietitian_id", "id")
    _index("ix_plans_waiting", "plans", "promised_at", where="state = 'waiting'")


def _plan_files() -> None:
    op.create_table(
        "plan_files",
        sa.Column("id", RowId),
        sa.Column("public_id", sa.String(32), nullable=False),
        _to("dietitians", "dietitian_id", nullable=False),
        _to("requests", "request_id"),
        sa.Column("number", sa.Integer),
        sa.Column("state", _words("state", "uploaded", "confirmed"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("sealed_note", sa.Text),
        sa.Column("handle", sa.Text),
        sa.Column("uploaded_at", Instant, nullable=False),
        sa.Column("confirmed_at", Instant),
        sa.Column("delivered_at", Instant),
        sa.Column("mailed_at", Instant),
        sa.Column("failed_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_plan_files"),
        sa.UniqueConstraint("public_id", name="uq_plan_files_public_id"),
        sa.UniqueConstraint("request_id", "number", name="uq_plan_files_request_id_number"),
        sqlite_autoincrement=True,
    )
    _index("ix_plan_files_uploads", "plan_files", "dietitian_id", where="state = 'uploaded'")
    op.create_table(
        "plan_contents",
        sa.Column("file_id", RowId, sa.ForeignKey("plan_files.id"), autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("file_id", name="pk_plan_contents"),
    )


def _intakes() -> None:
    op.create_table(
        "intakes",
        sa.Column("id", RowId),
        sa.Column("rev", sa.Integer, nullable=False),
        _to("requests", "request_id", nullable=False),
        sa.Column("questions", Texts, nullable=False),
        sa.Column("sealed_answers", sa.Text),
        sa.Column("consented_at", Instant),
        sa.Column("consent_version", sa.String(32)),
        sa.Column("declined_at", Instant),
        sa.Column("completed_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_intakes"),
        sa.UniqueConstraint("request_id", name="uq_intakes_request_id"),
        sqlite_autoincrement=True,
    )
