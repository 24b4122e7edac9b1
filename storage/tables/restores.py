"""When the practice was brought back from a backup."""

from sqlalchemy import Column, Table

from storage.columns import Instant
from storage.tables.base import metadata, row_id

restores = Table(
    "restores",
    metadata,
    row_id(),
    Column("taken_at", Instant, nullable=False),
    Column("restored_at", Instant, nullable=False),
    Column("asked_at", Instant),
    sqlite_autoincrement=True,
)
