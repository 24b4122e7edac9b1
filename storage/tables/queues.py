"""What came in and what must still go out."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from domain.model.queue import Errand, InboxState, OutboxState, Source
from storage.columns import Instant, word
from storage.sealing import SealedJson
from storage.tables.base import metadata, partial, row_id

NEW = "inbox.state = 'new'"
DUE = "outbox.state = 'due'"
FAILED = "inbox.state = 'failed'"
DEAD = "outbox.state = 'dead'"
OF_A_BATCH = "outbox.batch IS NOT NULL"

inbox = Table(
    "inbox",
    metadata,
    row_id(),
    Column("source", word(Source, "source"), nullable=False),
    Column("key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", word(InboxState, "state"), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("owner", Text),
    Column("lease_until", Instant),
    Column("error", Text),
    Column("closed_at", Instant),
    Column("question", Text),  # `Step.mark` of what this text answers
    UniqueConstraint("source", "key"),
    Index(None, "state"),
    partial("ix_inbox_new", "id", where=NEW),
    partial("ix_inbox_oldest", "source", "received_at", where=NEW),
    partial("ix_inbox_failed", "id", where=FAILED),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    Column("errand", word(Errand, "errand", checked=False), nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("lane", Text, nullable=False),
    Column("payload", SealedJson, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", word(OutboxState, "state"), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("owner", Text),
    Column("lease_until", Instant),
    Column("receipt", Text),
    Column("error", Text, comment="the last failure, or why it was dropped"),
    Column("closed_at", Instant),
    Column("batch", Text, comment="of what was sent to many at once"),
    Column("about_at", Instant, comment="the start of the session it reminds of"),
    Index(None, "state"),
    # not partial: beside ix_outbox_state SQLite would pass over it and read all that is for later
    Index(None, "state", "due_at"),
    Index(None, "state", "about_at", "due_at"),
    partial("ix_outbox_lane", "lane", "id", where=DUE),
    partial("ix_outbox_dead", "id", where=DEAD),
    partial("ix_outbox_batch", "batch", "state", where=OF_A_BATCH),
    sqlite_autoincrement=True,
)
