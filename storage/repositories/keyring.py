"""Every sealed value, as it is stored: for those that prove a key or put another in its place."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Text,
    bindparam,
    cast,
    select,
    type_coerce,
    update,
)

from domain.model.kept import Held, SealedColumn, Stored
from storage.rows import insert_once
from storage.sealing import Sealed, SealedJson
from storage.tables import inbox, keyring, metadata
from storage.vault import find_token

_KEPT = select(keyring.c.sealed).where(keyring.c.name == bindparam("which"))
_KEEP = insert_once(keyring)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    column: Column[Any]
    said: SealedColumn

    @property
    def row(self) -> Column[Any]:
        (key,) = self.column.table.primary_key.columns
        return key

    @property
    def raw(self) -> ColumnElement[Any]:
        return type_coerce(self.column, LargeBinary) if self.said.large else cast(self.column, Text)

    @property
    def is_json(self) -> bool:
        return isinstance(self.column.type, SealedJson)


def _is_sealed(column: Column[Any]) -> bool:
    return _was_plain(column) or column.name.startswith("sealed")


def _was_plain(column: Column[Any]) -> bool:
    return isinstance(column.type, Sealed | SealedJson) or column is inbox.c.body


def _place(column: Column[Any]) -> _Place:
    said = SealedColumn(
        name=f"{column.table.name}.{column.name}",
        was_plain=_was_plain(column),
        large=isinstance(column.type, LargeBinary),
    )
    return _Place(column=column, said=said)


_columns = [column for table in metadata.sorted_tables for column in table.c if _is_sealed(column)]
_columns.sort(key=lambda column: column.table is keyring)
_PLACES = {place.said.name: place for place in map(_place, _columns)}


class SqlKeyring:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def columns(self) -> Sequence[SealedColumn]:
        return [place.said for place in _PLACES.values()]

    def batch(self, column: SealedColumn, *, after: int | str | None, limit: int) -> list[Held]:
        place = _PLACES[column.name]
        found = select(place.row, place.raw).where(place.column.is_not(None)).order_by(place.row).limit(limit)
        if after is not None:
            found = found.where(place.row > after)
        rows = self._connection.execute(found)
        return [Held(row=row, raw=raw, value=_value(place, raw)) for row, raw in rows]

    def replace(self, column: SealedColumn, held: Held, value: Stored) -> bool:
        place = _PLACES[column.name]
        stored = type_coerce(value, JSON() if place.is_json else place.raw.type)
        change = (
            update(place.column.table)
            .where(place.row == held.row, place.raw == held.raw)
            .values({place.column: stored})
        )
        return self._connection.execute(change).rowcount == 1

    def samples(self) -> list[str]:
        return [found for place in _PLACES.values() if not place.said.large for found in self._sample(place)]

    def _sample(self, place: _Place) -> list[str]:
        raw = self._connection.execute(select(place.raw).where(place.raw.like("%gAAAA%")).limit(1)).scalar()
        found = find_token(raw or "")
        return [] if found is None else [found]

    def keep(self, name: str, sealed: str) -> str:
        self._connection.execute(_KEEP[self._connection.dialect.name], {"name": name, "sealed": sealed})
        return self.kept(name) or sealed

    def kept(self, name: str) -> str | None:
        found: str | None = self._connection.execute(_KEPT, {"which": name}).scalar()
        return found


def _value(place: _Place, raw: Stored) -> Stored:
    if isinstance(raw, bytes | memoryview):
        return bytes(raw)
    if place.is_json and raw.startswith('"'):
        value: str = json.loads(raw)
        return value
    return raw
