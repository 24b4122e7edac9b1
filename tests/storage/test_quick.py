import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, create_engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from domain.model.queue import InboxState, Source
from storage.quick import QuickConnection, prepare
from storage.tables import inbox
from storage.tables.base import metadata
from tests.clock import MORNING

ROW = {
    "source": Source.TELEGRAM,
    "lane": "1",
    "body": "Ọlá ₦",
    "received_at": MORNING,
    "state": InboxState.NEW,
    "attempts": 0,
    "due_at": MORNING,
}
ROWS = [{**ROW, "key": str(n)} for n in range(3)]
ADD = insert(inbox)
BY_STATE = select(inbox).where(
    inbox.c.state.in_([InboxState.NEW, InboxState.DONE]), inbox.c.due_at <= MORNING
)
BY_KEYS = select(inbox.c.key).where(inbox.c.key.in_(bindparam("keys", expanding=True))).order_by(inbox.c.key)


@pytest.fixture
def plain() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


@pytest.fixture
def quick(plain: Connection) -> QuickConnection:
    raw = plain.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return QuickConnection(plain, raw)


def rows(answer: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in answer]


def test_it_reads_what_sqlalchemy_wrote_as_sqlalchemy_reads_it(
    plain: Connection, quick: QuickConnection
) -> None:
    plain.execute(ADD, ROWS)

    assert rows(quick.execute(BY_STATE)) == rows(plain.execute(BY_STATE))
    assert quick.execute(BY_STATE).first()[3] == "1"


def test_sqlalchemy_reads_what_it_wrote(plain: Connection, quick: QuickConnection) -> None:
    key = quick.execute(ADD, ROWS[0]).inserted_primary_key
    quick.execute(ADD, ROWS[1:])

    found = plain.execute(select(inbox).order_by(inbox.c.id)).mappings().all()
    assert key == (found[0]["id"],)
    assert [row["key"] for row in found] == ["0", "1", "2"]
    assert {(row["source"], row["state"], row["due_at"]) for row in found} == {
        (Source.TELEGRAM, InboxState.NEW, MORNING)
    }


def test_a_statement_is_compiled_once_for_each_set_of_names(
    quick: QuickConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, ...]] = []

    def counted(statement: Any, dialect: Any, values: dict[str, Any]) -> Any:
        made.append(tuple(values))
        return prepare(statement, dialect, values)

    monkeypatch.setattr("storage.quick.prepare", counted)
    add = insert(inbox)

    for row in (*ROWS, {**ROWS[0], "key": "more", "error": "why"}, {**ROWS[0], "key": "4", "error": None}):
        quick.execute(add, row)

    assert len(made) == 2
    assert rows(quick.execute(select(inbox.c.error).where(inbox.c.key == "more"))) == [("why",)]


def test_values_are_taken_from_the_call_and_not_from_the_first_one(quick: QuickConnection) -> None:
    quick.execute(ADD, ROWS)
    change = update(inbox).where(inbox.c.key == bindparam("which")).values(body=bindparam("words"))

    assert quick.execute(change, {"which": "0", "words": "a"}).rowcount == 1
    assert quick.execute(change, {"which": "1", "words": "b"}).rowcount == 1
    assert quick.execute(change, {"which": "9", "words": "c"}).rowcount == 0
    assert rows(quick.execute(select(inbox.c.body).order_by(inbox.c.key))) == [("a",), ("b",), ("Ọlá ₦",)]


def test_each_of_many_rows_answers(quick: QuickConnection) -> None:
    returning = insert(inbox).returning(inbox.c.id, inbox.c.source)

    assert rows(quick.execute(returning, ROWS)) == [(n, Source.TELEGRAM) for n in (1, 2, 3)]


def test_a_list_of_any_length_goes_through_sqlalchemy(quick: QuickConnection) -> None:
    quick.execute(ADD, ROWS)

    assert rows(quick.execute(BY_KEYS, {"keys": ["0", "2"]})) == [("0",), ("2",)]
    assert rows(quick.execute(BY_KEYS, {"keys": ["1"]})) == [("1",)]
    assert quick.execute(text("SELECT count(*) FROM inbox")).scalar_one() == 3


def test_a_broken_rule_is_what_sqlalchemy_calls_it_and_names_no_value(quick: QuickConnection) -> None:
    quick.execute(ADD, ROWS[0])

    with pytest.raises(IntegrityError) as caught:
        quick.execute(ADD, ROWS[0])

    assert getattr(caught.value.orig, "sqlite_errorname", None) == "SQLITE_CONSTRAINT_UNIQUE"
    assert "Ọlá" not in str(caught.value)
