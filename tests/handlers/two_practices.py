"""Two practices with the same furniture, everybody who could press a button of the first, and all rows as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table, delete, insert, select, text, tuple_

from domain.model.step import STEP_LIVES, Step, StepKind
from domain.ports import UnitOfWork
from sandbox.telegram.phone import Phone
from storage.tables import metadata
from storage.uow import SqlUnitOfWork
from tests.handlers.furnished import Furnished, furnish, furnish_office
from tests.money.practice import admin_of
from tests.rig import ADMIN as ADMIN_ID
from tests.rig import Cast, Rig, newest_bubble, open_chat

CLIENT, DIETITIAN, ADMIN = "the client", "the dietitian", "an admin"
OTHER_CLIENT, OTHER_DIETITIAN, NEWCOMER = "another's client", "another dietitian", "a newcomer"
_AT_ONCE = 60
_TABLES = [table for table in metadata.tables.values() if table.name not in {"inbox", "jobs"}]
Rows = dict[str, dict[Any, tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPractices:
    """Every press and word is for the first; the second is where the others are at home."""

    rig: Rig
    one: Furnished
    other: Furnished
    phones: Mapping[str, Phone]

    async def press(self, actor: str, presses: Sequence[str]) -> list[str]:
        """One after the other; the words of the answers."""
        phone, answers = self.phones[actor], []
        for first in range(0, len(presses), _AT_ONCE):
            at = newest_bubble(phone)
            batch = [(at, data) for data in presses[first : first + _AT_ONCE]]
            answers += await self.rig.press_all(phone, batch)
        return answers

    async def type(self, actor: str, kind: StepKind, subject: str, words: str) -> str:
        """As the answer to this question; the words that come back."""
        phone = self.phones[actor]
        step = Step(
            telegram_id=phone.user_id,
            kind=kind,
            subject=subject,
            expires_at=self.rig.clock.now() + STEP_LIVES,
        )
        await self.rig.write(lambda uow: uow.steps.put(step))
        return await self.rig.say(phone, words)

    def chat(self, actor: str) -> list[tuple[int, str, tuple[Any, ...]]]:
        return [(one.id, one.text, one.buttons) for one in self.phones[actor].messages]

    async def rows(self) -> Rows:
        """Everything but what came in."""
        found: Rows = await self.rig.read(_everything)
        return found

    async def put_back(self, before: Rows) -> None:
        await self.rig.write(lambda uow: _put_back(uow, before))


def changed(before: Rows, after: Rows) -> list[str]:
    """In words for whoever reads the failure."""
    return [
        f"{name} {key}: {before[name].get(key)} -> {after[name].get(key)}"
        for name in before
        for key in before[name].keys() | after[name].keys()
        if before[name].get(key) != after[name].get(key)
    ]


async def two_practices(rig: Rig) -> TwoPractices:
    rig.machine.gate._limits = ()  # a flood is what this is
    admin = await admin_of(rig)
    one, other = await _furnished(rig, office=True), await _furnished(rig, office=False)
    newcomer = rig.phone(first_name="Nneka")
    await open_chat(rig, newcomer)
    phones = {
        CLIENT: one.cast.amina,
        DIETITIAN: one.cast.ada,
        ADMIN: admin,
        OTHER_CLIENT: other.cast.amina,
        OTHER_DIETITIAN: other.cast.ada,
        NEWCOMER: newcomer,
    }
    for phone in phones.values():  # everybody was here before
        await rig.say(phone, "/help")
    rig.machine.gate._senders.clear()
    return TwoPractices(rig=rig, one=one, other=other, phones=phones)


async def _furnished(rig: Rig, *, office: bool) -> Furnished:
    cast: Cast = await rig.cast(email="amina@example.com")

    def work(uow: UnitOfWork) -> Furnished:
        now = rig.clock.now()
        room = furnish(uow, cast, rig.world.vault, now)
        sade = uow.people.by_telegram_id(ADMIN_ID)
        assert sade is not None
        return replace(room, ids=room.ids | furnish_office(uow, cast, sade, now)) if office else room

    found: Furnished = await rig.write(work)
    return found


def _everything(uow: UnitOfWork) -> Rows:
    assert isinstance(uow, SqlUnitOfWork)
    return {table.name: _rows_of(uow, table) for table in _TABLES}


def _rows_of(uow: SqlUnitOfWork, table: Table) -> dict[Any, tuple[Any, ...]]:
    key = [place for place, column in enumerate(table.c) if column.primary_key]
    return {tuple(row[at] for at in key): tuple(row) for row in uow.connection.execute(select(*table.c))}


def _put_back(uow: UnitOfWork, before: Rows) -> None:
    """Row for row; what refers to what is looked at once all are back."""
    assert isinstance(uow, SqlUnitOfWork)
    uow.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    now, missing = _everything(uow), {}
    for table in _TABLES:
        was, is_ = before[table.name], now[table.name]
        wrong = [key for key in is_ if is_[key] != was.get(key)]
        if wrong:
            uow.connection.execute(delete(table).where(tuple_(*table.primary_key).in_(wrong)))
        missing[table] = [was[key] for key in was if is_.get(key) != was[key]]
    for table, rows in missing.items():
        for row in rows:
            uow.connection.execute(insert(table), dict(zip((c.key for c in table.c), row, strict=True)))
