"""The audit trail, for the admins; and the rows that their own looking leaves there.

What an entry says beside who, what and which record stays in the database: a reason may be about somebody's health.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import NotYours
from domain.model.audit import AuditEntry
from domain.model.people import Person
from domain.model.views import Page
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record

PAGE_SIZE = 8
OPERATOR = "operator"
EVERYTHING = "practice:all"
_PERSON = by(0).removesuffix("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """`record` is None where it is everybody's. `names` are of the people among the entries, by `person:<id>`."""

    record: str | None
    entries: Page[AuditEntry]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail:
    transactions: Transactions
    clock: Clock

    async def everything(self, *, number: int) -> Trail:
        """Newest first."""
        return await self.transactions.read(lambda uow: _trail(uow, None, number))

    async def alike(self, *, entry_id: int, number: int) -> Trail:
        """All that was done to the record which this entry is about."""

        def look(uow: UnitOfWork) -> Trail:
            entry = uow.audit.one(entry_id)
            if entry is None:
                raise NotYours
            return _trail(uow, entry.record, number)

        return await self.transactions.read(look)

    async def looked(self, *, admin: Person, at: str, action: str = "looked at") -> None:
        """Before it is shown: nobody looks without a row. `at` like `payment:<reference>`."""
        now = self.clock.now()
        await self.transactions.write(lambda uow: record(uow, now, by(admin.id), action, at))


async def note_operator(transactions: Transactions, clock: Clock, action: str) -> None:
    """What was done to the whole practice from the command line."""
    now = clock.now()
    await transactions.write(lambda uow: record(uow, now, OPERATOR, action, EVERYTHING))


def _trail(uow: UnitOfWork, of: str | None, number: int) -> Trail:
    entries = uow.audit.page(of, number=number, size=PAGE_SIZE)
    people = {word for one in entries.items for word in (one.actor, one.record) if _number(word) is not None}
    names = {word: name for word in people if (name := _name(uow, word)) is not None}
    return Trail(record=of, entries=entries, names=names)


def _number(word: str) -> int | None:
    """Of a person; None for anything else that acts or is acted on."""
    digits = word.removeprefix(_PERSON)
    return int(digits) if word.startswith(_PERSON) and digits.isascii() and digits.isdigit() else None


def _name(uow: UnitOfWork, word: str) -> str | None:
    number = _number(word)
    try:
        return None if number is None else uow.people.get(number).name
    except NotYours:  # merged into somebody else
        return None
