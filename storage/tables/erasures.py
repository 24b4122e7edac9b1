"""Who wants their data deleted."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from domain.model.erasure import ErasureState
from storage.columns import Instant, RowId, word
from storage.tables.base import metadata, row_id

erasures = Table(
    "erasures",
    metadata,
    row_id(),
    Column("person_id", RowId, ForeignKey("people.id"), nullable=False, unique=True),
    Column("rev", Integer, nullable=False),
    Column("state", word(ErasureState, "state"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("begun_at", Instant),
    sqlite_autoincrement=True,
)
