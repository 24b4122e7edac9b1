"""SQLAlchemy's statements without its price per execution, on SQLite.

Composing, compiling and converting stay SQLAlchemy's: each statement is compiled once, and its text and its
types' converters are kept. What is left out is what it does around each execution, several times what SQLite
itself takes for a row by its key. Whatever this does not know goes through SQLAlchemy as ever.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Dialect, Executable
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ClauseElement, Delete, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

from storage.sealing import vault_of

Convert = Callable[[Any], Any]
Values = Mapping[str, Any]
Row = Sequence[Any]

_KNOWN = (Select, Insert, Update, Delete)


class Answer:
    """Of a `sqlalchemy.CursorResult` what the repositories use; rows are read when it is made."""

    def __init__(self, rows: list[Row], *, rowcount: int = -1, lastrowid: int | None = None) -> None:
        self._rows = rows
        self.rowcount = rowcount
        self.inserted_primary_key = (lastrowid,)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def first(self) -> Row | None:
        return self._rows[0] if self._rows else None

    def one(self) -> Row:
        (row,) = self._rows
        return row

    def scalar(self) -> Any:
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        return self.one()[0]


class Prepared:
    """A statement compiled for values of these names; `first` are one such set."""

    def __init__(
        self, statement: ClauseElement, compiled: SQLCompiler, dialect: Dialect, first: Values
    ) -> None:
        state = compiled.construct_expanded_state(dict(first))
        self._sql = state.statement
        self._slots: list[tuple[str | None, Convert | None, Any]] = []
        for name in state.positiontup or ():
            bind = compiled.binds.get(name)  # none for one value of a list
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect) if bind is not None else None
            convert = convert or state.processors.get(name)
            if bind is not None and bind.key in first:
                self._slots.append((bind.key, convert, None))
            else:  # a part of the statement
                fixed = state.parameters[name]
                self._slots.append((None, None, fixed if convert is None else convert(fixed)))
        columns = _columns(statement)
        self.has_rows = bool(columns)
        converts = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        self._converts = [(place, convert) for place, convert in enumerate(converts) if convert is not None]

    def run(self, raw: sqlite3.Connection, values: Values) -> Answer:
        cursor = raw.execute(self._sql, self._arguments(values))
        rows = [self._converted(row) for row in cursor] if self.has_rows else []
        return Answer(rows, rowcount=cursor.rowcount, lastrowid=cursor.lastrowid)

    def run_all(self, raw: sqlite3.Connection, values: Sequence[Values]) -> Answer:
        if self.has_rows:
            return Answer([row for one in values for row in self.run(raw, one)])
        return Answer([], rowcount=raw.executemany(self._sql, map(self._arguments, values)).rowcount)

    def _arguments(self, values: Values) -> list[Any]:
        return [
            fixed if key is None else values[key] if convert is None else convert(values[key])
            for key, convert, fixed in self._slots
        ]

    def _converted(self, row: Row) -> Row:
        if not self._converts:
            return row
        converted = list(row)
        for place, convert in self._converts:
            converted[place] = convert(converted[place])
        return converted


def _columns(statement: Any) -> list[ColumnElement[Any]]:
    """Of what it answers, in order."""
    return list(statement.inner_columns if isinstance(statement, Select) else statement.exported_columns)


def prepare(statement: ClauseElement, dialect: Dialect, values: Values) -> Prepared | None:
    """None for what needs more than its text and its values."""
    compiled = statement.compile(dialect=dialect, column_keys=list(values))
    if not isinstance(compiled, SQLCompiler) or compiled.insert_prefetch or compiled.update_prefetch:
        return None
    if any(bind.key in values for bind in compiled.post_compile_params):  # a list: its length is in the text
        return None
    return Prepared(statement, compiled, dialect, values)


# a converter may seal or open, so what is prepared belongs to a key
_prepared: WeakKeyDictionary[Any, dict[tuple[Any, ...], Prepared | None]] = WeakKeyDictionary()


class QuickConnection:
    """Stands in for the `Connection` that it wraps."""

    def __init__(self, connection: Connection, raw: sqlite3.Connection) -> None:
        self._connection = connection
        self._raw = raw
        self.dialect = connection.dialect
        self._vault = vault_of(connection.dialect)

    def execute(self, statement: Executable, values: Values | Sequence[Values] | None = None) -> Any:
        rows = values if isinstance(values, list) else None
        first: Any = (rows[0] if rows else values) or {}
        prepared = self._prepared(statement, first)
        if prepared is None:
            return self._connection.execute(statement, values)
        try:
            return prepared.run(self._raw, first) if rows is None else prepared.run_all(self._raw, rows)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(str(statement), None, error) from error

    def _prepared(self, statement: Executable, values: Values) -> Prepared | None:
        if not isinstance(statement, _KNOWN):
            return None
        by_names = _prepared.setdefault(statement, {})
        names = (self._vault, *values)
        if names not in by_names:
            by_names[names] = prepare(statement, self.dialect, values)
        return by_names[names]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
