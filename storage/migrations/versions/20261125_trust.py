"""Trust: what people agreed to, and who had their data deleted."""

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, RowId

revision = "20261125_trust"
down_revision = "20261124_sessions"

# The notices of 2026-11 as they were read, without markup. What differed from one reader to the next is in brackets.
OLD_VERSION = "2026-11"
OLD_NOTICE = (
    "Privacy, in short\n"
    "To arrange sessions this bot keeps your name, your Telegram id, your e-mail once you give it, your requests, "
    "bookings, payments and meal plans; what concerns your health only if you agree to that separately. Telegram "
    "carries the messages, Paystack takes the payments, Google makes the meeting link. Your dietitian sees what "
    "concerns your sessions; nobody else does, and nothing is sold.\n"
    "You can stop at any time by blocking the bot."
)
OLD_HEALTH_NOTICE = (
    "Your answers are health data: only [your dietitian's name] sees them, they are stored encrypted, you can change "
    "them until [the plan is sent, the session begins] and delete them at any time. You can skip any question.\n\n"
    "Nothing is asked before you press Agree."
)


def upgrade() -> None:
    op.add_column("people", sa.Column("erased_at", Instant))
    # from now on it goes as soon as it is worked
    op.execute("UPDATE inbox SET body = '' WHERE state = 'done'")
    op.add_column("inbox", sa.Column("question", sa.Text))
    op.add_column("wishes", sa.Column("reach", Instant))
    _lateness()
    _erasures()
    _consents()
    _keyring()
    _retention()
    _wordings()
    _restores()
    _what_was_agreed_to()


def _lateness() -> None:
    op.add_column("attendances", sa.Column("late_at", Instant))
    op.add_column("attendances", sa.Column("late_minutes", sa.Integer))
    op.add_column("bookings", sa.Column("came_late", sa.Boolean, nullable=False, server_default=sa.false()))


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", RowId),
        sa.Column("person_id", RowId, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rev", sa.Integer, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("begun_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.UniqueConstraint("person_id", name="uq_erasures_person_id"),
        sa.CheckConstraint("state IN ('asked', 'leaving', 'waiting')", name="state"),
        sqlite_autoincrement=True,
    )


def _keyring() -> None:
    op.create_table(
        "keyring",
        sa.Column("name", sa.String(32)),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_keyring"),
    )


def _retention() -> None:
    op.create_table(
        "retention",
        sa.Column("kind", sa.String(32)),
        sa.Column("kept", sa.Integer, nullable=False),
        sa.Column("oldest", Instant),
        sa.Column("next_takes", sa.Integer, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("began_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_retention"),
    )


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", RowId),
        sa.Column("person_id", RowId, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("words_hash", sa.String(64), nullable=False),
        sa.Column("record", sa.Text),
        sa.Column("given_at", Instant, nullable=False),
        sa.Column("withdrawn_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.CheckConstraint("purpose IN ('practice', 'health', 'mail')", name="purpose"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_person_id_id", "consents", ["person_id", "id"])


def _wordings() -> None:
    op.create_table(
        "wordings",
        sa.Column("words_hash", sa.String(64)),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("first_given_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("words_hash", name="pk_wordings"),
        sa.CheckConstraint("purpose IN ('practice', 'health', 'mail')", name="purpose"),
    )


def _restores() -> None:
    op.create_table(
        "restores",
        sa.Column("id", RowId),
        sa.Column("taken_at", Instant, nullable=False),
        sa.Column("restored_at", Instant, nullable=False),
        sa.Column("asked_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_restores"),
        sqlite_autoincrement=True,
    )


def _what_was_agreed_to() -> None:
    """Once each, from the two places where only the last agreement stood until now."""
    people = sa.table("people", sa.column("id", RowId), *_agreed())
    intakes = sa.table("intakes", sa.column("request_id", RowId), *_agreed())
    requests = sa.table(
        "requests", sa.column("id", RowId), sa.column("public_id", sa.String), sa.column("client_id", RowId)
    )
    _fill(people, people.c.id, sa.null(), "practice", OLD_NOTICE)
    asked = intakes.join(requests, requests.c.id == intakes.c.request_id)
    record = sa.literal("request:") + requests.c.public_id
    _fill(intakes, requests.c.client_id, record, "health", OLD_HEALTH_NOTICE, asked)


def _agreed() -> tuple[sa.ColumnClause[Any], ...]:
    return sa.column("consented_at", Instant), sa.column("consent_version", sa.String)


def _fill(
    table: sa.TableClause,
    person: sa.ColumnElement[int],
    record: sa.ColumnElement[str],
    purpose: str,
    words: str,
    source: sa.FromClause | None = None,
) -> None:
    """Where an unknown version stands, the hash stays empty: its words are not kept."""
    is_old, hashed = table.c.consent_version == OLD_VERSION, sha256(words.encode()).hexdigest()
    version = sa.func.coalesce(table.c.consent_version, "")
    given = sa.select(
        person,
        sa.literal(purpose),
        version,
        sa.case((is_old, hashed), else_=""),
        record,
        table.c.consented_at,
    )
    given = given.select_from(table if source is None else source).where(
        table.c.consented_at.is_not(None), person.is_not(None)
    )
    names = ("person_id", "purpose", "version", "words_hash", "record", "given_at")
    consents = sa.table("consents", *(sa.column(name) for name in names))
    op.execute(sa.insert(consents).from_select(list(names), given))
    first = sa.func.min(table.c.consented_at)
    kept = sa.select(
        sa.literal(hashed), sa.literal(purpose), sa.literal(OLD_VERSION), sa.literal(words), first
    ).where(is_old, table.c.consented_at.is_not(None)).having(first.is_not(None))  # fmt: skip
    names = ("words_hash", "purpose", "version", "words", "first_given_at")
    wordings = sa.table("wordings", *(sa.column(name) for name in names))
    op.execute(sa.insert(wordings).from_select(list(names), kept))
