"""What the admins' desk keeps: what was told to all dietitians, and whether the jobs run."""

from sqlalchemy import Column, Float, String, Table, Text

from storage.columns import Instant
from storage.sealing import Sealed
from storage.tables.base import metadata, row_id, to

broadcasts = Table(
    "broadcasts",
    metadata,
    row_id(),
    Column("public_id", String(32), nullable=False, unique=True),
    to("people", "author", index=True),
    Column("text", Sealed, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    sqlite_autoincrement=True,
)

# a row a job and program: two programs may work one database
jobs = Table(
    "jobs",
    metadata,
    Column("program", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("every", Float, nullable=False, comment="seconds"),
    Column("ran_at", Instant),
    Column("succeeded_at", Instant),
    Column("failed_at", Instant),
    Column("error", Text),
    Column("reported_at", Instant, nullable=False),
)
