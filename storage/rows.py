"""Dataclasses in and out of tables: a field is stored in the column keyed by its name."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Executable, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import MovedOn, NotYours


class Record(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class Numbered(Record, Protocol):
    @property
    def id(self) -> int: ...


class Revised(Numbered, Protocol):
    @property
    def rev(self) -> int: ...


R = TypeVar("R", bound=Record)
N = TypeVar("N", bound=Numbered)
V = TypeVar("V", bound=Revised)


class Rows(Generic[R]):
    """Reads records of one kind; statements select `columns`, in this order, from position `at` on."""

    def __init__(self, kind: type[R], table: Table) -> None:
        self.kind = kind
        self.names = tuple(field.name for field in fields(kind))
        self.columns = tuple(table.c[name] for name in self.names)
        self.select = select(*self.columns)

    def of(self, row: Sequence[Any], at: int = 0) -> R:
        return self.kind(**dict(zip(self.names, row[at : at + len(self.names)], strict=True)))

    def one(self, connection: Connection, statement: Executable, values: Mapping[str, Any]) -> R | None:
        row = connection.execute(statement, values).first()
        return None if row is None else self.of(row)

    def all(self, connection: Connection, statement: Executable, values: Mapping[str, Any]) -> list[R]:
        return [self.of(row) for row in connection.execute(statement, values)]

    def values(self, record: R) -> dict[str, Any]:
        return {name: getattr(record, name) for name in self.names if name != "id"}


class Records(Rows[N]):
    """Also writes records that have an id."""

    def __init__(self, kind: type[N], table: Table) -> None:
        super().__init__(kind, table)
        self._insert = insert(table)
        self._update = update(table).where(table.c.id == bindparam("at_id"))
        self.by_id = self.select.where(table.c.id == bindparam("at_id"))

    def get(self, connection: Connection, record_id: int) -> N:
        found = self.one(connection, self.by_id, {"at_id": record_id})
        if found is None:
            raise NotYours(f"no {self.kind.__name__} {record_id}")
        return found

    def add(self, connection: Connection, record: N, **more: Any) -> N:
        """`more` fills columns that are no field."""
        added = connection.execute(self._insert, {**self.values(record), **more})
        key = added.inserted_primary_key
        assert key is not None  # noqa: S101 - one row was inserted, so it has one
        return replace(record, id=key[0])

    def save(self, connection: Connection, record: N, **more: Any) -> None:
        changed = connection.execute(self._update, {**self.values(record), **more, "at_id": record.id})
        if changed.rowcount == 0:
            raise NotYours(f"no {self.kind.__name__} {record.id}")


class Revisions(Records[V]):
    """Also refuses to overwrite what somebody else changed meanwhile."""

    def __init__(self, kind: type[V], table: Table) -> None:
        super().__init__(kind, table)
        self._revise = self._update.where(table.c.rev == bindparam("at_rev"))

    def revise(self, connection: Connection, record: V) -> V:
        following = replace(record, rev=record.rev + 1)
        where = {"at_id": record.id, "at_rev": record.rev}
        if connection.execute(self._revise, {**self.values(following), **where}).rowcount == 0:
            raise MovedOn(f"{self.kind.__name__} {record.id} is no longer at revision {record.rev}")
        return following


def insert_once(table: Table) -> Mapping[str, Any]:
    """By dialect: rows that break a unique constraint are left out without a word."""
    return {
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
    }


def upsert(table: Table, *, on: str) -> Mapping[str, Executable]:
    """By dialect: the one row with this value of the unique column `on` is replaced, whatever its id."""
    kept = [column.name for column in table.c if column.name not in {"id", on}]
    postgres, lite = postgresql.insert(table), sqlite.insert(table)
    return {
        "postgresql": postgres.on_conflict_do_update(
            index_elements=[on], set_={name: postgres.excluded[name] for name in kept}
        ),
        "sqlite": lite.on_conflict_do_update(
            index_elements=[on], set_={name: lite.excluded[name] for name in kept}
        ),
    }
