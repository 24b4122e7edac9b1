"""Everything that is held about a person, in plain values, page by page."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, select

from domain.model.money import major_units
from domain.model.queue import Errand
from domain.ports.erasure import Whose
from storage.copy_sections import OF_PRACTICE, PERSONAL, SECTIONS, Section, hidden
from storage.lanes import lanes_of
from storage.tables import inbox, intakes, outbox

ROWS: Final = 250
_AFTER: ColumnElement[int] = bindparam("after")
_MONEY = {"amount": "currency", "price": "currency", "fees": "currency", "paid_amount": "paid_currency"}

_JSON = {"sealed_answers", "sealed_account"}
_TOKEN = re.compile(r"(/start(?:@\w+)? +|start(?:=|%3D))[\w-]+", re.IGNORECASE)


def _statement(name: str, section: Section) -> Select[Any]:
    left_out = hidden(name, section)
    shown = [column.label(column.key) for column in section.table.c if column.key not in left_out]
    more = [column.label(label) for label, column in section.more.items()]
    found = select(*more, *shown).where(section.whose)
    if section.key is None:
        return found
    # the keys alone are sorted: what stands beside them would be looked up for every row there is
    here = select(section.key).where(section.whose, section.key > _AFTER).order_by(section.key).limit(ROWS)
    shown_here = select(*found.selected_columns, section.key.label("_key")).where(
        section.whose, section.key.in_(here)
    )
    return shown_here.order_by(section.key)


_STATEMENTS = {name: _statement(name, section) for name, section in SECTIONS.items()}
_WANTED = {name: frozenset(statement.compile().params) for name, statement in _STATEMENTS.items()}
_NAMES = {
    name: [column.key or "" for column in statement.selected_columns]
    for name, statement in _STATEMENTS.items()
}


class SqlCopies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sections(self, *, practice: bool) -> Sequence[str]:
        return [*PERSONAL, *(OF_PRACTICE if practice else ())]

    def page(
        self, section: str, whose: Whose, *, after: int, opened: Callable[[str], str]
    ) -> tuple[list[dict[str, Any]], int | None]:
        statement = _STATEMENTS[section]
        values = {name: value for name, value in _binds(whose, after).items() if name in _WANTED[section]}
        names = _NAMES[section]
        rows = [dict(zip(names, row, strict=True)) for row in self._connection.execute(statement, values)]
        following = rows[-1]["_key"] if len(rows) == ROWS and "_key" in rows[-1] else None
        return [_plain(SECTIONS[section].table, row, opened) for row in rows], following


def _binds(whose: Whose, after: int) -> dict[str, Any]:
    return {
        "person_id": whose.person_id,
        "telegram_id": whose.telegram_id,
        "practice_id": whose.practice_id,
        "practice_record": f"dietitian:{whose.practice_code}",
        "actor": f"person:{whose.person_id}",
        "after": after,
        **lanes_of(whose.person_id, whose.telegram_id),
    }


def _plain(table: Table, row: dict[str, Any], opened: Callable[[str], str]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in row.items():
        if name == "_key" or (name in _MONEY.values() and set(_MONEY) & row.keys()):
            continue
        if name in _MONEY and value is not None:
            shown[name] = {"amount": major_units(value), "currency": row.get(_MONEY[name])}
        elif name.startswith("sealed_"):
            words = _opened(value, opened)
            shown[name.removeprefix("sealed_")] = _read(words) if name in _JSON else words
        else:
            shown[name] = _value(value)
    if table is outbox:
        return _message(row, shown, opened)
    if table is inbox:
        body = row["body"]
        shown["body"] = _read(opened(body) if body and not body.startswith("{") else body or None)
    if table is intakes:
        shown["answers"] = _answered(shown.pop("questions"), shown["answers"])
    return shown


def _answered(questions: Sequence[str], answers: Sequence[str | None] | None) -> list[dict[str, str | None]]:
    """None: not answered yet; the empty text was left out."""
    given = zip_longest(questions, answers or ())
    return [{"question": question, "answer": answer} for question, answer in given]


def _read(text: str | None) -> Any:
    """JSON as what it says. A link's token opens something, so that it stands in no copy."""
    return None if text is None else json.loads(_TOKEN.sub(r"\1…", text))


def _opened(value: str | None, opened: Callable[[str], str]) -> str | None:
    """Notes are sealed line by line."""
    return None if value is None else "\n".join(opened(part) for part in value.split())


def _message(row: dict[str, Any], shown: dict[str, Any], opened: Callable[[str], str]) -> dict[str, Any]:
    """A notice is worded when it is sent, so what is held is what it is about, and words of people if there are any."""
    payload = row["payload"] or {}
    del shown["payload"]
    if row["errand"] is Errand.ANSWER and isinstance(payload.get("message"), str):
        return {**shown, "words": _read(opened(payload["message"]))}
    detail = {name: value for name, value in (payload.get("detail") or {}).items() if name != "sealed"}
    sealed = (payload.get("detail") or {}).get("sealed")
    return {**shown, "about": payload.get("kind"), **({"detail": detail} if detail else {}),
            **({"words": opened(sealed)} if sealed else {})}  # fmt: skip


def _value(value: Any) -> Any:
    """Times as ISO 8601 with their zone."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
