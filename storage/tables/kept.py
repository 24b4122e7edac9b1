"""What proves the key, and what the nights have taken."""

from sqlalchemy import Column, Integer, String, Table, Text

from storage.columns import Instant
from storage.tables.base import metadata

keyring = Table(
    "keyring",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("sealed", Text, nullable=False),
)

# a row a kind of thing that is not kept for ever, as the last night left it
retention = Table(
    "retention",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("kept", Integer, nullable=False),
    Column("oldest", Instant),
    Column("next_takes", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
)
