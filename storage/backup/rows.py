"""Every row of every table as lines of JSON, and lines as rows, whatever the engine.

What is sealed in the database stays sealed in the lines. The first line says what and when, the last one how many
rows of each table there were; a table is a line with its columns, then a line for each row.
"""

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    Integer,
    LargeBinary,
    Table,
    TextClause,
    column,
    func,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.types import NullType, TypeEngine

from storage import migrations
from storage.backup.file import NotABackupError
from storage.columns import Instant
from storage.tables import metadata

_AT_ONCE = 200
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_KINDS: Mapping[str, tuple[TypeEngine[Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "instant": (Instant(), datetime.isoformat, datetime.fromisoformat),
    "date": (Date(), date.isoformat, date.fromisoformat),
    "bytes": (LargeBinary(), lambda value: b64encode(value).decode(), b64decode),
    "json": (JSON(none_as_null=True), lambda value: value, lambda value: value),
    "truth": (Boolean(), bool, bool),
    "plain": (NullType(), lambda value: value, lambda value: value),
}
"""How a column is read and written, and its value turned into JSON and back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup says of itself. `revision` is that of the schema."""

    taken_at: datetime
    revision: str
    rows: Mapping[str, int]


def dump(connection: Connection, taken_at: datetime, note: Callable[[Contents], None]) -> Iterator[str]:
    """`connection` must see one state of the database throughout. `note` is called at the end."""
    counts: Counter[str] = Counter()
    yield json.dumps({"taken_at": taken_at.isoformat(), "revision": migrations.HEAD})
    for one in metadata.sorted_tables:
        kinds = [(each.name, _kind(each.type)) for each in one.columns]
        yield json.dumps({"table": one.name, "columns": kinds})
        for row in _rows(connection, one, kinds):
            counts[one.name] += 1
            yield json.dumps([_out(kind, value) for (_, kind), value in zip(kinds, row, strict=True)])
    yield json.dumps({"rows": counts})
    note(Contents(taken_at=taken_at, revision=migrations.HEAD, rows=counts))


def _kind(of: TypeEngine[Any]) -> str:
    """As it stands in the database: the type under ours, unless ours is what makes the engines alike."""
    if isinstance(of, Instant):
        return "instant"
    under = getattr(of, "impl", of)
    for kind, what in (("json", JSON), ("bytes", LargeBinary), ("date", Date), ("truth", Boolean)):
        if isinstance(under, what):
            return kind
    return "plain"


def _rows(connection: Connection, one: Table, kinds: Sequence[tuple[str, str]]) -> Iterator[Sequence[Any]]:
    """By pages of the key where it is one number: a cursor over all would hold all."""
    plain = table(one.name, *(column(name, _KINDS[kind][0]) for name, kind in kinds))
    statement = select(*(plain.c[name] for name, _ in kinds))
    keys = list(one.primary_key.columns)
    if len(keys) != 1 or not isinstance(getattr(keys[0].type, "impl", keys[0].type), Integer):
        yield from connection.execute(statement)
        return
    key, at = plain.c[keys[0].name], [name for name, _ in kinds].index(keys[0].name)
    page = statement.order_by(key).limit(_at_once(kinds))
    rows = connection.execute(page).all()
    while rows:
        yield from rows
        rows = connection.execute(page.where(key > rows[-1][at])).all()


def _out(kind: str, value: Any) -> Any:
    return None if value is None else _KINDS[kind][1](value)


def _in(kind: str, value: Any) -> Any:
    return None if value is None else _KINDS[kind][2](value)


def load(connection: Connection, lines: Iterable[str], *, replace: bool, now: datetime) -> Contents:
    """Into an empty database, or in place of all that is there; brought up to today's schema afterwards.

    In the transaction that is open on `connection`. `NotABackupError` where it can't be; nothing has changed then.
    """
    reading = iter(lines)
    head = _head(next(reading, ""))
    if not migrations.is_known(head.revision):
        raise NotABackupError("it was written by a newer Dietdesk than this one")
    _make_room(connection, replace=replace)
    migrations.upgrade(connection, to=head.revision)
    counts = _fill(connection, reading)
    if next(reading, None) is not None:  # also reads to the end, where it is seen whether the file is whole
        raise NotABackupError("there is more in the file than was written")
    migrations.upgrade(connection)
    _count_from(connection, now)
    return Contents(taken_at=head.taken_at, revision=head.revision, rows=counts)


def _head(line: str) -> Contents:
    try:
        head = json.loads(line)
        return Contents(
            taken_at=datetime.fromisoformat(head["taken_at"]), revision=str(head["revision"]), rows={}
        )
    except (ValueError, KeyError, TypeError):
        raise NotABackupError("it does not say what it is") from None


def _make_room(connection: Connection, *, replace: bool) -> None:
    looking = inspect(connection)
    if not replace and looking.has_table("people"):
        people = table("people", column("id"))
        if connection.execute(select(people.c.id).limit(1)).first():
            raise NotABackupError("the database is not empty: --replace takes all that is there away first")
    for name, _ in reversed(looking.get_sorted_table_and_fkc_names()):  # children before parents
        if name is not None:
            connection.exec_driver_sql(f'DROP TABLE "{name}"')


@dataclass
class _Into:
    """The table whose rows come next. Rows wait until it is worth a statement."""

    connection: Connection
    name: str
    kinds: list[tuple[str, str]]
    waiting: list[dict[str, Any]] = field(default_factory=list)

    def take(self, row: list[Any]) -> None:
        pairs = zip(self.kinds, row, strict=True)
        self.waiting.append({name: _in(kind, value) for (name, kind), value in pairs})
        if len(self.waiting) >= _at_once(self.kinds):
            self.put()

    def put(self) -> None:
        if self.waiting:
            plain = table(self.name, *(column(name, _KINDS[kind][0]) for name, kind in self.kinds))
            self.connection.execute(insert(plain), self.waiting)
            self.waiting = []


def _at_once(kinds: Sequence[tuple[str, str]]) -> int:
    """A row with bytes may have 27 MB."""
    return 1 if any(kind == "bytes" for _, kind in kinds) else _AT_ONCE


def _fill(connection: Connection, lines: Iterator[str]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    into: _Into | None = None
    for line in lines:
        match json.loads(line):
            case list() as row if into is not None:
                into.take(row)
                counts[into.name] += 1
            case {"table": name, "columns": kinds}:
                _put(into)
                into = _Into(connection, name, [(each, kind) for each, kind in kinds])
            case {"rows": rows} if counts == Counter(rows):
                _put(into)
                return counts
            case _:
                break
    raise NotABackupError("rows are missing from the file, or are not as they were written")


def _put(into: _Into | None) -> None:
    if into is not None:
        into.put()


def _count_from(connection: Connection, now: datetime) -> None:
    """What was given since the backup is not given again: buttons, alerts and keys in the chats still carry it.

    No table gets a row a second for long, so the seconds are ahead of every number.
    """
    ahead = int((now - _EPOCH).total_seconds())
    for one in metadata.sorted_tables:
        if "id" not in one.c:
            continue
        last = max(ahead, connection.execute(select(func.max(one.c.id))).scalar() or 0)
        for statement in _COUNTERS[connection.dialect.name]:
            connection.execute(statement, {"which": one.name, "last": last})


_COUNTERS: Mapping[str, Sequence[TextClause]] = {
    "postgresql": [text("SELECT setval(pg_get_serial_sequence(:which, 'id'), :last)")],
    "sqlite": [
        text("DELETE FROM sqlite_sequence WHERE name = :which"),
        text("INSERT INTO sqlite_sequence (name, seq) VALUES (:which, :last)"),
    ],
}
