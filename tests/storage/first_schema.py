"""A database as the first release left it: one row in every table, a value in every column.

Nothing here knows today's tables: what is there is read from the database itself.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, DateTime, MetaData, String, Table, insert, select

from storage import migrations

REVISION = "20261120_initial"
_AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

_WORDS = {
    "bookings.meeting_state": "ready",
    "bookings.state": "confirmed",
    "connections.state": "active",
    "inbox.source": "telegram",
    "inbox.state": "done",
    "ledger.source": "outside",
    "ledger.target": "value",
    "links.purpose": "request",
    "outbox.errand": "progress",
    "outbox.state": "due",
    "payments.outcome": "value",
    "payments.state": "succeeded",
    "refunds.state": "needs-attention",
    "requests.kind": "meal_plan",
    "requests.origin": "client",
    "requests.state": "approved",
    "services.kind": "meal_plan",
    "steps.kind": "account_number",
}
"""Where a check knows only some words."""

_LATER = frozenset({"opening_hours.closes", "bookings.end_at", "bookings.busy_until"})
"""What must be after something else of its row."""

Rows = dict[str, list[dict[str, Any]]]


def make(connection: Connection) -> Rows:
    """Every table, with its row."""
    migrations.upgrade(connection, REVISION)
    tables = reflected(connection)
    for table in tables.sorted_tables:  # those that others refer to come first
        columns = [column for column in table.columns if column.name != "id"]
        connection.execute(insert(table), {column.name: _value(table, column) for column in columns})
    return rows(connection, tables)


def reflected(connection: Connection) -> MetaData:
    """The tables as they stand in the database."""
    tables = MetaData()
    tables.reflect(connection)
    tables.remove(tables.tables["alembic_version"])
    return tables


def rows(connection: Connection, tables: MetaData) -> Rows:
    """In the columns of `tables`, which may be fewer than there are."""
    return {
        name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for name, table in tables.tables.items()
    }


def _value(table: Table, column: Column[Any]) -> Any:
    name = f"{table.name}.{column.name}"
    later = name in _LATER
    match column.type:
        case String(length=length):
            return _WORDS.get(name) or (f"Ọ {name}"[:length] if length else f"Ọ {name}")
        case Boolean():
            return True
        case DateTime():
            return _AT + timedelta(hours=later)
        case Date():
            return date(2026, 12, 24)
        case kind if kind.python_type is dict:
            return {"words": [f"Ọ {name}", 1]}
        case _:  # also an instant on SQLite, and the number of the only row of another table
            return 1 + later
