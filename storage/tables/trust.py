"""What people agreed to."""

from sqlalchemy import Column, Index, String, Table, Text

from domain.model.consent import Purpose
from storage.columns import Instant, word
from storage.tables.base import metadata, row_id, to

consents = Table(
    "consents",
    metadata,
    row_id(),
    to("people", "person_id"),
    Column("purpose", word(Purpose, "purpose"), nullable=False),
    Column("version", String(32), nullable=False),
    Column("words_hash", String(64), nullable=False),
    Column("record", Text),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Index(None, "person_id", "id"),
    sqlite_autoincrement=True,
)
"""`words_hash` is empty where an earlier release kept no words."""

wordings = Table(
    "wordings",
    metadata,
    Column("words_hash", String(64), primary_key=True),
    Column("purpose", word(Purpose, "purpose"), nullable=False),
    Column("version", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("first_given_at", Instant, nullable=False),
)
"""What people agreed to, word for word."""
