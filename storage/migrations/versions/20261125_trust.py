"""Trust: what people agreed to, and who had their data deleted."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, RowId

revision = "20261125_trust"
down_revision = "20261124_sessions"


def upgrade() -> None:
    op.add_column("people", sa.Column("erased_at", Instant))
    _consents()


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
